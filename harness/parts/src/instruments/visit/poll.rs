//! One user asks for one thing again and again, with the user's jar and a browser's connections: see `wire::poll`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request};
use relapse_model::wire::poll::{Poll, PollLine, Sample};
use reqwest::Url;
use tokio::sync::Semaphore;
use tokio::time::{Instant, MissedTickBehavior};

use super::connection::Connections;
use super::jar::Jar;
use super::{read_input, trust};
use crate::common::{log, random, stop};

/// Requests that are due while so many are under way fail at once.
const MOST_UNDER_WAY: usize = 64;
const MOST_UPLOAD_BYTES: u32 = 8 << 20;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The directory of the run's certificate authority, which is all that https trusts.
    #[arg(long, env = "AUTHORITY", default_value = "/authority")]
    authority: PathBuf,
    /// Where cookie jars are kept, one file a user.
    #[arg(long, env = "JARS", default_value = "/")]
    jars: PathBuf,
}

struct Asker {
    connections: Connections,
    jar: Jar,
    url: Url,
    body: Bytes,
    under_way: Semaphore,
}

/// Asks until standard input ends, the time is over, or a signal comes.
///
/// # Errors
/// When what is to be asked for cannot be understood.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let input = read_input::<Poll>();
    let poll = input.asked.await.context("standard input was not read")??;
    anyhow::ensure!(poll.every_ms > 0, "every_ms is 0: expected at least 1");
    let body = poll.upload_bytes.map_or_else(Bytes::new, |bytes| image(bytes.min(MOST_UPLOAD_BYTES)));
    let asker = Arc::new(Asker {
        connections: Connections::new(trust(&options.authority).map_err(|error| format!("{error:#}"))),
        jar: Jar::open(&options.jars, &poll.user)?,
        url: poll.url.parse().with_context(|| format!("{} is no URL", poll.url))?,
        body,
        under_way: Semaphore::new(MOST_UNDER_WAY),
    });
    let asking = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(poll.every_ms.into()));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        loop {
            let due = ticks.tick().await;
            let asker = asker.clone();
            tokio::spawn(async move {
                if let Err(error) = log::line(&PollLine::Sample(asker.ask(due).await)) {
                    eprintln!("relapse-parts: a sample is lost: {error}");
                }
            });
        }
    };
    tokio::select! {
        () = asking => Ok(()),
        () = tokio::time::sleep(Duration::from_secs(poll.most_seconds.into())) => Ok(()),
        () = stop::stopped() => Ok(()),
        _ = input.ended => Ok(()),
    }
}

impl Asker {
    async fn ask(&self, due: Instant) -> Sample {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let at_ms = ((log::now() - due.elapsed().as_secs_f64()) * 1000.0) as u64;
        let outcome = match self.under_way.try_acquire() {
            Ok(_slot) => self.exchange().await,
            Err(_) => Err(format!("not sent: {MOST_UNDER_WAY} requests before it had no answer yet")),
        };
        let (status, error) = match outcome {
            Ok(status) => (Some(status), None),
            Err(why) => (None, Some(why)),
        };
        Sample { at_ms, seconds: due.elapsed().as_secs_f64(), status, error, ..Sample::default() }
    }

    async fn exchange(&self) -> Result<u16, String> {
        let url = &self.url;
        let host = url.host_str().ok_or("the URL has no host")?;
        let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let id = random::hexadecimal(16).map_err(|error| error.to_string())?;
        let cookies = self.jar.choose(url).map_err(|error| error.to_string())?.header;
        let method = if self.body.is_empty() { Method::GET } else { Method::POST };
        let mut request = Request::builder().method(method).uri(target).header(header::HOST, authority);
        request = request.header("x-request-id", id);
        if !self.body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "image/png");
        }
        if let Some(cookies) = cookies {
            request = request.header(header::COOKIE, HeaderValue::from_str(&cookies).map_err(|error| error.to_string())?);
        }
        let head = request.body(()).map_err(|error| error.to_string())?.into_parts().0;
        let answer = self.connections.send(url, &head, &self.body).await.answer?;
        Ok(answer.status.as_u16())
    }
}

/// Bytes that begin as a PNG does; what follows does not compress, as in a photograph.
fn image(bytes: u32) -> Bytes {
    let mut state: u32 = 0x2545_f491;
    let noise = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[0]
    });
    b"\x89PNG\r\n\x1a\n".iter().copied().chain(noise).take(usize::try_from(bytes).unwrap_or_default()).collect()
}
