//! Parameter types, as `parameter!` collects them for those who read features without playing them.

use std::fmt::Display;
use std::str::FromStr;

use cucumber::Parameter;

use super::names::Names;

/// What `parameter!` writes down of a type.
#[derive(Debug, Clone, Copy)]
pub struct Type {
    /// As it stands in expressions.
    pub(crate) name: &'static str,
    /// Which words it is.
    pub(crate) regex: &'static str,
    /// What its word names.
    pub(crate) names: Names,
    /// Whether a word that fits the expression can be read; in words, if not.
    pub(crate) read: fn(&str) -> Result<(), String>,
}

inventory::collect!(Type);

impl Type {
    /// Of a type.
    #[must_use]
    pub const fn of<T: Parameter + FromStr<Err: Display>>(names: Names) -> Self {
        Self { name: T::NAME, regex: T::REGEX, names, read: read::<T> }
    }

    /// The one of that name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        inventory::iter::<Self>().find(|of| of.name == name)
    }
}

/// The names of parameters that are no longer told to anybody, and go on to be read for this release.
const OLD: [&str; 1] = ["part"];

/// Every type, by name.
pub(crate) fn types() -> Vec<&'static Type> {
    let mut all: Vec<&Type> = inventory::iter::<Type>().filter(|of| !OLD.contains(&of.name)).collect();
    all.sort_by_key(|of| of.name);
    all
}

fn read<T: FromStr<Err: Display>>(word: &str) -> Result<(), String> {
    word.parse::<T>().map(drop).map_err(|why| why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::phrases;

    #[test]
    fn the_types_are_those_of_the_phrases_each_once() {
        let builtin = ["int", "string"];
        let mut used: Vec<&str> =
            phrases().iter().flat_map(|phrase| phrase.parameters()).filter(|name| !builtin.contains(name)).collect();
        used.sort_unstable();
        used.dedup();
        assert_eq!(types().iter().map(|of| of.name).collect::<Vec<_>>(), used);
    }

    #[test]
    fn an_old_name_goes_on_to_be_read_and_is_told_to_nobody() {
        assert_eq!(Type::named("part").map(|of| of.names), Some(Names::Service));
        assert!(types().iter().all(|of| of.name != "part"));
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
        let read = |(name, word): (&str, &str)| Type::named(name).map(|of| (of.read)(word));
        for (words, fits) in [(wrong.as_slice(), false), (&right, true)] {
            for pair in words {
                assert_eq!(read(*pair).map(|read| read.is_ok()), Some(fits), "{pair:?}");
            }
        }
    }
}
