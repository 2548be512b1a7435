//! How the autoscaler starts and terminates instances, and how it sees that it did: by the fleet's control, and by Consul.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use reqwest::Method;

use crate::common::consul::{Consul, Healthy, Index};
use crate::instruments::fleet::instance::Told;

/// An instance that takes longer to pass, or to be missed, is not waited for.
const SEEN_WITHIN: Duration = Duration::from_secs(20);
/// Consul or the fleet may be starting at this moment.
const REACHED_WITHIN: Duration = Duration::from_secs(20);
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);
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
            match self.ask(Method::GET, "").await {
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

    pub(super) async fn start(&self) -> anyhow::Result<Told> {
        let text = self.ask(Method::POST, "").await?;
        serde_json::from_str(&text).context("reading the fleet's answer")
    }

    pub(super) async fn terminate(&self, id: &str) -> anyhow::Result<()> {
        self.ask(Method::DELETE, &format!("/{id}")).await.map(drop)
    }

    async fn ask(&self, method: Method, path: &str) -> anyhow::Result<String> {
        let url = format!("{}/instances{path}", self.control);
        let answer = self.client.request(method.clone(), &url).send().await.with_context(|| format!("{method} {url}"))?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{method} {url} answered {status}: {}", text.trim());
        Ok(text)
    }

    /// Returns once Consul has all of them passing.
    pub(super) async fn until_passing(&self, ids: &[String]) -> anyhow::Result<()> {
        let all = |instances: &[Healthy]| {
            let passes = |id: &String| instances.iter().any(|one| one.id() == id && one.state() == "passing");
            ids.iter().all(passes)
        };
        self.until(all).await.with_context(|| format!("until {} pass", ids.join(", ")))
    }

    /// Returns once Consul has it no more, or not passing.
    pub(super) async fn until_gone(&self, id: &str) -> anyhow::Result<()> {
        let gone = |instances: &[Healthy]| !instances.iter().any(|one| one.id() == id && one.state() == "passing");
        self.until(gone).await.with_context(|| format!("until {id} is gone"))
    }

    async fn until(&self, condition: impl Fn(&[Healthy]) -> bool) -> anyhow::Result<()> {
        let mut last = String::from("no answer yet");
        let waiting = async {
            let mut index = Index::default();
            loop {
                match self.consul.instances(&self.service, index).await {
                    Ok((_, instances)) if condition(&instances) => return,
                    Ok((next, instances)) => {
                        let told = instances.iter().map(|one| format!("{} {}", one.id(), one.state()));
                        last = format!("{index:?} to {next:?}: {}", told.collect::<Vec<_>>().join(", "));
                        index = next;
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
