//! Finds what cannot run before anything is started: unknown and ambiguous steps, unknown labs, factors, levels and parts, a scenario
//! that expects nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use cucumber::World as _;
use cucumber::step::{AmbiguousMatchError, Collection, Location};
use gherkin::StepType;
use relapse_model::levels::{Choice, Levels};
use relapse_model::topology::{Source, Topology};

use super::finding::{Finding, Kind, Place};
use super::incident::{Promise, promise};
use super::{Project, Script};
use crate::vocabulary::catalogue::{self, Phrase};
use crate::vocabulary::{World, arguments, lab_phrase, substitute};

/// The vocabulary and the topologies, read once for all scripts.
pub(crate) struct Checker<'a> {
    project: &'a Project,
    steps: Collection<World>,
    phrases: Vec<(Location, &'static Phrase)>,
    used: Vec<&'static str>,
    topologies: BTreeMap<(String, Levels), Result<Arc<Topology>, Finding>>,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(project: &'a Project) -> Self {
        let steps = World::collection();
        let phrases = catalogue::PHRASES.iter().filter_map(|phrase| {
            let step = catalogue::step(phrase);
            Some((steps.find(&step).ok()??.2?, phrase))
        });
        let phrases = phrases.collect();
        Self { project, steps, phrases, used: Vec::new(), topologies: BTreeMap::new() }
    }

    /// The phrases that no script so far has used.
    pub(crate) fn unused(&self) -> Vec<&'static str> {
        catalogue::PHRASES.iter().map(|phrase| phrase.expression).filter(|expression| !self.used.contains(expression)).collect()
    }

    /// Everything that is wrong with a script at these levels.
    pub(crate) fn check(&mut self, script: &Script, choice: &Choice) -> Vec<Finding> {
        let Some(lab) = script.steps.iter().find(|step| lab_phrase(&step.value).is_some()) else {
            let message = "no step `Given the {lab} lab`: a scenario says which topology it runs on";
            return vec![Finding::new(Kind::NoLab, script.at(script.line), message)];
        };
        let line = lab.position.line;
        let mut findings = Vec::new();
        if !script.steps.iter().any(|step| step.ty == StepType::Then) {
            let message = "it expects nothing: a scenario ends with at least one Then";
            findings.push(Finding::new(Kind::NoThen, script.at(script.line), message));
        }
        let day = match self.topology(&script.lab, &Levels::new()) {
            Ok(day) => day,
            Err(finding) => {
                // A topology that is not there is the fault of the step that names it.
                let place = finding.place.clone().unwrap_or_else(|| Box::new(script.word(line, &script.lab)));
                findings.push(Finding { place: Some(place), ..finding });
                return findings;
            }
        };
        let before = findings.len();
        for (factor, level) in &choice.scenario {
            findings.extend(
                level_of(&day, factor, level).map(|(kind, wrong, message)| Finding::new(kind, script.word(line, wrong), message)),
            );
        }
        for (factor, level) in &choice.set {
            let wrong = level_of(&day, factor, level);
            findings.extend(wrong.map(|(kind, _, message)| Finding::nowhere(kind, format!("--set: {message}"))));
        }
        let topology = if findings.len() > before {
            day.clone()
        } else {
            match self.topology(&script.lab, &choice.merged()) {
                Ok(topology) => topology,
                Err(finding) => {
                    findings.push(finding);
                    day.clone()
                }
            }
        };
        let mut thens = Vec::new();
        for step in &script.steps {
            match self.step(script, step, &topology) {
                Ok((words, wrong)) => {
                    findings.extend(wrong);
                    if step.ty == StepType::Then {
                        thens.push(words.iter().any(|word| word == "should not"));
                    }
                }
                Err(finding) => findings.push(finding),
            }
        }
        let remedied =
            script.levels.iter().any(|(factor, level)| day.factor(factor).is_ok_and(|factor| factor.as_on_the_day() != level));
        findings.extend(promise(script, line, &Promise { thens, remedied, factors: !day.factors.is_empty() }));
        findings
    }

    /// The arguments of a step, and the parts, tiers and flags that are unknown.
    fn step(
        &mut self,
        script: &Script,
        step: &gherkin::Step,
        topology: &Topology,
    ) -> Result<(Vec<String>, Vec<Finding>), Finding> {
        let line = step.position.line;
        let place = || Place { ..script.word(line, step.value.trim()) };
        let real = substitute(step, &topology.variables).map_err(|error| {
            let names = step.value.split("${").skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
            let wrong = names.into_iter().find(|name| !topology.variables.contains_key(*name)).unwrap_or_default();
            Finding::new(Kind::UnknownVariable, script.word(line, wrong), error)
        })?;
        let found = match self.steps.find(&real) {
            Ok(found) => found,
            Err(ambiguous) => return Err(self.ambiguous(place(), &step.value, &ambiguous)),
        };
        let Some((_, _, location, context)) = found else {
            let near = catalogue::nearest(step.ty, &real.value);
            let message = format!("unknown step: {} {}", step.keyword.trim(), step.value);
            return Err(Finding::new(Kind::UnknownStep, place(), message).help(format!("the nearest:\n{}", near.join("\n"))));
        };
        let words = arguments(&context);
        // A step of the crate that uses this library has no phrase here: which of its words are parts is not known.
        let Some((_, phrase)) = self.phrases.iter().find(|(own, _)| Some(*own) == location) else {
            return Ok((words, Vec::new()));
        };
        if !self.used.contains(&phrase.expression) {
            self.used.push(phrase.expression);
        }
        let named = phrase.parameters().zip(&words);
        let wrong = named.filter_map(|(name, word)| {
            let (kind, message) = unknown_name(topology, name, word)?;
            Some(Finding::new(kind, script.word(line, word), message))
        });
        let wrong = wrong.collect();
        Ok((words, wrong))
    }

    fn ambiguous(&self, place: Place, text: &str, error: &AmbiguousMatchError) -> Finding {
        let candidates: Vec<String> = error
            .possible_matches
            .iter()
            .map(|(regex, location)| {
                let phrase = self.phrases.iter().find(|(own, _)| Some(*own) == *location);
                let shown = phrase.map_or_else(|| regex.as_str().to_owned(), |(_, phrase)| phrase.expression.to_owned());
                let place = location.map(|location| format!("  at {location}")).unwrap_or_default();
                format!("{shown}{place}")
            })
            .collect();
        Finding::new(Kind::AmbiguousStep, place, format!("ambiguous step: {text}"))
            .help(format!("it is any of:\n{}", candidates.join("\n")))
    }

    fn topology(&mut self, lab: &str, levels: &Levels) -> Result<Arc<Topology>, Finding> {
        let read = || self.project.topology(lab, levels).map(Arc::new);
        self.topologies.entry((lab.to_owned(), levels.clone())).or_insert_with(read).clone()
    }
}

