//! The processors of this machine, as the kernel tells of them.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::thread::available_parallelism;

/// In these units the kernel tells processor time in /proc: 100 a second on every machine that has Docker.
pub(crate) const TICK_MS: f64 = 10.0;

/// How long they were busy with anything since the machine started, in milliseconds, all of them together. What the machine's own host took
/// counts. `proc` is `/proc`.
pub(crate) fn busy_ms(proc: &Path) -> Option<f64> {
    let text = fs::read_to_string(proc.join("stat")).ok()?;
    let ticks: Vec<f64> = text.lines().next()?.split_whitespace().skip(1).filter_map(|field| field.parse().ok()).collect();
    // user, nice, system, (idle, iowait,) irq, softirq, steal
    Some([0, 1, 2, 5, 6, 7].iter().filter_map(|at| ticks.get(*at)).sum::<f64>() * TICK_MS)
}

/// How many there are.
pub(crate) fn count() -> usize {
    available_parallelism().map_or(1, NonZeroUsize::get)
}
