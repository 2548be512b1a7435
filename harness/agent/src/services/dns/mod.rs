//! An authoritative name server over UDP and TCP. Each listening address has its own zone file, which makes a split horizon.
//! `zone` is what the names mean, `parse` how a file says it, `answer` how a message does, `view` which file is in force.

mod answer;
mod parse;
mod view;
mod zone;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use self::answer::{Transport, answer};
use self::view::View;
use relapse_service::{log, stop};

const PORT: u16 = 53;
/// No query is longer, with all that EDNS may add.
const MAX_QUERY_BYTES: usize = 4096;
const MAX_CONNECTIONS: usize = 64;
const IDLE: Duration = Duration::from_secs(10);

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Space separated `ADDRESS=/zone/file`; the port is 53, unless the address is written with one.
    #[arg(long, env = "VIEWS")]
    views: String,
}

/// Answers until it is stopped. SIGHUP reads the zone files again; so does the first query after one has changed.
///
/// # Errors
/// When `VIEWS` or a zone file is wrong, or an address cannot be listened on.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let views = parse_views(&options.views)?;
    let mut tasks = JoinSet::new();
    let mut opened = Vec::new();
    for (address, file) in views {
        let view = Arc::new(View::open(file)?);
        let datagrams = UdpSocket::bind(address).await.with_context(|| cannot_listen(address))?;
        // Port 0 is any free one, in tests: the same for both.
        let address = datagrams.local_addr()?;
        let connections = TcpListener::bind(address).await.with_context(|| cannot_listen(address))?;
        tasks.spawn(serve_datagrams(datagrams, view.clone()));
        tasks.spawn(serve_connections(connections, view.clone()));
        eprintln!("dns: {address} answers from {}", view.file().display());
        opened.push(view);
    }
    let mut hang_up = signal(SignalKind::hangup())?;
    log::ready("dns");
    let stopped = stop::stopped();
    tokio::pin!(stopped);
    loop {
        tokio::select! {
            () = &mut stopped => return Ok(()),
            _ = hang_up.recv() => opened.iter().for_each(|view| view.reload()),
            Some(ended) = tasks.join_next() => ended.context("a listener ended")??,
        }
    }
}

fn cannot_listen(address: SocketAddr) -> String {
    format!(
        "cannot listen on {address}: expected a free port on an address of this container; does the service have that ipv4_address?"
    )
}

fn parse_views(text: &str) -> anyhow::Result<Vec<(SocketAddr, PathBuf)>> {
    let views: Vec<_> = text.split_whitespace().map(parse_view).collect::<Result<_, _>>()?;
    anyhow::ensure!(!views.is_empty(), "VIEWS is empty: expected `ADDRESS=/zone/file …`");
    Ok(views)
}

fn parse_view(text: &str) -> anyhow::Result<(SocketAddr, PathBuf)> {
    let parsed = text.split_once('=').and_then(|(address, file)| {
        let address = address.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, PORT)).or_else(|_| address.parse()).ok()?;
        (!file.is_empty()).then(|| (address, PathBuf::from(file)))
    });
    parsed.with_context(|| format!("VIEWS has {text:?}: expected `ADDRESS=/zone/file`"))
}

async fn serve_datagrams(socket: UdpSocket, view: Arc<View>) -> anyhow::Result<()> {
    let here = socket.local_addr()?.ip();
    let mut query = [0; MAX_QUERY_BYTES];
    loop {
        let (length, client) = match socket.recv_from(&mut query).await {
            Ok(received) => received,
            Err(error) => {
                // An ICMP error of an earlier answer is reported here: it is not this socket's fault.
                eprintln!("dns: an answer did not arrive: {error}");
                continue;
            }
        };
        if let Some(answer) = answer(&view.current(), &query[..length], Transport::Udp) {
            eprintln!("dns at {here}: {client} {}", answer.words);
            if let Err(error) = socket.send_to(&answer.message, client).await {
                eprintln!("dns: the answer to {client} was not sent: {error}");
            }
        }
    }
}

async fn serve_connections(listener: TcpListener, view: Arc<View>) -> anyhow::Result<()> {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let slot = slots.clone().acquire_owned().await?;
        let (stream, client) = listener.accept().await.context("accepting connections")?;
        let view = view.clone();
        tokio::spawn(async move {
            if let Err(error) = converse(stream, client, &view).await {
                eprintln!("dns: {client} hung up: {error}");
            }
            drop(slot);
        });
    }
}

/// Messages with two bytes of length before each (RFC 1035, section 4.2.2), until the client has no more.
async fn converse(mut stream: TcpStream, client: SocketAddr, view: &View) -> std::io::Result<()> {
    let here = stream.local_addr()?.ip();
    loop {
        let length = match tokio::time::timeout(IDLE, stream.read_u16()).await {
            Ok(Ok(length)) => length,
            Ok(Err(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(()),
            Ok(Err(error)) => return Err(error),
            Err(_) => return Ok(()),
        };
        let mut query = vec![0; usize::from(length)];
        tokio::time::timeout(IDLE, stream.read_exact(&mut query)).await??;
        let Some(answer) = answer(&view.current(), &query, Transport::Tcp) else { return Ok(()) };
        eprintln!("dns at {here}: {client} {}", answer.words);
        let length = u16::try_from(answer.message.len()).map_err(std::io::Error::other)?;
        let mut framed = length.to_be_bytes().to_vec();
        framed.extend_from_slice(&answer.message);
        tokio::time::timeout(IDLE, stream.write_all(&framed)).await??;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_an_address_and_a_file() {
        let views = parse_views(" 10.83.0.53=/zones/a.zone\n 127.0.0.1:5353=b.zone ").unwrap();
        assert_eq!(views[0], ("10.83.0.53:53".parse().unwrap(), "/zones/a.zone".into()));
        assert_eq!(views[1], ("127.0.0.1:5353".parse().unwrap(), "b.zone".into()));
    }

    #[test]
    fn anything_else_is_refused_with_what_was_expected() {
        for wrong in ["", "10.83.0.53", "dns=/zones/a.zone", "10.83.0.53="] {
            let error = parse_views(wrong).unwrap_err().to_string();
            assert!(error.contains("ADDRESS=/zone/file"), "{wrong:?}: {error}");
        }
    }
}
