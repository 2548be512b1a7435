//! The vocabulary: every step, by concept and never by incident. State *is* (Given), an attempt *happens* (When), an expectation
//! *should* (Then).
//!
//! `world` is what steps speak to, `parameters` the typed parts of phrases, `catalogue` the list for people; `given`, `when` and
//! `then` have the steps, `alerts`, `browsing`, `connections`, `figures`, `latency`, `scaling` and `tier` those of one concept. To add a step,
//! copy a neighbour and
//! add its phrase to the catalogue: a test compares the two.

mod alerts;
mod browsing;
pub(crate) mod catalogue;
mod connections;
mod figures;
mod given;
mod latency;
pub mod parameters;
pub(crate) mod role;
mod scaling;
mod then;
mod tier;
mod when;
mod world;

use std::collections::BTreeMap;

use relapse_model::levels::Levels;
use relapse_model::variables::{self, Syntax};

pub(crate) use world::Setting;
pub use world::World;

/// The topology and levels that a step `the {lab} lab` names.
pub(crate) fn lab_phrase(text: &str) -> Option<(String, Levels)> {
    let rest = text.strip_prefix("the ")?;
    let (lab, levels) = match rest.split_once(" lab with ") {
        Some((lab, levels)) => (lab, levels),
        None => (rest.strip_suffix(" lab")?, ""),
    };
    if lab.contains(' ') {
        return None;
    }
    Some((lab.to_owned(), pairs(levels).map(|(factor, level)| (factor.to_owned(), level.to_owned())).collect()))
}

/// The levels that such a step names, in its order and as often as it does.
pub(crate) fn lab_levels(text: &str) -> Vec<(&str, &str)> {
    let levels = lab_phrase(text).and_then(|_| text.split_once(" lab with "));
    levels.map(|(_, levels)| pairs(levels).collect()).unwrap_or_default()
}

fn pairs(levels: &str) -> impl Iterator<Item = (&str, &str)> {
    levels.split(" and ").filter_map(|pair| pair.split_once(" at "))
}

/// The service that a step `{service} is in a crash loop` names.
pub(crate) fn crash_phrase(text: &str) -> Option<&str> {
    text.strip_suffix(" is in a crash loop")
}

/// Every parameter type of ours. A test holds them against the phrases.
pub(crate) fn parameter_types() -> Vec<parameters::Type> {
    let of_concepts = [figures::TYPES, latency::TYPES, scaling::TYPES, tier::TYPES];
    parameters::TYPES.iter().chain(of_concepts.into_iter().flatten()).copied().collect()
}

/// The arguments of a step, one for each parameter of its phrase, as they were written.
pub(crate) fn arguments(context: &cucumber::step::Context) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last: Option<&str> = None;
    for (name, word) in context.matches.iter().skip(1) {
        // A parameter of several groups, such as {string}, names them `__N_M`; one of them has the word.
        let parameter = name.as_deref().and_then(|name| name.strip_prefix("__")?.split('_').next());
        match words.last_mut() {
            Some(own) if parameter.is_some() && parameter == last => own.push_str(word),
            _ => words.push(word.clone()),
        }
        last = parameter;
    }
    words
}

/// A step with every `${NAME}` replaced, in its text, its doc string and its table.
pub(crate) fn substitute(step: &gherkin::Step, variables: &BTreeMap<String, String>) -> Result<gherkin::Step, String> {
    let mut step = step.clone();
    step.value = replace(&step.value, variables)?;
    step.docstring = step.docstring.map(|text| replace(&text, variables)).transpose()?;
    for cell in step.table.iter_mut().flat_map(|table| table.rows.iter_mut().flatten()) {
        *cell = replace(cell, variables)?;
    }
    Ok(step)
}

fn replace(text: &str, variables: &BTreeMap<String, String>) -> Result<String, String> {
    let of = |name: &str| {
        variables.get(name).cloned().ok_or_else(|| {
            let near = relapse_model::nearest(name, variables.keys().map(String::as_str));
            format!("${{{name}}} is no factor of this topology; did you mean {}?", near.join(", "))
        })
    };
    variables::replace(text, Syntax::Braced, &of).map_err(|(_, why)| why)
}

#[cfg(test)]
mod tests {
    use super::catalogue::PHRASES;
    use super::{lab_phrase, parameter_types};

    #[test]
    fn the_parameter_types_are_those_of_the_phrases() {
        let builtin = ["int", "string"];
        let mut used: Vec<&str> =
            PHRASES.iter().flat_map(|phrase| phrase.parameters()).filter(|name| !builtin.contains(name)).collect();
        used.sort_unstable();
        used.dedup();
        let mut known: Vec<&str> = parameter_types().iter().map(|of| of.name).collect();
        known.sort_unstable();
        assert_eq!(known, used);
    }

    #[test]
    fn what_would_do_nothing_or_cannot_be_is_not_read() {
        let wrong = [
            ("rate", "0/s"),
            ("rate", "99999999999/s"),
            ("time", "0ms"),
            ("time", "9999999999s"),
            ("size", "9999999MB"),
            ("deadline", "within 0s"),
            ("deadline", "throughout 0ms"),
            ("deadline", "throughout 6m"),
            ("deadline", "within 301s"),
            ("comparison", "at least 99999999999999999999"),
            ("percent", "101%"),
            ("amount", "to 99999999999999999999"),
            ("pattern", "/ok"),
            ("pattern", "http://shop/ok"),
        ];
        let right = [
            ("rate", "1/s"),
            ("time", "100ms"),
            ("size", "0KB"),
            ("deadline", "within 5m"),
            ("deadline", "throughout 0.5s"),
            ("comparison", "exactly 0"),
            ("percent", "0%"),
            ("amount", "to 0"),
            ("pattern", "shop.test:8080/ok"),
            ("pattern", "q.trap.jp"),
        ];
        let read = |(name, word): (&str, &str)| parameter_types().iter().find(|of| of.name == name).map(|of| (of.read)(word));
        for (words, fits) in [(wrong.as_slice(), false), (&right, true)] {
            for pair in words {
                assert_eq!(read(*pair).map(|read| read.is_ok()), Some(fits), "{pair:?}");
            }
        }
    }

    #[test]
    fn a_lab_is_named_with_its_levels() {
        let (lab, levels) = lab_phrase("the trap lab with app_port at 3000 and deploy_gate at answers-first").unwrap_or_default();
        assert_eq!(lab, "trap");
        assert_eq!(levels["app_port"], "3000");
        assert_eq!(levels["deploy_gate"], "answers-first");
        assert_eq!(lab_phrase("to-hutohu opens http://the/ lab"), None);
    }
}
