//! A user who keeps WebSockets open: see `relapse_wire::hold`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use futures_util::{SinkExt, StreamExt};
use relapse_wire::hold::{EVERY_MS, Hold, Holding};
use reqwest::Url;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::Message;

use super::target;
use super::trust::trust_for;
use crate::input::read_input;
use crate::probes::visit::exchange::greet;
use crate::probes::visit::host_of;
use relapse_service::{log, stop};

/// From one echo to the next question, and from one telling to the next, at most.
const EVERY: Duration = Duration::from_millis(EVERY_MS);
/// One that takes longer to open, or to echo, is lost.
const ANSWERED_WITHIN: Duration = Duration::from_secs(3);
const MAX_HELD: u32 = 1000;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The directory of the run's certificate authority, which is all that wss trusts.
    #[arg(long, env = "AUTHORITY", default_value = "/authority")]
    authority: PathBuf,
}

/// Where they lead.
#[derive(Clone)]
struct Target {
    url: Url,
    tls: Option<Arc<ClientConfig>>,
}

/// What became of one.
enum Event {
    Opened,
    Lost { was_open: bool, why: String },
}

/// Holds until standard input ends, the time is over, or a signal comes.
///
/// # Errors
/// When what is to be held cannot be understood.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let input = read_input::<Hold>();
    let hold = input.asked.await.context("standard input was not read")??;
    ensure!((1..=MAX_HELD).contains(&hold.count), "count is {}: expected 1 to {MAX_HELD}", hold.count);
    let url: Url = hold.url.parse().with_context(|| format!("{} is no URL", hold.url))?;
    ensure!(matches!(url.scheme(), "ws" | "wss"), "{url}: held is what has a ws or wss URL");
    ensure!(url.has_host(), "{url} has no host");
    ensure!(hold.most_seconds > 0, "most_seconds is 0: expected at least 1");
    let tls = trust_for(&url, &options.authority)?;
    let target = Target { url, tls };
    let (tell, events) = mpsc::channel(64);
    for _ in 0..hold.count {
        tokio::spawn(one(target.clone(), tell.clone()));
    }
    tokio::select! {
        outcome = telling(events) => outcome,
        () = tokio::time::sleep(Duration::from_secs(hold.most_seconds.into())) => Ok(()),
        () = stop::stopped() => Ok(()),
        _ = input.ended => Ok(()),
    }
}

/// Tells at once what is new, and every so often that nothing is.
async fn telling(mut events: mpsc::Receiver<Event>) -> anyhow::Result<()> {
    let mut holding = Holding { open: 0, lost: 0, why: None };
    loop {
        match tokio::time::timeout(EVERY, events.recv()).await {
            Ok(Some(Event::Opened)) => holding.open += 1,
            Ok(Some(Event::Lost { was_open, why })) => {
                holding.open -= u32::from(was_open);
                holding.lost += 1;
                holding.why = Some(why);
            }
            // All are lost: that stays true, and is told.
            Ok(None) => tokio::time::sleep(EVERY).await,
            Err(_) => {}
        }
        log::line(&holding)?;
    }
}

async fn one(target: Target, tell: mpsc::Sender<Event>) {
    let mut was_open = false;
    let why = match echo(&target, &tell, &mut was_open).await {
        Ok(never) => match never {},
        Err(error) => format!("{error:#}"),
    };
    // Whoever listened is gone when the user leaves.
    let _ = tell.send(Event::Lost { was_open, why }).await;
}

async fn echo(
    Target { url, tls }: &Target,
    tell: &mpsc::Sender<Event>,
    was_open: &mut bool,
) -> anyhow::Result<std::convert::Infallible> {
    let target = target::address(url);
    let name = host_of(url);
    let deadline = Instant::now() + ANSWERED_WITHIN;
    let opening = async {
        let stream = TcpStream::connect(&target).await.with_context(|| format!("connecting to {target}"))?;
        let tls = tls.clone().map(|config| (config, name.as_str()));
        let stream = greet(stream, tls, deadline).await.map_err(anyhow::Error::msg)?;
        let (socket, _) = tokio_tungstenite::client_async(url.as_str(), stream).await.context("opening it")?;
        anyhow::Ok(socket)
    };
    let socket = timeout_at(deadline, opening).await;
    let mut socket = socket.with_context(|| format!("it was not open after {} s", ANSWERED_WITHIN.as_secs()))??;
    *was_open = true;
    tell.send(Event::Opened).await?;
    for number in 0_u64.. {
        let question = Message::text(number.to_string());
        socket.send(question.clone()).await.context("asking for an echo")?;
        let answer = tokio::time::timeout(ANSWERED_WITHIN, socket.next()).await;
        let answer = answer.with_context(|| format!("no echo came within {} s", ANSWERED_WITHIN.as_secs()))?;
        let answer = answer.context("it was closed")?.context("waiting for an echo")?;
        ensure!(!answer.is_close(), "it was closed");
        ensure!(answer == question, "the echo of {question} was {answer}");
        tokio::time::sleep(EVERY).await;
    }
    anyhow::bail!("there are no more numbers")
}
