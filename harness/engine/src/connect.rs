//! The Docker engine: found, reached and checked once, then handed round as [`Engine`].

use std::error::Error as StdError;
use std::io::ErrorKind;
use std::time::Duration;

use bollard::Docker;

use crate::said::in_full;

/// The oldest API that the lab speaks, as (major, minor): Docker 20.10.
pub const OLDEST_API: (usize, usize) = (1, 41);

/// How long an engine may take to say that it is there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long its answers to a few short questions may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

const DEFAULT_ENDPOINT: &str = "unix:///var/run/docker.sock";

/// Why there is no usable engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Nothing answers there.
    #[error(
        "no Docker engine answers at {endpoint}: {why}\nStart Docker, or name another engine in DOCKER_HOST (unix://, tcp:// or http://)."
    )]
    NotReached {
        /// As in `DOCKER_HOST`.
        endpoint: String,
        /// What was seen.
        why: String,
    },
    /// The socket is there, and this user may not use it.
    #[error(
        "permission denied on the Docker engine at {endpoint}\nAdd your user to the group that owns the socket (`sudo usermod -aG docker $USER`, then log in again), or run as root."
    )]
    Forbidden {
        /// As in `DOCKER_HOST`.
        endpoint: String,
    },
    /// The engine is older than the lab.
    #[error(
        "the Docker engine at {endpoint} speaks API {api}; at least {needed} is needed\nUpgrade it to Docker 20.10 or newer, or name another engine in DOCKER_HOST."
    )]
    TooOld {
        /// As in `DOCKER_HOST`.
        endpoint: String,
        /// What it speaks, for example `1.40`.
        api: String,
        /// [`OLDEST_API`], as text.
        needed: String,
    },
}

/// A Docker engine that answered, at an API version that both sides speak. Cheap to clone; clones share connections.
#[derive(Debug, Clone)]
pub struct Engine {
    docker: Docker,
    endpoint: String,
}

impl Engine {
    /// Reaches the engine that `DOCKER_HOST` names, or the one at `/var/run/docker.sock`.
    ///
    /// # Errors
    /// [`EngineError`], within five seconds or so.
    pub async fn connect() -> Result<Self, EngineError> {
        let named = std::env::var("DOCKER_HOST").ok().filter(|host| !host.is_empty());
        Self::connect_to(named.as_deref().unwrap_or(DEFAULT_ENDPOINT)).await
    }

    /// Reaches the engine at an endpoint written as in `DOCKER_HOST`.
    ///
    /// # Errors
    /// [`EngineError`], within five seconds or so.
    pub async fn connect_to(endpoint: &str) -> Result<Self, EngineError> {
        let not_reached = |why: String| EngineError::NotReached { endpoint: endpoint.into(), why };
        // bollard is built here without a TLS provider and would panic.
        let remote = !endpoint.starts_with("unix://");
        if endpoint.starts_with("https://") || (remote && std::env::var_os("DOCKER_TLS_VERIFY").is_some()) {
            return Err(not_reached(
                "an engine behind TLS is not supported; forward its socket instead (`ssh -NL /tmp/docker.sock:/var/run/docker.sock HOST`, then DOCKER_HOST=unix:///tmp/docker.sock)".into(),
            ));
        }
        let docker = Docker::connect_with_host(endpoint).map_err(|error| not_reached(in_full(&error)))?;
        let reached = async {
            docker.ping().await?;
            docker.negotiate_version().await
        };
        let docker = match tokio::time::timeout(CONNECT_TIMEOUT, reached).await {
            Err(_) => return Err(not_reached(format!("no answer within {} s", CONNECT_TIMEOUT.as_secs()))),
            Ok(Err(error)) if is_denied(&error) => return Err(EngineError::Forbidden { endpoint: endpoint.into() }),
            Ok(Err(error)) => return Err(not_reached(in_full(&error))),
            Ok(Ok(docker)) => docker,
        };
        let version = docker.client_version();
        if (version.major_version, version.minor_version) < OLDEST_API {
            return Err(EngineError::TooOld {
                endpoint: endpoint.into(),
                api: format!("{}.{}", version.major_version, version.minor_version),
                needed: format!("{}.{}", OLDEST_API.0, OLDEST_API.1),
            });
        }
        Ok(Self { docker, endpoint: endpoint.into() })
    }

    /// Awaits what the engine answers to a few short questions, which an engine that is well does in no time.
    ///
    /// # Errors
    /// When it does not come to an end within `ANSWER_TIMEOUT`.
    pub async fn answers<T>(&self, answer: impl Future<Output = T>) -> Result<T, EngineError> {
        let why = || format!("its answer had no end within {} s", ANSWER_TIMEOUT.as_secs());
        tokio::time::timeout(ANSWER_TIMEOUT, answer)
            .await
            .map_err(|_| EngineError::NotReached { endpoint: self.endpoint.clone(), why: why() })
    }

    /// bollard's client.
    #[must_use]
    pub fn docker(&self) -> &Docker {
        &self.docker
    }

    /// Where the engine is, as in `DOCKER_HOST`.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

impl std::ops::Deref for Engine {
    type Target = Docker;

    fn deref(&self) -> &Docker {
        &self.docker
    }
}

fn is_denied(error: &bollard::errors::Error) -> bool {
    // bollard's own variant hides the error of which it is made from `source`.
    let mut cause: Option<&(dyn StdError + 'static)> = match error {
        bollard::errors::Error::IOError { err } => Some(err),
        other => Some(other),
    };
    while let Some(inner) = cause {
        if inner.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::PermissionDenied) {
            return true;
        }
        cause = inner.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn says_where_no_engine_answered() {
        let error = Engine::connect_to("unix:///nowhere/docker.sock").await.unwrap_err();
        assert!(matches!(error, EngineError::NotReached { .. }));
        assert!(error.to_string().contains("/nowhere/docker.sock"), "{error}");
    }

    #[test]
    fn finds_a_denial_among_causes() {
        let denied = bollard::errors::Error::from(std::io::Error::from(ErrorKind::PermissionDenied));
        assert!(is_denied(&denied));
        let absent = bollard::errors::Error::from(std::io::Error::from(ErrorKind::NotFound));
        assert!(!is_denied(&absent));
    }
}
