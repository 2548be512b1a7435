//! Features as the runner takes them: one script a scenario, with its background's steps, its tags, its lab and its levels.
//!
//! `parse` reads a file, `select` chooses, `check` finds what cannot run before anything is started.

mod check;
mod parse;
mod select;

use std::path::PathBuf;

use relapse_model::levels::Levels;
use relapse_model::topology::Topology;

pub(crate) use check::check;
pub(crate) use select::{Selection, select};

/// One scenario.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// The feature's path, relative to the root.
    pub(crate) feature: String,
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
}

impl Project {
    /// The nearest folder upward that has `features/`, or the one that was named.
    pub(crate) fn find(named: Option<PathBuf>) -> Result<Self, String> {
        if let Some(root) = named {
            let root = root.canonicalize().map_err(|error| format!("--root {}: {error}", root.display()))?;
            return Ok(Self { root });
        }
        let here = std::env::current_dir().map_err(|error| format!("the current folder: {error}"))?;
        here.ancestors().find(|folder| folder.join("features").is_dir()).map(|root| Self { root: root.to_path_buf() }).ok_or_else(
            || format!("no folder `features/` in {} or above it; go to your project, or name it with --root", here.display()),
        )
    }

    /// A topology's Compose file.
    pub(crate) fn compose_file(&self, lab: &str) -> PathBuf {
        self.root.join("fixtures").join(lab).join("compose.yaml")
    }

    /// A topology at some levels, with addresses that only serve to check it.
    pub(crate) fn topology(&self, lab: &str, levels: &Levels) -> Result<Topology, String> {
        let file = self.compose_file(lab);
        let shown = file.strip_prefix(&self.root).unwrap_or(&file).display().to_string();
        let text = std::fs::read_to_string(&file).map_err(|error| {
            let known: Vec<String> = std::fs::read_dir(self.root.join("fixtures"))
                .into_iter()
                .flatten()
                .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
                .collect();
            let near = relapse_model::nearest(lab, known.iter().map(String::as_str));
            let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(", ")) };
            format!("there is no topology `{lab}`: {shown}: {error}{hint}")
        })?;
        Topology::read(lab, &text, levels, "10.83").map_err(|error| {
            let place = error.place.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
            format!("{shown}{place}: {error}")
        })
    }
}
