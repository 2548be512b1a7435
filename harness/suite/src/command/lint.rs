//! `relapse lint`: every feature and topology against the vocabulary, without Docker.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use relapse_model::levels::Choice;
use relapse_model::text::counted;

use crate::exit::{Exit, Failure};
use crate::report::conclusion::{Conclusion, Linted};
use crate::report::finding;
use crate::report::outputs::Outputs;
use crate::report::reporter::Reporters;
use crate::report::terminal::Terminal;
use crate::script::{Checker, Finding, Incidents, Project, Script, folder, read, tags};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Feature files, folders, FILE:LINE, or a topology's folder or Compose file; everything if none is named.
    paths: Vec<String>,
    /// Tells the steps of the vocabulary that no feature uses.
    #[arg(long)]
    unused: bool,
    /// What a topology says and a lab has otherwise is a finding, too.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    outputs: Outputs,
    /// Lets a topology give the engine's socket to anything, and not only to our socket proxy: whoever has it is root on the engine's
    /// machine.
    #[arg(long, env = "RELAPSE_ALLOW_ENGINE_SOCKET")]
    allow_engine_socket: bool,
}

pub(super) fn run(root: Option<PathBuf>, options: Options) -> Result<Exit, Failure> {
    let project = Project::find(root).map_err(Failure::usage)?.allowing_engine_socket(options.allow_engine_socket);
    let reporters = Reporters::new(options.outputs.open()?);
    let (labs, features) = topologies(&project, &options.paths);
    let reading = match features.is_empty() && !options.paths.is_empty() {
        true => crate::script::Reading::default(),
        false => read(&project, &features).map_err(Failure::usage)?,
    };
    let mut findings: BTreeSet<Finding> = reading.findings.into_iter().collect();
    let mut checker = Checker::new(&project);
    for script in &reading.scripts {
        let choice = Choice { scenario: script.levels.clone(), ..Choice::default() };
        findings.extend(checker.check(script, &choice));
    }
    for file in reading.scripts.chunk_by(|a, b| a.feature == b.feature) {
        findings.extend(tags(&project, file));
    }
    findings.extend(incidents(&project, &mut checker, &reading.scripts, options.paths.is_empty())?);
    let mut topologies: BTreeSet<String> = labs.into_iter().collect();
    topologies.extend(reading.scripts.iter().map(|script| script.lab.clone()).filter(|lab| project.compose_file(lab).is_file()));
    let mut notices = Vec::new();
    for lab in &topologies {
        findings.extend(project.check_topology(lab));
        notices.extend(project.notices(lab));
    }
    if options.strict {
        findings.extend(notices.drain(..));
    }
    let findings: Vec<Finding> = findings.into_iter().collect();
    let unused = if options.unused { checker.unused() } else { Vec::new() };
    let terminal = Terminal::new();
    for expression in &unused {
        terminal.line(&format!("unused step: {expression}"));
    }
    for notice in &notices {
        terminal.line(&format!("note: {notice}"));
    }
    let (files, scenarios, count) = (reading.files, reading.scripts.len(), findings.len());
    let read =
        [(files, "feature"), (scenarios, "scenario"), (topologies.len(), "topology")].map(|(count, what)| counted(count, what));
    let summary = format!("{}: {}", read.join(", "), counted(count, "finding"));
    let linted = Linted { files, scenarios, topologies: topologies.len(), findings: &findings, notices: &notices, unused };
    reporters.conclude(&Conclusion::Lint(&linted));
    if findings.is_empty() {
        terminal.line(&summary);
        return Ok(Exit::Held);
    }
    Err(Failure::usage(format!("{summary}\n\n{}", finding::render(&findings))))
}

/// The topologies that paths name, all if there are no paths; and the paths that are left.
fn topologies(project: &Project, paths: &[String]) -> (Vec<String>, Vec<String>) {
    if paths.is_empty() {
        return (project.labs(), Vec::new());
    }
    let mut labs = Vec::new();
    let mut features = Vec::new();
    for path in paths {
        let found = [PathBuf::from(path), project.root.join(path)].into_iter().find_map(|path| path.canonicalize().ok());
        let inside = found.as_ref().and_then(|path| path.strip_prefix(project.root.join("fixtures")).ok());
        match inside.map(|inside| inside.components().next()) {
            None => features.push(path.clone()),
            Some(None) => labs.extend(project.labs()),
            Some(Some(lab)) => labs.push(lab.as_os_str().to_string_lossy().into_owned()),
        }
    }
    (labs, features)
}

/// What the incidents of these scripts say as a whole: unless these are all, their other features are read as well.
fn incidents(project: &Project, checker: &mut Checker<'_>, scripts: &[Script], all: bool) -> Result<Vec<Finding>, Failure> {
    let mut incidents = Incidents::default();
    let folders: BTreeSet<&str> = scripts.iter().filter_map(|script| folder(&script.feature)).collect();
    if all || folders.is_empty() {
        scripts.iter().for_each(|script| incidents.add(script));
    } else {
        let paths: Vec<String> =
            folders.iter().map(|folder| project.root.join("features").join(folder).display().to_string()).collect();
        read(project, &paths).map_err(Failure::usage)?.scripts.iter().for_each(|script| incidents.add(script));
    }
    let mut findings = incidents.check();
    findings.extend(incidents.never_seen_well(checker));
    Ok(findings)
}
