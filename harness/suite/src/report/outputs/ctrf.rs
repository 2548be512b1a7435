//! CTRF, the Common Test Report Format: JSON of any test runner, which reporters for GitHub, GitLab, Jenkins, Slack and others read. It has a
//! word for what is neither a pass nor a fail. <https://ctrf.io/docs/specification/overview>

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use relapse_model::outcome::Outcome;
use relapse_model::text::clean;
use relapse_model::verdict::Verdict;
use serde_json::{Value, json};

use super::format::Format;
use crate::exit::Failure;
use crate::report::conclusion::{Conclusion, Played};
use crate::report::failure;
use crate::report::file::Document;
use crate::report::reporter::Reporter;
use crate::runner::{Event, Job};

pub(super) const FORMAT: Format = Format {
    option: OPTION,
    value: "FILE",
    help: "Writes JSON in the Common Test Report Format, for a CI server or a chat",
    commands: &["run", "prove"],
    open,
};

const OPTION: &str = "--ctrf";
/// Of the format.
const VERSION: &str = "0.1.0";

fn open(path: PathBuf) -> Result<Box<dyn Reporter>, Failure> {
    Ok(Box::new(Ctrf { file: Document::open(OPTION, path)?, began: UNIX_EPOCH, failures: BTreeMap::new() }))
}

struct Ctrf {
    file: Document,
    began: SystemTime,
    /// Of each job that ended, why it did not hold.
    failures: BTreeMap<usize, String>,
}

impl Reporter for Ctrf {
    fn begin(&mut self, _jobs: &[Job]) {
        self.began = SystemTime::now();
    }

    fn hear(&mut self, index: usize, job: &Job, event: &Event) {
        if let Event::Ended(told) = event {
            self.failures.insert(index, clean(failure::explain(job, told).join("\n").trim()));
        }
    }

    fn conclude(&mut self, conclusion: &Conclusion<'_>) {
        let Conclusion::Played(played) = conclusion else { return };
        self.file.write(format!("{:#}\n", document(*played, self.began, &self.failures)).as_bytes());
    }
}

fn document(played: Played<'_>, began: SystemTime, failures: &BTreeMap<usize, String>) -> Value {
    let tests: Vec<Value> = played
        .each()
        .map(|(index, job, outcome)| match outcome {
            Some(outcome) => test(played, job, outcome, failures.get(&index)),
            None => not_run(job),
        })
        .collect();
    let count = |status: &str| tests.iter().filter(|test| test["status"] == status).count();
    let start = began.duration_since(UNIX_EPOCH).unwrap_or_default();
    let stop = start + Duration::try_from_secs_f64(played.seconds).unwrap_or_default();
    json!({
        "reportFormat": "CTRF",
        "specVersion": VERSION,
        "generatedBy": format!("relapse {}", played.command),
        "results": {
            "tool": { "name": "relapse", "version": env!("CARGO_PKG_VERSION") },
            "summary": {
                "tests": tests.len(),
                "passed": count("passed"),
                "failed": count("failed"),
                "skipped": count("skipped"),
                "pending": 0,
                "other": count("other"),
                "start": milliseconds(start.as_secs_f64()),
                "stop": milliseconds(stop.as_secs_f64()),
            },
            "tests": tests,
        },
    })
}

fn test(played: Played<'_>, job: &Job, outcome: &Outcome, failure: Option<&String>) -> Value {
    let wrong = played.is_wrong(outcome);
    let word = match outcome.verdict {
        _ if !wrong => "passed",
        Verdict::Inconclusive => "other",
        // Also what held: `prove` wants a gate to be red.
        _ => "failed",
    };
    let mut test = named(job, word);
    test["duration"] = milliseconds(outcome.seconds).into();
    test["rawStatus"] = outcome.verdict.word().into();
    test["parameters"] = json!(outcome.levels);
    let steps = outcome.thens.iter().map(|then| json!({ "name": clean(&then.text), "status": status(then.verdict) }));
    test["steps"] = steps.collect();
    if wrong {
        let message = played.note(outcome).unwrap_or_else(|| failure::sentence(outcome));
        test["message"] = clean(&message).into();
        test["trace"] = failure.cloned().into();
    }
    test
}

/// A scenario that never began.
fn not_run(job: &Job) -> Value {
    let mut test = named(job, "skipped");
    test["duration"] = 0.into();
    test["message"] = "not run: interrupted by Ctrl-C".into();
    test
}

fn named(job: &Job, status: &str) -> Value {
    let script = &job.script;
    json!({
        "name": script.name,
        "status": status,
        "suite": [script.feature],
        "filePath": script.feature,
        "line": script.line,
        "tags": script.tags,
    })
}

fn status(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Held => "passed",
        Verdict::Violated => "failed",
        Verdict::Inconclusive => "other",
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "no time before the epoch")]
fn milliseconds(seconds: f64) -> u64 {
    (seconds * 1000.0).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{Sample, proofs};

    /// The document about scenarios that were heard as they ended; each began at 0.
    fn heard(sample: &Sample, played: Played<'_>) -> String {
        let folder = tempfile::tempdir().unwrap();
        let mut ctrf = open(folder.path().join("a.json")).unwrap();
        let before = milliseconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64());
        sample.tell(ctrf.as_mut());
        ctrf.conclude(&Conclusion::Played(played));
        let mut document: Value = serde_json::from_slice(&std::fs::read(folder.path().join("a.json")).unwrap()).unwrap();
        let summary = &mut document["results"]["summary"];
        let (start, stop) = (summary["start"].as_u64().unwrap(), summary["stop"].as_u64().unwrap());
        assert!(start >= before && stop - start == 4500, "{summary}");
        (summary["start"], summary["stop"]) = (0.into(), 4500.into());
        format!("{document:#}\n")
    }

    #[test]
    fn what_is_inconclusive_is_neither_passed_nor_failed_and_what_never_began_is_skipped() {
        let sample = Sample::of(&[Some(Verdict::Held), Some(Verdict::Violated), Some(Verdict::Inconclusive), None]);
        let text = heard(&sample, sample.played());
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/outputs/ctrf.golden.json");
        if std::env::var_os("RELAPSE_GOLDEN").is_some() {
            std::fs::write(golden, &text).unwrap();
        }
        relapse_testing::assert_same_text(&std::fs::read_to_string(golden).unwrap(), &text, "RELAPSE_GOLDEN=1 writes it anew");
    }

    #[test]
    fn a_gate_that_is_red_is_what_prove_wants() {
        for (verdict, status) in [(Verdict::Violated, "passed"), (Verdict::Held, "failed")] {
            let sample = Sample::of(&[Some(verdict)]);
            let proofs = proofs(&sample);
            let text = heard(&sample, Played { command: "prove", proofs: Some(&proofs), ..sample.played() });
            let document: Value = serde_json::from_str(&text).unwrap();
            let test = &document["results"]["tests"][0];
            assert_eq!(test["status"], status, "{test}");
        }
    }
}
