//! What a Consul watch runs each time that the list has changed: it hands the list, which the watch writes to its input, to the daemon
//! of this machine. Whether the run with that list is its matter is a choice: a `consul watch` ends where its handler fails, as
//! consul-template does, and then nobody watches any more.

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
    /// Whether the program's run with that list is awaited.
    #[arg(long, env = "RUN", default_value = "left-alone")]
    run: Run,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Run {
    /// Once the daemon has the list, all is well.
    LeftAlone,
    /// This fails where the run does.
    Awaited,
}

/// The daemon ends a run that hangs before.
const RUN_ENDS_WITHIN: Duration = Duration::from_secs(30);

/// # Errors
/// When there is no daemon, it does not take the list, or the run with it is awaited and fails.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let mut list = Vec::new();
    std::io::stdin().read_to_end(&mut list).context("reading the list from the watch")?;
    let awaited = options.run == Run::Awaited;
    let client = http::client(if awaited { RUN_ENDS_WITHIN } else { Duration::from_secs(5) })?;
    let request = client
        .post(&options.sync)
        .query(&[("run_awaited", awaited)])
        .header(reqwest::header::CONTENT_TYPE, "application/json")
        .body(list);
    let answer = request.send().await.with_context(|| format!("handing the list to {}", options.sync))?;
    let status = answer.status();
    ensure!(status.is_success(), "{} answered {status}: {}", options.sync, answer.text().await.unwrap_or_default().trim());
    tokio::time::sleep(Duration::from_millis(options.rest_ms)).await;
    Ok(())
}
