//! `scale to 11`, `scale replace 8`: asks the autoscaler of this machine, and returns when it has done so.

use std::time::Duration;

use anyhow::{Context, ensure};

/// A replacement takes about a second and a half.
const DONE_WITHIN: Duration = Duration::from_secs(300);

#[derive(clap::Args)]
pub(crate) struct Options {
    #[arg(value_parser = ["to", "replace"])]
    what: String,
    count: u32,
    /// Where it listens.
    #[arg(default_value = "http://127.0.0.1:9000")]
    url: String,
}

/// # Errors
/// When it is not reached, or could not do so.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let client = crate::common::http::client(DONE_WITHIN)?;
    let url = format!("{}/{}/{}", options.url, options.what, options.count);
    let answer = client.post(&url).send().await.with_context(|| format!("POST {url}"))?;
    let status = answer.status();
    let text = answer.text().await?;
    ensure!(status.is_success(), "{}", text.trim());
    Ok(())
}
