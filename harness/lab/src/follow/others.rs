//! How much time others take from a lab. A few times a second the kernel is asked how long this lab's work has waited for a processor, and
//! who used the processors meanwhile. Others caused no more of the waiting than they used. A lab's work is what its containers do, what this
//! command does, and what the engine does for it (`engine`). So its own load takes nothing: it is part of the outage. `processes` and
//! `groups` read, `meter` compares two readings, and `disks` does so of the disks.
//!
//! Where the engine runs on another machine nothing is measured, and nothing is taken.

mod disks;
mod engine;
#[cfg(test)]
mod fake;
mod groups;
mod meter;
mod processes;

use std::collections::HashMap;
use std::time::Duration;

use relapse_engine::Engine;
use tokio::time::{MissedTickBehavior, interval};

use crate::recorder::Recorder;
use groups::Groups;
use meter::Meter;
use processes::Processes;

/// Milliseconds or bytes, by task, by process or by container.
type Times = HashMap<String, f64>;

/// By how much all of them have grown together. Whatever is new began to count at nothing.
fn grown(after: &Times, before: &Times) -> f64 {
    after.iter().map(|(key, now)| (now - before.get(key).copied().unwrap_or_default()).max(0.0)).sum()
}

/// How often the kernel is asked.
const EVERY: Duration = Duration::from_millis(250);

/// Measures until it is dropped, from the first container on that runs; `containers` says which were started.
pub(super) async fn measure(engine: Engine, containers: impl Fn() -> Vec<String>, recorder: Recorder) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut meter = 'found: loop {
        ticks.tick().await;
        for container in containers() {
            match Groups::of(&engine, &container).await {
                Ok(Some(groups)) => break 'found Meter::new(Processes::of("/proc"), groups, &containers()),
                // It has ended already.
                Ok(None) => {}
                Err(why) => return tracing::debug!(why, "what others take from this lab is not measured"),
            }
        }
    };
    recorder.taken().add(recorder.now_ms(), 0.0);
    loop {
        ticks.tick().await;
        let taken_ms = meter.taken_ms(&containers());
        recorder.taken().add(recorder.now_ms(), taken_ms);
    }
}
