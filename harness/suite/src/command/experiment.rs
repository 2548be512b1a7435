//! Many runs of one scenario at chosen levels: side by side, within a budget, and taken up again where they were interrupted.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use relapse_model::levels::{Choice, Levels};
use relapse_model::outcome::Outcome;
use relapse_model::topology::Topology;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::session::Session;
use crate::runner::{Event, Job, run_all};
use crate::script::{Project, Script};

/// One run that was done.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Done {
    levels: Levels,
    outcome: Outcome,
}

/// A scenario under experiment.
pub(super) struct Experiment<'a> {
    session: &'a Session,
    script: &'a Script,
    repeats: usize,
    at_once: usize,
    until: Option<Instant>,
    known: BTreeMap<Levels, Vec<Outcome>>,
    file: Option<PathBuf>,
    /// How many runs were made now, and how many an earlier, interrupted command had made.
    pub(super) runs: usize,
    pub(super) resumed: usize,
}

impl<'a> Experiment<'a> {
    /// Takes up what an interrupted command left, if nothing it depended on has changed since.
    pub(super) fn new(session: &'a Session, script: &'a Script, repeats: usize, at_once: usize, until: Option<Instant>) -> Self {
        let file = store(&session.runner.project, script);
        let mut known: BTreeMap<Levels, Vec<Outcome>> = BTreeMap::new();
        let text = file.as_ref().and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
        // A line that was cut off by the interruption is not whole, and is run again.
        for done in text.lines().filter_map(|line| serde_json::from_str::<Done>(line).ok()) {
            known.entry(done.levels).or_default().push(done.outcome);
        }
        let resumed = known.values().map(Vec::len).sum();
        Self { session, script, repeats, at_once, until, known, file, runs: 0, resumed }
    }

    /// Runs what is not known yet of these levels, and tells of each run. What the budget or Ctrl-C cut off stays unknown.
    pub(super) fn run(&mut self, wanted: &[Levels], mut told: impl FnMut(&Levels, &Outcome)) {
        let mut jobs = Vec::new();
        for levels in wanted {
            let have = self.known.get(levels).map_or(0, Vec::len);
            for _ in have..self.repeats {
                jobs.push(job(self.script, levels));
            }
        }
        let until = self.until;
        let stop = move || until.is_some_and(|until| Instant::now() >= until);
        let (known, file, runs) = (&mut self.known, &self.file, &mut self.runs);
        run_all(&self.session.runner, self.session.runtime.handle(), &jobs, self.at_once, stop, |index, event| {
            let Some(job) = jobs.get(index) else { return };
            self.session.terminal.progress(index, job, event);
            let Event::Ended(result) = event else { return };
            *runs += 1;
            // A run that was interrupted says nothing about its levels.
            if *self.session.runner.cancelled.borrow() {
                return;
            }
            let outcome = result.outcome.clone();
            told(&job.choice.forced, &outcome);
            if let Some(file) = file {
                remember(file, &Done { levels: job.choice.forced.clone(), outcome: outcome.clone() });
            }
            known.entry(job.choice.forced.clone()).or_default().push(outcome);
        });
    }

    /// The outcomes at these levels; fewer than asked for where the budget ended.
    pub(super) fn outcomes(&self, levels: &Levels) -> Vec<&Outcome> {
        self.known.get(levels).map(|outcomes| outcomes.iter().take(self.repeats).collect()).unwrap_or_default()
    }

    /// Whether the budget is used up, or Ctrl-C was pressed.
    pub(super) fn stopped(&self) -> bool {
        self.session.interrupted() || self.until.is_some_and(|until| Instant::now() >= until)
    }

    /// Forgets what was kept for taking up: the experiment is whole.
    pub(super) fn finish(self) {
        if let Some(file) = self.file {
            let _ = std::fs::remove_file(file);
        }
    }
}

/// A scenario at these levels, over its own.
pub(super) fn job(script: &Script, levels: &Levels) -> Job {
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

/// Where an experiment's runs are kept: its name has all that they depend on.
fn store(project: &Project, script: &Script) -> Option<PathBuf> {
    let target = project.root.join("target");
    // A repository without a `target` does not get one.
    let folder = if target.is_dir() { target } else { caches()? }.join("relapse");
    std::fs::create_dir_all(&folder).ok()?;
    let mut hash = Sha256::new();
    hash.update(format!("{:?}", script.steps));
    for name in ["fixtures", "docker"] {
        digest(&project.root.join(name), &mut hash);
    }
    let executable = std::env::current_exe().and_then(std::fs::metadata);
    if let Ok(metadata) = executable {
        hash.update(format!("{} {:?}", metadata.len(), metadata.modified().ok()));
    }
    let name: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Some(folder.join(format!("experiment-{name}.ndjson")))
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

/// Every factor as on the day, except these.
pub(super) fn day_but(topology: &Topology, other: &[(&str, &str)]) -> Levels {
    let mut levels: Levels =
        topology.factors.iter().map(|factor| (factor.name.clone(), factor.as_on_the_day().to_owned())).collect();
    levels.extend(other.iter().map(|(factor, level)| ((*factor).to_owned(), (*level).to_owned())));
    levels
}

/// `app_port at 3000, spa at redirect-first`, of what is not as on the day.
pub(super) fn shown(topology: &Topology, levels: &Levels) -> String {
    let other: Vec<String> = topology
        .factors
        .iter()
        .filter_map(|factor| {
            let level = levels.get(&factor.name)?;
            (level != factor.as_on_the_day()).then(|| format!("{} at {level}", factor.name))
        })
        .collect();
    if other.is_empty() { "as on the day".into() } else { other.join(", ") }
}
