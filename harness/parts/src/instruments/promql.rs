//! A question in PromQL, asked of a Prometheus over its HTTP API (prometheus.io/docs/prometheus/latest/querying/api).

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context;
use axum::body::Body;
use hyper::Request;
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use relapse_model::wire::promql::{Answer, Value};
use reqwest::Url;
use serde::Deserialize;
use tokio::net::TcpStream;

use crate::common::{log, unix_http};

const TIMEOUT: Duration = Duration::from_secs(10);
/// The most its answer may have, in bytes.
const MOST_ANSWER: usize = 1 << 20;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Where Prometheus is, for example `http://127.0.0.1:9090`.
    url: Url,
    /// The question, which may begin with a minus.
    #[arg(allow_hyphen_values = true)]
    expression: String,
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    data: Option<Data>,
    #[serde(default)]
    error: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    result_type: String,
    /// A list of [`Series`] for a vector; a time and a value for a scalar.
    result: serde_json::Value,
}

#[derive(Deserialize)]
struct Series {
    metric: BTreeMap<String, String>,
    value: (f64, String),
}

/// Prints one [`Answer`] as JSON. That Prometheus has none is an answer too.
///
/// # Errors
/// When nobody answers there, or it is no Prometheus.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let mut url = options.url.join("/api/v1/query")?;
    url.query_pairs_mut().append_pair("query", &options.expression);
    let answer =
        tokio::time::timeout(TIMEOUT, ask(&url)).await.with_context(|| format!("{url}: no answer within {TIMEOUT:?}"))??;
    let said: Said = serde_json::from_str(&answer).with_context(|| format!("{url} answered no JSON of Prometheus: {answer}"))?;
    let (values, error) = match read(said)? {
        Ok(values) => (values, None),
        Err(why) => (Vec::new(), Some(why)),
    };
    Ok(log::line(&Answer { expression: options.expression, values, error })?)
}

/// One request without TLS: a client of more than that wants certificates, and there are none where this runs.
async fn ask(url: &Url) -> anyhow::Result<String> {
    let host = url.host_str().with_context(|| format!("{url} has no host"))?;
    let port = url.port_or_known_default().with_context(|| format!("{url} has no port"))?;
    let stream = TcpStream::connect((host, port)).await.with_context(|| format!("connecting to {host}:{port}"))?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    let request = Request::get(target).header(HOST, host).body(Body::empty())?;
    let body = unix_http::read(sender.send_request(request).await?.into_body(), MOST_ANSWER).await?;
    Ok(String::from_utf8_lossy(&body).into_owned())
}

/// The values, or in words why there are none.
fn read(said: Said) -> serde_json::Result<Result<Vec<Value>, String>> {
    let data = match (said.error, said.data) {
        (Some(error), _) => return Ok(Err(error)),
        (None, None) => return Ok(Err("it answered neither data nor an error".into())),
        (None, Some(data)) => data,
    };
    Ok(match data.result_type.as_str() {
        "vector" => Ok(serde_json::from_value::<Vec<Series>>(data.result)?.into_iter().map(value).collect()),
        "scalar" => {
            let (_, value): (f64, String) = serde_json::from_value(data.result)?;
            Ok(vec![Value { labels: String::new(), value }])
        }
        other => Err(format!("it is a {other}: ask for a number, for example with rate(…) or max_over_time(…)")),
    })
}

fn value(series: Series) -> Value {
    let labels: Vec<String> = series.metric.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
    Value { labels: labels.join(","), value: series.value.1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(json: &str) -> Result<Vec<Value>, String> {
        read(serde_json::from_str(json).unwrap()).unwrap()
    }

    #[test]
    fn vectors_and_scalars_are_numbers() {
        let vector = r#"{"status":"success","data":{"resultType":"vector","result":[
            {"metric":{"name":"traq","__name__":"up"},"value":[1435781451.781,"1"]}]}}"#;
        let value = Value { labels: r#"__name__="up",name="traq""#.into(), value: "1".into() };
        assert_eq!(answer(vector).unwrap(), [value]);
        let scalar = r#"{"status":"success","data":{"resultType":"scalar","result":[1435781451.781,"NaN"]}}"#;
        assert_eq!(answer(scalar).unwrap()[0].value, "NaN");
    }

    #[test]
    fn what_is_no_number_says_why() {
        let wrong = r#"{"status":"error","errorType":"bad_data","error":"1:3: parse error"}"#;
        assert_eq!(answer(wrong).unwrap_err(), "1:3: parse error");
        let range = r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#;
        assert!(answer(range).unwrap_err().contains("a matrix"));
    }
}
