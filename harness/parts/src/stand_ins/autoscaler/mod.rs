//! The autoscaler: starts instances while workers are busy, and terminates by its policy. It scales out by itself (target tracking: as
//! many instances as would bring the busy share of workers down to the target) and in only when it is told, as a schedule would.
//!
//! `fleet` is how it starts and terminates, `policy` who goes first, `ask` the command that tells it what to do.

pub(crate) mod ask;
mod fleet;
mod policy;

use std::sync::Arc;
use std::time::Duration;

use anyhow::ensure;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use tokio::sync::Mutex;

use crate::common::consul::Consul;
use crate::common::listen::{self, Address};
use crate::common::log;
use fleet::Fleet;
use policy::Policy;

/// Between two looks at how busy the fleet is.
const LOOK_EVERY: Duration = Duration::from_millis(500);

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Where the fleet is controlled.
    #[arg(long, env = "FLEET", default_value = "http://fleet:9000")]
    fleet: String,
    /// Which instances pass.
    #[arg(long, env = "CONSUL", default_value = "http://consul:8500")]
    consul: String,
    /// The service's name, there and in the log.
    #[arg(long, env = "SERVICE")]
    service: String,
    /// Instances at the beginning.
    #[arg(long, env = "INSTANCES")]
    instances: usize,
    /// Never more, of its own accord.
    #[arg(long, env = "MOST_INSTANCES")]
    most_instances: usize,
    /// The share of workers that should be busy, in percent.
    #[arg(long, env = "TARGET_BUSY", default_value_t = 60.0)]
    target_busy: f64,
    /// Who goes first.
    #[arg(long, env = "TERMINATION", default_value = "oldest-first")]
    termination: Policy,
    /// From one replacement to the next, at least: others have to take note of the first.
    #[arg(long, env = "REPLACE_EVERY_MS", default_value_t = 1500)]
    replace_every_ms: u64,
    /// Where it is told what to do.
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:9000")]
    listen: Address,
}

struct Autoscaler {
    options: Options,
    fleet: Fleet,
    /// One thing at a time.
    turn: Mutex<()>,
}

/// Serves until it is stopped.
///
/// # Errors
/// When the first instances cannot be started, or the address cannot be listened on.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let listener = options.listen.bind().await?;
    let fleet = Fleet::new(&options.fleet, Consul::new(&options.consul)?, &options.service)?;
    let scaler = Arc::new(Autoscaler { fleet, options, turn: Mutex::default() });
    scaler.to(scaler.options.instances).await?;
    tokio::spawn(watch(scaler.clone()));
    let router = Router::new().route("/to/{count}", post(to)).route("/replace/{count}", post(replace)).with_state(scaler);
    log::ready("autoscaler");
    listen::serve(listener, router).await
}

async fn to(State(scaler): State<Arc<Autoscaler>>, Path(count): Path<usize>) -> (StatusCode, String) {
    told(scaler.to(count).await)
}

async fn replace(State(scaler): State<Arc<Autoscaler>>, Path(count): Path<usize>) -> (StatusCode, String) {
    told(scaler.replace(count).await)
}

fn told(outcome: anyhow::Result<()>) -> (StatusCode, String) {
    match outcome {
        Ok(()) => (StatusCode::OK, String::new()),
        Err(error) => (StatusCode::CONFLICT, format!("{error:#}\n")),
    }
}

impl Autoscaler {
    /// Starts or terminates until there are so many, and returns once Consul says so as well.
    async fn to(&self, count: usize) -> anyhow::Result<()> {
        let _turn = self.turn.lock().await;
        let running = self.fleet.running().await?;
        if count >= running.len() {
            return self.out(running.len(), count).await;
        }
        // One by one, as machines are drained: each is seen gone before the next goes.
        for left in (count..running.len()).rev() {
            self.terminate_next().await?;
            log::action("scale-in", &self.options.service, "success", &format!("to {left}"));
        }
        Ok(())
    }

    async fn out(&self, from: usize, to: usize) -> anyhow::Result<()> {
        let mut started = Vec::new();
        for _ in from..to {
            started.push(self.fleet.start().await?.id);
        }
        self.fleet.until_passing(&started).await
    }

    /// As a rolling deploy: each new instance passes before an old one goes.
    async fn replace(&self, count: usize) -> anyhow::Result<()> {
        let _turn = self.turn.lock().await;
        let mut ticks = tokio::time::interval(Duration::from_millis(self.options.replace_every_ms));
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        for _ in 0..count {
            ticks.tick().await;
            let new = self.fleet.start().await?;
            self.fleet.until_passing(std::slice::from_ref(&new.id)).await?;
            self.terminate_next().await?;
            log::action("replace", &self.options.service, "success", &format!("{} came", new.id));
        }
        Ok(())
    }

    async fn terminate_next(&self) -> anyhow::Result<()> {
        let running = self.fleet.running().await?;
        let Some(next) = self.options.termination.next(&running) else { return Ok(()) };
        self.fleet.terminate(&next.id).await?;
        self.fleet.until_gone(&next.id).await
    }

    /// Scales out if that share of workers, in percent, is more than the target.
    async fn track(&self, busy: f64, count: usize) -> anyhow::Result<()> {
        let wanted = wanted(count, busy, self.options.target_busy).min(self.options.most_instances);
        if wanted <= count {
            return Ok(());
        }
        let _turn = self.turn.lock().await;
        let running = self.fleet.running().await?;
        ensure!(running.len() == count, "somebody else has scaled meanwhile");
        log::action(
            "scale-out",
            &self.options.service,
            "success",
            &format!("{count} to {wanted}: {busy:.0} % of workers are busy"),
        );
        self.out(count, wanted).await
    }
}

/// As many instances as bring the busy share down to the target.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn wanted(count: usize, busy: f64, target: f64) -> usize {
    (count as f64 * busy / target).ceil() as usize
}

/// Looks how busy the fleet is, and scales out.
async fn watch(scaler: Arc<Autoscaler>) {
    let mut last: Option<fleet::Load> = None;
    let mut told = String::new();
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let outcome = async {
            let load = scaler.fleet.load().await?;
            let busy = last.as_ref().and_then(|last| load.busy_since(last));
            let count = load.instances();
            last = Some(load);
            match busy {
                Some(busy) => scaler.track(busy, count).await,
                None => Ok(()),
            }
        };
        match outcome.await {
            Ok(()) => told.clear(),
            Err(error) => {
                let why = format!("{error:#}");
                if why != told {
                    eprintln!("relapse-parts: not scaled: {why}");
                    told = why;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::wanted;

    #[test]
    fn eight_busy_instances_become_fourteen() {
        assert_eq!(wanted(8, 100.0, 60.0), 14);
        assert_eq!(wanted(8, 60.0, 60.0), 8);
        assert_eq!(wanted(8, 10.0, 60.0), 2);
    }
}
