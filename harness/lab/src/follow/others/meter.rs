//! Two readings of the kernel's figures, one after the other, and what others took between them.

use std::collections::HashMap;
use std::time::Instant;

use super::disks::Disks;
use super::engine::EngineWork;
use super::groups::Groups;
use super::processes::Processes;
use super::{Times, grown};

/// Compares each reading with the one before.
#[derive(Debug)]
pub(super) struct Meter {
    processes: Processes,
    groups: Groups,
    engine: EngineWork,
    disks: Disks,
    last: Reading,
}

/// The kernel's counters at a moment, in milliseconds. They only grow; a container or a task that is gone has none.
#[derive(Debug, Clone)]
struct Reading {
    at: Instant,
    busy: f64,
    own: f64,
    engine: Times,
    own_waits: Times,
    daemon_waits: Times,
    containers: HashMap<String, Container>,
}

#[derive(Debug, Clone, Default)]
struct Container {
    used: f64,
    throttled: f64,
    waits: Times,
}

/// What was between two readings, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Slice {
    elapsed: f64,
    /// How long this lab's work waited for a processor, all of its tasks together.
    waited: f64,
    /// How long the processors were busy, all of them together.
    busy: f64,
    /// And of that, with this lab's work.
    own: f64,
}

impl Slice {
    /// Of the time that passed, what others took. While a task waits, a processor is at work for somebody: so others caused no more of all
    /// waiting than they used, and the lab's own work caused the rest.
    fn taken(self) -> f64 {
        let others = (self.busy - self.own).max(0.0);
        let share = if self.waited > 0.0 { (others / self.waited).min(1.0) } else { 0.0 };
        self.waited.min(self.elapsed) * share
    }
}

impl Meter {
    /// Begins with a lab of these containers: what they did until now is nobody's.
    pub(super) fn new(mut processes: Processes, groups: Groups, containers: &[String]) -> Self {
        let last = read(&mut processes, &groups, containers);
        let engine = EngineWork::new(groups.all());
        let disks = Disks::new("/sys/block", &processes, &groups, containers);
        Self { processes, groups, engine, disks, last }
    }

    /// What others took since the last time, in milliseconds, of a lab of these containers.
    pub(super) fn taken_ms(&mut self, containers: &[String]) -> f64 {
        let now = read(&mut self.processes, &self.groups, containers);
        let of_engine = self.engine.share(self.groups.all(), containers);
        let slice = slice(&self.last, &now, of_engine);
        self.last = now;
        let by_disks = self.disks.taken_ms(&self.processes, &self.groups, containers, of_engine, slice.elapsed);
        tracing::trace!(?slice, taken = slice.taken(), by_disks);
        (slice.taken() + by_disks).min(slice.elapsed)
    }
}

fn read(processes: &mut Processes, groups: &Groups, containers: &[String]) -> Reading {
    processes.look();
    let of = |id: &String| {
        let used = groups.used_ms(id)?;
        Some(Container { used, throttled: groups.throttled_ms(id), waits: groups.waits(processes, id) })
    };
    let of_each = containers.iter().filter_map(|id| Some((id.clone(), of(id)?))).collect();
    Reading {
        at: Instant::now(),
        busy: processes.busy_ms().unwrap_or_default(),
        own: processes.own_ms(),
        engine: processes.engine_ms(),
        own_waits: processes.own_waits(),
        daemon_waits: processes.daemon_waits(),
        containers: of_each,
    }
}

fn slice(before: &Reading, after: &Reading, of_engine: f64) -> Slice {
    let elapsed = after.at.duration_since(before.at).as_secs_f64() * 1_000.0;
    // Whoever waits for the engine waits for what it does for this lab, and not for what it does for others.
    let daemons = grown(&after.daemon_waits, &before.daemon_waits) * of_engine;
    let (mut waited, mut used) = (grown(&after.own_waits, &before.own_waits) + daemons, 0.0);
    let none = Container::default();
    for (id, now) in &after.containers {
        let before = before.containers.get(id).unwrap_or(&none);
        used += (now.used - before.used).max(0.0);
        let throttled = (now.throttled - before.throttled).max(0.0);
        waited += grown(&now.waits, &before.waits).min((elapsed - throttled).max(0.0));
    }
    let engine = grown(&after.engine, &before.engine) * of_engine;
    Slice { elapsed, waited, busy: (after.busy - before.busy).max(0.0), own: used + (after.own - before.own).max(0.0) + engine }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn taken(elapsed: f64, waited: f64, busy: f64, own: f64) -> f64 {
        Slice { elapsed, waited, busy, own }.taken()
    }

    #[test]
    fn others_take_what_they_used_while_the_lab_waited() {
        assert_eq!(taken(250.0, 0.0, 500.0, 0.0), 0.0, "nobody of this lab waited");
        assert_eq!(taken(250.0, 200.0, 500.0, 500.0), 0.0, "it was all its own work");
        assert_eq!(taken(250.0, 180.0, 500.0, 70.0), 180.0, "one task among many of others");
        assert_eq!(taken(250.0, 4_000.0, 500.0, 100.0), 25.0, "its many tasks waited for each other");
        assert_eq!(taken(250.0, 100.0, 0.0, 10.0), 0.0);
        assert_eq!(taken(250.0, 100.0, 10.0, 30.0), 0.0, "the counters are not of one moment");
    }

    #[test]
    fn what_is_new_counts_from_nothing_and_what_is_gone_not_at_all() {
        let at = Instant::now();
        let times = |pairs: &[(&str, f64)]| pairs.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect::<Times>();
        let container = |used, throttled, waits| Container { used, throttled, waits: times(waits) };
        let reading = |ms, busy, containers: &[(&str, Container)]| Reading {
            at: at + Duration::from_millis(ms),
            busy,
            own: 0.0,
            engine: times(&[("7", busy / 10.0)]),
            own_waits: times(&[("9", 5.0)]),
            daemon_waits: times(&[("7", busy / 100.0)]),
            containers: containers.iter().map(|(id, container)| ((*id).to_owned(), container.clone())).collect(),
        };
        let before = [("a", container(100.0, 0.0, &[("1", 40.0), ("2", 80.0)])), ("gone", container(900.0, 0.0, &[("5", 60.0)]))];
        let after = [("a", container(150.0, 0.0, &[("1", 50.0), ("3", 7.0)])), ("new", container(30.0, 0.0, &[("4", 3.0)]))];
        let (before, after) = (reading(0, 1_000.0, &before), reading(250, 1_400.0, &after));
        assert_eq!(slice(&before, &after, 0.5), Slice { elapsed: 250.0, waited: 22.0, busy: 400.0, own: 100.0 });
        // What waits since its own limit keeps it from the processors has lost nothing to others.
        let limited = reading(500, 1_800.0, &[("a", container(150.0, 240.0, &[("1", 1_050.0)]))]);
        assert_eq!(slice(&after, &limited, 0.0).waited, 10.0);
    }
}
