//! Ports of the host that lead into one of its containers, as Docker's published ports do: bytes, not requests.

use std::sync::Arc;

use anyhow::Context;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::common::listen::Address;
use crate::common::stop;

/// Connections at once, of all ports.
const MOST_CONNECTIONS: usize = 4096;

/// A bound port and where it leads.
#[derive(Debug)]
pub(super) struct Relay {
    listener: TcpListener,
    target: String,
}

/// Binds what `PORT=HOST:PORT …` says.
///
/// # Errors
/// When it says something else, or a port is taken.
pub(super) fn bind(text: &str) -> anyhow::Result<Vec<Relay>> {
    parse(text)?
        .into_iter()
        .map(|(port, target)| {
            let listener = Address::Tcp(([0, 0, 0, 0], port).into()).bind_tcp()?;
            Ok(Relay { listener, target })
        })
        .collect()
}

fn parse(text: &str) -> anyhow::Result<Vec<(u16, String)>> {
    text.split_whitespace()
        .map(|word| {
            let pair = word.split_once('=').filter(|(_, target)| target.contains(':'));
            let (port, target) = pair.with_context(|| format!("RELAY={text}: expected PORT=HOST:PORT, found {word:?}"))?;
            let port = port.parse().with_context(|| format!("RELAY={text}: the port {port:?}"))?;
            Ok((port, target.to_owned()))
        })
        .collect()
}

/// Relays until the process is asked to stop.
///
/// # Errors
/// None today; the servers beside it have some.
pub(super) async fn serve(relays: Vec<Relay>) -> anyhow::Result<()> {
    let permits = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    for relay in relays {
        tokio::spawn(accept(relay, Arc::clone(&permits)));
    }
    stop::stopped().await;
    Ok(())
}

async fn accept(relay: Relay, permits: Arc<Semaphore>) {
    let target: Arc<str> = relay.target.into();
    loop {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
        match relay.listener.accept().await {
            Ok((client, _)) => {
                let target = Arc::clone(&target);
                tokio::spawn(async move {
                    if let Err(error) = pass(client, &target).await {
                        eprintln!("relapse-parts: relay to {target}: {error}");
                    }
                    drop(permit);
                });
            }
            // Too many open files, or a client that is gone already: the next one may do better.
            Err(error) => {
                eprintln!("relapse-parts: relay to {target}: accepting: {error}");
                tokio::task::yield_now().await;
            }
        }
    }
}

/// Both directions until both have ended; the end of one is passed on while the other goes on. The name is resolved anew for
/// every connection, since the container behind it may be another one by now.
async fn pass(mut client: TcpStream, target: &str) -> std::io::Result<()> {
    let mut server = TcpStream::connect(target).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[test]
    fn ports_and_targets_are_read() {
        assert_eq!(parse("80=nginx:80 81=b:8080").unwrap(), [(80, "nginx:80".into()), (81, "b:8080".into())]);
        assert!(parse("").unwrap().is_empty());
        for wrong in ["80", "80=nginx", "x=nginx:80", "70000=nginx:80"] {
            parse(wrong).expect_err(wrong);
        }
    }

    #[tokio::test]
    async fn an_end_in_one_direction_leaves_the_other_open() {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = server.local_addr().unwrap().to_string();
        let front = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = front.local_addr().unwrap();
        tokio::spawn(async move { pass(front.accept().await.unwrap().0, &target).await });
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"question").await.unwrap();
        client.shutdown().await.unwrap();
        let (mut served, _) = server.accept().await.unwrap();
        let mut seen = String::new();
        served.read_to_string(&mut seen).await.unwrap();
        served.write_all(b"answer").await.unwrap();
        drop(served);
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert_eq!((seen.as_str(), answer.as_str()), ("question", "answer"));
    }
}
