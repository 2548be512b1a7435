//! The time that others take from a lab by keeping the disks busy. Of all that the disks move, what this lab's work reads and writes is its own;
//! what it has written and no disk has yet is written before anything of others is counted. Others took of the time in which this lab's work
//! waited for a disk as large a share as they moved.
//!
//! How long it waited the second version of cgroups tells (`io.pressure`). By the first, a look tells who waits at that moment.

use std::fs;
use std::path::{Path, PathBuf};

use super::groups::Groups;
use super::processes::Processes;
use super::{Times, grown};

/// In these units the kernel tells what a disk has moved.
const SECTOR: f64 = 512.0;
/// What others move between two looks without keeping anybody waiting, in bytes.
const LITTLE: f64 = 1_048_576.0;
/// What was written and then removed never comes to a disk: of what is not written, so much is still expected at the next look. It is half after
/// about a quarter of a minute.
const STILL: f64 = 0.99;

/// What is known of the disks.
#[derive(Debug)]
pub(super) struct Disks {
    /// `/sys/block`.
    block: PathBuf,
    /// What this lab has written, and no disk has yet, in bytes.
    unwritten: f64,
    last: Reading,
}

/// Bytes, all since each began, and milliseconds.
#[derive(Debug, Clone, Default)]
struct Reading {
    moved: f64,
    own: Times,
    engine: Times,
    waited: Times,
}

impl Disks {
    pub(super) fn new(block: impl Into<PathBuf>, processes: &Processes, groups: &Groups, containers: &[String]) -> Self {
        let block = block.into();
        let last = read(&block, processes, groups, containers);
        Self { block, unwritten: 0.0, last }
    }

    /// What others took since the last look, `elapsed` milliseconds ago, of a lab for which the engine did that share of its work.
    pub(super) fn taken_ms(
        &mut self,
        processes: &Processes,
        groups: &Groups,
        containers: &[String],
        of_engine: f64,
        elapsed: f64,
    ) -> f64 {
        let now = read(&self.block, processes, groups, containers);
        let own = grown(&now.own, &self.last.own) + grown(&now.engine, &self.last.engine) * of_engine;
        let moved = (now.moved - self.last.moved).max(0.0);
        let waited = grown(&now.waited, &self.last.waited);
        self.last = now;
        let others = self.others(moved, own);
        if others < LITTLE {
            return 0.0;
        }
        let waited = if groups.is_unified() { waited } else { elapsed * waits_now(processes, groups, containers, of_engine) };
        waited.min(elapsed) * others / moved
    }

    /// Of what was moved, what was others'.
    fn others(&mut self, moved: f64, own: f64) -> f64 {
        self.unwritten = self.unwritten * STILL + own;
        let own = self.unwritten.min(moved);
        self.unwritten -= own;
        moved - own
    }
}

fn read(block: &Path, processes: &Processes, groups: &Groups, containers: &[String]) -> Reading {
    let own = containers.iter().flat_map(|id| groups.processes(id)).filter_map(|pid| Some((processes.moved(&pid)?, pid)));
    let waited = containers.iter().filter_map(|id| Some((id.clone(), groups.io_waited_ms(id)?)));
    Reading {
        moved: moved(block),
        own: own.map(|(bytes, pid)| (pid, bytes)).collect(),
        engine: processes.engine_moved(),
        waited: waited.collect(),
    }
}

/// What the disks have moved since the machine started. What stands on other devices, and what is no disk, moves nothing of its own.
fn moved(block: &Path) -> f64 {
    let of = |device: PathBuf| {
        let name = device.file_name()?.to_string_lossy().into_owned();
        let stands_on_others = fs::read_dir(device.join("slaves")).is_ok_and(|mut below| below.next().is_some());
        if stands_on_others || ["loop", "ram", "zram"].iter().any(|other| name.starts_with(other)) {
            return None;
        }
        let text = fs::read_to_string(device.join("stat")).ok()?;
        let fields: Vec<f64> = text.split_whitespace().filter_map(|field| field.parse().ok()).collect();
        // Sectors that were read, and that were written.
        Some((fields.get(2)? + fields.get(6)?) * SECTOR)
    };
    fs::read_dir(block).into_iter().flatten().flatten().filter_map(|device| of(device.path())).sum()
}

/// The share of this moment's waiting that is this lab's: all where one of its tasks waits, and the engine's share where one of the engine's does.
fn waits_now(processes: &Processes, groups: &Groups, containers: &[String], of_engine: f64) -> f64 {
    if containers.iter().flat_map(|id| groups.tasks(id)).any(|task| processes.waits_for_a_disk(&task)) {
        return 1.0;
    }
    if processes.engine_waits_for_a_disk() { of_engine } else { 0.0 }
}

#[cfg(test)]
mod tests;
