//! Commands for an HAProxy's Runtime API, as an operator gives them. What HAProxy answers is printed; it says nothing where it obeys.

use std::net::SocketAddr;

use relapse_service::haproxy::Runtime;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Each is a command, such as `set server webapp/webapp1 state drain`.
    #[arg(required = true)]
    commands: Vec<String>,
    #[arg(long, default_value = "127.0.0.1:9999")]
    api: SocketAddr,
}

/// # Errors
/// When nobody answers.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let text = Runtime(options.api).send(&options.commands).await?;
    eprintln!("{}", text.trim());
    Ok(())
}
