//! Many runs of scenarios at chosen levels: side by side, within a budget, and taken up again where they were interrupted.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use relapse_model::levels::{Choice, Levels};
use relapse_model::outcome::Outcome;
use relapse_model::topology::{Source, Topology};
use relapse_model::verdict::Verdict;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;

use crate::runner::{Event, Job, Runner, run_all};
use crate::script::{Project, Script};

/// One run that was done.
#[derive(Debug, Serialize, Deserialize)]
struct Done {
    /// Which scenario: its place and its steps.
    scenario: String,
    levels: Levels,
    outcome: Outcome,
}

/// A scenario, and all levels that it is run with beyond the topology's.
type Key = (String, Levels);

/// Where experiments are run, and who sees how they go.
#[derive(Clone, Copy)]
pub(crate) struct Bench<'a> {
    pub(crate) runner: &'a Runner,
    pub(crate) runtime: &'a Handle,
    /// How many runs go side by side.
    pub(crate) at_once: usize,
    /// How often each is run.
    pub(crate) repeats: usize,
    /// No further run begins then.
    pub(crate) until: Option<Instant>,
    /// Is told what happens with the job of that number.
    pub(crate) progress: &'a dyn Fn(usize, &Job, &Event),
    /// Is told what became of each run, in a line.
    pub(crate) line: &'a dyn Fn(&str),
}

impl Bench<'_> {
    /// Whether Ctrl-C was pressed.
    pub(crate) fn interrupted(&self) -> bool {
        *self.runner.cancelled.borrow()
    }

    /// Whether nothing more is to be run: Ctrl-C was pressed, or the budget is used up.
    pub(super) fn stopped(&self) -> bool {
        self.interrupted() || self.until.is_some_and(|until| Instant::now() >= until)
    }
}

/// Scenarios under experiment.
pub(crate) struct Experiment<'a> {
    bench: Bench<'a>,
    known: BTreeMap<Key, Vec<Outcome>>,
    file: Option<PathBuf>,
    /// How many runs were made now, and how many an earlier, interrupted command had made.
    pub(crate) runs: usize,
    pub(crate) resumed: usize,
}

impl<'a> Experiment<'a> {
    /// Takes up what an interrupted command left, if nothing it depended on has changed since. `about` are all scenarios that may be run.
    pub(crate) fn new(bench: Bench<'a>, about: &[&Script]) -> Self {
        let Runner { project, patience, .. } = bench.runner;
        let file = store(project, *patience, about, bench.repeats);
        let mut known: BTreeMap<Key, Vec<Outcome>> = BTreeMap::new();
        let text = file.as_ref().and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
        // A line that was cut off by the interruption is not whole, and is run again. So is what could not be judged.
        for done in text.lines().filter_map(|line| serde_json::from_str::<Done>(line).ok()).filter(|done| says(&done.outcome)) {
            known.entry((done.scenario, done.levels)).or_default().push(done.outcome);
        }
        let resumed = known.values().map(Vec::len).sum();
        Self { bench, known, file, runs: 0, resumed }
    }

    /// Runs what is not known yet of these, and tells of each run. What the budget or Ctrl-C cut off stays unknown.
    pub(crate) fn run(&mut self, wanted: &[Job], mut told: impl FnMut(&Job, &Outcome)) {
        let missing = |job: &Job| self.bench.repeats.saturating_sub(self.known.get(&key(job)).map_or(0, Vec::len));
        let jobs: Vec<Job> = wanted.iter().flat_map(|job| std::iter::repeat_n(job, missing(job))).cloned().collect();
        let Bench { runner, runtime, at_once, until, progress, .. } = self.bench;
        let stop = move || until.is_some_and(|until| Instant::now() >= until);
        let (known, file, runs) = (&mut self.known, &self.file, &mut self.runs);
        run_all(runner, runtime, &jobs, at_once, stop, |index, event| {
            let Some(job) = jobs.get(index) else { return };
            progress(index, job, event);
            let Event::Ended(result) = event else { return };
            *runs += 1;
            // A run that was interrupted says nothing about its levels.
            if *runner.cancelled.borrow() {
                return;
            }
            let outcome = result.outcome.clone();
            told(job, &outcome);
            let (scenario, levels) = key(job);
            let done = Done { scenario, levels, outcome };
            if let Some(file) = file {
                remember(file, &done);
            }
            known.entry((done.scenario, done.levels)).or_default().push(done.outcome);
        });
    }

    /// What came of a job; fewer than asked for where the budget ended.
    pub(crate) fn outcomes(&self, job: &Job) -> Vec<&Outcome> {
        self.known.get(&key(job)).map(|outcomes| outcomes.iter().take(self.bench.repeats).collect()).unwrap_or_default()
    }

    /// Forgets what was kept for taking up: the experiment is whole, or has to begin anew.
    pub(crate) fn finish(self) {
        if let Some(file) = self.file {
            let _ = std::fs::remove_file(file);
        }
    }
}

/// Whether an outcome says something: it was judged, or its lab does not rise at all.
fn says(outcome: &Outcome) -> bool {
    match &outcome.trouble {
        Some(trouble) => trouble.not_steady,
        None => outcome.thens.last().is_some_and(|then| then.verdict != Verdict::Inconclusive),
    }
}

