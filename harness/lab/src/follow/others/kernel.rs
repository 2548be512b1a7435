//! What the kernel says of a machine's processors: who used them, and who waited for them. By cgroups of either version.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use bollard::query_parameters::InspectContainerOptions;
use relapse_engine::Engine;

/// In these units the kernel tells processor time in /proc: 100 a second on every machine that has Docker.
const TICK_MS: f64 = 10.0;
/// The programs by which an engine works, by the beginnings of their names. What they start and await counts as theirs.
const ENGINE: [&str; 5] = ["dockerd", "containerd", "runc", "crun", "fuse-overlayfs"];
/// Those of them that every container waits for.
const DAEMONS: [&str; 2] = ["dockerd", "containerd"];

/// The kernel of the machine on which a lab's containers run, and where it has them.
#[derive(Debug)]
pub(super) struct Kernel {
    proc: PathBuf,
    /// The cgroup of one container, whose id is this.
    group: PathBuf,
    id: String,
    unified: bool,
    /// The processes that were seen, with the names of those that are the engine's.
    seen: HashMap<u32, Option<String>>,
}

/// Milliseconds, by task, by process or by container.
pub(super) type Times = HashMap<String, f64>;

impl Kernel {
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

    fn at(proc: &Path, groups: &Path, id: &str, pid: i64) -> Result<Self, String> {
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
        Ok(Self { proc: proc.to_owned(), group, id: id.to_owned(), unified, seen: HashMap::new() })
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

    fn group_of(&self, id: &str) -> PathBuf {
        PathBuf::from(self.group.to_string_lossy().replace(&self.id, id))
    }

    /// The same of the first version's controller that limits.
    fn cpu_group_of(&self, id: &str) -> PathBuf {
        PathBuf::from(self.group_of(id).to_string_lossy().replacen("/cpuacct/", "/cpu/", 1))
    }

    /// How long the processors were busy with anything, in milliseconds, all of them together. What the machine's own host took counts.
    pub(super) fn busy_ms(&self) -> Option<f64> {
        let text = self.read("stat")?;
        let ticks: Vec<f64> = text.lines().next()?.split_whitespace().skip(1).filter_map(|field| field.parse().ok()).collect();
        // user, nice, system, (idle, iowait,) irq, softirq, steal
        Some([0, 1, 2, 5, 6, 7].iter().filter_map(|at| ticks.get(*at)).sum::<f64>() * TICK_MS)
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

    /// How long a container's work has waited.
    pub(super) fn waits(&self, id: &str) -> Times {
        let group = self.group_of(id);
        if self.unified {
            let text = fs::read_to_string(group.join("cpu.pressure")).unwrap_or_default();
            let total = text.lines().find(|line| line.starts_with("some ")).and_then(|line| line.rsplit_once("total="));
            let micros = total.and_then(|(_, micros)| micros.trim().parse::<f64>().ok());
            return micros.map(|micros| (id.to_owned(), micros / 1_000.0)).into_iter().collect();
        }
        let tasks = fs::read_to_string(group.join("tasks")).unwrap_or_default();
        tasks.lines().filter_map(|task| self.task(task)).collect()
    }

    /// How long a container was kept from the processors by its own limit (Compose's `cpus`): its work waits then as well, and nobody else
    /// took that.
    pub(super) fn throttled_ms(&self, id: &str) -> f64 {
        let group = if self.unified { self.group_of(id) } else { self.cpu_group_of(id) };
        let (key, in_ms) = if self.unified { ("throttled_usec ", 1_000.0) } else { ("throttled_time ", 1_000_000.0) };
        let text = fs::read_to_string(group.join("cpu.stat")).unwrap_or_default();
        text.lines().find_map(|line| line.strip_prefix(key)?.parse::<f64>().ok()).unwrap_or_default() / in_ms
    }

    fn task(&self, task: &str) -> Option<(String, f64)> {
        let text = self.read(&format!("{task}/schedstat"))?;
        let nanos: f64 = text.split_whitespace().nth(1)?.parse().ok()?;
        Some((task.to_owned(), nanos / 1_000_000.0))
    }

    /// How long this very process, and the engine's daemons, have waited.
    pub(super) fn own_waits(&self) -> Times {
        let daemons = self.engine().filter(|(_, name)| DAEMONS.contains(name)).map(|(pid, _)| pid.to_string());
        let processes = daemons.chain(["self".to_owned()]);
        let tasks =
            processes.flat_map(|process| fs::read_dir(self.proc.join(process).join("task")).into_iter().flatten().flatten());
        tasks.filter_map(|entry| self.task(entry.file_name().to_str()?)).collect()
    }

    /// What this very process has used, with what it awaited.
    pub(super) fn own_ms(&self) -> f64 {
        self.process_ms("self")
    }

    /// What each process of the engine has used.
    pub(super) fn engine_ms(&self) -> Times {
        self.engine().map(|(pid, _)| (pid.to_string(), self.process_ms(&pid.to_string()))).collect()
    }

    /// The share of the engine's work that is for so many containers: that of all that it has.
    pub(super) fn engine_share(&self, containers: usize) -> f64 {
        let name = self.group.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let (before, after) = name.split_once(self.id.as_str()).unwrap_or_default();
        let siblings = self.group.parent().and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
        let is_one = |name: &str| {
            let id = name.strip_prefix(before).and_then(|name| name.strip_suffix(after));
            id.is_some_and(|id| id.len() == self.id.len() && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
        };
        let all = siblings.filter(|entry| is_one(&entry.file_name().to_string_lossy())).count();
        #[expect(clippy::cast_precision_loss)]
        let (containers, all) = (containers.min(all) as f64, all.max(1) as f64);
        containers / all
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
