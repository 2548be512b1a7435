//! One user asks for one thing again and again, with the user's jar and a browser's connections: see `relapse_wire::poll`.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, ensure};
use bytes::Bytes;
use hyper::header::{self, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request};
use relapse_wire::poll::{Poll, Sample};
use reqwest::Url;
use tokio::time::Instant;

use super::sampler::{self, Ask, Pace};
use super::target;
use super::trust::trust_for;
use super::visit::connection::Connections;
use super::visit::host_of;
use super::visit::jar::Jar;
use crate::input::read_input;
use relapse_service::random;

/// A request that is due while so many are out fails at once.
const MAX_OUT: usize = 64;
const MAX_UPLOAD_BYTES: u32 = 8 << 20;

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
}

/// Asks until standard input ends, the time is over, or a signal comes.
///
/// # Errors
/// When what is to be asked for cannot be understood.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let input = read_input::<Poll>();
    let poll = input.asked.await.context("standard input was not read")??;
    ensure!(poll.every_ms > 0, "every_ms is 0: expected at least 1");
    if let Some(bytes) = poll.upload_bytes {
        ensure!((1..=MAX_UPLOAD_BYTES).contains(&bytes), "upload_bytes is {bytes}: expected 1 to {MAX_UPLOAD_BYTES}");
    }
    let url: Url = poll.url.parse().with_context(|| format!("{} is no URL", poll.url))?;
    ensure!(matches!(url.scheme(), "http" | "https"), "{url}: asked for is what has an http or https URL");
    ensure!(url.has_host(), "{url} has no host");
    let trusted = trust_for(&url, &options.authority)?.ok_or_else(|| "no https was wanted".to_owned());
    let every = Duration::from_millis(poll.every_ms.into());
    let pace = Pace { every, seconds: poll.most_seconds, max_out: MAX_OUT, host: host_of(&url) };
    let asker = Asker {
        connections: Connections::new(trusted),
        jar: Jar::open(&options.jars, &poll.user)?,
        url,
        body: poll.upload_bytes.map_or_else(Bytes::new, image),
    };
    sampler::run(pace, asker, input.ended).await
}

impl Ask for Asker {
    async fn ask(&self, deadline: Instant) -> anyhow::Result<Sample> {
        let chosen = self.jar.choose(&self.url)?;
        let head = self.head(chosen.header.as_deref())?;
        let exchange = self.connections.send(&self.url, &head, &self.body, Some(deadline)).await;
        let (status, error) = match exchange.answer {
            Ok(answer) => (Some(answer.status.as_u16()), answer.broken),
            Err(why) => (None, Some(why)),
        };
        // Where nobody was reached no cookie was sent.
        let sent = if exchange.sent { chosen.sent } else { Vec::new() };
        Ok(Sample { status, error, sent, withheld: chosen.withheld, ..Sample::default() })
    }
}

impl Asker {
    fn head(&self, cookies: Option<&str>) -> anyhow::Result<Parts> {
        let method = if self.body.is_empty() { Method::GET } else { Method::POST };
        let mut request = Request::builder().method(method).uri(target::path_and_query(&self.url));
        request = request.header(header::HOST, target::authority(&self.url));
        request = request.header("x-request-id", random::hexadecimal(16)?);
        if !self.body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "image/png");
        }
        if let Some(cookies) = cookies {
            request = request.header(header::COOKIE, HeaderValue::from_bytes(cookies.as_bytes()).context("the jar's cookies")?);
        }
        Ok(request.body(())?.into_parts().0)
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
