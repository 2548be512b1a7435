//! The deploy gate: an app is published once it has answered.

use std::time::{Duration, Instant};

use anyhow::bail;
use bytes::Bytes;
use http_body_util::Empty;
use hyper::Request;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::docker::Engine;

/// How long an app may take to answer.
const WITHIN: Duration = Duration::from_secs(5);
const ONE_TRY: Duration = Duration::from_secs(1);
const EVERY: Duration = Duration::from_millis(100);

/// Waits until an app answers HTTP at its own address, with any status; says which.
///
/// # Errors
/// As soon as its container has exited, or when it has not answered in time, with the last status.
pub(super) async fn answers(engine: &Engine, id: &str, network: &str, host: &str, port: u16) -> anyhow::Result<String> {
    let until = Instant::now() + WITHIN;
    loop {
        let seen = engine.inspect(id).await?;
        if !seen.state.running {
            let tail = engine.log_tail(id).await.unwrap_or_default();
            bail!("the app exited with {} before it answered; its log ends: {tail}", seen.state.exit_code);
        }
        let address = seen.network_settings.networks.get(network).map_or("", |attached| attached.address.as_str());
        let target = format!("{address}:{port}");
        let last = match tokio::time::timeout(ONE_TRY, ask(&target, host)).await {
            Ok(Ok(status)) => return Ok(format!("{target} answered {status}")),
            Ok(Err(error)) => format!("{error:#}"),
            Err(_) => format!("no answer within {ONE_TRY:?}"),
        };
        if Instant::now() >= until {
            bail!("the app did not answer at {target} within {WITHIN:?}; the last try: {last}");
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn ask(target: &str, host: &str) -> anyhow::Result<u16> {
    let stream = TcpStream::connect(target).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let request = Request::get("/").header("Host", host).body(Empty::<Bytes>::new())?;
    let answer = sender.send_request(request).await;
    connection.abort();
    Ok(answer?.status().as_u16())
}
