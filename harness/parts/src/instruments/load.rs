//! Many users, each of whom asks for one thing once, on a connection of its own: see `wire::load`.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use relapse_model::wire::load::Load;
use relapse_model::wire::poll::{PollLine, Sample};
use reqwest::Url;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{Instant, MissedTickBehavior};

use crate::common::{log, stop};
use crate::instruments::visit::read_input;

/// Requests that are due while so many are under way fail at once.
const MOST_UNDER_WAY: usize = 1024;
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
const MOST_BODY_BYTES: usize = 2 << 20;

#[derive(clap::Args)]
pub(crate) struct Options {}

struct Users {
    target: String,
    authority: String,
    path: String,
    under_way: Semaphore,
}

/// Asks until standard input ends, the time is over, or a signal comes.
///
/// # Errors
/// When what is to be asked for cannot be understood.
pub(crate) async fn run(_: Options) -> anyhow::Result<()> {
    let input = read_input::<Load>();
    let load = input.asked.await.context("standard input was not read")??;
    ensure!((1..=100_000).contains(&load.per_second), "per_second is {}: expected 1 to 100000", load.per_second);
    let url: Url = load.url.parse().with_context(|| format!("{} is no URL", load.url))?;
    ensure!(url.scheme() == "http", "{url}: only http is sent as load");
    let host = url.host_str().with_context(|| format!("{url} has no host"))?;
    let users = Arc::new(Users {
        target: format!("{host}:{}", url.port_or_known_default().unwrap_or(80)),
        authority: url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
        path: url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path())),
        under_way: Semaphore::new(MOST_UNDER_WAY),
    });
    let asking = async {
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / load.per_second);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        loop {
            let due = ticks.tick().await;
            let users = users.clone();
            tokio::spawn(async move {
                if let Err(error) = log::line(&PollLine::Sample(users.ask(due).await)) {
                    eprintln!("relapse-parts: a sample is lost: {error}");
                }
            });
        }
    };
    tokio::select! {
        () = asking => Ok(()),
        () = tokio::time::sleep(Duration::from_secs(load.most_seconds.into())) => Ok(()),
        () = stop::stopped() => Ok(()),
        _ = input.ended => Ok(()),
    }
}

impl Users {
    async fn ask(&self, due: Instant) -> Sample {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let at_ms = ((log::now() - due.elapsed().as_secs_f64()) * 1000.0) as u64;
        let outcome = match self.under_way.try_acquire() {
            Ok(_slot) => match tokio::time::timeout(ANSWER_WITHIN, self.exchange()).await {
                Ok(outcome) => outcome.map_err(|error| format!("{error:#}")),
                Err(_) => Err(format!("no answer within {} s", ANSWER_WITHIN.as_secs())),
            },
            Err(_) => Err(format!("not sent: {MOST_UNDER_WAY} requests before it had no answer yet")),
        };
        let seconds = due.elapsed().as_secs_f64();
        match outcome {
            Ok((status, served_by)) => {
                Sample { at_ms, seconds, status: Some(status), error: None, served_by, ..Sample::default() }
            }
            Err(why) => Sample { at_ms, seconds, status: None, error: Some(why), ..Sample::default() },
        }
    }

    async fn exchange(&self) -> anyhow::Result<(u16, Option<String>)> {
        let stream = TcpStream::connect(&self.target).await.with_context(|| format!("connecting to {}", self.target))?;
        stream.set_nodelay(true)?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        // It ends with its sender; what goes wrong with it is told to the request.
        tokio::spawn(connection);
        let request = Request::get(&self.path).header(header::HOST, &self.authority).header(header::CONNECTION, "close");
        let answer = sender.send_request(request.body(Empty::<Bytes>::new())?).await?;
        let status = answer.status().as_u16();
        let served_by = answer.headers().get("x-served-by").and_then(|id| id.to_str().ok()).map(ToOwned::to_owned);
        let body = Limited::new(answer.into_body(), MOST_BODY_BYTES).collect().await;
        body.map_err(|error| anyhow::anyhow!("the answer's body was not received: {error}"))?;
        Ok((status, served_by))
    }
}
