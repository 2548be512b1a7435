//! Who is told of alerts: takes an Alertmanager's webhook (prometheus.io/docs/alerting/latest/configuration, `webhook_config`), says each alert
//! in the log, and keeps the latest for `GET /alerts`.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use relapse_wire::log::Alert;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use relapse_service::{listen, log};

/// So many are kept: an Alertmanager may tell of the same alert every second.
const KEPT: usize = 1_000;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Where it listens: the webhook is `POST /alerts`.
    #[arg(long, env = "LISTEN", default_value = "0.0.0.0:9094")]
    listen: listen::Address,
}

#[derive(Deserialize)]
struct Notification {
    alerts: Vec<Told>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    status: String,
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    starts_at: String,
}

type Kept = Arc<Mutex<VecDeque<Alert>>>;

/// Serves until it is stopped.
///
/// # Errors
/// When the address cannot be listened on.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let listener = options.listen.bind().await?;
    log::ready("alert-receiver");
    let router = Router::new().route("/alerts", post(take).get(kept)).with_state(Kept::default());
    listen::serve(listener, router).await
}

async fn take(State(kept): State<Kept>, Json(notification): Json<Notification>) -> (StatusCode, String) {
    // All or none: an Alertmanager that is refused tells everything again.
    let alerts: anyhow::Result<Vec<Alert>> = notification.alerts.into_iter().map(read).collect();
    match alerts {
        Ok(alerts) => {
            alerts.iter().cloned().for_each(log::alert);
            keep(&mut kept.lock().unwrap_or_else(PoisonError::into_inner), alerts);
            (StatusCode::NO_CONTENT, String::new())
        }
        Err(error) => (StatusCode::BAD_REQUEST, format!("{error:#}\n")),
    }
}

async fn kept(State(kept): State<Kept>) -> Json<Vec<Alert>> {
    Json(kept.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect())
}

fn keep(kept: &mut VecDeque<Alert>, alerts: Vec<Alert>) {
    kept.extend(alerts);
    kept.drain(..kept.len().saturating_sub(KEPT));
}

fn read(told: Told) -> anyhow::Result<Alert> {
    let Told { status, labels, mut annotations, starts_at } = told;
    let name = labels.get("alertname").cloned().context("an alert without the label `alertname`")?;
    let since = OffsetDateTime::parse(&starts_at, &Rfc3339).with_context(|| format!("{name}: startsAt is {starts_at:?}"))?;
    // Milliseconds of Unix time are exact in floating point.
    #[expect(clippy::cast_precision_loss)]
    let starts_at = (since.unix_timestamp_nanos() / 1_000_000) as f64 / 1000.0;
    Ok(Alert { name, state: status, labels, summary: annotations.remove("summary").unwrap_or_default(), starts_at })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Alertmanager 0.25 posts it, shortened.
    const POSTED: &str = r#"{"receiver":"us","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"Watchdog",
        "severity":"none"},"annotations":{"summary":"alerting works"},"startsAt":"2023-11-14T22:13:20.5Z",
        "endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"66f0"},{"status":"resolved","labels":{"alertname":"SyncFails"},
        "annotations":{},"startsAt":"2023-11-14T23:13:20+01:00","endsAt":"2023-11-14T22:14:20Z"}],"groupLabels":{},"version":"4"}"#;

    #[test]
    fn alerts_are_told_with_when_they_began() {
        let notification: Notification = serde_json::from_str(POSTED).unwrap();
        let alerts: Vec<Alert> = notification.alerts.into_iter().map(|told| read(told).unwrap()).collect();
        assert_eq!(
            (alerts[0].name.as_str(), alerts[0].state.as_str(), alerts[0].starts_at),
            ("Watchdog", "firing", 1_700_000_000.5)
        );
        assert_eq!((alerts[0].summary.as_str(), alerts[0].labels["severity"].as_str()), ("alerting works", "none"));
        assert_eq!((alerts[1].state.as_str(), alerts[1].starts_at), ("resolved", 1_700_000_000.0));
    }

    #[test]
    fn one_without_a_name_or_a_time_is_refused() {
        let told = |name: &str, at: &str| -> Told {
            let text = format!(r#"{{"status":"firing","labels":{{{name}}},"startsAt":"{at}"}}"#);
            serde_json::from_str(&text).unwrap()
        };
        assert!(read(told("", "2023-11-14T22:13:20Z")).is_err());
        let error = read(told(r#""alertname":"A""#, "yesterday")).unwrap_err();
        assert!(format!("{error:#}").contains(r#"A: startsAt is "yesterday""#), "{error:#}");
    }

    #[test]
    fn the_latest_are_kept() {
        let alert = |at: u32| Alert {
            name: "A".into(),
            state: "firing".into(),
            labels: BTreeMap::new(),
            summary: String::new(),
            starts_at: f64::from(at),
        };
        let mut kept = VecDeque::new();
        keep(&mut kept, (0..KEPT as u32).map(alert).collect());
        keep(&mut kept, vec![alert(5_000)]);
        assert_eq!((kept.len(), kept[0].starts_at, kept[KEPT - 1].starts_at), (KEPT, 1.0, 5_000.0));
    }
}
