//! How the autoscaler starts and terminates instances, and how it sees that it did: by the fleet's control, and by Consul.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use reqwest::Method;

use crate::common::consul::{Consul, Healthy, Index};
use crate::instruments::fleet::instance::Told;

/// An instance that takes longer to pass, or to be missed, is not waited for.
const SEEN_WITHIN: Duration = Duration::from_secs(20);
/// Consul or the fleet may be starting at this moment.
const REACHED_WITHIN: Duration = Duration::from_secs(20);
/// A thousand registrations take several seconds.
const ANSWERED_WITHIN: Duration = Duration::from_secs(60);
/// So many ids are told of a list.
const SHOWN: usize = 8;
const AGAIN: Duration = Duration::from_millis(200);

pub(super) struct Fleet {
    control: String,
    client: reqwest::Client,
    consul: Consul,
    service: String,
}

/// How busy every instance has been, at a moment.
pub(super) struct Load {
    at: Instant,
    instances: Vec<Told>,
}

impl Load {
    pub(super) fn instances(&self) -> usize {
        self.instances.len()
    }

    /// The mean share of workers that were busy since an earlier look, in percent, over the instances of both.
    #[expect(clippy::cast_precision_loss)]
    pub(super) fn busy_since(&self, earlier: &Self) -> Option<f64> {
        let before: HashMap<&str, u64> = earlier.instances.iter().map(|one| (one.id.as_str(), one.busy_ms)).collect();
        let both = self.instances.iter().filter_map(|one| Some((one, before.get(one.id.as_str())?)));
        let (mut busy, mut workers) = (0, 0);
        for (one, before) in both {
            busy += one.busy_ms.saturating_sub(*before);
            workers += one.workers;
        }
        let all = self.at.duration_since(earlier.at).as_millis() as f64 * workers as f64;
        (all > 0.0).then(|| (busy as f64 * 100.0 / all).min(100.0))
    }
}

impl Fleet {
    /// # Errors
    /// When the system has no resources for a client.
    pub(super) fn new(control: &str, consul: Consul, service: &str) -> anyhow::Result<Self> {
        let client = crate::common::http::client(ANSWERED_WITHIN)?;
        Ok(Self { control: control.trim_end_matches('/').to_owned(), client, consul, service: service.to_owned() })
    }

    /// Those that run, the oldest first.
    pub(super) async fn running(&self) -> anyhow::Result<Vec<Told>> {
        let until = Instant::now() + REACHED_WITHIN;
        loop {
            match self.ask(Method::GET, "instances").await {
                Ok(text) => return serde_json::from_str(&text).context("reading the fleet's answer"),
                Err(error) if Instant::now() >= until => return Err(error),
                Err(_) => tokio::time::sleep(AGAIN).await,
            }
        }
    }

    pub(super) async fn load(&self) -> anyhow::Result<Load> {
        let at = Instant::now();
        Ok(Load { at, instances: self.running().await? })
    }

    /// Where instances can be.
    pub(super) async fn zones(&self) -> anyhow::Result<Vec<String>> {
        serde_json::from_str(&self.ask(Method::GET, "zones").await?).context("reading the fleet's answer")
    }

    /// Starts so many, in that zone or in the zones in turn.
    pub(super) async fn start(&self, count: usize, zone: Option<&str>) -> anyhow::Result<Vec<Told>> {
        let zone = zone.map(|zone| format!("&zone={zone}")).unwrap_or_default();
        let text = self.ask(Method::POST, &format!("instances?count={count}{zone}")).await?;
        serde_json::from_str(&text).context("reading the fleet's answer")
    }

    pub(super) async fn terminate(&self, id: &str) -> anyhow::Result<()> {
        self.ask(Method::DELETE, &format!("instances/{id}")).await.map(drop)
    }

    async fn ask(&self, method: Method, path: &str) -> anyhow::Result<String> {
        let url = format!("{}/{path}", self.control);
        let answer = self.client.request(method.clone(), &url).send().await.with_context(|| format!("{method} {url}"))?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{method} {url} answered {status}: {}", text.trim());
        Ok(text)
    }

    /// Returns once Consul has all of them passing.
    pub(super) async fn until_passing(&self, ids: &[String]) -> anyhow::Result<()> {
        self.until(ids, |passing, id| passing.contains(id)).await.with_context(|| format!("until {} pass", shown(ids)))
    }

    /// Returns once Consul has none of them, or not passing.
    pub(super) async fn until_gone(&self, ids: &[String]) -> anyhow::Result<()> {
        self.until(ids, |passing, id| !passing.contains(id)).await.with_context(|| format!("until {} are gone", shown(ids)))
    }

    /// Until it holds of each of them, given those that pass.
    async fn until(&self, ids: &[String], holds: impl Fn(&HashSet<&str>, &str) -> bool) -> anyhow::Result<()> {
        // A list of a thousand is megabytes, and changes a thousand times: it is not asked for each time.
        let pause = Duration::from_millis(ids.len().min(500) as u64);
        let mut last = String::from("no answer yet");
        let waiting = async {
            let mut index = Index::default();
            loop {
                match self.consul.instances(&self.service, "", index).await {
                    Ok((next, instances)) => {
                        let passing = instances.iter().filter(|one| one.state() == "passing").map(Healthy::id).collect();
                        let open: Vec<&String> = ids.iter().filter(|id| !holds(&passing, id)).collect();
                        if open.is_empty() {
                            return;
                        }
                        last = format!("{index:?} to {next:?}: {} pass, not yet so: {}", passing.len(), shown(&open));
                        index = next;
                        tokio::time::sleep(pause).await;
                    }
                    Err(error) => {
                        last = format!("{error:#}");
                        tokio::time::sleep(AGAIN).await;
                    }
                }
            }
        };
        let in_time = tokio::time::timeout(SEEN_WITHIN, waiting).await.is_ok();
        ensure!(in_time, "not seen within {} s; Consul's last answer: {last}", SEEN_WITHIN.as_secs());
        Ok(())
    }
}

/// The first of them, and how many others there are.
fn shown<T: AsRef<str>>(ids: &[T]) -> String {
    let first: Vec<&str> = ids.iter().take(SHOWN).map(AsRef::as_ref).collect();
    let others = ids.len() - first.len();
    first.join(", ") + &if others > 0 { format!(" and {others} others") } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_are_not_told_one_by_one() {
        let ids: Vec<String> = (1..=1000).map(|number| format!("webapp-{number}")).collect();
        assert_eq!(shown(&ids), "webapp-1, webapp-2, webapp-3, webapp-4, webapp-5, webapp-6, webapp-7, webapp-8 and 992 others");
        assert_eq!(shown(&ids[..1]), "webapp-1");
    }
}
