//! What a deployer asks of the Docker API, over its Unix socket. Without a version in the path the engine speaks its newest.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Method, Request, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::common::unix_http;

/// The most one answer may take.
const MOST_TIME: Duration = Duration::from_secs(60);
/// The most one answer may have, in bytes.
const MOST_ANSWER: usize = 4 << 20;

/// The engine, or a proxy before it.
#[derive(Debug)]
pub(super) struct Engine {
    socket: PathBuf,
}

/// A container in a list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    pub(super) id: String,
    #[serde(default)]
    pub(super) names: Vec<String>,
    /// `running`, `exited`, …
    pub(super) state: String,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) network_settings: Networks,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Networks {
    #[serde(default)]
    pub(super) networks: BTreeMap<String, Attachment>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Attachment {
    #[serde(rename = "IPAddress", default)]
    pub(super) address: String,
}

/// One container, looked at.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Inspected {
    pub(super) state: State,
    #[serde(default)]
    pub(super) config: Config,
    #[serde(default)]
    pub(super) network_settings: Networks,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Config {
    #[serde(default)]
    pub(super) env: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct State {
    pub(super) running: bool,
    pub(super) exit_code: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Made {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ExecState {
    exit_code: Option<i64>,
}

impl Engine {
    pub(super) fn new(socket: PathBuf) -> Self {
        Self { socket }
    }

    /// The containers with a label, stopped ones as well.
    pub(super) async fn labelled(&self, name: &str, value: &str) -> anyhow::Result<Vec<Listed>> {
        self.with_label(&format!("{name}={value}")).await
    }

    /// The containers with a label, whatever its value; or with `name=value`.
    pub(super) async fn with_label(&self, label: &str) -> anyhow::Result<Vec<Listed>> {
        let filters = json!({ "label": [label] }).to_string();
        let mut url = reqwest::Url::parse("http://docker/containers/json")?;
        url.query_pairs_mut().append_pair("all", "1").append_pair("filters", &filters);
        let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        parse(&self.ask(Method::GET, &path, Bytes::new()).await?)
    }

    pub(super) async fn inspect(&self, id: &str) -> anyhow::Result<Inspected> {
        parse(&self.ask(Method::GET, &format!("/containers/{id}/json"), Bytes::new()).await?)
    }

    /// Makes a container; answers its id.
    pub(super) async fn create(&self, name: &str, body: &Value) -> anyhow::Result<String> {
        let path = format!("/containers/create?name={name}");
        parse::<Made>(&self.ask(Method::POST, &path, body.to_string().into()).await?).map(|made| made.id)
    }

    /// Unpacks a tar into a directory of a container.
    pub(super) async fn upload(&self, id: &str, directory: &str, tar: Vec<u8>) -> anyhow::Result<()> {
        let path = format!("/containers/{id}/archive?path={directory}");
        self.ask(Method::PUT, &path, tar.into()).await.map(|_| ())
    }

    pub(super) async fn start(&self, id: &str) -> anyhow::Result<()> {
        self.ask(Method::POST, &format!("/containers/{id}/start"), Bytes::new()).await.map(|_| ())
    }

    /// Removes a container, running or not.
    pub(super) async fn remove(&self, id: &str) -> anyhow::Result<()> {
        self.ask(Method::DELETE, &format!("/containers/{id}?force=1&v=1"), Bytes::new()).await.map(|_| ())
    }

    /// The last lines of a container's log.
    pub(super) async fn log_tail(&self, id: &str) -> anyhow::Result<String> {
        let path = format!("/containers/{id}/logs?stdout=1&stderr=1&tail=3");
        Ok(text(&self.ask(Method::GET, &path, Bytes::new()).await?))
    }

    /// Runs a command in a container to its end; answers its exit code and what it printed.
    pub(super) async fn exec(&self, id: &str, command: &[&str]) -> anyhow::Result<(i64, String)> {
        let body = json!({ "Cmd": command, "AttachStdout": true, "AttachStderr": true });
        let path = format!("/containers/{id}/exec");
        let made: Made = parse(&self.ask(Method::POST, &path, body.to_string().into()).await?)?;
        let body = json!({ "Detach": false, "Tty": false }).to_string();
        let output = self.ask(Method::POST, &format!("/exec/{}/start", made.id), body.into()).await?;
        let state: ExecState = parse(&self.ask(Method::GET, &format!("/exec/{}/json", made.id), Bytes::new()).await?)?;
        let code = state.exit_code.context("the engine has no exit code of a command whose output has ended")?;
        Ok((code, text(&output)))
    }

    async fn ask(&self, method: Method, path: &str, body: Bytes) -> anyhow::Result<Bytes> {
        let kind = if method == Method::PUT { "application/x-tar" } else { "application/json" };
        let builder = Request::builder().method(method.clone()).uri(path);
        let request = builder.header("Host", "docker").header("Content-Type", kind).body(Full::new(body))?;
        let exchange = async {
            let answer = unix_http::send(&self.socket, request).await?;
            let status = answer.status();
            anyhow::Ok((status, unix_http::read(answer.into_body(), MOST_ANSWER).await?))
        };
        let (status, answer) = tokio::time::timeout(MOST_TIME, exchange)
            .await
            .with_context(|| format!("Docker API: {method} {path}: no answer within {MOST_TIME:?}"))?
            .with_context(|| format!("Docker API: {method} {path}"))?;
        // 304: a container that is started already.
        if !status.is_success() && status != StatusCode::NOT_MODIFIED {
            bail!("Docker API: {method} {path}: {status}: {}", message(&answer));
        }
        Ok(answer)
    }
}

fn parse<T: for<'a> Deserialize<'a>>(answer: &[u8]) -> anyhow::Result<T> {
    serde_json::from_slice(answer).context("Docker API: an answer of another shape than expected")
}

/// The engine's own words for an error.
fn message(answer: &[u8]) -> String {
    let parsed: Option<Value> = serde_json::from_slice(answer).ok();
    let words = parsed.as_ref().and_then(|value| value["message"].as_str());
    words.map_or_else(|| String::from_utf8_lossy(answer).trim().to_owned(), str::to_owned)
}

/// The text of a raw stream: frames with a head of eight bytes, of which the last four are the length. Both outputs as they came.
fn text(stream: &[u8]) -> String {
    let mut out = Vec::new();
    let mut rest = stream;
    while let Some((&[_, _, _, _, a, b, c, d], after)) = rest.split_first_chunk::<8>() {
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX).min(after.len());
        out.extend_from_slice(&after[..length]);
        rest = &after[length..];
    }
    String::from_utf8_lossy(&out).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raw_stream_is_read_frame_by_frame() {
        let mut stream = vec![1, 0, 0, 0, 0, 0, 0, 3];
        stream.extend(b"one");
        stream.extend([2, 0, 0, 0, 0, 0, 0, 5]);
        stream.extend(b" two\n");
        assert_eq!(text(&stream), "one two");
        assert_eq!(text(&stream[..14]), "one");
        assert_eq!(text(&[]), "");
        // A head that promises more than there is.
        assert_eq!(text(&[1, 0, 0, 0, 0, 0, 0, 9, b'x']), "x");
    }

    #[test]
    fn an_error_is_told_in_the_engines_words() {
        assert_eq!(message(br#"{"message":"no such image"}"#), "no such image");
        assert_eq!(message(b"plain\n"), "plain");
    }
}
