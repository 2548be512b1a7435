//! JUnit's XML, as CI servers read it: a suite for each scenario, so that its levels can be properties where every schema has them.

use std::path::Path;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use relapse_model::text::clean;
use relapse_model::verdict::Verdict;

use super::failure;
use super::file::Document;
use super::terminal::plain;
use crate::exit::Failure;
use crate::runner::{Job, Told};

/// The option's name, for errors.
const OPTION: &str = "--junit";

/// Tells before anything is run that the file could not be written afterwards.
pub(crate) fn check(path: &Path) -> Result<(), Failure> {
    Document { option: OPTION, path }.check()
}

/// A job for the file.
pub(crate) struct Case<'a> {
    pub(crate) job: &'a Job,
    /// What became of it; nothing of one that never began.
    pub(crate) told: Option<&'a Told>,
    /// What the command says of it besides its verdict, and whether that makes the command fail. Without it the verdict does.
    pub(crate) said: Option<(String, bool)>,
}

/// Writes the file; one that exists is replaced only when the new one is whole.
pub(crate) fn write<'a>(path: &Path, seconds: f64, cases: impl Iterator<Item = Case<'a>>) {
    let file = Document { option: OPTION, path };
    match document(seconds, cases).to_string() {
        Ok(text) => file.write(text.as_bytes()),
        Err(error) => file.lost(&error),
    }
}

fn document<'a>(seconds: f64, cases: impl Iterator<Item = Case<'a>>) -> Report {
    let mut report = Report::new("relapse");
    report.set_time(duration(seconds));
    report
        .add_test_suites(cases.map(|case| case.told.map_or_else(|| not_run(case.job), |told| suite(case.job, told, case.said))));
    report
}

/// A scenario that never began.
fn not_run(job: &Job) -> TestSuite {
    let mut status = TestCaseStatus::skipped();
    status.set_message("not run: interrupted by Ctrl-C");
    let mut case = TestCase::new(job.script.name.as_str(), status);
    case.set_classname(job.script.feature.as_str());
    let mut suite = TestSuite::new(job.script.place());
    suite.extra.insert("file".into(), job.script.feature.as_str().into());
    suite.add_test_case(case);
    suite
}

fn suite(job: &Job, told: &Told, said: Option<(String, bool)>) -> TestSuite {
    let outcome = &told.outcome;
    let (fine, message) = match said {
        Some((said, wrong)) => (!wrong, said),
        None => (outcome.verdict == Verdict::Held, failure::sentence(outcome)),
    };
    let mut status = match outcome.verdict {
        _ if fine => TestCaseStatus::success(),
        // Neither a pass nor a fail: what JUnit calls an error of the test.
        Verdict::Inconclusive => TestCaseStatus::non_success(NonSuccessKind::Error),
        _ => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    if !fine {
        status.set_type(outcome.verdict.word()).set_message(clean(&message));
        status.set_description(clean(failure::explain(job, told).join("\n").trim()));
    }
    let mut case = TestCase::new(outcome.name.as_str(), status);
    case.set_classname(outcome.feature.as_str()).set_time(duration(outcome.seconds));
    case.set_system_out(plain(job, told).join("\n"));
    let mut suite = TestSuite::new(job.script.place());
    suite.extra.insert("file".into(), outcome.feature.as_str().into());
    suite.set_time(duration(outcome.seconds));
    suite.add_properties(outcome.levels.iter().map(|(factor, level)| (factor.as_str(), level.as_str())));
    suite.add_test_case(case);
    suite
}

fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::sample::{job, told};
    use super::*;

    #[test]
    fn a_violated_scenario_is_a_failure_and_an_inconclusive_one_an_error() {
        let jobs = [(job(), told(Verdict::Held)), (job(), told(Verdict::Violated)), (job(), told(Verdict::Inconclusive))];
        let begun = jobs.iter().map(|(job, told)| Case { job, told: Some(told), said: None });
        let text = document(4.5, begun).to_string().unwrap();
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/junit.golden.xml");
        if std::env::var_os("RELAPSE_GOLDEN").is_some() {
            std::fs::write(golden, &text).unwrap();
        }
        assert_eq!(text, std::fs::read_to_string(golden).unwrap(), "RELAPSE_GOLDEN=1 writes it anew");
        let left = document(4.5, [Case { job: &jobs[0].0, told: None, said: None }].into_iter()).to_string().unwrap();
        assert!(
            left.contains("skipped=\"1\"") && left.contains("<skipped message=\"not run: interrupted by Ctrl-C\"/>"),
            "{left}"
        );
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "control characters are no XML");
    }
    #[test]
    fn a_gate_that_is_red_is_what_prove_wants_and_one_that_holds_is_a_failure() {
        let (job, red, held) = (job(), told(Verdict::Violated), told(Verdict::Held));
        let case = |told, wrong| Case { job: &job, told: Some(told), said: Some(("NOT RED: it holds".into(), wrong)) };
        let text = document(1.0, [case(&red, false), case(&held, true)].into_iter()).to_string().unwrap();
        assert_eq!(text.matches("<failure").count(), 1, "{text}");
        assert!(text.contains("message=\"NOT RED: it holds\" type=\"held\""), "{text}");
    }
}
