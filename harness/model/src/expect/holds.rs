//! `{user} should hold {comparison} WebSockets`: connections that stay, across whatever is done to what is between.

use super::logged::Comparison;
use super::{Expectation, Kind, Observation};
use crate::timeline::{Record, Source, Timeline};
use relapse_wire::hold::MAX_SILENT_MS;

/// A user's WebSockets that are open.
#[derive(Debug, Clone)]
pub struct Holds {
    /// The user.
    pub user: String,
    /// How many.
    pub comparison: Comparison,
}

impl Expectation for Holds {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some(vec![Source::Background { user: self.user.clone() }])
    }

    fn concerns(&self, what: &Record) -> bool {
        matches!(what, Record::Held { user, .. } if *user == self.user)
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let last = timeline.of_this_step().find_map(|entry| match &entry.what {
            Record::Held { user, holding } if *user == self.user => Some((entry.at_ms, holding)),
            _ => None,
        });
        let Some((at_ms, holding)) = last else {
            return Observation::unknown(NoHold::Untold { user: self.user.clone() });
        };
        if at_ms + MAX_SILENT_MS < timeline.now_ms() {
            return Observation::unknown(NoHold::Silent { user: self.user.clone(), silent_ms: timeline.now_ms() - at_ms });
        }
        let why = holding.why.as_ref().map(|why| format!(" (the last one: {why})")).unwrap_or_default();
        let seen = format!("{} holds {} WebSockets, and lost {}{why}", self.user, holding.open, holding.lost);
        Observation::of(self.comparison.matches(holding.open as usize), seen)
    }
}

crate::reasons! {
    /// Why it is not known what a user holds.
    pub(super) enum NoHold {
        /// The user holds no WebSockets, or the probe that holds them has said nothing since this Then began.
        Untold { user: String = "alice" } is "holds-nothing",
            says "nothing was told of what {user} holds since this step began",
            next "let {user} hold some first (`When {user} holds 6 WebSockets to URL`), and not leave before this Then";
        /// The probe that holds them has fallen silent: it ended, or the machine is too busy.
        Silent { user: String = "alice", silent_ms: u64 = 1_800_u64 } is "hold-silent",
            says "what {user} holds was not told for {silent_ms} ms",
            next "give the machine less to do (`--jobs 1`, the tag @serial), and run it again";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::Fact;
    use relapse_wire::hold::Holding;

    fn look(entries: &[(u64, &str, u32)]) -> Observation {
        let mut timeline = Timeline::default();
        for (at_ms, user, open) in entries {
            let holding = Holding { open: *open, lost: 3 - open, why: Some("it was closed".into()) };
            timeline.push(*at_ms, Record::Held { user: (*user).into(), holding });
        }
        Holds { user: "alice".into(), comparison: "exactly 2".parse().unwrap() }.look(&timeline)
    }

    #[test]
    fn the_latest_count_of_that_user_is_what_counts() {
        let sight = look(&[(0, "alice", 3), (10, "alice", 2), (20, "bob", 1)]);
        assert_eq!(sight.fact, Fact::So);
        assert_eq!(sight.seen, "alice holds 2 WebSockets, and lost 1 (the last one: it was closed)");
        assert_eq!(look(&[(0, "alice", 2), (10, "alice", 1)]).fact, Fact::NotSo);
    }

    #[test]
    fn who_holds_nothing_or_is_silent_is_no_evidence() {
        assert_eq!(look(&[(0, "bob", 2)]).fact, Fact::Unknown);
        assert_eq!(look(&[(0, "alice", 2), (2000, "bob", 2)]).fact, Fact::Unknown);
    }
}
