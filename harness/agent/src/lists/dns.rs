//! The addresses that a name has, by the resolver of the machine that asks. DNS does not tell when something changes, and a resolver may
//! answer from its memory: what is told is what a client there would get at that moment.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::MissedTickBehavior;

use super::{Tell, server, tell_reading};
use crate::probes::resolve;

const EVERY: Duration = Duration::from_millis(100);
/// In the resolver's words, a name that is not there any more, and one that has nothing but other records: a list without servers.
const NOBODY: [&str; 2] = ["Name or service not known", "No address associated with hostname"];

#[derive(clap::Args)]
pub(crate) struct Options {
    name: String,
    /// An address has no port: the one that clients would use.
    port: u16,
}

pub(super) async fn read(options: &Options, tell: &Tell) -> anyhow::Result<()> {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let reading = match resolve::ipv4(&options.name).await {
            Ok(addresses) => {
                Ok(addresses.into_iter().map(|ip| server(SocketAddr::new(ip, options.port), true, "answered")).collect())
            }
            Err(why) if NOBODY.iter().any(|words| why.contains(words)) => Ok(Vec::new()),
            Err(why) => Err(anyhow::anyhow!("{}: {why}", options.name)),
        };
        if !tell_reading(reading, tell, Duration::ZERO).await {
            return Ok(());
        }
    }
}
