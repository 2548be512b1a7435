//! Consul's instances of a service, in whatever state; of one tag, where one is named.

use std::time::Duration;

use tokio::time::MissedTickBehavior;

use super::{Tell, server, told};
use crate::common::consul::{Consul, Index};

/// While Consul does not answer.
const AGAIN: Duration = Duration::from_millis(200);
/// From one question to the next, at least: while a thousand instances register, there is something newer at once.
const EVERY: Duration = Duration::from_millis(80);

#[derive(clap::Args)]
pub(super) struct Options {
    service: String,
    #[arg(default_value = "http://127.0.0.1:8500")]
    url: String,
    /// Only instances with this tag, such as those of a zone; empty: all.
    #[arg(long, default_value = "")]
    tag: String,
}

pub(super) async fn read(options: &Options, tell: &Tell) -> anyhow::Result<()> {
    let consul = Consul::new(&options.url)?;
    let mut index = Index::default();
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let reading = match consul.instances(&options.service, &options.tag, index).await {
            Ok((next, instances)) => {
                index = next;
                instances.iter().map(|one| Ok(server(one.address()?, one.state() == "passing", one.state()))).collect()
            }
            Err(error) => Err(error),
        };
        if !told(reading, tell, AGAIN).await {
            return Ok(());
        }
    }
}
