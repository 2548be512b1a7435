//! One HTTP request over a Unix socket: how the Docker API is spoken. A connection a request, so that an answer that never
//! ends (a log that is followed, the raw stream of an exec) holds nobody else up.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;

const CONNECT: Duration = Duration::from_secs(5);

/// Sends a request to whatever listens on `socket`. The answer's body is still to be read.
///
/// # Errors
/// When nobody listens there, or the answer is not HTTP.
pub async fn send<B>(socket: &Path, request: Request<B>) -> anyhow::Result<Response<Incoming>>
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let shown = socket.display();
    let stream = tokio::time::timeout(CONNECT, UnixStream::connect(socket))
        .await
        .with_context(|| format!("connecting to {shown}: no answer within {CONNECT:?}"))?
        .with_context(|| format!("connecting to {shown}"))?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    sender.send_request(request).await.with_context(|| format!("asking {shown}"))
}

/// Reads a whole body of at most `most` bytes.
///
/// # Errors
/// When the body is longer, or breaks off.
pub async fn read<B>(body: B, most: usize) -> anyhow::Result<Bytes>
where
    B: Body,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    match Limited::new(body, most).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) => Err(anyhow::anyhow!("reading a body of at most {most} bytes: {error}")),
    }
}
