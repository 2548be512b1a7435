//! Finds what cannot run before anything is started: unknown and ambiguous steps, a second lab, a scenario that expects nothing.
//!
//! `names` looks up factors, levels, services, tiers and flags, `hosts` hosts, `figures` numbers with their units, and `speaks` whose log a
//! Then needs.

mod figures;
mod hosts;
mod names;
mod speaks;

use std::path::Path;
use std::sync::Arc;

use cucumber::World as _;
use cucumber::step::{AmbiguousMatchError, Collection, Location};
use gherkin::StepType;
use relapse_model::levels::{Choice, Levels};
use relapse_model::topology::Topology;

use super::finding::{Finding, Kind, Place};
use super::incident::{Promise, promise};
use super::{Project, Script};
use crate::vocabulary::role::Role;
use crate::vocabulary::{Evidence, Names, Phrase, Type, World, arguments, lab_phrase, nearest, phrases, substitute};
use names::level_of;

/// The vocabulary, read once for all scripts.
pub(crate) struct Checker<'a> {
    project: &'a Project,
    steps: Collection<World>,
    used: Vec<&'static str>,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(project: &'a Project) -> Self {
        Self { project, steps: World::collection(), used: Vec::new() }
    }

    /// The phrases that no script so far has used.
    pub(crate) fn unused(&self) -> Vec<&'static str> {
        phrases().iter().map(|phrase| phrase.expression).filter(|expression| !self.used.contains(expression)).collect()
    }

    /// Everything that is wrong with a script at these levels.
    pub(crate) fn check(&mut self, script: &Script, choice: &Choice) -> Vec<Finding> {
        let Some(lab) = script.steps.iter().find(|step| lab_phrase(&step.value).is_some()) else {
            let message = "no step `Given the {lab} lab`: a scenario says which topology it runs on";
            return vec![Finding::new(Kind::NoLab, script.at(script.line), message)];
        };
        let line = lab.position.line;
        let mut findings = second_labs(script, line);
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
        let (mut thens, mut end, mut unread) = (Vec::new(), None, false);
        for step in &script.steps {
            match self.read(script, step, &topology) {
                Ok(said) => {
                    if let Some(phrase) = said.phrase.filter(|phrase| !self.used.contains(&phrase.expression)) {
                        self.used.push(phrase.expression);
                    }
                    findings.extend(self.wrong(script, step, &said, &topology));
                    if step.ty == StepType::Then {
                        thens.push(said.is_negative());
                        end = said.role().map(|role| (step.position.line, role));
                    }
                }
                Err(finding) => {
                    unread |= step.ty == StepType::Then;
                    findings.push(finding);
                }
            }
        }
        if unread {
            // What the others say is not all that it says.
            (thens, end) = (Vec::new(), None);
        }
        let remedied =
            script.levels.iter().any(|(factor, level)| day.factor(factor).is_ok_and(|factor| factor.as_on_the_day() != level));
        findings.extend(promise(script, line, &Promise { thens, end, remedied, factors: !day.factors.is_empty() }));
        findings
    }

    /// A step as the vocabulary has it, with its variables replaced.
    pub(super) fn read(&self, script: &Script, step: &gherkin::Step, topology: &Topology) -> Result<Said, Finding> {
        let line = step.position.line;
        let place = || Place { ..script.word(line, step.value.trim()) };
        let real = substitute(step, &topology.variables).map_err(|error| {
            let names = step.value.split("${").skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
            let wrong = names.into_iter().find(|name| !topology.variables.contains_key(*name)).unwrap_or_default();
            Finding::new(Kind::UnknownVariable, script.word(line, wrong), error)
        })?;
        let found = match self.steps.find(&real) {
            Ok(found) => found,
            Err(ambiguous) => return Err(ambiguity(place(), &step.value, &ambiguous)),
        };
        let Some((_, _, location, context)) = found else {
            let near = nearest(step.ty, &real.value);
            let message = format!("unknown step: {} {}", step.keyword.trim(), step.value);
            let finding = Finding::new(Kind::UnknownStep, place(), message);
            return Err(if near.is_empty() { finding } else { finding.help(format!("the nearest:\n{}", near.join("\n"))) });
        };
        let words = arguments(&context);
        Ok(Said { phrase: phrase_at(location), words })
    }

    /// What is wrong with a step that reads.
    fn wrong(&self, script: &Script, step: &gherkin::Step, said: &Said, topology: &Topology) -> Vec<Finding> {
        let folder = self.project.compose_file(&script.lab).parent().map(Path::to_path_buf).unwrap_or_default();
        let mut wrong = names::wrong(said, topology);
        wrong.extend(figures::wrong(said, &step.value));
        wrong.extend(hosts::wrong(said, topology, &folder));
        wrong.extend(speaks::wrong(said, topology));
        wrong
            .into_iter()
            .map(|Wrong { kind, word, message, help }| {
                let finding = Finding::new(kind, script.word(step.position.line, &word), message);
                help.into_iter().fold(finding, Finding::help)
            })
            .collect()
    }

    pub(super) fn topology(&self, lab: &str, levels: &Levels) -> Result<Arc<Topology>, Finding> {
        self.project.topology(lab, levels)
    }
}

