//! What an incident's tags promise: one `@why`, gates that say what the user got, remedies that are some.

use std::collections::BTreeMap;

use super::finding::{Finding, Kind, Place};
use super::nearly::nearly;
use super::shape::{Shape, lines};
use super::{Project, Script};
use crate::vocabulary::role::Role;

/// The tags that mean something; profiles of the topology do as well.
const TAGS: [&str; 7] = ["incident", "why", "gate", "control", "insufficient", "serial", "nightly"];

/// What a script says, as far as its tags speak of it.
pub(super) struct Promise {
    /// Of each Then, whether it is negative.
    pub(super) thens: Vec<bool>,
    /// The last Then's line, and what it is.
    pub(super) end: Option<(usize, Role)>,
    /// Whether any factor is at another level than on the day.
    pub(super) remedied: bool,
    /// Whether the topology has factors at all.
    pub(super) factors: bool,
}

/// What a script does not keep of what its tags promise; `line` is that of its lab.
pub(super) fn promise(script: &Script, line: usize, said: &Promise) -> Vec<Finding> {
    let mut findings = Vec::new();
    let kind = ["gate", "insufficient"].into_iter().find(|tag| script.is(tag));
    let negative = !said.thens.is_empty() && said.thens.iter().all(|negative| *negative);
    if script.is("gate") && negative {
        let message = "this gate only says what should not be: a lab that does nothing at all would pass it";
        findings.push(
            Finding::new(Kind::NegativeGate, script.at(script.line), message)
                .help("say also what the user got, such as `{user} should see {string} at {url} {deadline}`"),
        );
    }
    findings.extend(gate_end(script, said.end).filter(|_| !negative));
    if let Some(tag) = kind.filter(|_| !said.remedied) {
        let message = format!("@{tag} speaks of a remedy, and every factor is as on the day");
        let help = if said.factors {
            "name its level: `Given the {lab} lab with {levels}`"
        } else {
            "the topology has no factors: declare one"
        };
        findings.push(Finding::new(Kind::NoLevel, script.at(line), message).help(help));
    }
    findings
}

/// A gate that ends with how it came about, and neither with what users got nor with who was told.
fn gate_end(script: &Script, last: Option<(usize, Role)>) -> Option<Finding> {
    let (line, _) = last.filter(|(_, role)| script.is("gate") && *role == Role::Mechanism)?;
    let message = "a gate's last Then is its outcome, by which `prove` finds it red, and this one only says how it came about";
    Some(Finding::new(Kind::GateEnd, script.at(line), message).help(
        "end with what the user got, such as `{user} should see {string} at {url} {deadline}`, or who was told: `the alert {string} should fire {deadline}`",
    ))
}

/// What all features of the incidents say together.
#[derive(Default)]
pub(crate) struct Incidents {
    /// The scripts of each folder in `features/`.
    folders: BTreeMap<String, Vec<Script>>,
}

impl Incidents {
    /// Adds a script; one that lies in no incident's folder is left out.
    pub(crate) fn add(&mut self, script: &Script) {
        if let Some(folder) = folder(&script.feature) {
            self.folders.entry(folder.to_owned()).or_default().push(script.clone());
        }
    }

    /// Each folder in `features/` with its scripts.
    pub(super) fn folders(&self) -> impl Iterator<Item = (&str, &[Script])> {
        self.folders.iter().map(|(folder, scripts)| (folder.as_str(), scripts.as_slice()))
    }

    /// Folders with no `@why`, or with more than one.
    pub(crate) fn check(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (folder, scripts) in &self.folders {
            let mut whys = scripts.iter().filter(|script| script.is("why"));
            let (first, others) = (whys.next(), whys);
            let Some(first) = first else {
                let shown = scripts.iter().find(|script| script.is("incident")).or(scripts.first());
                findings.extend(shown.map(|script| {
                    Finding::new(
                        Kind::Why,
                        script.at(script.line),
                        format!("no scenario of the incident `{folder}` is tagged @why"),
                    )
                    .help("tag the one @incident scenario whose last Then is the incident")
                }));
                continue;
            };
            if !first.is("incident") {
                let message = "what is tagged @why is an @incident: it happens with every factor as on the day";
                findings.push(Finding::new(Kind::Why, first.at(first.line), message));
            }
            findings.extend(others.map(|other| {
                let message = format!("the incident `{folder}` has another scenario tagged @why at {}", first.place());
                Finding::new(Kind::Why, other.at(other.line), message).help("one scenario of an incident is tagged @why")
            }));
        }
        findings
    }
}

/// The incident that a feature belongs to.
pub(crate) fn folder(feature: &str) -> Option<&str> {
    feature.strip_prefix("features/")?.split_once('/').map(|(folder, _)| folder)
}

/// Tags of a file that are nearly one of ours, or nearly a profile of a topology that its scripts name.
pub(crate) fn tags(project: &Project, scripts: &[Script]) -> Vec<Finding> {
    let Some(first) = scripts.first() else { return Vec::new() };
    let mut known: Vec<String> = TAGS.map(ToOwned::to_owned).to_vec();
    let mut labs: Vec<&str> = scripts.iter().map(|script| script.lab.as_str()).collect();
    labs.dedup();
    for lab in labs {
        let topology = project.topology(lab, &std::collections::BTreeMap::new());
        known.extend(topology.iter().flat_map(|topology| &topology.services).flat_map(|service| service.profiles.clone()));
    }
    let mut findings = Vec::new();
    for (number, line, _) in lines(&first.source).filter(|(.., shape)| *shape == Shape::Tags) {
        for tag in line.split_whitespace().take_while(|word| !word.starts_with('#')).flat_map(|word| word.split('@')) {
            if tag.is_empty() || known.iter().any(|known| known == tag) {
                continue;
            }
            if let Some(near) = known.iter().find(|known| nearly(tag, known)) {
                let place = Place::word(&first.feature, &first.source, number, &format!("@{tag}"));
                findings.push(Finding::new(Kind::Tag, place, format!("the tag @{tag} means nothing; did you mean @{near}?")));
            }
        }
    }
    findings
}