/// What is wrong with a level: its kind, the word, and the message.
fn level_of<'a>(day: &Topology, name: &'a str, level: &'a str) -> Option<(Kind, &'a str, String)> {
    match day.factor(name) {
        Err(error) => Some((Kind::UnknownFactor, name, error.message)),
        Ok(factor) => factor.at(level).err().map(|error| (Kind::UnknownLevel, level, error.message)),
    }
}

/// What is wrong with a word that names something of the topology.
fn unknown_name(topology: &Topology, parameter: &str, word: &str) -> Option<(Kind, String)> {
    match parameter {
        "part" => unknown_part(topology, word).map(|message| (Kind::UnknownPart, message)),
        "tier" => undeclared(topology, "tier", word, topology.tiers.keys()).map(|message| (Kind::UnknownTier, message)),
        "flag" => undeclared(topology, "flag", word, topology.flags.keys()).map(|message| (Kind::UnknownFlag, message)),
        _ => None,
    }
}

fn undeclared<'a>(topology: &Topology, kind: &str, word: &str, names: impl Iterator<Item = &'a String>) -> Option<String> {
    let names: Vec<&str> = names.map(String::as_str).collect();
    if names.contains(&word) {
        return None;
    }
    let hint = if names.is_empty() { format!("it declares no {kind}s") } else { format!("its {kind}s are {}", names.join(", ")) };
    Some(format!("the topology `{}` has no {kind} `{word}`; {hint}", topology.name))
}

/// Where a part can make containers, a name is only told if it is nearly a service's.
fn unknown_part(topology: &Topology, part: &str) -> Option<String> {
    let services: Vec<&str> = topology.services.iter().map(|service| service.name.as_str()).collect();
    let makes_containers =
        topology.services.iter().flat_map(|service| &service.mounts).any(|mount| matches!(mount.source, Source::EngineSocket(_)));
    if services.contains(&part) || (makes_containers && !services.iter().any(|service| nearly(part, service))) {
        return None;
    }
    let near = relapse_model::nearest(part, services.iter().copied());
    let hint = if near.is_empty() {
        format!("its parts are {}", services.join(", "))
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Some(format!("the topology `{}` has no part `{part}`; {hint}", topology.name))
}

/// Whether a word is a slip of the pen away from another one.
pub(super) fn nearly(word: &str, other: &str) -> bool {
    let most = if other.len() < 5 { 1 } else { 2 };
    word != other && strsim::osa_distance(word, other) <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ambiguous_step_lists_every_candidate_with_its_place() {
        let project = Project { root: ".".into(), allow_engine_socket: false };
        let checker = Checker::new(&project);
        let (location, phrase) = checker.phrases[0];
        let matches = ["^a (.*)$", "^a b$"]
            .map(|text| cucumber::codegen::Regex::new(text).map(Into::into).map(|regex| (regex, Some(location))));
        let error = AmbiguousMatchError { possible_matches: matches.into_iter().flatten().collect() };
        let finding = checker.ambiguous(Place::line("f.feature", "When a b", 1), "a b", &error);
        assert_eq!(finding.help[0].matches(&format!("{}  at {location}", phrase.expression)).count(), 2, "{finding}");
        assert!(location.to_string().contains("vocabulary"), "{location}");
    }

    #[test]
    fn a_slip_of_the_pen_is_near() {
        assert!(nearly("ngnix", "nginx") && nearly("incidnet", "incident") && !nearly("home", "dns") && !nearly("git", "git"));
    }
}
