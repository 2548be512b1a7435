//! Prometheus: the targets of a job with their health, as its configuration changes, and answers to questions in PromQL.

use relapse_wire::promql::Answer;

use crate::agent::{self, Members};
use crate::image::{Image, Release, Setup, until};

pub(crate) const RELEASES: &[Release] = &[
    Release::new("2.24", "relapse-prometheus:bullseye", &[("SUITE", "bullseye")]).nightly(),
    Release::new("2.42", "relapse-prometheus", &[]),
    Release::new("trixie", "relapse-prometheus:trixie", &[("SUITE", "trixie")]).nightly(),
    Release::new("sid", "relapse-prometheus:sid", &[("SUITE", "sid")]).nightly(),
];

const CONFIGURATION: &str = r#"
global: { scrape_interval: 200ms, scrape_timeout: 200ms }
scrape_configs:
  - job_name: webapp
    file_sd_configs: [{ files: [/lab/targets.json], refresh_interval: 1s }]
  - job_name: other
    static_configs: [{ targets: ["127.0.0.9:9090"] }]
  - job_name: named
    static_configs: [{ targets: ["localhost:9090"] }]
"#;

/// Its own figures, and nobody's.
const TARGETS: &str = r#"[{ "targets": ["127.0.0.1:9090", "127.0.0.1:1"], "labels": { "zone": "a" } }]"#;
const FEWER: &str = r#"[{ "targets": ["127.0.0.2:9090"] }]"#;

pub(crate) async fn test(image: Image) {
    let files = [("/etc/prometheus/prometheus.yml", CONFIGURATION), ("/lab/targets.json", TARGETS), ("/lab/fewer", FEWER)];
    let server = image.start(Setup { files: &files, ports: &[9090], ..Setup::default() }).await;
    let url = format!("http://{}", server.at(9090).await);
    let mut members = Members::of(&["prometheus", "webapp", &url]);
    members.have(&["127.0.0.1:1 down", "127.0.0.1:9090 up"]).await;
    members.stay().await;
    Members::of(&["prometheus", "unknown", &url]).have(&[]).await;
    Members::of(&["prometheus", "named", &url]).fail("has no address but a name").await;
    questions(&url).await;

    server.shell("mv /lab/fewer /lab/targets.json").await;
    members.have(&["127.0.0.2:9090 up"]).await;
    server.stop().await;
    members.fail("asking http://").await;
}

async fn questions(url: &str) {
    let labels = |instance: &str| format!(r#"__name__="up",instance="{instance}",job="webapp",zone="a""#);
    let expected = [(labels("127.0.0.1:1"), "0"), (labels("127.0.0.1:9090"), "1")];
    // A target is said to be up before its figures can be asked for.
    let values = until(async || Some(values(url, r#"up{job="webapp"}"#).await).filter(|values| values.len() == 2)).await;
    let values = values.unwrap();
    let seen: Vec<(String, &str)> = values.iter().map(|(labels, value)| (labels.clone(), value.as_str())).collect();
    assert_eq!(seen, expected);

    for (expression, expected) in [
        ("1.5 + 1", "2.5"),
        ("1e6 * 1e6", "1000000000000"),
        ("vector(0) / 0", "NaN"),
        ("-vector(1) / 0", "-Inf"),
        (r#"count(up{job="webapp"} == 0)"#, "1"),
    ] {
        let got = self::values(url, expression).await;
        assert_eq!(got, [(String::new(), expected.to_owned())], "{expression}");
    }
    assert_eq!(self::values(url, "no_such_series").await, []);
    for (expression, words) in [("up{", "parse error"), ("up[1m]", "a matrix"), (r#""text""#, "a string")] {
        let answer = ask(url, expression).await;
        let error = answer.error.unwrap_or_default();
        assert!(answer.values.is_empty() && error.contains(words), "{expression}: {error:?}");
    }
}

async fn values(url: &str, expression: &str) -> Vec<(String, String)> {
    let answer = ask(url, expression).await;
    assert_eq!((answer.expression.as_str(), answer.error), (expression, None));
    answer.values.into_iter().map(|one| (one.labels, one.value)).collect()
}

async fn ask(url: &str, expression: &str) -> Answer {
    let output = agent::run(&["promql", url, expression]).await;
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{expression}: {error}: {output:?}"))
}
