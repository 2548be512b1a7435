//! The Docker API for a service that needs it: containers of its own run, and nothing else.
//!
//! It lists what is allowed, never what is not: an endpoint, a field of a body or an API version that it does not know is
//! refused. A container that was asked for by name is asked for by its id from there on, so that what was checked is what is used.

mod body;
mod create;
mod endpoint;
mod forward;
mod own;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;

use self::endpoint::Role;
use relapse_service::{access, listen, log};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The Unix socket to make.
    #[arg(long, env = "LISTEN")]
    listen: PathBuf,
    /// The engine's Unix socket.
    #[arg(long, env = "UPSTREAM", default_value = "/var/run/docker.sock")]
    upstream: PathBuf,
    /// Who asks.
    #[arg(long, env = "ROLE", value_enum, default_value_t = Role::Deployer)]
    role: Role,
}

/// What every request needs.
struct Proxy {
    upstream: PathBuf,
    own: own::Own,
    role: Role,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let own = own::find(&options.upstream).await?;
    eprintln!("relapse-agent: for containers with {}={} only", own.run.0, own.run.1);
    let listener = listen::Address::Unix(options.listen.clone()).bind().await?;
    let proxy = Arc::new(Proxy { upstream: options.upstream, own, role: options.role });
    log::ready("socket-proxy");
    let router = Router::new().fallback(forward::answer).with_state(proxy).layer(axum::middleware::from_fn(access::log));
    listen::serve(listener, router).await.with_context(|| format!("serving {}", options.listen.display()))
}
