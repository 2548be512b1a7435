//! The report: one HTML file that needs no network, made of outcomes and timelines.
//!
//! `document` is what every page has around it. `page` tells of scenarios, each by `scenario`: `lanes` (with `phases`) turns a timeline into
//! lanes and
//! `series` into series over time, `draw` draws both on one axis with the rows of `chart`; `hops` is the table of a visit and `cycle` its
//! loop, `logs` what the services said. `why` and `matrix` are the tables of these commands. `bound` keeps what services wrote short, and free of
//! what could deceive.

mod badge;
mod bound;
mod chart;
mod cycle;
mod document;
mod draw;
mod hop;
mod hops;
mod lanes;
mod logs;
mod matrix;
mod page;
mod phases;
mod scale;
mod scenario;
mod series;
mod why;

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::format::Format;
use crate::exit::Failure;
use crate::report::conclusion::Conclusion;
use crate::report::file::Document;
use crate::report::reporter::Reporter;
use crate::runner::{Event, Job};

pub(super) const FORMAT: Format = Format {
    option: OPTION,
    value: "DIR",
    help: "Writes a report: one HTML file in this folder, which needs no network",
    commands: &["run", "prove", "why", "matrix"],
    open,
};

const OPTION: &str = "--report";
/// The one file in the folder.
const FILE: &str = "index.html";

/// Makes the folder as well.
fn open(folder: PathBuf) -> Result<Box<dyn Reporter>, Failure> {
    std::fs::create_dir_all(&folder).map_err(|error| Failure::usage(format!("{OPTION} {}: {error}", folder.display())))?;
    Ok(Box::new(Report { file: Document::open(OPTION, folder.join(FILE))?, jobs: 0, drawn: BTreeMap::new() }))
}

struct Report {
    file: Document,
    /// How many are played, which share the room.
    jobs: usize,
    /// Of each job that ended, what is under its heading: drawn while its timeline is there.
    drawn: BTreeMap<usize, String>,
}

impl Reporter for Report {
    fn begin(&mut self, jobs: &[Job]) {
        self.jobs = jobs.len();
    }

    fn hear(&mut self, index: usize, job: &Job, event: &Event) {
        if let Event::Ended(told) = event
            && self.jobs > 0
        {
            self.drawn.insert(index, scenario::drawn(job, told, index, self.jobs).into_string());
        }
    }

    fn conclude(&mut self, conclusion: &Conclusion<'_>) {
        let page = match conclusion {
            Conclusion::Played(played) => page::page(*played, &self.drawn),
            Conclusion::Why(findings) => why::page(findings),
            Conclusion::Matrix(table) => matrix::page(table),
            Conclusion::Lint(_) => return,
        };
        self.file.write(page.into_string().as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use relapse_model::verdict::Verdict;

    use super::*;
    use crate::report::conclusion::Played;
    use crate::report::sample::{Sample, proofs};

    #[test]
    fn a_scenario_is_drawn_when_it_ends_and_what_is_said_of_it_stands_above() {
        let folder = tempfile::tempdir().unwrap();
        let mut report = open(folder.path().join("new")).unwrap();
        let sample = Sample::of(&[Some(Verdict::Held), None, Some(Verdict::Violated)]);
        sample.tell(report.as_mut());
        let proofs = proofs(&sample);
        report.conclude(&Conclusion::Played(Played { command: "prove", proofs: Some(&proofs), ..sample.played() }));
        let page = std::fs::read_to_string(folder.path().join("new/index.html")).unwrap();
        assert!(page.contains("<title>relapse prove: 1 held, 1 violated, 0 inconclusive</title>"));
        let places: Vec<Option<usize>> = [
            "<a href=\"#scenario-0\">",
            "<a href=\"#scenario-2\">",
            "<article id=\"scenario-0\"",
            "<p>NOT RED: it holds with every factor",
            // Of the one that held, folded.
            "<details><summary>What was expected and seen",
            "::error::&lt;script&gt;",
            "<article id=\"scenario-2\"",
            "<details open><summary>What was expected and seen",
            "<div class=\"seen\">ada was answered: 502 by nginx",
        ]
        .map(|text| page.find(text))
        .into();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in\n{page}");
        assert!(!page.contains("scenario-1") && !page.contains("<script>\u{fffd}"));
    }
}
