//! `{user} should ask {service} for {n} of {pattern} for each of {pattern}`: what one user asks for at a time, by the service's own access log.

use super::{Expectation, Kind, Observation};
use crate::place::Place;
use crate::timeline::{Record, Source, Timeline};
use relapse_wire::log::Line;

/// Fewer turns say nothing: the last one is not over yet.
const MIN_TURNS: usize = 5;

/// So many requests of one kind for each of another: from the first of these to the last, for what comes after that one is not over
/// (a page that stops there asks for nothing more).
#[derive(Debug, Clone)]
pub struct ATurn {
    user: String,
    service: String,
    number: usize,
    counted: (Place, String),
    each: (Place, String),
}

impl ATurn {
    /// What `user`, as the service knows him, asks `service` for: `number` of `counted`, on average and to the nearest whole number, for each of
    /// `each`. Both are a host, and maybe the beginning of a path, by whole segments.
    ///
    /// # Errors
    /// In words, when a pattern names no host.
    pub fn new(user: String, service: String, number: usize, counted: &str, each: &str) -> Result<Self, String> {
        let pattern = |text: &str| Place::pattern(text).map(|place| (place, text.to_owned()));
        Ok(Self { user, service, number, counted: pattern(counted)?, each: pattern(each)? })
    }
}

impl Expectation for ATurn {
    fn kind(&self) -> Kind {
        // It is an average, which comes and goes, over all of the scenario.
        Kind::Count
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some(vec![Source::Log { service: self.service.clone() }])
    }

    fn concerns(&self, _: &Record) -> bool {
        // It is of all the records together, and no single one of them decides: whoever looks every now and then misses nothing.
        false
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        // `since`: of what is counted, what came after the last of `each`.
        let (mut counted, mut since, mut each, mut others) = (0_usize, 0_usize, 0_usize, 0_usize);
        for entry in timeline.entries() {
            let Record::Log { service, line: Some(Line::Access(access)), .. } = &entry.what else { continue };
            if *service != self.service {
                continue;
            }
            let Some(place) = Place::request(&access.host, &access.path) else { continue };
            let counts = usize::from(self.counted.0.covers(&place));
            if access.user != self.user {
                others += counts;
            } else if self.each.0.covers(&place) {
                // What came before the first is nobody's.
                counted += if each > 0 { since } else { 0 };
                (since, each) = (0, each + 1);
            } else {
                since += counts;
            }
        }
        let seen = format!(
            "{} logged {each} requests of {} for {}, and {counted} for {} from the first to the last of them; all others together {others}",
            self.service, self.user, self.each.1, self.counted.1
        );
        if each < MIN_TURNS {
            return Observation::unknown(TooFewTurns::Seen { seen, needed: MIN_TURNS, each: self.each.1.clone() });
        }
        // Rounded.
        let turns = each - 1;
        Observation::of((counted * 2 + turns) / (turns * 2) == self.number, seen).by_absence(true)
    }
}

crate::reasons! {
    /// Why an average over turns is not known.
    pub(super) enum TooFewTurns {
        /// The average of so few turns says nothing: the last one is not over yet.
        Seen { seen: String = "auth logged 2 requests of alice for app/login, and 4 for app/api from the first to the last of them; all others together 0", needed: usize = 5_usize, each: String = "app/login" } is "too-few-turns",
            says "{seen}; {needed} of these are needed",
            next "give it a longer deadline, so that {each} is asked for at least {needed} times; and see that the user is the one whom the access log names";
    }
}
