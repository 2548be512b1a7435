//! Git over HTTP as Gitea serves it: real repositories behind `git http-backend`, made at their first push, and Gitea's push
//! webhook for every branch that a push moved.

mod authorization;
mod backend;
mod payload;
mod repository;
mod webhook;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use hyper::header::{self, HeaderValue};
use hyper::{Method, StatusCode};
use tokio::sync::Mutex;

use relapse_service::access::{self, User};
use relapse_service::{listen, log};
use repository::Repository;

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Where to listen.
    #[arg(long, env = "LISTEN", default_value = "0.0.0.0:80")]
    listen: listen::Address,
    /// The directory of the repositories; `USER/APP.git` below it.
    #[arg(long, env = "REPOSITORIES")]
    repositories: PathBuf,
    /// What clone URLs begin with.
    #[arg(long, env = "PUBLIC_URL")]
    public_url: String,
    /// Where pushes are told to; empty: nowhere.
    #[arg(long, env = "HOOK_URL", default_value = "")]
    hook_url: String,
    /// What webhooks are signed with; empty: they go out unsigned.
    #[arg(long, env = "HOOK_SECRET", default_value = "", hide_env_values = true)]
    hook_secret: String,
}

struct Server {
    options: Options,
    webhook: webhook::Webhook,
    /// One push at a time a repository: what a push moved is what differs before and after it.
    pushes: Mutex<HashMap<PathBuf, Arc<Mutex<()>>>>,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let shown = options.repositories.display();
    std::fs::create_dir_all(&options.repositories).with_context(|| format!("making the directory {shown}"))?;
    let root = options.repositories.canonicalize().with_context(|| format!("opening the directory {shown}"))?;
    let options = Options { repositories: root, ..options };
    let listener = options.listen.bind().await?;
    let webhook = webhook::Webhook::new(&options.hook_url, &options.hook_secret)?;
    let server = Arc::new(Server { options, webhook, pushes: Mutex::default() });
    let router = Router::new().fallback(answer).with_state(server).layer(axum::middleware::from_fn(access::log));
    log::ready("git-server");
    listen::serve(listener, router).await
}

/// What of Git's smart protocol is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asked {
    push: bool,
}

/// The smart protocol only: everything that a Git since 2010 asks.
fn asked(method: &Method, rest: &str, query: &str) -> Option<Asked> {
    match (method.as_str(), rest, query) {
        ("GET", "info/refs", "service=git-upload-pack") | ("POST", "git-upload-pack", _) => Some(Asked { push: false }),
        ("GET", "info/refs", "service=git-receive-pack") | ("POST", "git-receive-pack", _) => Some(Asked { push: true }),
        _ => None,
    }
}

async fn answer(State(server): State<Arc<Server>>, request: Request) -> Response {
    let uri = request.uri();
    let found = Repository::of(&server.options.repositories, uri.path());
    let asked = found.as_ref().and_then(|(_, rest)| asked(request.method(), rest, uri.query().unwrap_or_default()));
    let (Some((repository, _)), Some(asked)) = (found, asked) else {
        return text(StatusCode::NOT_FOUND, "expected Git's smart HTTP at /USER/APP.git");
    };
    if !asked.push && !repository.exists() {
        return text(StatusCode::NOT_FOUND, "no such repository; it is made at its first push");
    }
    let user = authorization::user(request.headers());
    if asked.push && user.as_deref() != Some(&repository.user) {
        let mut response = text(StatusCode::UNAUTHORIZED, "only its owner pushes to a repository");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"Gitea\""));
        return response;
    }
    let name = user.clone().unwrap_or_default();
    let outcome = if asked.push {
        server.push(repository, request, &name).await
    } else {
        backend::answer(&server.options.repositories, request, &name).await.map(|(response, _)| response)
    };
    let mut response = outcome.unwrap_or_else(|error| {
        eprintln!("relapse-agent: git http-backend: {error:#}");
        text(StatusCode::INTERNAL_SERVER_ERROR, "git http-backend failed; its reason is in this service's log")
    });
    if let Some(user) = user {
        response.extensions_mut().insert(User(user));
    }
    response
}

impl Server {
    /// Answers a request of a push; tells the webhook about the branches it moved once the pusher has the answer.
    async fn push(self: Arc<Self>, repository: Repository, request: Request, user: &str) -> anyhow::Result<Response> {
        let one = self.pushes.lock().await.entry(repository.directory.clone()).or_default().clone();
        let turn = one.lock_owned().await;
        repository.make().await?;
        if request.method() == Method::GET {
            return backend::answer(&self.options.repositories, request, user).await.map(|(response, _)| response);
        }
        let before = repository.branches().await?;
        let (response, done) = backend::answer(&self.options.repositories, request, user).await?;
        tokio::spawn(async move {
            // The sender's end says that http-backend has exited, whatever its status.
            let _ = done.await;
            let after = repository.branches().await;
            drop(turn);
            match after {
                Ok(after) => self.tell(&repository, repository::moved(&before, &after)).await,
                Err(error) => log::action("webhook", &repository.full_name(), "failure", &format!("{error:#}")),
            }
        });
        Ok(response)
    }

    async fn tell(&self, repository: &Repository, moved: Vec<repository::Update>) {
        for update in moved {
            let name = repository.full_name();
            let told = match payload::of(repository, &update, &self.options.public_url, &self.options.hook_secret).await {
                Ok(payload) => self.webhook.deliver(&payload).await,
                Err(error) => Err(error),
            };
            match told {
                Ok(None) => {}
                Ok(Some(detail)) => log::action("webhook", &name, "success", &format!("{}: {detail}", update.reference)),
                Err(error) => log::action("webhook", &name, "failure", &format!("{}: {error:#}", update.reference)),
            }
        }
    }
}

fn text(status: StatusCode, words: &'static str) -> Response {
    let mut response = Response::new(Body::from(words));
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_smart_protocol_is_served() {
        let get = |rest, query| asked(&Method::GET, rest, query);
        assert_eq!(get("info/refs", "service=git-upload-pack"), Some(Asked { push: false }));
        assert_eq!(get("info/refs", "service=git-receive-pack"), Some(Asked { push: true }));
        assert_eq!(get("info/refs", ""), None);
        assert_eq!(get("HEAD", ""), None);
        assert_eq!(get("git-receive-pack", ""), None);
        assert_eq!(asked(&Method::POST, "git-receive-pack", ""), Some(Asked { push: true }));
    }
}
