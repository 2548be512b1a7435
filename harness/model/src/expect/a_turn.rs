//! `{user} should ask {part} for {n} of {pattern} for each of {pattern}`: what one user asks for at a time, by the part's own access log.

use super::{Expectation, Kind, Sight};
use crate::timeline::{Timeline, What};
use crate::wire::log::Line;

/// Fewer turns say nothing: the last one is not over yet.
const FEWEST: usize = 5;

/// So many requests of one kind for each of another.
#[derive(Debug, Clone)]
pub struct ATurn {
    /// Who asks, as the part knows it.
    pub user: String,
    /// Who is asked.
    pub part: String,
    /// How many, to the nearest whole number.
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
        let (mut counted, mut each, mut others) = (0_usize, 0_usize, 0_usize);
        for entry in timeline.entries() {
            let What::Log { part, line: Some(Line::Access(access)), .. } = &entry.what else { continue };
            let place = format!("{}{}", access.host, access.path);
            if *part != self.part {
                continue;
            }
            match access.user == self.user {
                true => {
                    each += usize::from(place.starts_with(&self.each));
                    counted += usize::from(place.starts_with(&self.counted));
                }
                false => others += usize::from(place.starts_with(&self.counted)),
            }
        }
        let seen = format!(
            "{} logged {counted} requests of {} for {}, and {each} for {}; all others together {others} for {}",
            self.part, self.user, self.counted, self.each, self.counted
        );
        if each < FEWEST {
            return Sight::unknown(format!("{seen}; {FEWEST} of these are needed"));
        }
        // Rounded.
        Sight::of((counted * 2 + each) / (each * 2) == self.number, seen)
    }
}