fn ambiguity(place: Place, text: &str, error: &AmbiguousMatchError) -> Finding {
    let candidates: Vec<String> = error
        .possible_matches
        .iter()
        .map(|(regex, location)| {
            let phrase = phrase_at(*location);
            let shown = phrase.map_or_else(|| regex.as_str().to_owned(), |phrase| phrase.expression.to_owned());
            let place = location.map(|location| format!("  at {location}")).unwrap_or_default();
            format!("{shown}{place}")
        })
        .collect();
    Finding::new(Kind::AmbiguousStep, place, format!("ambiguous step: {text}"))
        .help(format!("it is any of:\n{}", candidates.join("\n")))
}

/// What a step that is written there says about itself. One that cucumber's attributes alone made says nothing.
fn phrase_at(place: Option<Location>) -> Option<&'static Phrase> {
    phrases().iter().find(|phrase| Some(phrase.place) == place).copied()
}

/// A step as it was read.
pub(super) struct Said {
    /// None for a step that says nothing about itself.
    phrase: Option<&'static Phrase>,
    /// The word of each parameter, in their order.
    words: Vec<String>,
}

impl Said {
    /// The expression of a phrase of ours; empty for another one.
    pub(super) fn expression(&self) -> &'static str {
        self.phrase.filter(|phrase| phrase.is_ours()).map_or("", |phrase| phrase.expression)
    }

    /// Whether it rests on that.
    fn rests_on(&self, evidence: Evidence) -> bool {
        self.phrase.is_some_and(|phrase| phrase.rests_on.contains(&evidence))
    }

    /// Each parameter's name and its word.
    pub(super) fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let names = self.phrase.into_iter().flat_map(Phrase::parameters);
        names.zip(self.words.iter().map(String::as_str))
    }

    /// The word of the first parameter of that name.
    pub(super) fn word(&self, parameter: &str) -> Option<&str> {
        self.named().find(|(name, _)| *name == parameter).map(|(_, word)| word)
    }

    /// What each word names, and the word.
    fn naming(&self) -> impl Iterator<Item = (Names, &str)> {
        self.named().map(|(parameter, word)| (Type::named(parameter).map_or(Names::Nothing, |of| of.names), word))
    }

    /// What its phrase is in an outage.
    pub(super) fn role_of_phrase(&self) -> Option<Role> {
        self.phrase.map(|phrase| phrase.role)
    }

    /// Whether it says `should not`.
    pub(super) fn is_negative(&self) -> bool {
        self.words.iter().any(|word| word == "should not")
    }
}

/// What is wrong with a word of a step.
struct Wrong {
    kind: Kind,
    /// As it stands in the step.
    word: String,
    message: String,
    /// What to do about it.
    help: Option<String>,
}

impl Wrong {
    fn new(kind: Kind, word: &str, message: impl Into<String>) -> Self {
        Self { kind, word: word.to_owned(), message: message.into(), help: None }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// The labs behind the first one, which is at `line`: raising another would leave behind what happened in it.
fn second_labs(script: &Script, line: usize) -> Vec<Finding> {
    let labs = script.steps.iter().filter(|step| lab_phrase(&step.value).is_some()).skip(1);
    labs.map(|step| {
        let message = format!("a scenario has one lab, and it has that of line {line} already");
        Finding::new(Kind::SecondLab, script.at(step.position.line), message)
            .help("a Background belongs to each of its scenarios: name the lab and its levels there, or in each scenario")
    })
    .collect()
}

#[cfg(test)]
mod tests;
