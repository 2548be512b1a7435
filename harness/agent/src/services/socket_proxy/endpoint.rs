//! The endpoints that are allowed, by method and path.

use clap::ValueEnum;
use hyper::Method;

/// Older versions read fields that newer ones ignore, for example a host configuration in the body of `start`.
const OLDEST: u32 = 24;

/// A request that is allowed, once what it names turns out to be of this run.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Endpoint<'a> {
    /// `/_ping`, `/version`: says nothing about anybody.
    About,
    /// `/containers/json`, `/networks`: answered for this run only.
    List,
    /// `POST /containers/create`.
    Create,
    /// Something about one container, without a body.
    Container { id: &'a str, action: &'a str },
    /// `PUT /containers/{id}/archive`: the body is a tar.
    Archive { id: &'a str },
    /// `POST /containers/{id}/exec`.
    Exec { id: &'a str },
    /// `POST /exec/{id}/start`.
    ExecStart { id: &'a str },
    /// `GET /exec/{id}/json`.
    ExecInspect { id: &'a str },
}

/// Splits a path into its version (`/v1.41` or nothing) and what is asked for.
///
/// # Errors
/// The reason of the refusal, in words.
pub(super) fn of<'a>(method: &Method, path: &'a str) -> Result<(&'a str, Endpoint<'a>), String> {
    let (version, rest) = version(path)?;
    let parts: Vec<&str> = rest.split('/').skip(1).collect();
    if !parts.iter().all(|part| is_plain(part)) {
        return Err(format!("{path}: expected a path of plain names"));
    }
    let endpoint = match (method.as_str(), parts.as_slice()) {
        ("GET" | "HEAD", ["_ping"]) | ("GET", ["version"]) => Endpoint::About,
        ("GET", ["containers", "json"] | ["networks"]) => Endpoint::List,
        ("POST", ["containers", "create"]) => Endpoint::Create,
        ("POST", ["containers", id, action @ ("start" | "stop" | "kill" | "restart" | "wait")])
        | ("GET", ["containers", id, action @ ("json" | "logs" | "stats")]) => Endpoint::Container { id, action },
        ("DELETE", ["containers", id]) => Endpoint::Container { id, action: "" },
        ("PUT", ["containers", id, "archive"]) => Endpoint::Archive { id },
        ("POST", ["containers", id, "exec"]) => Endpoint::Exec { id },
        ("POST", ["exec", id, "start"]) => Endpoint::ExecStart { id },
        ("GET", ["exec", id, "json"]) => Endpoint::ExecInspect { id },
        _ => return Err(format!("{method} {path} is not among what this service may ask of the engine")),
    };
    Ok((version, endpoint))
}

/// Who asks, and so what may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Makes containers, and runs commands in them.
    Deployer,
    /// Reads what containers use; changes nothing.
    Exporter,
}

impl Role {
    /// Whether this role needs that endpoint.
    pub(super) fn may(self, endpoint: &Endpoint<'_>) -> bool {
        let reads_figures = matches!(endpoint, Endpoint::Container { action: "stats", .. });
        match self {
            Self::Deployer => !reads_figures,
            Self::Exporter => reads_figures || matches!(endpoint, Endpoint::About | Endpoint::List),
        }
    }
}

fn version(path: &str) -> Result<(&str, &str), String> {
    let Some(minor) = path.strip_prefix("/v1.") else { return Ok(("", path)) };
    let (minor, _) = minor.split_once('/').unwrap_or((minor, ""));
    match minor.parse::<u32>() {
        Ok(number) if number >= OLDEST && minor.len() == 2 => {
            let (version, rest) = path.split_at("/v1.".len() + minor.len());
            Ok((version, rest))
        }
        _ => Err(format!("{path}: expected no version, or one from /v1.{OLDEST} to /v1.99")),
    }
}

/// What Docker's ids and names consist of: nothing that could mean another path to the engine.
fn is_plain(part: &str) -> bool {
    part.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
        && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_deployer_needs_is_allowed_with_and_without_a_version() {
        let allowed = [
            ("GET", "/_ping", Endpoint::About),
            ("GET", "/version", Endpoint::About),
            ("GET", "/containers/json", Endpoint::List),
            ("GET", "/networks", Endpoint::List),
            ("POST", "/containers/create", Endpoint::Create),
            ("POST", "/containers/a.b-c_1/start", Endpoint::Container { id: "a.b-c_1", action: "start" }),
            ("POST", "/containers/a/wait", Endpoint::Container { id: "a", action: "wait" }),
            ("GET", "/containers/a/logs", Endpoint::Container { id: "a", action: "logs" }),
            ("DELETE", "/containers/a", Endpoint::Container { id: "a", action: "" }),
            ("PUT", "/containers/a/archive", Endpoint::Archive { id: "a" }),
            ("POST", "/containers/a/exec", Endpoint::Exec { id: "a" }),
            ("POST", "/exec/a/start", Endpoint::ExecStart { id: "a" }),
            ("GET", "/exec/a/json", Endpoint::ExecInspect { id: "a" }),
        ];
        for (method, path, expected) in allowed {
            let method: Method = method.parse().unwrap();
            assert_eq!(of(&method, path).unwrap(), ("", expected), "{method} {path}");
            assert_eq!(of(&method, &format!("/v1.41{path}")).unwrap().0, "/v1.41");
        }
    }

    #[test]
    fn an_exporter_reads_figures_and_a_deployer_does_not() {
        let stats = of(&Method::GET, "/containers/a/stats").unwrap().1;
        assert!(Role::Exporter.may(&stats) && !Role::Deployer.may(&stats));
        let list = of(&Method::GET, "/containers/json").unwrap().1;
        assert!(Role::Exporter.may(&list) && Role::Deployer.may(&list));
        for (method, path) in [
            ("POST", "/containers/create"),
            ("POST", "/containers/a/start"),
            ("POST", "/containers/a/exec"),
            ("DELETE", "/containers/a"),
        ] {
            let endpoint = of(&method.parse().unwrap(), path).unwrap().1;
            assert!(!Role::Exporter.may(&endpoint) && Role::Deployer.may(&endpoint), "{method} {path}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let refused = [
            ("POST", "/_ping"),
            ("GET", "/info"),
            ("GET", "/events"),
            ("GET", "/containers/a/archive"),
            ("GET", "/containers/a/export"),
            ("POST", "/containers/a/attach"),
            ("POST", "/containers/a/update"),
            ("POST", "/containers/a/rename"),
            ("POST", "/containers/prune"),
            ("POST", "/networks/a/connect"),
            ("POST", "/networks/create"),
            ("GET", "/networks/a"),
            ("GET", "/images/json"),
            ("POST", "/images/create"),
            ("POST", "/build"),
            ("POST", "/volumes/create"),
            ("GET", "/secrets"),
            ("GET", "/containers/../images/json"),
            ("POST", "/containers/a%2fb/start"),
            ("POST", "/containers//start"),
            ("POST", "/containers/a/start/"),
            ("GET", "//containers/json"),
            ("GET", "/v1.41/v1.41/containers/json"),
            ("GET", "/v1.23/containers/json"),
            ("GET", "/v1.+41/containers/json"),
            ("GET", "/v1.041/containers/json"),
            ("GET", "/v2.0/containers/json"),
            ("GET", "/v1.41"),
            ("GET", "/"),
            ("GET", ""),
        ];
        for (method, path) in refused {
            of(&method.parse().unwrap(), path).expect_err(&format!("{method} {path}"));
        }
    }
}
