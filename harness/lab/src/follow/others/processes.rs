//! What /proc says of a machine's processes: whose work has used the processors, and how long it has waited for them.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use super::Times;
use crate::processors::{self, TICK_MS};

/// The programs by which an engine works, by the beginnings of their names. What they start and await counts as theirs.
const ENGINE: [&str; 5] = ["dockerd", "containerd", "runc", "crun", "fuse-overlayfs"];
/// Those of them that every container waits for.
const DAEMONS: [&str; 2] = ["dockerd", "containerd"];
/// And one of those that read and write the files of a container.
const FILES: &str = "fuse-overlayfs";

/// The processes of a machine.
#[derive(Debug)]
pub(super) struct Processes {
    proc: PathBuf,
    /// Those that were seen, with the names of those that are the engine's.
    seen: HashMap<u32, Option<String>>,
}

impl Processes {
    /// By what that folder says, which is `/proc`.
    pub(super) fn of(proc: impl Into<PathBuf>) -> Self {
        Self { proc: proc.into(), seen: HashMap::new() }
    }

    /// Looks which processes there are now. Only what is new is asked for its name.
    pub(super) fn look(&mut self) {
        let all = fs::read_dir(&self.proc).into_iter().flatten().flatten();
        let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let mut seen = HashMap::new();
        for pid in pids {
            let name = self.seen.remove(&pid).unwrap_or_else(|| {
                let name = self.read(&format!("{pid}/comm")).unwrap_or_default();
                ENGINE.iter().any(|program| name.starts_with(program)).then(|| name.trim().to_owned())
            });
            seen.insert(pid, name);
        }
        self.seen = seen;
    }

    fn engine(&self) -> impl Iterator<Item = (u32, &str)> {
        self.seen.iter().filter_map(|(pid, name)| Some((*pid, name.as_deref()?)))
    }

    fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.proc.join(path)).ok()
    }

    /// How long the processors were busy with anything, in milliseconds, all of them together.
    pub(super) fn busy_ms(&self) -> Option<f64> {
        processors::busy_ms(&self.proc)
    }

    /// How long a task has waited; nothing of one that has ended.
    pub(super) fn task(&self, task: &str) -> Option<(String, f64)> {
        let text = self.read(&format!("{task}/schedstat"))?;
        let nanos: f64 = text.split_whitespace().nth(1)?.parse().ok()?;
        Some((task.to_owned(), nanos / 1_000_000.0))
    }

    /// How long this very process has waited.
    pub(super) fn own_waits(&self) -> Times {
        self.waits_of(["self".to_owned()])
    }

    /// How long the engine's daemons have waited.
    pub(super) fn daemon_waits(&self) -> Times {
        self.waits_of(self.engine().filter(|(_, name)| DAEMONS.contains(name)).map(|(pid, _)| pid.to_string()))
    }

    fn waits_of(&self, processes: impl IntoIterator<Item = String>) -> Times {
        let tasks = |process: String| fs::read_dir(self.proc.join(process).join("task")).into_iter().flatten().flatten();
        let all = processes.into_iter().flat_map(tasks);
        all.filter_map(|entry| self.task(entry.file_name().to_str()?)).collect()
    }

    /// What this very process has used, with what it awaited.
    pub(super) fn own_ms(&self) -> f64 {
        self.process_ms("self")
    }

    /// What each process of the engine has used.
    pub(super) fn engine_ms(&self) -> Times {
        self.engine().map(|(pid, _)| (pid.to_string(), self.process_ms(&pid.to_string()))).collect()
    }

    /// What a process has read from disks and written to them, in bytes, some of which no disk has yet.
    pub(super) fn moved(&self, pid: &str) -> Option<f64> {
        let text = self.read(&format!("{pid}/io"))?;
        let of = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.trim().parse::<f64>().ok());
        Some(of("read_bytes:")? + of("write_bytes:")?)
    }

    /// The same of each process of the engine.
    pub(super) fn engine_moved(&self) -> Times {
        self.engine().filter_map(|(pid, _)| Some((pid.to_string(), self.moved(&pid.to_string())?))).collect()
    }

    /// Whether a task waits for a disk at this moment.
    pub(super) fn waits_for_a_disk(&self, task: &str) -> bool {
        let text = self.read(&format!("{task}/stat")).unwrap_or_default();
        text.rsplit_once(") ").is_some_and(|(_, fields)| fields.starts_with('D'))
    }

    /// Whether a task of the engine does.
    pub(super) fn engine_waits_for_a_disk(&self) -> bool {
        let tasks = |pid: u32| fs::read_dir(self.proc.join(format!("{pid}/task"))).into_iter().flatten().flatten();
        let of_daemon = |pid: u32| tasks(pid).any(|task| self.waits_for_a_disk(&task.file_name().to_string_lossy()));
        self.engine().any(|(pid, name)| match name {
            FILES => self.waits_for_a_disk(&pid.to_string()),
            daemon => DAEMONS.contains(&daemon) && of_daemon(pid),
        })
    }

    fn process_ms(&self, pid: &str) -> f64 {
        let text = self.read(&format!("{pid}/stat")).unwrap_or_default();
        // The program's name can have anything in it.
        let fields = text.rsplit_once(')').map(|(_, fields)| fields).unwrap_or_default();
        // utime, stime, cutime, cstime
        let ticks: f64 = fields.split_whitespace().skip(11).take(4).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
        ticks * TICK_MS
    }
}

#[cfg(test)]
mod tests;
