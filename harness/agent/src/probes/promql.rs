//! A question in PromQL, asked of a Prometheus over its HTTP API (prometheus.io/docs/prometheus/latest/querying/api).

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context;
use relapse_wire::promql::{Answer, Value};
use reqwest::Url;
use serde::Deserialize;

use relapse_service::{http, log};

const TIMEOUT: Duration = Duration::from_secs(10);
/// The most its answer may have, in bytes.
const MAX_ANSWER: usize = 1 << 20;

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

async fn ask(url: &Url) -> anyhow::Result<String> {
    let answer = http::client(TIMEOUT)?.get(url.clone()).send().await.with_context(|| format!("asking {url}"))?;
    Ok(String::from_utf8_lossy(&http::read(answer, MAX_ANSWER).await?).into_owned())
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
