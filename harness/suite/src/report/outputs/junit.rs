//! JUnit's XML, as CI servers read it: a suite for each scenario, so that its levels can be properties where every schema has them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use relapse_model::outcome::Outcome;
use relapse_model::text::clean;
use relapse_model::verdict::Verdict;

use super::format::Format;
use crate::exit::Failure;
use crate::report::conclusion::{Conclusion, Played};
use crate::report::failure;
use crate::report::file::Document;
use crate::report::reporter::Reporter;
use crate::report::terminal::plain;
use crate::runner::{Event, Job};

pub(super) const FORMAT: Format =
    Format { option: OPTION, value: "FILE", help: "Writes JUnit's XML for a CI server", commands: &["run", "prove"], open };

const OPTION: &str = "--junit";

fn open(path: PathBuf) -> Result<Box<dyn Reporter>, Failure> {
    Ok(Box::new(Junit { file: Document::open(OPTION, path)?, said: BTreeMap::new() }))
}

struct Junit {
    file: Document,
    /// Of each job that ended.
    said: BTreeMap<usize, Said>,
}

/// What is said of a scenario that ended.
#[derive(Default)]
struct Said {
    /// Why it did not hold.
    failure: String,
    /// What a terminal shows of it.
    output: String,
}

impl Reporter for Junit {
    fn hear(&mut self, index: usize, job: &Job, event: &Event) {
        if let Event::Ended(told) = event {
            let failure = clean(failure::explain(job, told).join("\n").trim());
            self.said.insert(index, Said { failure, output: plain(job, told).join("\n") });
        }
    }

    fn conclude(&mut self, conclusion: &Conclusion<'_>) {
        let Conclusion::Played(played) = conclusion else { return };
        match document(*played, &self.said).to_string() {
            Ok(text) => self.file.write(text.as_bytes()),
            Err(error) => self.file.lost(&error),
        }
    }
}

fn document(played: Played<'_>, said: &BTreeMap<usize, Said>) -> Report {
    let none = Said::default();
    let mut report = Report::new("relapse");
    report.set_time(duration(played.seconds));
    report.add_test_suites(played.each().map(|(index, job, outcome)| match outcome {
        Some(outcome) => suite(played, job, outcome, said.get(&index).unwrap_or(&none)),
        None => not_run(job),
    }));
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

fn suite(played: Played<'_>, job: &Job, outcome: &Outcome, said: &Said) -> TestSuite {
    let fine = !played.is_wrong(outcome);
    let mut status = match outcome.verdict {
        _ if fine => TestCaseStatus::success(),
        // Neither a pass nor a fail: what JUnit calls an error of the test.
        Verdict::Inconclusive => TestCaseStatus::non_success(NonSuccessKind::Error),
        _ => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    if !fine {
        let message = played.note(outcome).unwrap_or_else(|| failure::sentence(outcome));
        status.set_type(outcome.verdict.word()).set_message(clean(&message)).set_description(said.failure.as_str());
    }
    let mut case = TestCase::new(outcome.name.as_str(), status);
    case.set_classname(outcome.feature.as_str()).set_time(duration(outcome.seconds));
    case.set_system_out(said.output.as_str());
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
    use super::*;
    use crate::report::sample::{Sample, proofs};

    /// The document about scenarios that were heard as they ended.
    fn heard(sample: &Sample, played: Played<'_>) -> String {
        let folder = tempfile::tempdir().unwrap();
        let mut junit = open(folder.path().join("a.xml")).unwrap();
        sample.tell(junit.as_mut());
        junit.conclude(&Conclusion::Played(played));
        std::fs::read_to_string(folder.path().join("a.xml")).unwrap()
    }

    #[test]
    fn a_violated_scenario_is_a_failure_and_an_inconclusive_one_an_error() {
        let sample = Sample::of(&[Some(Verdict::Held), Some(Verdict::Violated), Some(Verdict::Inconclusive)]);
        let text = heard(&sample, sample.played());
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/outputs/junit.golden.xml");
        if std::env::var_os("RELAPSE_GOLDEN").is_some() {
            std::fs::write(golden, &text).unwrap();
        }
        relapse_testing::assert_same_text(&std::fs::read_to_string(golden).unwrap(), &text, "RELAPSE_GOLDEN=1 writes it anew");
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "control characters are no XML");
    }

    #[test]
    fn a_scenario_that_never_began_is_skipped() {
        let sample = Sample::of(&[None]);
        let left = heard(&sample, sample.played());
        assert!(
            left.contains("skipped=\"1\"") && left.contains("<skipped message=\"not run: interrupted by Ctrl-C\"/>"),
            "{left}"
        );
    }

    #[test]
    fn a_gate_that_is_red_is_what_prove_wants_and_one_that_holds_is_a_failure() {
        for (verdict, failures) in [(Verdict::Violated, 0), (Verdict::Held, 1)] {
            let sample = Sample::of(&[Some(verdict)]);
            let proofs = proofs(&sample);
            let text = heard(&sample, Played { command: "prove", proofs: Some(&proofs), ..sample.played() });
            assert_eq!(text.matches("<failure").count(), failures, "{text}");
            let said = "message=\"NOT RED: it holds with every factor as on the day, so it protects from nothing\" type=\"held\"";
            assert_eq!(text.contains(said), failures == 1, "{text}");
        }
    }
}
