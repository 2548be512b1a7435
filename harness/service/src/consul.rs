//! What services ask of Consul, over its HTTP API: to register, who passes, what a key's value is. Changes are awaited by blocking queries
//! (<https://developer.hashicorp.com/consul/api-docs/features/blocking>), never by asking again and again.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::StatusCode;
use serde::{Deserialize, Serialize};

/// How long Consul holds a question whose answer has not changed.
const HELD: Duration = Duration::from_secs(30);
/// Consul adds up to a sixteenth of that.
const ANSWERED_WITHIN: Duration = Duration::from_secs(40);

/// A Consul agent or server.
#[derive(Debug, Clone)]
pub struct Consul {
    base: String,
    client: reqwest::Client,
}

/// How far an answer has come: the next question is held until there is something newer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Index(u64);

/// A service's instance, as an agent is told of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Registration<'a> {
    /// Unique within the agent.
    #[serde(rename = "ID")]
    pub id: &'a str,
    /// The service's.
    pub name: &'a str,
    /// Where it listens.
    pub address: IpAddr,
    /// Where it listens.
    pub port: u16,
    /// Such as `zone-a`.
    pub tags: Vec<String>,
    /// How the agent finds out how it is.
    pub check: HttpCheck,
}

/// The agent asks for `http` every `interval`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct HttpCheck {
    /// A URL.
    #[serde(rename = "HTTP")]
    pub http: String,
    /// As Consul writes times: `1s`.
    pub interval: String,
    /// As Consul writes times.
    pub timeout: String,
    /// It is forgotten after so long without a good answer.
    pub deregister_critical_service_after: String,
    /// How it is until the agent has asked for the first time.
    pub status: &'static str,
}

/// An instance, as the health endpoint and a watch's handler tell it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Healthy {
    node: Node,
    service: Service,
    #[serde(default)]
    checks: Vec<Check>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Node {
    address: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Service {
    #[serde(rename = "ID")]
    id: String,
    #[serde(default)]
    address: String,
    port: u16,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Check {
    status: String,
}

impl Healthy {
    /// The instance's id.
    pub fn id(&self) -> &str {
        &self.service.id
    }

    /// Where it listens. A service without an address of its own is at its node's.
    ///
    /// # Errors
    /// When that is no address.
    pub fn address(&self) -> anyhow::Result<SocketAddr> {
        let text = if self.service.address.is_empty() { &self.node.address } else { &self.service.address };
        let address: IpAddr = text.parse().with_context(|| format!("{}: {text:?} is no address", self.service.id))?;
        Ok(SocketAddr::new(address, self.service.port))
    }

    /// The worst of its checks.
    pub fn state(&self) -> &str {
        let worst = ["critical", "warning"].into_iter().find(|state| self.checks.iter().any(|check| check.status == *state));
        worst.unwrap_or("passing")
    }
}

impl Consul {
    /// At a URL such as `http://127.0.0.1:8500`.
    ///
    /// # Errors
    /// When the system has no resources for a client.
    pub fn new(base: &str) -> anyhow::Result<Self> {
        Ok(Self { base: base.trim_end_matches('/').to_owned(), client: super::http::client(ANSWERED_WITHIN)? })
    }

    /// Registers an instance with an agent.
    ///
    /// # Errors
    /// When the agent is not reached or refuses.
    pub async fn register(&self, registration: &Registration<'_>) -> anyhow::Result<()> {
        let url = format!("{}/v1/agent/service/register", self.base);
        let answer = self.client.put(&url).json(registration).send().await?;
        let status = answer.status();
        if !status.is_success() {
            bail!("{url} answered {status}: {}", answer.text().await.unwrap_or_default().trim());
        }
        Ok(())
    }

    /// Every instance of a service, with its state, as soon as there is something newer than `since`; of one tag, unless that is empty.
    ///
    /// # Errors
    /// When Consul is not reached, has no leader, or says something else.
    pub async fn instances(&self, service: &str, tag: &str, since: Index) -> anyhow::Result<(Index, Vec<Healthy>)> {
        let (index, text) = self.ask(&health(service, tag), since).await?;
        let text = text.context("the health endpoint is not there")?;
        Ok((index, serde_json::from_str(&text).context("reading Consul's answer")?))
    }

    /// The value of a key as text, as soon as there is something newer than `since`; `None` if there is no such key.
    ///
    /// # Errors
    /// As for [`Self::instances`].
    pub async fn value(&self, key: &str, since: Index) -> anyhow::Result<(Index, Option<String>)> {
        self.ask(&format!("/v1/kv/{key}?raw"), since).await
    }

    /// Who leads the servers, to know that Consul answers.
    ///
    /// # Errors
    /// When it does not, within that time.
    pub async fn leader(&self, within: Duration) -> anyhow::Result<String> {
        let url = format!("{}/v1/status/leader", self.base);
        let answer = self.client.get(&url).timeout(within).send().await.with_context(|| format!("asking {url}"))?;
        Ok(answer.error_for_status()?.text().await?)
    }

    /// `None` where the answer is 404, which has an index as well.
    async fn ask(&self, path: &str, since: Index) -> anyhow::Result<(Index, Option<String>)> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let url = format!("{}{path}{joint}index={}&wait={}s", self.base, since.0, HELD.as_secs());
        let answer = self.client.get(&url).send().await.with_context(|| format!("asking {}", self.base))?;
        let status = answer.status();
        let index = answer.headers().get("x-consul-index").and_then(|value| value.to_str().ok()?.parse().ok()).unwrap_or(0);
        let text = answer.text().await?;
        if status != StatusCode::NOT_FOUND && !status.is_success() {
            bail!("{url} answered {status}: {}", text.trim());
        }
        // An index that goes back says that Consul began anew: so do we.
        let index = if index < since.0 { 0 } else { index };
        Ok((Index(index), (status != StatusCode::NOT_FOUND).then_some(text)))
    }
}

fn health(service: &str, tag: &str) -> String {
    let tag = if tag.is_empty() { String::new() } else { format!("?tag={tag}") };
    format!("/v1/health/service/{service}{tag}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_as_well_as_the_worst_of_its_checks() {
        let text = r#"[{"Node":{"Address":"10.0.0.9"},"Service":{"ID":"a","Address":"","Port":80},
            "Checks":[{"Status":"passing"},{"Status":"critical"}]}]"#;
        let all: Vec<Healthy> = serde_json::from_str(text).unwrap();
        assert_eq!(all[0].state(), "critical");
        assert_eq!(all[0].address().unwrap(), "10.0.0.9:80".parse().unwrap());
    }

    #[test]
    fn a_tag_is_asked_for_only_where_there_is_one() {
        assert_eq!(health("webapp", ""), "/v1/health/service/webapp");
        assert_eq!(health("webapp", "zone-a"), "/v1/health/service/webapp?tag=zone-a");
    }
}
