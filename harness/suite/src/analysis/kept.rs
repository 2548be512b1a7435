//! What an interrupted command has run already, for the next one to take up.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use relapse_model::levels::Levels;
use relapse_model::outcome::Outcome;
use relapse_model::topology::{Source, Topology};
use relapse_model::verdict::Verdict;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::runner::Job;
use crate::script::{Project, Script};

/// Which scenario, and all levels that it is run with beyond the topology's.
pub(super) type Key = (String, Levels);

/// One run that was done.
#[derive(Debug, Serialize, Deserialize)]
struct Done {
    key: Key,
    outcome: Outcome,
}

/// The file of what was run; there is none where no folder can be had.
pub(super) struct Kept(Option<PathBuf>);

impl Kept {
    /// `about` are all scenarios that may be run.
    pub(super) fn of(project: &Project, patience: f64, about: &[&Script], repeats: usize) -> Self {
        Self(store(project, patience, about, repeats))
    }

    /// What was run, and says something.
    pub(super) fn read(&self) -> BTreeMap<Key, Vec<Outcome>> {
        let mut known: BTreeMap<Key, Vec<Outcome>> = BTreeMap::new();
        let text = self.0.as_ref().and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
        // A line that was cut off by the interruption is not whole, and is run again. So is what could not be judged.
        for done in text.lines().filter_map(|line| serde_json::from_str::<Done>(line).ok()).filter(|done| says(&done.outcome)) {
            known.entry(done.key).or_default().push(done.outcome);
        }
        known
    }

    /// Notes a run.
    pub(super) fn note(&self, key: &Key, outcome: &Outcome) {
        let Some(file) = &self.0 else { return };
        let done = Done { key: key.clone(), outcome: outcome.clone() };
        let line = serde_json::to_string(&done).unwrap_or_default();
        let written = std::fs::File::options().create(true).append(true).open(file).and_then(|mut file| writeln!(file, "{line}"));
        if let Err(error) = written {
            tracing::warn!(%error, file = %file.display(), "this run cannot be taken up again");
        }
    }

    /// Removes the file.
    pub(super) fn forget(self) {
        if let Some(file) = self.0 {
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

/// What a job's runs are kept by.
pub(super) fn key(job: &Job) -> Key {
    (scenario(&job.script), job.choice.merged())
}

/// Which scenario: its place, and a digest of its steps.
fn scenario(script: &Script) -> String {
    format!("{} {}", script.place(), short(Sha256::new().chain_update(format!("{:?}", script.steps))))
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
    for path in about.first().map(|script| elsewhere(project, &script.lab)).unwrap_or_default() {
        digest(&path, &mut hash);
    }
    let executable = std::env::current_exe().and_then(std::fs::metadata);
    if let Ok(metadata) = executable {
        hash.update(format!("{} {:?}", metadata.len(), metadata.modified().ok()));
    }
    Some(folder.join(format!("experiment-{}.ndjson", short(hash))))
}

/// What a topology reads outside of its own folder, at any level of any factor.
fn elsewhere(project: &Project, lab: &str) -> BTreeSet<PathBuf> {
    let file = project.compose_file(lab);
    let folder = file.parent().unwrap_or(&project.root);
    let Ok(day) = project.topology(lab, &Levels::new()) else { return BTreeSet::new() };
    let levels = day
        .factors
        .iter()
        .flat_map(|factor| factor.levels.iter().skip(1).map(|level| Levels::from([(factor.name.clone(), level.clone())])));
    let others = levels.filter_map(|levels| project.topology(lab, &levels).ok());
    others.chain([day.clone()]).flat_map(|topology| files(&topology)).map(|path| folder.join(path)).collect()
}

/// The files and folders that a topology names.
fn files(topology: &Topology) -> Vec<String> {
    let services = topology.services.iter();
    let named = services.flat_map(|service| {
        let mounts = service.mounts.iter().filter_map(|mount| match &mount.source {
            Source::Path(path) => Some(path.clone()),
            _ => None,
        });
        let build = service.build.iter().map(|build| build.context.clone());
        mounts.chain(build).chain(service.env_files.iter().map(|file| file.path.clone()))
    });
    named.collect()
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
    use super::*;
    use crate::report::sample;

    #[test]
    fn what_says_nothing_is_asked_again_and_a_lab_that_does_not_rise_is_not() {
        assert!(says(&sample::sample_run(Verdict::Held).outcome) && says(&sample::sample_run(Verdict::Violated).outcome));
        let mut unsure = sample::sample_run(Verdict::Inconclusive).outcome;
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
        write("conf/on.conf", "one");
        write("conf/off.conf", "one");
        write("fixtures/shop/more.conf", "one");
        let factor = "x-relapse: { factors: { cache: { about: whether it caches, levels: ['on', 'off'] } } }";
        let app = "services:\n  app: { image: x, volumes: [\"../../conf/${CACHE:-on}.conf:/app.conf\"] }";
        write("fixtures/shop/compose.yaml", &format!("{factor}\n{app}\n"));
        let project = Project::at(root.to_path_buf());
        let script = sample::job().script;
        let name = |patience, repeats| store(&project, patience, &[&script], repeats).unwrap();
        let first = name(1.0, 1);
        assert_eq!(name(1.0, 1), first);
        assert_ne!(name(2.0, 1), first);
        assert_ne!(name(1.0, 4), first);
        for file in ["fixtures/shop/more.conf", "conf/on.conf", "conf/off.conf"] {
            let before = name(1.0, 1);
            write(file, "another");
            assert_ne!(name(1.0, 1), before, "{file}");
        }
        let other = Script { line: 8, ..sample::job().script };
        assert_ne!(store(&project, 1.0, &[&other], 1).unwrap(), name(1.0, 1));
    }
}
