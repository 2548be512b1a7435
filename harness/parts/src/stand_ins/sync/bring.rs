//! What a Consul watch runs each time that the list has changed: it hands the list, which the watch writes to its input, to the daemon
//! of this machine.

use std::io::Read;
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::common::http;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Where the daemon takes the list.
    #[arg(long, env = "SYNC", default_value = "http://127.0.0.1:9100/hosts")]
    sync: String,
    /// For how long it stays once it has: the watch asks Consul again only then, and a list of a thousand is a tenth of a second's work.
    #[arg(long, env = "REST_MS", default_value_t = 0)]
    rest_ms: u64,
}

/// # Errors
/// When there is no daemon, or it does not take the list.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let mut list = Vec::new();
    std::io::stdin().read_to_end(&mut list).context("reading the list from the watch")?;
    let client = http::client(Duration::from_secs(5))?;
    let request = client.post(&options.sync).header(reqwest::header::CONTENT_TYPE, "application/json").body(list);
    let answer = request.send().await.with_context(|| format!("handing the list to {}", options.sync))?;
    let status = answer.status();
    ensure!(status.is_success(), "{} answered {status}: {}", options.sync, answer.text().await.unwrap_or_default().trim());
    tokio::time::sleep(Duration::from_millis(options.rest_ms)).await;
    Ok(())
}
