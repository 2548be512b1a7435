//! Scenarios that a program runs, as `relapse run` does.

use std::path::PathBuf;

use relapse_model::levels::{Choice, Levels};
use relapse_model::outcome::Outcome;

use super::play::play;
use super::{Shared, session};
use crate::exit::{Exit, Failure};
use crate::report::reporter::Reporters;
use crate::runner::{Job, Keep};

/// Scenarios to run from a program. What they came to is for the program to report; images that are made are told on standard error.
///
/// A lab's reaper is this very executable, started anew. So its `main` begins with [`crate::serve_if_asked`].
///
/// ```no_run
/// use std::process::ExitCode;
///
/// use relapse::model::verdict::Verdict;
///
/// fn main() -> ExitCode {
///     relapse::serve_if_asked();
///     let run = relapse::Run::of(["features/shop"]).tags("@gate").level("resolution", "at-request");
///     match run.play() {
///         Ok(outcomes) if outcomes.iter().all(|outcome| outcome.verdict == Verdict::Held) => ExitCode::SUCCESS,
///         Ok(_) => ExitCode::FAILURE,
///         Err(failure) => {
///             eprintln!("{}", failure.message);
///             ExitCode::from(failure.exit.code())
///         }
///     }
/// }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing runs before `play`"]
pub struct Run {
    root: Option<PathBuf>,
    shared: Shared,
    levels: Levels,
}

impl Run {
    /// Of these feature files, folders, or `FILE:LINE`; of all features where none is named.
    pub fn of(paths: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let shared = Shared {
            paths: paths.into_iter().map(Into::into).collect(),
            tags: None,
            jobs: None,
            keep: Keep::Never,
            patience: 1.0,
            allow_engine_socket: false,
        };
        Self { root: None, shared, levels: Levels::new() }
    }

    /// In this project, and not in the nearest one upward of the current folder.
    pub fn root(mut self, folder: impl Into<PathBuf>) -> Self {
        self.root = Some(folder.into());
        self
    }

    /// Only those that a tag expression selects, such as `@gate and not @nightly`.
    pub fn tags(mut self, expression: impl Into<String>) -> Self {
        self.shared.tags = Some(expression.into());
        self
    }

    /// A factor's level, over the scenario's own.
    pub fn level(mut self, factor: impl Into<String>, level: impl Into<String>) -> Self {
        self.levels.insert(factor.into(), level.into());
        self
    }

    /// So many side by side, and not as many as the machine has processors.
    pub fn jobs(mut self, at_once: u16) -> Self {
        self.shared.jobs = Some(at_once.max(1));
        self
    }

    /// Scales every deadline, on a slow machine.
    pub fn patience(mut self, times: f64) -> Self {
        self.shared.patience = times;
        self
    }

    /// Runs them all, and gives what each came to, in their order.
    ///
    /// # Errors
    /// [`Failure`] with the exit code that the command would have: the features or the topologies are wrong, no scenario is selected, there
    /// is no engine, an image cannot be made, or Ctrl-C was pressed.
    pub fn play(self) -> Result<Vec<Outcome>, Failure> {
        let (project, scripts) = session::scripts(self.root, &self.shared, None)?;
        let jobs: Vec<Job> = scripts
            .into_iter()
            .map(|script| {
                let choice = Choice { scenario: script.levels.clone(), set: self.levels.clone(), ..Choice::default() };
                Job { script, choice }
            })
            .collect();
        let ended = play(&project, &self.shared, &jobs, &Reporters::new(Vec::new()))?;
        if ended.interrupted {
            return Err(Failure { exit: Exit::Interrupted, message: "interrupted by Ctrl-C; the labs are removed".into() });
        }
        Ok(ended.outcomes.into_iter().flatten().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_before_an_engine_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("features")).unwrap();
        let played = |run: Run| run.root(folder.path()).play().unwrap_err();
        let nothing = played(Run::of(["features"]));
        assert_eq!(nothing.exit, Exit::Usage, "{}", nothing.message);
        let feature = "Feature: F\n  Scenario: S\n    Given the shop lab\n    Then it rains within 1s\n";
        std::fs::write(folder.path().join("features/f.feature"), feature).unwrap();
        let wrong = played(Run::of(["features/f.feature:2"]));
        assert_eq!(wrong.exit, Exit::Usage);
        assert!(wrong.message.contains("f.feature"), "{}", wrong.message);
        let other = played(Run::of(["features"]).tags("@none"));
        assert!(other.message.contains("@none"), "{}", other.message);
    }
}
