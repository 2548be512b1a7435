//! Whom an incident never sees well: a user at a host, a list, a service of whom all its Thens only ever expect something bad. If what
//! looks at them could not work at all, all of these would be held.

use std::collections::BTreeMap;

use gherkin::StepType;
use relapse_model::topology::Topology;

use super::check::{Checker, Said};
use super::finding::{Finding, Kind, Place};
use super::{Incidents, Script};

/// What a Then expects of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expects {
    /// Something that only a subject that works can be.
    Good,
    Bad,
}

use Expects::{Bad, Good};

/// Subjects that are expected to be something, in words.
type Subjects = Vec<(String, Expects)>;

impl Incidents {
    /// The subjects that a folder never sees well, each at the first Then that expects something bad of it.
    pub(crate) fn never_seen_well(&self, checker: &mut Checker<'_>) -> Vec<Finding> {
        let folders = self.folders();
        folders.flat_map(|(folder, scripts)| of_folder(checker, folder, scripts)).collect()
    }
}

fn of_folder(checker: &mut Checker<'_>, folder: &str, scripts: &[Script]) -> Vec<Finding> {
    let mut bad: BTreeMap<String, Place> = BTreeMap::new();
    let mut good: Vec<String> = Vec::new();
    for script in scripts {
        // What does not read is another finding, and it may be the very Then that sees them well.
        let Ok(topology) = checker.topology(&script.lab, &script.levels) else { continue };
        for step in script.steps.iter().filter(|step| step.ty == StepType::Then) {
            let Ok(said) = checker.read(script, step, &topology) else { return Vec::new() };
            for (subject, expects) in subjects(&said, &topology) {
                match expects {
                    Good => good.push(subject),
                    Bad => drop(bad.entry(subject).or_insert_with(|| script.at(step.position.line))),
                }
            }
        }
    }
    bad.retain(|subject, _| !good.contains(subject));
    let finding = |(subject, place): (String, Place)| {
        let message =
            format!("features/{folder} never sees {subject} well: if nobody could see it at all, this would hold as well");
        Finding::new(Kind::NeverWell, place, message).help(
            "add a Then of how it is when all is well: before what sets the incident off, behind a remedy, or as a @control",
        )
    };
    bad.into_iter().map(finding).collect()
}

/// Whom a Then speaks of, and whether it expects something good of them.
fn subjects(said: &Said, topology: &Topology) -> Subjects {
    let should = !said.is_negative();
    let word = |parameter| said.word(parameter).unwrap_or_default();
    let (service, user) = (word("service"), word("user"));
    let expression = said.expression();
    if expression.contains("be answered {int} by") {
        let (at, fine) = (format!("{user} at {}", word("host")), !word("int").starts_with(['4', '5']));
        return match (should, fine) {
            (true, true) => seen_well(user, at, Some(service)),
            (true, false) | (false, true) => vec![(at, Bad)],
            // Whoever is answered by nobody is not answered so.
            (false, false) => Vec::new(),
        };
    }
    if expression.contains("see {string} at {url}") {
        let host = word("url").split("://").last().and_then(|rest| rest.split(['/', ':', '?']).next()).unwrap_or_default();
        let at = format!("{user} at {host}");
        return if should { seen_well(user, at, None) } else { vec![(at, Bad)] };
    }
    if expression.contains("be in a redirect loop") {
        return if should { vec![(user.to_owned(), Bad)] } else { Vec::new() };
    }
    if expression.starts_with("the {measure} of {user}") {
        let above = word("bound").starts_with("above") == should;
        let of_good = word("measure").strip_prefix("rate of ").is_some_and(|status| !status.starts_with(['4', '5']));
        return vec![(format!("the requests of {user}"), if above == of_good { Good } else { Bad })];
    }
    if expression.contains("{should} be {state}") {
        return match (word("state"), should) {
            ("running", _) => vec![(service.to_owned(), if should { Good } else { Bad })],
            (_, true) => vec![(service.to_owned(), Bad)],
            (_, false) => Vec::new(),
        };
    }
    if expression.contains("hold {comparison} WebSockets") {
        return counted(should, word("comparison"), format!("the WebSockets of {user}"), None);
    }
    if expression.contains("log {comparison} requests") {
        return counted(should, word("comparison"), format!("the requests that {service} logs"), Some(service));
    }
    lists(said, topology, should)
}

/// Somebody gets something at a host, from whoever answered.
fn seen_well(user: &str, at: String, service: Option<&str>) -> Subjects {
    [user.to_owned(), at].into_iter().chain(service.map(str::to_owned)).map(|subject| (subject, Good)).collect()
}

/// A count of what is good: some are expected, or none.
fn counted(should: bool, comparison: &str, subject: String, service: Option<&str>) -> Subjects {
    let some = !comparison.ends_with(" 0") && !comparison.starts_with("at most");
    match (should, some, comparison) {
        (true, true, _) => service.map(|service| (service.to_owned(), Good)).into_iter().chain([(subject, Good)]).collect(),
        (true, false, "exactly 0" | "at most 0") | (false, true, _) => vec![(subject, Bad)],
        _ => Vec::new(),
    }
}

/// Lists of a tier.
fn lists(said: &Said, topology: &Topology, should: bool) -> Subjects {
    let expression = said.expression();
    let Some(tier) = said.word("tier") else { return Vec::new() };
    let list = |service: &str| format!("the {tier} list of {service}");
    let every = format!("the lists of {tier}");
    let service = said.word("service").unwrap_or_default();
    if expression.contains("stale instances of {tier}") {
        let some = counted(should, said.word("comparison").unwrap_or_default(), list(service), None);
        return some.into_iter().filter(|(_, expects)| *expects == Good).map(|(subject, _)| (subject, Bad)).collect();
    }
    if expression.contains("list {comparison} instances of {tier}") {
        return counted(should, said.word("comparison").unwrap_or_default(), list(service), Some(service));
    }
    if expression.starts_with("every list of {tier}") {
        let own = topology.tiers.get(tier).map(|tier| tier.other_lists()).unwrap_or_default();
        return match should {
            true => own.iter().map(|service| list(service)).chain([every]).map(|subject| (subject, Good)).collect(),
            false => vec![(every, Bad)],
        };
    }
    if expression.contains("agree with {service} on {tier}") {
        return if should { vec![(list(service), Good), (every, Good)] } else { vec![(list(service), Bad)] };
    }
    Vec::new()
}
