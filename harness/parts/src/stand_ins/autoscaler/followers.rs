//! Who follows Consul: programs that make a list of their own of it, such as the one that fills an HAProxy's slots. A replacement stands for
//! an hour, in which each of them had its time: so it is over once each has worked on a list without the instance that went. A pause
//! instead would be too short on a busy machine, and then the programs would meet two replacements at once.

use std::net::Ipv4Addr;
use std::time::Duration;

use anyhow::{Context, ensure};

/// A program that takes longer has stopped following.
const KNOWN_WITHIN: Duration = Duration::from_secs(20);
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);
const AGAIN: Duration = Duration::from_millis(50);

pub(super) struct Followers {
    urls: Vec<String>,
    client: reqwest::Client,
}

impl Followers {
    /// # Errors
    /// When the system has no resources for a client.
    pub(super) fn new(urls: &[String]) -> anyhow::Result<Self> {
        let urls = urls.iter().filter(|url| !url.is_empty()).cloned().collect();
        Ok(Self { urls, client: crate::common::http::client(ANSWERED_WITHIN)? })
    }

    /// Returns once none of their lists has these instances.
    ///
    /// # Errors
    /// When one still has them after a while, or does not answer.
    pub(super) async fn until_gone(&self, gone: &[Ipv4Addr]) -> anyhow::Result<()> {
        for url in &self.urls {
            let mut last = String::from("no answer yet");
            let waiting = async {
                loop {
                    match self.list(url).await {
                        Ok(list) if !lists_any(&list, gone) => return,
                        Ok(list) => last = format!("it lists {}", list.trim().replace('\n', ", ")),
                        Err(error) => last = format!("{error:#}"),
                    }
                    tokio::time::sleep(AGAIN).await;
                }
            };
            let in_time = tokio::time::timeout(KNOWN_WITHIN, waiting).await.is_ok();
            ensure!(in_time, "{url} does not know within {} s that {gone:?} went: {last}", KNOWN_WITHIN.as_secs());
        }
        Ok(())
    }

    async fn list(&self, url: &str) -> anyhow::Result<String> {
        let answer = self.client.get(url).send().await.with_context(|| format!("GET {url}"))?;
        let status = answer.status();
        ensure!(status.is_success(), "GET {url} answered {status}");
        Ok(answer.text().await?)
    }
}

fn lists_any(list: &str, addresses: &[Ipv4Addr]) -> bool {
    let listed = |line: &str| line.split(':').next().and_then(|address| address.parse().ok());
    list.lines().filter_map(listed).any(|address: Ipv4Addr| addresses.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_an_address_only_as_a_whole() {
        let list = "10.0.0.10:8080\n10.0.0.2:8080\n";
        assert!(lists_any(list, &[Ipv4Addr::new(10, 0, 0, 2)]));
        assert!(!lists_any(list, &[Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(10, 0, 0, 3)]));
    }
}
