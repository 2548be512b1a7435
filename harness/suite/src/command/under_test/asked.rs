//! What a command line as libtest's asks for: paths of features, which scenarios, and how they are shown.

use std::path::Path;

use clap::Parser as _;
use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::command::side_by_side;
use crate::runner::Job;

/// The tag of scenarios that run only if they are asked for.
const IGNORED: &str = "nightly";

/// The options that take the next word.
const WITH_VALUE: [&str; 6] = ["--skip", "--format", "--color", "--logfile", "--test-threads", "-Z"];

/// Everything but the paths.
pub(super) struct Asked(Arguments);

impl Asked {
    /// The first word is the program.
    pub(super) fn read(words: Vec<String>) -> Result<Self, clap::Error> {
        let mut arguments = Arguments::try_parse_from(words)?;
        arguments.test_threads.get_or_insert_with(side_by_side);
        Ok(Self(arguments))
    }

    /// The scenarios are named, not played.
    pub(super) fn is_list(&self) -> bool {
        self.0.list
    }

    /// Every scenario is told as it ends, not only what did not hold.
    pub(super) fn aloud(&self) -> bool {
        self.0.nocapture
    }

    /// Whether the scenario is played.
    pub(super) fn chooses(&self, job: &Job) -> bool {
        let test = Trial::test(name(job), || Ok(())).with_ignored_flag(job.script.is(IGNORED));
        !self.0.is_filtered_out(&test) && !self.0.is_ignored(&test)
    }

    /// `--exact` takes a scenario's name without its place as well, where only one is called so.
    pub(super) fn by_name_alone(&mut self, jobs: &[Job]) {
        let Some(filter) = self.0.filter.as_mut().filter(|_| self.0.exact) else { return };
        let mut called = jobs.iter().filter(|job| job.script.name == *filter);
        if let (Some(one), None) = (called.next(), called.next()) {
            *filter = name(one);
        }
    }

    /// A scenario as a test. Only a test that runs can say why it is ignored; so the flag is set where it decides, and elsewhere the
    /// test says it.
    pub(super) fn trial(&self, job: &Job, play: impl FnOnce() -> Result<Completion, Failed> + Send + 'static) -> Trial {
        let is_ignored = job.script.is(IGNORED);
        if is_ignored && !self.0.list && !self.0.ignored && !self.0.include_ignored {
            let why = format!("tagged @{IGNORED}: --include-ignored plays it too");
            return Trial::ignorable_test(name(job), || Ok(Completion::ignored_with(why)));
        }
        Trial::ignorable_test(name(job), play).with_ignored_flag(is_ignored)
    }

    /// Runs or lists what is asked for, and says whether anything failed.
    pub(super) fn run(&self, trials: Vec<Trial>) -> bool {
        libtest_mimic::run(&self.0, trials).has_failed()
    }
}

/// Unique, and the same from run to run.
fn name(job: &Job) -> String {
    format!("{}: {}", job.script.place(), job.script.name)
}

/// Those of the arguments that are paths, here or in the project, with or without a line; and the others.
pub(super) fn paths(root: &Path, asked: Vec<String>) -> (Vec<String>, Vec<String>) {
    let is_path = |argument: &str| {
        let path = match argument.rsplit_once(':') {
            Some((path, line)) if line.parse::<usize>().is_ok() => path,
            _ => argument,
        };
        Path::new(path).exists() || root.join(path).exists()
    };
    let mut asked = asked.into_iter();
    let (mut paths, mut rest) = (Vec::new(), Vec::from_iter(asked.next()));
    while let Some(word) = asked.next() {
        if WITH_VALUE.contains(&word.as_str()) {
            rest.push(word);
            rest.extend(asked.next());
        } else if word.starts_with('-') || !is_path(&word) {
            rest.push(word);
        } else {
            paths.push(word);
        }
    }
    (paths, rest)
}

#[cfg(test)]
mod tests {
    use libtest_mimic::Conclusion;

    use super::*;
    use crate::report::sample;

    fn jobs() -> Vec<Job> {
        let named = |line, name: &str, tag: &str| {
            let mut job = sample::job();
            (job.script.line, job.script.name, job.script.tags) = (line, name.into(), vec![tag.into()]);
            job
        };
        vec![named(3, "It holds", "gate"), named(9, "It holds not", "control"), named(12, "At size", "nightly")]
    }

    /// Nothing is printed: whoever reads this run's output would take it for its own.
    fn read(words: &[&str]) -> Asked {
        Asked::read([&["test", "--logfile", "/dev/null"], words].concat().into_iter().map(str::to_owned).collect()).unwrap()
    }

    /// The lines of those that are played.
    fn played(words: &[&str]) -> Vec<usize> {
        let jobs = jobs();
        let mut asked = read(words);
        asked.by_name_alone(&jobs);
        jobs.iter().filter(|job| asked.chooses(job)).map(|job| job.script.line).collect()
    }

    #[test]
    fn a_scenario_is_chosen_by_its_name_as_any_test_is() {
        assert_eq!(name(&jobs()[0]), "features/shop/outage.feature:3: It holds");
        assert_eq!(played(&[]), [3, 9], "what is tagged @nightly is ignored");
        assert_eq!(played(&["--ignored"]), [12]);
        assert_eq!(played(&["--include-ignored"]), [3, 9, 12]);
        assert_eq!(played(&["It holds"]), [3, 9]);
        assert_eq!(played(&["outage.feature:9"]), [9]);
        assert_eq!(played(&["--exact", "It holds"]), [3]);
        assert_eq!(played(&["--exact", "features/shop/outage.feature:9: It holds not"]), [9]);
        assert_eq!(played(&["--skip", "not"]), [3]);
        assert_eq!(played(&["nothing_of_ours"]), Vec::<usize>::new());
    }

    #[test]
    fn what_is_not_asked_for_says_why_and_a_list_marks_it() {
        let outcome = |words: &[&str]| {
            let asked = read(words);
            let trials = jobs().iter().map(|job| asked.trial(job, || Ok(Completion::Completed))).collect::<Vec<_>>();
            let flagged: Vec<bool> = trials.iter().map(Trial::has_ignored_flag).collect();
            let Conclusion { num_passed, num_ignored, .. } = libtest_mimic::run(&asked.0, trials);
            (flagged[2], num_passed, num_ignored)
        };
        assert_eq!(outcome(&[]), (false, 2, 1), "it says itself that it was not played");
        assert_eq!(outcome(&["--ignored"]), (true, 1, 0));
        assert_eq!(outcome(&["--include-ignored"]), (true, 3, 0));
        assert_eq!(outcome(&["--list"]), (true, 0, 0));
    }

    #[test]
    fn an_argument_that_is_a_path_of_the_project_is_no_filter() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("features")).unwrap();
        let split = |words: &[&str]| {
            let (paths, rest) = paths(folder.path(), words.iter().map(|word| (*word).to_owned()).collect());
            (paths.join(" "), rest.join(" "))
        };
        let both = split(&["test", "features:12", "It holds", "--list", "features"]);
        assert_eq!(both, ("features:12 features".to_owned(), "test It holds --list".to_owned()));
        // What an option takes is the option's.
        let skipped = split(&["test", "--skip", "features", "--test-threads", "1", "features:3"]);
        assert_eq!(skipped, ("features:3".to_owned(), "test --skip features --test-threads 1".to_owned()));
        assert_eq!(split(&["test", "--skip=features"]), (String::new(), "test --skip=features".to_owned()));
    }
}