fn key(job: &Job) -> Key {
    (scenario(&job.script), job.choice.merged())
}

/// Which scenario: its place, and a digest of its steps.
fn scenario(script: &Script) -> String {
    format!("{} {}", script.place(), short(Sha256::new().chain_update(format!("{:?}", script.steps))))
}

/// A scenario at these levels, over its own.
pub(crate) fn job(script: &Script, levels: &Levels) -> Job {
    let choice = Choice { scenario: script.levels.clone(), forced: levels.clone(), ..Choice::default() };
    Job { script: script.clone(), choice }
}

fn remember(file: &Path, done: &Done) {
    let line = serde_json::to_string(done).unwrap_or_default();
    let written = std::fs::File::options().create(true).append(true).open(file).and_then(|mut file| writeln!(file, "{line}"));
    if let Err(error) = written {
        tracing::warn!(%error, file = %file.display(), "this run cannot be taken up again");
    }
}

/// Where an experiment's runs are kept: its name has all that a verdict depends on. These are the steps, the command, its patience and
/// repeats, and every file of the topologies, those that lie elsewhere too.
fn store(project: &Project, patience: f64, about: &[&Script], repeats: usize) -> Option<PathBuf> {
    let target = project.root.join("target");
    // A repository without a `target` does not get one.
    let folder = if target.is_dir() { target } else { caches()? }.join("relapse");
    std::fs::create_dir_all(&folder).ok()?;
    let mut hash = Sha256::new();
    hash.update(format!("{patience} {repeats}"));
    for script in about {
        hash.update(scenario(script));
    }
    for name in ["fixtures", "docker"] {
        digest(&project.root.join(name), &mut hash);
    }
    if let Some(topology) = about.first().and_then(|script| project.topology(&script.lab, &Levels::new()).ok()) {
        let base = about.first().map(|script| project.compose_file(&script.lab)).unwrap_or_default();
        for path in files(&topology) {
            digest(&base.parent().unwrap_or(&project.root).join(path), &mut hash);
        }
    }
    let executable = std::env::current_exe().and_then(std::fs::metadata);
    if let Ok(metadata) = executable {
        hash.update(format!("{} {:?}", metadata.len(), metadata.modified().ok()));
    }
    Some(folder.join(format!("experiment-{}.ndjson", short(hash))))
}

/// What a topology reads outside of its own folder.
fn files(topology: &Topology) -> Vec<String> {
    let services = topology.services.iter();
    let named = services.flat_map(|service| {
        let mounts = service.mounts.iter().filter_map(|mount| match &mount.source {
            Source::Path(path) => Some(path.clone()),
            _ => None,
        });
        let build = service.build.iter().map(|build| build.context.clone());
        mounts.chain(build).chain(service.env_files.iter().map(|(path, _)| path.clone()))
    });
    named.filter(|path| path.starts_with("..") || path.starts_with('/')).collect()
}

fn short(hash: Sha256) -> String {
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The user's folder for what can be made again.
fn caches() -> Option<PathBuf> {
    let folder = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))
}

fn digest(path: &Path, hash: &mut Sha256) {
    hash.update(path.as_os_str().as_encoded_bytes());
    if path.is_dir() {
        let mut entries: Vec<PathBuf> =
            std::fs::read_dir(path).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
        entries.sort();
        for entry in entries {
            digest(&entry, hash);
        }
    } else if let Ok(bytes) = std::fs::read(path) {
        hash.update(bytes);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::report::sample;

    #[test]
    fn what_says_nothing_is_asked_again_and_a_lab_that_does_not_rise_is_not() {
        assert!(says(&sample::told(Verdict::Held).outcome) && says(&sample::told(Verdict::Violated).outcome));
        let mut unsure = sample::told(Verdict::Inconclusive).outcome;
        assert!(!says(&unsure));
        unsure.trouble.as_mut().unwrap().not_steady = true;
        assert!(says(&unsure));
        unsure.trouble = None;
        unsure.thens.last_mut().unwrap().verdict = Verdict::Inconclusive;
        assert!(!says(&unsure));
    }

    #[test]
    fn what_is_kept_is_named_by_all_that_a_verdict_depends_on() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let write = |path: &str, text: &str| {
            std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            std::fs::write(root.join(path), text).unwrap();
        };
        write("target/x", "");
        write("conf/app.conf", "one");
        write("fixtures/shop/more.conf", "one");
        write("fixtures/shop/compose.yaml", "services:\n  app: { image: x, volumes: [\"../../conf/app.conf:/app.conf\"] }\n");
        let project = Project { root: root.to_path_buf(), allow_engine_socket: false };
        let script = sample::job().script;
        let name = |patience, repeats| store(&project, patience, &[&script], repeats).unwrap();
        let first = name(1.0, 1);
        assert_eq!(name(1.0, 1), first);
        assert_ne!(name(2.0, 1), first);
        assert_ne!(name(1.0, 4), first);
        for file in ["fixtures/shop/more.conf", "conf/app.conf"] {
            let before = name(1.0, 1);
            write(file, "another");
            assert_ne!(name(1.0, 1), before, "{file}");
        }
        let other = Script { line: 8, ..sample::job().script };
        assert_ne!(store(&project, 1.0, &[&other], 1).unwrap(), name(1.0, 1));
    }
}
