//! What the cgroups of a lab's containers say, of either version: what they have used, and how long their own limits kept them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bollard::query_parameters::InspectContainerOptions;
use relapse_engine::Engine;

use super::Times;
use super::processes::Processes;

/// Where the kernel of this machine has a lab's containers.
#[derive(Debug)]
pub(super) struct Groups {
    /// The cgroup of one container, whose id is this.
    group: PathBuf,
    id: String,
    unified: bool,
}

impl Groups {
    /// By where a container's first process is; nothing if it has none now.
    ///
    /// # Errors
    /// In words, why it is on another machine.
    pub(super) async fn of(engine: &Engine, id: &str) -> Result<Option<Self>, String> {
        let pid = async || {
            let seen = engine.docker().inspect_container(id, None::<InspectContainerOptions>).await;
            seen.ok().and_then(|container| container.state?.pid).filter(|pid| *pid > 0)
        };
        let Some(first) = pid().await else { return Ok(None) };
        match Self::at(Path::new("/proc"), Path::new("/sys/fs/cgroup"), id, first) {
            // It can have ended in between.
            Err(_) if pid().await != Some(first) => Ok(None),
            found => found.map(Some),
        }
    }

    pub(super) fn at(proc: &Path, groups: &Path, id: &str, pid: i64) -> Result<Self, String> {
        let elsewhere = || format!("no process {pid} of the container {id} is on this machine");
        let lines = fs::read_to_string(proc.join(format!("{pid}/cgroup"))).map_err(|_| elsewhere())?;
        let unified = groups.join("cgroup.controllers").is_file();
        let path = lines.lines().find_map(|line| {
            let (_, rest) = line.split_once(':')?;
            let (controllers, path) = rest.split_once(':')?;
            let is_meant = if unified { controllers.is_empty() } else { controllers.split(',').any(|one| one == "cpuacct") };
            (is_meant && path.contains(id)).then(|| path.trim_start_matches('/'))
        });
        let path = path.ok_or_else(elsewhere)?;
        let root = if unified { groups.to_owned() } else { groups.join("cpuacct") };
        let group = root.join(path);
        if !group.is_dir() {
            return Err(format!("{} is no folder", group.display()));
        }
        Ok(Self { group, id: id.to_owned(), unified })
    }

    fn group_of(&self, id: &str) -> PathBuf {
        PathBuf::from(self.group.to_string_lossy().replace(&self.id, id))
    }

    /// The same of the first version's controller that limits.
    fn cpu_group_of(&self, id: &str) -> PathBuf {
        PathBuf::from(self.group_of(id).to_string_lossy().replacen("/cpuacct/", "/cpu/", 1))
    }

    /// What a container has used.
    pub(super) fn used_ms(&self, id: &str) -> Option<f64> {
        let group = self.group_of(id);
        if self.unified {
            let text = fs::read_to_string(group.join("cpu.stat")).ok()?;
            let micros: f64 = text.lines().find_map(|line| line.strip_prefix("usage_usec "))?.parse().ok()?;
            return Some(micros / 1_000.0);
        }
        let nanos: f64 = fs::read_to_string(group.join("cpuacct.usage")).ok()?.trim().parse().ok()?;
        Some(nanos / 1_000_000.0)
    }

    /// How long a container's work has waited for a processor: each of its tasks, or all of them where the kernel tells that as one figure.
    pub(super) fn waits(&self, processes: &Processes, id: &str) -> Times {
        if self.unified {
            return self.pressure_ms(id, "cpu").map(|waited| (id.to_owned(), waited)).into_iter().collect();
        }
        self.tasks(id).iter().filter_map(|task| processes.task(task)).collect()
    }

    /// Whether the kernel has the second version, which tells how long all tasks of a container have waited.
    pub(super) fn is_unified(&self) -> bool {
        self.unified
    }

    /// How long a container's work has waited for a disk; nothing by the first version.
    pub(super) fn io_waited_ms(&self, id: &str) -> Option<f64> {
        if self.unified { self.pressure_ms(id, "io") } else { None }
    }

    fn pressure_ms(&self, id: &str, of: &str) -> Option<f64> {
        let text = fs::read_to_string(self.group_of(id).join(format!("{of}.pressure"))).ok()?;
        let (_, micros) = text.lines().find(|line| line.starts_with("some "))?.rsplit_once("total=")?;
        Some(micros.trim().parse::<f64>().ok()? / 1_000.0)
    }

    /// The tasks of a container, by the first version.
    pub(super) fn tasks(&self, id: &str) -> Vec<String> {
        self.listed(id, "tasks")
    }

    /// The processes of a container.
    pub(super) fn processes(&self, id: &str) -> Vec<String> {
        self.listed(id, "cgroup.procs")
    }

    fn listed(&self, id: &str, file: &str) -> Vec<String> {
        let text = fs::read_to_string(self.group_of(id).join(file)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// How long a container was kept from the processors by its own limit (Compose's `cpus`): its work waits then as well, and nobody else
    /// took that.
    pub(super) fn throttled_ms(&self, id: &str) -> f64 {
        let group = if self.unified { self.group_of(id) } else { self.cpu_group_of(id) };
        let (key, in_ms) = if self.unified { ("throttled_usec ", 1_000.0) } else { ("throttled_time ", 1_000_000.0) };
        let text = fs::read_to_string(group.join("cpu.stat")).unwrap_or_default();
        text.lines().find_map(|line| line.strip_prefix(key)?.parse::<f64>().ok()).unwrap_or_default() / in_ms
    }

    /// All containers that the engine has, by their ids.
    pub(super) fn all(&self) -> BTreeSet<String> {
        let name = self.group.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let (before, after) = name.split_once(self.id.as_str()).unwrap_or_default();
        let siblings = self.group.parent().and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
        let id = |name: &str| {
            let id = name.strip_prefix(before)?.strip_suffix(after)?;
            (id.len() == self.id.len() && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| id.to_owned())
        };
        siblings.filter_map(|entry| id(&entry.file_name().to_string_lossy())).collect()
    }
}

#[cfg(test)]
mod tests;
