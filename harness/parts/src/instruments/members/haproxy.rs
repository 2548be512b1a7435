//! An HAProxy's servers of a backend: those that have an address.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::MissedTickBehavior;

use super::{Tell, server, told};
use crate::common::haproxy::Runtime;

/// An HAProxy does not tell when something changes.
const EVERY: Duration = Duration::from_millis(50);

#[derive(clap::Args)]
pub(super) struct Options {
    backend: String,
    /// The Runtime API.
    #[arg(default_value = "127.0.0.1:9999")]
    api: SocketAddr,
}

pub(super) async fn read(options: &Options, tell: &Tell) -> anyhow::Result<()> {
    let runtime = Runtime(options.api);
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let reading = runtime.slots(&options.backend).await.map(|slots| {
            let with_address = slots.iter().filter_map(|slot| Some(server(slot.address?, slot.serves(), slot.state())));
            with_address.collect()
        });
        if !told(reading, tell, Duration::ZERO).await {
            return Ok(());
        }
    }
}
