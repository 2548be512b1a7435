//! The report: one HTML file that needs no network, made of outcomes and timelines.
//!
//! `document` is what every page has around it. `page` tells of scenarios, each by `scenario`: `lanes` turns a timeline into lanes and
//! `series` into series over time, `draw` draws both on one axis with the rows of `chart`; `hops` is the table of a visit and `cycle` its
//! loop, `logs` what the parts said. `why` and `matrix` are the tables of these commands. `bound` keeps what parts wrote short, and free of
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
mod scale;
mod scenario;
mod series;
mod why;

use std::path::Path;

use maud::Markup;

use super::file::Document;
use crate::analysis::{Findings, Matrix};
use crate::exit::Failure;
use crate::runner::{Job, Told};

/// What a report is made of.
pub(crate) struct Report<'a> {
    /// The command's name: `run` or `prove`.
    pub(crate) command: &'static str,
    /// From the first scenario to the last.
    pub(crate) seconds: f64,
    /// In the order in which they were asked for.
    pub(crate) scenarios: Vec<Scenario<'a>>,
}

/// One scenario of a report.
pub(crate) struct Scenario<'a> {
    pub(crate) job: &'a Job,
    pub(crate) told: &'a Told,
    /// What the command says of it besides its verdict.
    pub(crate) note: Option<String>,
}

/// The option's name, for errors.
const OPTION: &str = "--report";
/// The one file in the folder.
const FILE: &str = "index.html";

/// Makes the folder, and tells before anything is run that the report could not be written to it afterwards.
pub(crate) fn check(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::usage(format!("{OPTION} {}: {error}", folder.display())))?;
    Document { option: OPTION, path: &folder.join(FILE) }.check()
}

/// Writes the report of scenarios; an older one is replaced only when the new one is whole.
pub(crate) fn write(folder: &Path, report: &Report<'_>) {
    write_page(folder, page::page(report));
}

/// Writes what `why` found, likewise.
pub(crate) fn write_why(folder: &Path, findings: &Findings) {
    write_page(folder, why::page(findings));
}

/// Writes the table of `matrix`, likewise.
pub(crate) fn write_matrix(folder: &Path, table: &Matrix) {
    write_page(folder, matrix::page(table));
}

fn write_page(folder: &Path, page: Markup) {
    Document { option: OPTION, path: &folder.join(FILE) }.write(page.into_string().as_bytes());
}
