//! A Docker engine of the test's own, in namespaces of its own, so that one that dies is never the machine's.
//!
//! Its processes live in a process, a mount and a network namespace: when the first of them ends, so do the engine, its containerd, its
//! containers, their mounts and networks. The machine's `docker0`, which another engine beside it would remove, is in another namespace.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use super::{docker, until};

/// How long it may take to come up, and to be gone.
const WITHIN: Duration = Duration::from_secs(30);
/// Its `/run` is its own: a lab's service that mounts `/var/run/docker.sock` gets this engine's, as on another machine, and not the
/// machine's. `$0` is its folder, `$1` the machine's storage driver, `$2` a group of its own for limits. The shell outlives the engine, so that a
/// test can kill that alone.
const START: &str = r#"
set -e
ip link set lo up
mkdir "$0/run"
mount --bind "$0/run" /run
set +e
dockerd --config-file "$0/daemon.json" --host "unix:///run/docker.sock" --data-root "$0/data" --exec-root "$0/exec" \
    --pidfile "$0/docker.pid" --storage-driver "$1" --cgroup-parent "$2" > "$0/log" 2>&1
exec sleep infinity
"#;

pub(crate) struct SecondEngine {
    folder: Option<TempDir>,
    path: PathBuf,
    group: String,
    /// `unshare`, with which all ends.
    child: Child,
}

impl SecondEngine {
    /// Starts one, with no images.
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("relapse-second-").tempdir().unwrap();
        let path = folder.path().to_owned();
        fs::write(path.join("daemon.json"), "{}").unwrap();
        let group = format!("/relapse-second-{}", std::process::id());
        let driver = docker(&["info", "--format", "{{.Driver}}"]);
        // Should this process die, so does the engine.
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"])
            .args(["sh", "-c", START])
            .arg(&path)
            .args([&driver, &group])
            .stdin(Stdio::null())
            .spawn()
            .expect("setpriv and unshare, of util-linux");
        let engine = Self { folder: Some(folder), path, group, child };
        let up = until(WITHIN, || engine.docker(&["version"]).output().unwrap().status.success().then_some(()));
        assert!(up.is_some(), "no second engine within {WITHIN:?}:\n{}", engine.log());
        engine
    }

    /// For `DOCKER_HOST`.
    pub(crate) fn host(&self) -> String {
        format!("unix://{}", self.path.join("run/docker.sock").display())
    }

    /// The `docker` command on it.
    pub(crate) fn docker(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("docker");
        command.args(["--host", &self.host()]).args(arguments).stdin(Stdio::null());
        command
    }

    /// Gives it images that the machine's engine has.
    pub(crate) fn load(&self, images: &[String]) {
        let mut save = Command::new("docker").arg("save").args(images).stdout(Stdio::piped()).spawn().unwrap();
        let saved = save.stdout.take().unwrap();
        let loaded = self.docker(&["load", "--quiet"]).stdin(saved).output().unwrap();
        assert!(save.wait().unwrap().success(), "docker save {}", images.join(" "));
        assert!(loaded.status.success(), "docker load: {}\n{}", String::from_utf8_lossy(&loaded.stderr), self.log());
    }

    /// Kills the engine, and only that: its containers and their shims go on.
    pub(crate) fn kill(&self) {
        let is_engine = |pid: i32| {
            let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let mut words = command.split(|byte| *byte == 0).map(String::from_utf8_lossy);
            words.next().is_some_and(|program| program == "dockerd" || program.ends_with("/dockerd"))
                && words.any(|word| Path::new(&*word) == self.path.join("data"))
        };
        let engines: Vec<i32> = processes().filter(|pid| is_engine(*pid)).collect();
        let [engine] = engines[..] else { panic!("one engine with the data in {}: {engines:?}", self.path.display()) };
        kill(Pid::from_raw(engine), Signal::SIGKILL).unwrap();
    }

    fn log(&self) -> String {
        fs::read_to_string(self.path.join("log")).unwrap_or_default()
    }

    /// Ends it, and tells what stays of it on this machine.
    pub(crate) fn end(mut self) -> Vec<String> {
        self.remove();
        self.left()
    }

    fn remove(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // The kernel ends the namespaces' other processes, which keep folders and groups in use until they are gone.
        let groups = until(WITHIN, || {
            self.groups().iter().rev().for_each(|group| drop(fs::remove_dir(group)));
            self.groups().is_empty().then_some(())
        });
        let folder = until(WITHIN, || (fs::remove_dir_all(&self.path).is_ok() || !self.path.exists()).then_some(()));
        if let (Some(()), Some(folder)) = (folder, self.folder.take()) {
            let _ = folder.keep();
        }
        if groups.is_none() {
            println!("groups stay: {:?}", self.groups());
        }
    }

    /// Its groups of processes in every hierarchy, parents first.
    fn groups(&self) -> Vec<PathBuf> {
        let own = self.group.trim_start_matches('/');
        let tops = fs::read_dir("/sys/fs/cgroup").into_iter().flatten().flatten().map(|entry| entry.path());
        let mut all: Vec<PathBuf> =
            tops.chain(["/sys/fs/cgroup".into()]).map(|top| top.join(own)).filter(|group| group.is_dir()).collect();
        let mut at = 0;
        while let Some(group) = all.get(at).cloned() {
            let inner = fs::read_dir(group).into_iter().flatten().flatten().map(|entry| entry.path());
            all.extend(inner.filter(|path| path.is_dir()));
            at += 1;
        }
        all
    }

    fn left(&self) -> Vec<String> {
        let name = self.path.display().to_string();
        let has = |file: String| fs::read(file).is_ok_and(|text| String::from_utf8_lossy(&text).contains(&name));
        let mut left: Vec<String> = self.groups().iter().map(|group| group.display().to_string()).collect();
        left.extend(processes().filter(|pid| has(format!("/proc/{pid}/cmdline"))).map(|pid| format!("process {pid}")));
        left.extend(has("/proc/self/mounts".into()).then(|| format!("a mount in {name}")));
        left.extend(self.path.exists().then_some(name));
        left
    }
}

impl Drop for SecondEngine {
    fn drop(&mut self) {
        if self.folder.is_some() {
            self.remove();
        }
    }
}

fn processes() -> impl Iterator<Item = i32> {
    fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}
