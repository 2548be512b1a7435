//! Requests, with whatever bytes, and the access lines that a server wrote of them, read as a lab reads them.

use std::net::SocketAddr;

use relapse_wire::log::{Access, Line};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::image::{Server, WITHIN, until};

/// A client for a server's own interface.
pub(crate) fn http() -> reqwest::Client {
    // A second one to install it finds it there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().tls_certs_only([]).timeout(WITHIN).build().unwrap()
}

/// Asks for a target that is sent as it is, and gives the status and the body.
pub(crate) async fn get(server: SocketAddr, target: &str, headers: &str) -> (u16, String) {
    answer(server, target, headers).await.unwrap_or_else(|| panic!("{target}: no answer"))
}

/// `None` where there is none, as while a server starts: its port is the engine's by then.
pub(crate) async fn answer(server: SocketAddr, target: &str, headers: &str) -> Option<(u16, String)> {
    let exchange = async {
        let mut stream = TcpStream::connect(server).await?;
        let request = format!("GET {target} HTTP/1.1\r\nHost: app.lab\r\nConnection: close\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&answer).into_owned())
    };
    let answer = tokio::time::timeout(WITHIN, exchange).await.ok()?.ok()?;
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    let (_, body) = answer.split_once("\r\n\r\n")?;
    Some((status, body.to_owned()))
}

/// The first line that a server wrote of a request for that path.
pub(crate) async fn line(server: &Server, path: &str) -> Access {
    let found = until(async || accesses(&server.log().await).into_iter().find(|access| access.path == path)).await;
    match found {
        Some(access) => access,
        None => panic!("no access line of {path}; the server wrote\n{}", server.log().await),
    }
}

fn accesses(log: &str) -> Vec<Access> {
    let lines = log.lines().filter_map(|line| serde_json::from_str(line.trim_end()).ok());
    lines.filter_map(|line| if let Line::Access(access) = line { Some(access) } else { None }).collect()
}
