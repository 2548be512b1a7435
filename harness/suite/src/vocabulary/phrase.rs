//! Phrases: what each step says about itself. They are collected as the steps are, ours and those of the crate that uses this library.

use std::sync::LazyLock;

use cucumber::step::Location;
use gherkin::StepType;

use super::evidence::Evidence;
use super::role::Role;
use super::steps;

/// What `step!` writes down of a step.
#[derive(Debug, Clone, Copy)]
pub struct Phrase {
    /// What it is in an outage.
    pub role: Role,
    /// Its Cucumber expression.
    pub expression: &'static str,
    /// What it means, as the function's doc comment has it.
    pub about: &'static str,
    /// A step that it matches.
    pub example: &'static str,
    /// What it rests on; nothing for what is no expectation.
    pub rests_on: &'static [Evidence],
    /// The module of its function: the concept that it belongs to.
    pub module: &'static str,
    /// Its function's place, by which cucumber knows it as well.
    pub place: Location,
}

inventory::collect!(Phrase);

impl Phrase {
    /// The names of its parameters, in their order.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &'static str> {
        self.expression.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
    }

    /// What it means.
    pub(crate) fn about(&self) -> &'static str {
        self.about.trim()
    }

    /// The heading under which people read of it.
    pub(crate) fn concept(&self) -> String {
        match self.number() {
            Some(number) => steps::CONCEPTS.get(number).map(|(_, heading)| (*heading).to_owned()).unwrap_or_default(),
            None => format!("Steps of {}", self.module.split("::").next().unwrap_or_default()),
        }
    }

    /// Whether it is a step of ours, and not of the crate that uses this library.
    pub(crate) fn is_ours(&self) -> bool {
        self.number().is_some()
    }

    /// Where its concept stands among ours.
    fn number(&self) -> Option<usize> {
        let own = self.module.strip_prefix(steps::MODULE)?.strip_prefix("::")?;
        steps::CONCEPTS.iter().position(|(module, _)| *module == own)
    }

    /// Its example as a step.
    #[cfg(test)]
    pub(crate) fn step(&self) -> gherkin::Step {
        gherkin::Step {
            keyword: String::new(),
            ty: self.role.kind(),
            value: self.example.to_owned(),
            docstring: None,
            table: None,
            span: gherkin::Span { start: 0, end: 0 },
            position: gherkin::LineCol { line: 1, col: 1 },
        }
    }
}

/// Every phrase: Given, When, Then; in each the concepts in the order in which people read of them, ours first; in each of those in the
/// order of their file.
pub(crate) fn phrases() -> &'static [&'static Phrase] {
    static ALL: LazyLock<Vec<&'static Phrase>> = LazyLock::new(|| {
        let mut all: Vec<&Phrase> = inventory::iter::<Phrase>().collect();
        let kind =
            |phrase: &Phrase| [StepType::Given, StepType::When, StepType::Then].iter().position(|of| *of == phrase.role.kind());
        let own = |phrase: &Phrase| phrase.number().unwrap_or(usize::MAX);
        all.sort_by_key(|phrase| (kind(phrase), own(phrase), phrase.module, phrase.place.line, phrase.place.column));
        all
    });
    &ALL
}

#[cfg(test)]
mod tests {
    use cucumber::World as _;
    use cucumber::codegen::WorldInventory;

    use super::*;
    use crate::vocabulary::World;

    #[test]
    fn every_step_has_a_phrase_and_its_example_is_that_step_alone() {
        let steps = inventory::iter::<<World as WorldInventory>::Given>().count()
            + inventory::iter::<<World as WorldInventory>::When>().count()
            + inventory::iter::<<World as WorldInventory>::Then>().count();
        assert_eq!(steps, phrases().len(), "a step that was not written with `step!`");
        let collection = World::collection();
        for phrase in phrases() {
            let found = collection.find(&phrase.step()).unwrap_or_else(|error| panic!("{}: {error}", phrase.example));
            assert_eq!(found.and_then(|(_, _, place, _)| place), Some(phrase.place), "{}", phrase.example);
        }
    }

    #[test]
    fn every_phrase_of_ours_belongs_to_a_concept_says_what_it_means_and_a_then_what_it_rests_on() {
        for phrase in phrases() {
            assert!(phrase.is_ours(), "{} is no concept: name it in `steps::CONCEPTS`", phrase.module);
            assert!(phrase.about().ends_with('.'), "`{}` is no sentence: {}", phrase.expression, phrase.about());
            assert_eq!(phrase.rests_on.is_empty(), phrase.role.kind() != StepType::Then, "{}", phrase.expression);
        }
        for (module, heading) in steps::CONCEPTS {
            assert!(phrases().iter().any(|phrase| phrase.concept() == *heading), "{module} has no step");
        }
    }
}
