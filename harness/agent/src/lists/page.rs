//! A list that is a page: asked for again and again, since its owner does not tell when something changes.

use std::time::Duration;

use anyhow::Context;
use relapse_wire::members::Server;
use tokio::time::MissedTickBehavior;

use super::{Tell, tell_reading};
use relapse_service::http;

const ANSWERED_WITHIN: Duration = Duration::from_secs(1);

/// Asks so often, until nobody listens. `servers` are what a page lists.
pub(super) async fn read(
    url: &str,
    every: Duration,
    servers: impl Fn(&str) -> anyhow::Result<Vec<Server>>,
    tell: &Tell,
) -> anyhow::Result<()> {
    let client = http::client(ANSWERED_WITHIN)?;
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let asked = async {
            let answer = client.get(url).send().await.with_context(|| format!("asking {url}"))?;
            let text = answer.error_for_status()?.text().await?;
            servers(&text).with_context(|| format!("reading what {url} answered"))
        };
        if !tell_reading(asked.await, tell, Duration::ZERO).await {
            return Ok(());
        }
    }
}
