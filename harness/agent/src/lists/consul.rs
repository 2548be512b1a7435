//! Consul's instances of a service, in whatever state; of one tag, where one is named. A question is held until there is something newer, so
//! whether Consul is still there is asked beside it.

use std::time::Duration;

use relapse_wire::members::HEARTBEAT_MS;
use tokio::time::{Interval, MissedTickBehavior};

use super::{Tell, same, server, tell_reading};
use relapse_service::consul::{Consul, Healthy, Index};

/// While Consul does not answer.
const AGAIN: Duration = Duration::from_millis(200);
/// From one question to the next, at least: while a thousand instances register, there is something newer at once.
const EVERY: Duration = Duration::from_millis(80);

/// A Consul that takes longer to say who leads is not there.
const THERE_WITHIN: Duration = Duration::from_millis(2 * HEARTBEAT_MS);

#[derive(clap::Args)]
pub(crate) struct Options {
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
    let mut beats = tokio::time::interval(Duration::from_millis(HEARTBEAT_MS));
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let reading = match newer(options, &consul, index, &mut beats, tell).await {
            Ok((next, instances)) => {
                index = next;
                instances.iter().map(|one| Ok(server(one.address()?, one.state() == "passing", one.state()))).collect()
            }
            // Whatever has happened meanwhile: it is asked for what is there now, and not for what is newer than then.
            Err(error) => {
                index = Index::default();
                Err(error)
            }
        };
        if !tell_reading(reading, tell, AGAIN).await {
            return Ok(());
        }
    }
}

/// The instances as soon as they are newer than `since`. While that question is held it is told that all is as before, if Consul is there.
async fn newer(
    options: &Options,
    consul: &Consul,
    since: Index,
    beats: &mut Interval,
    tell: &Tell,
) -> anyhow::Result<(Index, Vec<Healthy>)> {
    let question = consul.instances(&options.service, &options.tag, since);
    tokio::pin!(question);
    loop {
        tokio::select! {
            answer = &mut question => return answer,
            _ = beats.tick() => {
                consul.leader(THERE_WITHIN).await?;
                // Nobody who listens is noticed at the next answer.
                same(tell).await;
            }
        }
    }
}
