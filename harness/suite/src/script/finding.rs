//! What is wrong with a feature or a topology, at the author's own line.

use std::path::Path;

use serde::Serialize;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Finding {
    /// Where; nowhere for what was said on the command line.
    #[serde(flatten)]
    pub(crate) place: Option<Box<Place>>,
    pub(crate) kind: Kind,
    /// What was expected and seen.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: Vec<String>,
}

/// The kinds of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Not Gherkin.
    Syntax,
    /// A scenario without `Given the … lab`.
    NoLab,
    /// A scenario with more than one.
    SecondLab,
    /// A scenario without a Then.
    NoThen,
    /// A topology that is not there, or does not read.
    Topology,
    UnknownStep,
    AmbiguousStep,
    UnknownFactor,
    UnknownLevel,
    /// A `${NAME}` that is no factor.
    UnknownVariable,
    #[serde(rename = "unknown-part")]
    UnknownService,
    UnknownTier,
    UnknownFlag,
    /// Levels that cannot be meant: of one factor twice, or a path.
    Words,
    /// A host that nobody is called.
    UnknownHost,
    /// A number, a time or a unit that cannot be meant.
    Figure,
    /// A Then that needs the records of a service whose log is text.
    DoesNotSpeak,
    /// A gate that never says what the user got.
    NegativeGate,
    /// A gate that ends with how it came about.
    GateEnd,
    /// A remedy that is none: every factor as on the day.
    NoLevel,
    /// An incident whose `@why` is missing, or there more than once.
    Why,
    /// A tag that is nearly one of ours.
    Tag,
    /// Of whom the whole incident only ever expects something bad.
    NeverWell,
}

impl Kind {
    /// Whether the scenario cannot be run, or its verdict would mean nothing. The others are what only `lint` tells.
    pub(crate) fn forbids_running(self) -> bool {
        !matches!(self, Self::NegativeGate | Self::GateEnd | Self::NoLevel | Self::Why | Self::Tag | Self::NeverWell)
    }
}

/// A piece of an author's line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Place {
    /// Relative to the root.
    pub(crate) file: String,
    /// From 1.
    pub(crate) line: usize,
    /// In characters, from 1.
    pub(crate) column: usize,
    /// In characters.
    #[serde(skip)]
    pub(crate) width: usize,
    /// The author's line.
    #[serde(skip)]
    pub(crate) text: String,
}

impl Place {
    /// All that is written on a line.
    pub(crate) fn line(file: &str, source: &str, line: usize) -> Self {
        let text = source.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        let indent = text.chars().take_while(|c| c.is_whitespace()).count();
        let width = text.trim().chars().count();
        Self { file: file.into(), line, column: indent + 1, width, text: text.into() }
    }

    /// A word of a line; all of the line where the word stands in a table of examples instead.
    pub(crate) fn word(file: &str, source: &str, line: usize, word: &str) -> Self {
        let whole = Self::line(file, source, line);
        let inside = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let found = whole.text.match_indices(word).find(|(at, _)| {
            let before = whole.text.get(..*at).and_then(|text| text.chars().next_back());
            let after = whole.text.get(at + word.len()..).and_then(|text| text.chars().next());
            !before.is_some_and(inside) && !after.is_some_and(inside)
        });
        match found {
            Some((at, _)) if !word.is_empty() => {
                let column = whole.text.get(..at).map_or(0, |text| text.chars().count()) + 1;
                Self { column, width: word.chars().count(), ..whole }
            }
            _ => whole,
        }
    }

    /// One character of a line.
    pub(crate) fn column(file: &str, source: &str, line: usize, column: usize) -> Self {
        Self { column: column.max(1), width: 1, ..Self::line(file, source, line) }
    }

    /// The beginning of a file that has no line to point at.
    pub(crate) fn file(file: &Path) -> Self {
        Self { file: file.display().to_string(), line: 1, column: 1, width: 0, text: String::new() }
    }
}

impl Finding {
    pub(crate) fn new(kind: Kind, place: Place, message: impl Into<String>) -> Self {
        Self { place: Some(Box::new(place)), kind, message: message.into(), help: Vec::new() }
    }

    /// Without a place in a file.
    pub(crate) fn nowhere(kind: Kind, message: impl Into<String>) -> Self {
        Self { place: None, kind, message: message.into(), help: Vec::new() }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

impl std::fmt::Display for Finding {
    /// In one line, for messages that say more around it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(Place { file, line, column, .. }) = self.place.as_deref() {
            write!(f, "{file}:{line}:{column}: ")?;
        }
        f.write_str(&self.message)?;
        self.help.iter().try_for_each(|help| write!(f, "; {help}"))
    }
}
