//! `git http-backend` as a CGI program (RFC 3875): a request to its environment and input, its output to an answer.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::header::{HeaderName, HeaderValue};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{mpsc, oneshot};

/// The most one push or fetch may take.
pub(super) const MAX_TIME: Duration = Duration::from_secs(300);
/// The most a request may send, in bytes.
const MAX_SENT: u64 = 256 << 20;
/// The most the program may say in its head, in bytes.
const MAX_HEAD: u64 = 16 << 10;
const CHUNK: usize = 64 << 10;

/// Answers with what the program answers. The receiver ends when the program has exited and its answer was sent.
///
/// # Errors
/// When Git cannot be started, or answers no CGI.
pub(super) async fn answer(root: &Path, request: Request, user: &str) -> anyhow::Result<(Response, oneshot::Receiver<()>)> {
    let mut child = start(root, &request, user)?;
    let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        bail!("git http-backend has no pipes");
    };
    tokio::spawn(send(request.into_body(), input));
    let mut output = BufReader::new(output);
    let mut response =
        tokio::time::timeout(MAX_TIME, head(&mut output)).await.with_context(|| format!("no answer within {MAX_TIME:?}"))??;
    let (body, chunks) = mpsc::channel(8);
    let (ended, done) = oneshot::channel();
    tokio::spawn(async move {
        if tokio::time::timeout(MAX_TIME, copy(output, body, &mut child)).await.is_err() {
            eprintln!("relapse-agent: git http-backend: no end within {MAX_TIME:?}; it is killed");
        }
        drop(ended);
    });
    let chunks = futures_util::stream::unfold(chunks, |mut chunks| async {
        chunks.recv().await.map(|chunk| (Ok::<Bytes, std::io::Error>(chunk), chunks))
    });
    *response.body_mut() = Body::from_stream(chunks);
    Ok((response, done))
}

fn start(root: &Path, request: &Request, user: &str) -> anyhow::Result<Child> {
    let mut command = Command::new("git");
    command.arg("http-backend").current_dir(root).kill_on_drop(true).stdin(Stdio::piped()).stdout(Stdio::piped());
    let uri = request.uri();
    command
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("PATH_INFO", uri.path())
        .env("QUERY_STRING", uri.query().unwrap_or_default())
        .env("REQUEST_METHOD", request.method().as_str())
        .env("SERVER_PROTOCOL", "HTTP/1.1")
        .env("REMOTE_ADDR", "")
        .env_remove("CONTENT_LENGTH");
    if !user.is_empty() {
        command.env("REMOTE_USER", user);
    }
    // A chunked body has no length: http-backend then reads to the end of its input.
    let passed = [
        ("content-type", "CONTENT_TYPE"),
        ("content-length", "CONTENT_LENGTH"),
        ("content-encoding", "HTTP_CONTENT_ENCODING"),
        ("git-protocol", "HTTP_GIT_PROTOCOL"),
    ];
    for (header, variable) in passed {
        if let Some(value) = request.headers().get(header).and_then(|value| value.to_str().ok()) {
            command.env(variable, value);
        }
    }
    command.spawn().context("starting git http-backend")
}

/// Sends a request's body to the program, and closes its input.
async fn send(mut body: Body, mut input: ChildStdin) {
    let mut sent = 0;
    while let Some(frame) = body.frame().await {
        // A client that breaks off ends the program's input: it refuses what is incomplete.
        let Ok(frame) = frame else { return };
        let Ok(data) = frame.into_data() else { continue };
        sent += data.len() as u64;
        if sent > MAX_SENT {
            eprintln!("relapse-agent: a request with more than {MAX_SENT} bytes is cut off");
            return;
        }
        // The program may have exited without reading everything: its answer says why.
        if input.write_all(&data).await.is_err() {
            return;
        }
    }
}

/// Reads the program's head: lines until an empty one.
async fn head(output: &mut BufReader<ChildStdout>) -> anyhow::Result<Response> {
    let mut response = Response::new(Body::empty());
    let mut left = output.take(MAX_HEAD);
    loop {
        let mut line = String::new();
        left.read_line(&mut line).await?;
        if !line.ends_with('\n') {
            bail!("expected the head of a CGI answer, of at most {MAX_HEAD} bytes; it ended with {line:?}");
        }
        let line = line.trim_end();
        if line.is_empty() {
            return Ok(response);
        }
        let (name, value) = line.split_once(':').with_context(|| format!("expected a header, found {line:?}"))?;
        let value = value.trim();
        if name.eq_ignore_ascii_case("status") {
            let code = value.split(' ').next().unwrap_or_default();
            *response.status_mut() = StatusCode::from_bytes(code.as_bytes()).with_context(|| format!("the status {value:?}"))?;
        } else {
            response.headers_mut().append(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_str(value)?);
        }
    }
}

/// Passes the program's output on until it ends. A client that has gone away does not stop a push.
async fn copy(mut output: BufReader<ChildStdout>, body: mpsc::Sender<Bytes>, child: &mut Child) {
    let mut buffer = vec![0; CHUNK];
    while let Ok(read) = output.read(&mut buffer).await {
        if read == 0 {
            break;
        }
        let _ = body.send(Bytes::copy_from_slice(&buffer[..read])).await;
    }
    drop(body);
    match child.wait().await {
        Ok(status) if status.success() => {}
        Ok(status) => eprintln!("relapse-agent: git http-backend: {status}"),
        Err(error) => eprintln!("relapse-agent: git http-backend: {error}"),
    }
}
