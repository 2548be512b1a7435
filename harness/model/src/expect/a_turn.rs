//! `{user} should ask {part} for {n} of {pattern} for each of {pattern}`: what one user asks for at a time, by the part's own access log.

use super::{Expectation, Kind, Sight};
use crate::timeline::{Timeline, What};
use crate::wire::log::Line;

/// Fewer turns say nothing: the last one is not over yet.
const FEWEST: usize = 5;

/// So many requests of one kind for each of another: from the first of these to the last, for what comes after that one is not over
/// (a page that stops there asks for nothing more).
#[derive(Debug, Clone)]
pub struct ATurn {
    /// Who asks, as the part knows it.
    pub user: String,
    /// Who is asked.
    pub part: String,
    /// How many, on average and to the nearest whole number.
    pub number: usize,
    /// Beginning of host and path of what is counted.
    pub counted: String,
    /// And of what it is counted for.
    pub each: String,
}

impl Expectation for ATurn {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn look(&self, timeline: &Timeline) -> Sight {
        // `since`: of what is counted, what came after the last of `each`.
        let (mut counted, mut since, mut each, mut others) = (0_usize, 0_usize, 0_usize, 0_usize);
        for entry in timeline.entries() {
            let What::Log { part, line: Some(Line::Access(access)), .. } = &entry.what else { continue };
            let place = format!("{}{}", access.host, access.path);
            if *part != self.part {
                continue;
            }
            let counts = usize::from(place.starts_with(&self.counted));
            if access.user != self.user {
                others += counts;
            } else if place.starts_with(&self.each) {
                // What came before the first is nobody's.
                counted += if each > 0 { since } else { 0 };
                (since, each) = (0, each + 1);
            } else {
                since += counts;
            }
        }
        let seen = format!(
            "{} logged {each} requests of {} for {}, and {counted} for {} from the first to the last of them; all others together {others}",
            self.part, self.user, self.each, self.counted
        );
        if each < FEWEST {
            return Sight::unknown(format!("{seen}; {FEWEST} of these are needed"));
        }
        // Rounded.
        let turns = each - 1;
        Sight::of((counted * 2 + turns) / (turns * 2) == self.number, seen)
    }
}
