//! `scale to 11`, `scale in 3 --order=newest-first`, `scale replace 2 --zone=each`: asks the autoscaler of this machine, and returns when
//! it has done so.

use std::time::Duration;

use anyhow::{Context, ensure};

use super::asked::{What, Words};

/// A replacement takes about a second and a half.
const DONE_WITHIN: Duration = Duration::from_secs(300);

#[derive(clap::Args)]
pub(crate) struct Options {
    what: What,
    count: u32,
    #[command(flatten)]
    words: Words,
    /// Where it listens.
    #[arg(default_value = "http://127.0.0.1:9000")]
    url: String,
}

/// # Errors
/// When it is not reached, or could not do so.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let client = crate::common::http::client(DONE_WITHIN)?;
    let url = format!("{}/{}/{}", options.url, options.what, options.count);
    let answer = client.post(&url).query(&options.words).send().await.with_context(|| format!("POST {url}"))?;
    let status = answer.status();
    let text = answer.text().await?;
    ensure!(status.is_success(), "{}", text.trim());
    Ok(())
}
