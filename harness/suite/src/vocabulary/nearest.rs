//! The phrases nearest to a step that none matches: by the words that they share, of which a rare one says more than `be` or `at`.

use std::collections::{BTreeMap, BTreeSet};

use gherkin::StepType;

use super::parameter::Type;
use super::phrase::{Phrase, phrases};

/// So many are told.
const MOST: usize = 3;
/// What shares less, as a part of all that both say, is not near.
const LEAST: f64 = 0.4;

/// The phrases nearest to that text, best first, at most three; none where they have next to nothing in common with it.
pub(crate) fn nearest(kind: StepType, text: &str) -> Vec<&'static str> {
    let same: Vec<(&Phrase, Words)> =
        phrases().iter().filter(|phrase| phrase.role.kind() == kind).map(|phrase| (*phrase, Words::of(phrase))).collect();
    let mut known: BTreeMap<&str, f64> = BTreeMap::new();
    for word in same.iter().flat_map(|(_, words)| words.fixed.union(&words.choices)) {
        *known.entry(word).or_default() += 1.0;
    }
    #[expect(clippy::cast_precision_loss)]
    let all = same.len() as f64;
    let weight = |word: &String| known.get(word.as_str()).map_or(0.0, |phrases| (1.0 + all / phrases).ln());
    let said = understood(text, &known);
    let likeness = |Words { fixed, choices }: &Words| {
        let chosen: f64 = choices.difference(fixed).filter(|word| said.contains(*word)).map(weight).sum();
        let shared = fixed.intersection(&said).map(weight).sum::<f64>() + chosen;
        let both = fixed.iter().map(weight).sum::<f64>() + chosen + said.iter().map(weight).sum::<f64>();
        2.0 * shared / both.max(f64::MIN_POSITIVE)
    };
    let mut near: Vec<(f64, &Phrase)> = same.iter().map(|(phrase, words)| (likeness(words), *phrase)).collect();
    near.retain(|(like, _)| *like >= LEAST);
    near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    near.into_iter().take(MOST).map(|(_, phrase)| phrase.expression).collect()
}

/// The words of a phrase: those that it always has, and those of which its parameters are one.
struct Words {
    fixed: BTreeSet<String>,
    choices: BTreeSet<String>,
}

impl Words {
    fn of(phrase: &Phrase) -> Self {
        let outside = phrase.expression.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after));
        let types = phrase.parameters().filter_map(Type::named);
        // What is no word of a regular expression has one letter or two.
        let choices = types.flat_map(|of| words(of.regex)).filter(|word| word.len() > 2 && word.chars().all(char::is_alphabetic));
        Self { fixed: outside.flat_map(words).collect(), choices: choices.collect() }
    }
}

/// The words of a step, each as phrases spell it, also where it has a slip of the pen. A quoted text says nothing.
fn understood(text: &str, known: &BTreeMap<&str, f64>) -> BTreeSet<String> {
    let unquoted = text.split('"').step_by(2);
    let spelled = |word: String| {
        let is_slip = |other: &&&str| word.len() > 3 && other.len() > 3 && strsim::osa_distance(&word, other) == 1;
        if known.contains_key(word.as_str()) {
            word
        } else {
            known.keys().find(is_slip).map_or(word.clone(), ToString::to_string)
        }
    };
    unquoted.flat_map(words).map(spelled).collect()
}

/// `power-cycled` is one.
fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '-').map(|word| word.replace('-', "").to_lowercase());
    words.filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_leaves_out_a_word_or_slips_is_told_the_phrase() {
        let cases = [
            (
                StepType::Then,
                "kaz should be answered 200 at proxy within 5s",
                "{user} {should} be answered {int} by {service} at {host} {deadline}",
            ),
            (StepType::Then, "kaz should be anwsered 502", "{user} {should} be answered {int} by {service} at {host} {deadline}"),
            (StepType::Then, "search should be out of memory within 5s", "{service} {should} run out of memory {deadline}"),
            (StepType::Then, "the error rate should be below 1%", "the {measure} of {user} {should} be {bound} {deadline}"),
            (StepType::When, "shop is kiled", "{service} is {change}"),
            (StepType::When, "kaz open http://proxy/ with a browser", "{user} opens {url} in the browser"),
        ];
        for (kind, text, wanted) in cases {
            let near = nearest(kind, text);
            assert!(near.first() == Some(&wanted) && near.len() <= MOST, "{text}: {near:?}");
        }
    }

    #[test]
    fn of_what_has_nothing_in_common_none_is_near() {
        assert_eq!(nearest(StepType::Then, "somebody weeps"), Vec::<&str>::new());
        assert_eq!(
            nearest(StepType::Then, "kaz says \"be answered by at\""),
            Vec::<&str>::new(),
            "a quoted text is the author's"
        );
    }
}
