//! `{part} should log {comparison} requests for {pattern}`: counted in the part's own access log, not by the caller.

use super::{Expectation, Kind, Sight};
use crate::timeline::{Timeline, What};
use crate::wire::log::Line;

/// How many, compared with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `at least N`.
    AtLeast(usize),
    /// `at most N`.
    AtMost(usize),
    /// `exactly N`.
    Exactly(usize),
}

impl Comparison {
    /// Whether `count` is so.
    #[must_use]
    pub fn matches(self, count: usize) -> bool {
        match self {
            Self::AtLeast(number) => count >= number,
            Self::AtMost(number) => count <= number,
            Self::Exactly(number) => count == number,
        }
    }
}

impl std::str::FromStr for Comparison {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (words, number) =
            text.rsplit_once(' ').ok_or_else(|| format!("`{text}`: write `at least 3`, `at most 3` or `exactly 3`"))?;
        let number = number.parse().map_err(|_| format!("`{number}` is no number"))?;
        match words {
            "at least" => Ok(Self::AtLeast(number)),
            "at most" => Ok(Self::AtMost(number)),
            "exactly" => Ok(Self::Exactly(number)),
            _ => Err(format!("`{words}`: write `at least`, `at most` or `exactly`")),
        }
    }
}

/// Access lines of a part about `host/path`.
#[derive(Debug, Clone)]
pub struct Logged {
    /// The part.
    pub part: String,
    /// How many.
    pub comparison: Comparison,
    /// The beginning of host and path, for example `q.trap.jp/api/1.0/`; without a slash, the whole host.
    pub pattern: String,
}

impl Expectation for Logged {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn look(&self, timeline: &Timeline) -> Sight {
        let mut hosts: Vec<&str> = Vec::new();
        let mut count = 0;
        for entry in timeline.entries() {
            if let What::Log { part, line: Some(Line::Access(access)), .. } = &entry.what
                && *part == self.part
            {
                if !hosts.contains(&access.host.as_str()) {
                    hosts.push(&access.host);
                }
                let matches = if self.pattern.contains('/') {
                    format!("{}{}", access.host, access.path).starts_with(&self.pattern)
                } else {
                    access.host == self.pattern
                };
                count += usize::from(matches);
            }
        }
        let seen =
            format!("{} logged {count} requests for {}; hosts it was asked for: {}", self.part, self.pattern, hosts.join(", "));
        Sight::of(self.comparison.matches(count), seen)
    }
}
