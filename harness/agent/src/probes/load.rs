//! Many users, each of whom asks for one thing once, on a connection of its own: see `relapse_wire::load`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use bytes::Bytes;
use hyper::http::request::Parts;
use hyper::{Request, header};
use relapse_wire::load::Load;
use relapse_wire::poll::Sample;
use reqwest::Url;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::sampler::{self, Ask, Pace};
use super::target;
use super::trust::trust_for;
use crate::input::read_input;
use crate::probes::visit::exchange::{Answer, Link, greet};
use crate::probes::visit::host_of;

/// A request that is due while so many are out fails at once.
const MAX_OUT: usize = 1024;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The directory of the run's certificate authority, which is all that https trusts.
    #[arg(long, env = "AUTHORITY", default_value = "/authority")]
    authority: PathBuf,
}

struct Users {
    target: String,
    host: String,
    head: Parts,
    tls: Option<Arc<ClientConfig>>,
}

/// Asks until standard input ends, the time is over, or a signal comes.
///
/// # Errors
/// When what is to be asked for cannot be understood.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let input = read_input::<Load>();
    let load = input.asked.await.context("standard input was not read")??;
    ensure!((1..=100_000).contains(&load.per_second), "per_second is {}: expected 1 to 100000", load.per_second);
    let url: Url = load.url.parse().with_context(|| format!("{} is no URL", load.url))?;
    ensure!(matches!(url.scheme(), "http" | "https"), "{url}: load is sent by http or https");
    ensure!(url.has_host(), "{url} has no host");
    let request = Request::get(target::path_and_query(&url)).header(header::HOST, target::authority(&url));
    let request = request.header(header::CONNECTION, "close").body(())?;
    let users = Users {
        target: target::address(&url),
        host: host_of(&url),
        head: request.into_parts().0,
        tls: trust_for(&url, &options.authority)?,
    };
    let every = Duration::from_secs(1) / load.per_second;
    let pace = Pace { every, seconds: load.most_seconds, max_out: MAX_OUT, host: users.host.clone() };
    sampler::run(pace, users, input.ended).await
}

impl Ask for Users {
    async fn ask(&self, deadline: Instant) -> anyhow::Result<Sample> {
        Ok(match self.exchange(deadline).await {
            Ok(answer) => {
                let served_by = answer.headers.get("x-served-by").and_then(|id| id.to_str().ok()).map(ToOwned::to_owned);
                Sample { status: Some(answer.status.as_u16()), error: answer.broken, served_by, ..Sample::default() }
            }
            Err(why) => Sample { error: Some(why), ..Sample::default() },
        })
    }
}

impl Users {
    async fn exchange(&self, deadline: Instant) -> Result<Answer, String> {
        let target = &self.target;
        let began = Instant::now();
        let connecting = timeout_at(deadline, TcpStream::connect(target)).await;
        let late = |_| format!("{target} was not reached within {:.0} s", began.elapsed().as_secs_f64());
        let stream = connecting.map_err(late)?.map_err(|error| format!("connecting to {target}: {error}"))?;
        let tls = self.tls.clone().map(|config| (config, self.host.as_str()));
        let mut link = Link::open(greet(stream, tls, deadline).await?).await?;
        link.exchange(&self.head, &Bytes::new(), deadline).await.map_err(|failure| failure.why)
    }
}
