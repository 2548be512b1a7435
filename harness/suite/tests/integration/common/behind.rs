//! A run whose engine is behind a proxy, in the midst of a Then: what happens to it there is this test's doing.

use std::fs::File;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use super::proxy::Proxy;
use super::{Project, Said, docker, labelled, relapse, run, until};

/// The lab is raised and its steps are done within this time, and what is left of a dead run goes within this time.
pub(crate) const WITHIN: Duration = Duration::from_secs(90);

/// A run of one feature of a project.
pub(crate) struct Behind {
    pub(crate) proxy: Proxy,
    pub(crate) project: Project,
    child: Child,
}

impl Behind {
    /// Returns once the service has said `words`, which it says while a Then is watched.
    pub(crate) fn run(project: Project, feature: &str, service: &str, words: &str) -> Self {
        let proxy = Proxy::start();
        let file = |name: &str| File::create(project.path().join(name)).unwrap();
        let mut command = project.relapse();
        command.args(["run", feature, "--json", "run.json"]).env("DOCKER_HOST", proxy.host());
        let child = command.stdout(file("stdout")).stderr(file("stderr")).spawn().unwrap();
        let mut behind = Self { proxy, project, child };
        let said = until(WITHIN, || {
            let ended = behind.child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended before its Thens:\n{}", behind.said());
            behind.log(service).contains(words).then_some(())
        });
        assert!(said.is_some(), "{service} did not say {words} within {WITHIN:?}:\n{}", behind.said());
        behind
    }

    /// The label of everything of this run.
    pub(crate) fn label(&self) -> String {
        format!("relapse.pid={}", self.child.id())
    }

    /// The container of a service, if it runs.
    pub(crate) fn container(&self, service: &str) -> Option<String> {
        let filters = [format!("label={}", self.label()), format!("label=relapse.service={service}")];
        let found = docker(&["ps", "--no-trunc", "--quiet", "--filter", &filters[0], "--filter", &filters[1]]);
        found.lines().next().map(ToOwned::to_owned)
    }

    /// What a service has said so far; nothing of one that is being removed.
    pub(crate) fn log(&self, service: &str) -> String {
        let said = self.container(service).map(|container| Command::new("docker").args(["logs", &container]).output().unwrap());
        said.map(|said| String::from_utf8_lossy(&said.stdout).into_owned()).unwrap_or_default()
    }

    /// What the run came to.
    pub(crate) fn ended(&mut self) -> Said {
        let (pid, began) = (self.child.id(), Instant::now());
        let code = self.child.wait().unwrap().code();
        let (stdout, stderr) = (self.project.read("stdout"), self.project.read("stderr"));
        Said { pid, code, stdout, stderr, seconds: began.elapsed().as_secs_f64() }
    }

    fn said(&self) -> String {
        format!("{}{}", self.project.read("stdout"), self.project.read("stderr"))
    }
}

impl Drop for Behind {
    fn drop(&mut self) {
        // Whatever failed: the run's reaper removes what is there once it reaches the engine; what it does not remove, we do.
        self.proxy.mend();
        let _ = self.child.kill();
        let _ = self.child.wait();
        if until(WITHIN, || labelled(&self.label()).is_empty().then_some(())).is_none() {
            println!("the reaper left something: {}", run(relapse().args(["leaks", "--remove"])).all());
        }
    }
}
