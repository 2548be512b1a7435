//! Features as the runner takes them: one script a scenario, with its background's steps, its tags, its lab and its levels.
//!
//! `parse` reads a file (`scan` its lines, `english` their order, `outline` its tables of examples, `wording` the words of its steps),
//! `select` chooses. `finding` is one thing that is wrong, at the author's line: `check` finds what cannot run before anything is
//! started, `incident` what an incident's tags promise, `role` what is demand and what a trigger, `well` whom it never sees well, `topology` a topology that does not read.

mod check;
mod english;
mod finding;
mod incident;
mod nearly;
mod outline;
mod parse;
mod regular;
mod role;
mod scan;
mod select;
mod shape;
mod topology;
mod well;
mod wording;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use relapse_model::levels::Levels;

pub(crate) use check::Checker;
pub(crate) use finding::{Finding, Kind};
pub(crate) use incident::{Incidents, folder, tags};
pub(crate) use role::{demand_alone, end};
pub(crate) use select::{Reading, Refused, Selection, beside, read, select};
use topology::Topologies;

/// One scenario.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// The feature's path, relative to the root.
    pub(crate) feature: String,
    /// The feature's text.
    pub(crate) source: Arc<str>,
    /// The scenario's line.
    pub(crate) line: usize,
    /// The scenario's last line.
    pub(crate) last_line: usize,
    /// The scenario's name; with its examples' values, if it has any.
    pub(crate) name: String,
    /// Its own tags and those of its rule and feature, without `@`.
    pub(crate) tags: Vec<String>,
    /// Background and own steps.
    pub(crate) steps: Vec<gherkin::Step>,
    /// The topology's name, from `the {lab} lab`.
    pub(crate) lab: String,
    /// From `with {factor} at {level}`.
    pub(crate) levels: Levels,
}

impl Script {
    pub(crate) fn is(&self, tag: &str) -> bool {
        self.tags.iter().any(|own| own == tag)
    }

    /// How many Thens it has.
    pub(crate) fn thens(&self) -> usize {
        self.steps.iter().filter(|step| step.ty == gherkin::StepType::Then).count()
    }

    /// All of a line of its feature.
    fn at(&self, line: usize) -> finding::Place {
        finding::Place::line(&self.feature, &self.source, line)
    }

    /// A word on a line of its feature.
    fn word(&self, line: usize, word: &str) -> finding::Place {
        finding::Place::word(&self.feature, &self.source, line, word)
    }

    /// Where the author finds it.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.feature, self.line)
    }
}

/// A project: where features and fixtures are.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    /// The folder that has `features/`.
    pub(crate) root: PathBuf,
    /// Whether a topology may give the engine's socket to anything.
    pub(crate) allow_engine_socket: bool,
    /// What was read of its topologies, by this one and its clones.
    topologies: Arc<Mutex<Topologies>>,
}

impl Project {
    /// The project of a folder.
    pub(crate) fn at(root: PathBuf) -> Self {
        Self { root, allow_engine_socket: false, topologies: Arc::default() }
    }

    /// The nearest folder upward that has `features/`, or the one that was named.
    pub(crate) fn find(named: Option<PathBuf>) -> Result<Self, String> {
        if let Some(root) = named {
            let shown = root.display();
            let root = root.canonicalize().map_err(|error| format!("--root {shown}: {error}"))?;
            if !root.join("features").is_dir() {
                return Err(format!(
                    "--root {shown}: there is no folder `features/` in it; `relapse new NAME --root {shown}` begins one"
                ));
            }
            return Ok(Self::at(root));
        }
        let here = std::env::current_dir().map_err(|error| format!("the current folder: {error}"))?;
        here.ancestors().find(|folder| folder.join("features").is_dir()).map(|root| Self::at(root.to_path_buf())).ok_or_else(
            || format!("no folder `features/` in {} or above it; go to your project, or name it with --root", here.display()),
        )
    }

    /// The same, where a topology may give the engine's socket to anything if that is allowed.
    pub(crate) fn allowing_engine_socket(self, allow_engine_socket: bool) -> Self {
        // What was refused for that reason may be allowed now.
        Self { allow_engine_socket, ..Self::at(self.root) }
    }

    /// A topology's Compose file.
    pub(crate) fn compose_file(&self, lab: &str) -> PathBuf {
        self.root.join("fixtures").join(lab).join("compose.yaml")
    }
}
