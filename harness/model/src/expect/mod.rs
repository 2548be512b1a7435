//! Expectations: what should be, judged on the timeline. Judging is pure; waiting is the lab's.
//!
//! To add one, copy a neighbour: a struct with what the step names, and `Expectation` for it. `judge` makes the verdict of its looks.
//! Where it cannot tell, it says why by one of its `reasons!`, each with the next move; `reasons` has them all.

pub mod a_turn;
pub mod action;
pub mod agree;
pub mod alert;
pub mod answered;
pub mod cookie;
pub mod deadline;
pub mod every;
pub mod holds;
pub mod idle;
pub mod judge;
pub mod latency;
pub mod lines;
pub mod logged;
pub mod members;
mod named;
mod not_asked;
pub mod processes;
pub mod queried;
mod reasons;
pub mod redirect_loop;
pub mod resolves;
pub mod routed;
pub mod seen;
pub mod state;
mod tally;
pub mod throttled;

pub use reasons::reasons;

use crate::reason::{Explain, Reason};
use crate::timeline::{Record, Source, Timeline};

/// What an expectation sees at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// How it stands.
    pub fact: Fact,
    /// What was seen: all candidates, not only "not equal".
    pub seen: String,
    /// Whether the fact is one only if nothing was missed: that there were exactly two lines is, that there were at least two is not.
    pub by_absence: bool,
    /// Why it cannot be told, where it cannot.
    pub reason: Option<Reason>,
}

/// How a fact stands at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// It is so.
    So,
    /// It is not so, so far.
    NotSo,
    /// It is not so, and can no longer become so.
    Never,
    /// Nothing was seen that could tell.
    Unknown,
    /// It cannot be told before something is over that is still under way.
    Pending,
}

impl Observation {
    /// `So` where `so`, else `NotSo`.
    pub fn of(so: bool, seen: impl Into<String>) -> Self {
        Self::new(if so { Fact::So } else { Fact::NotSo }, seen)
    }

    /// A fact that was seen; for one that cannot be told, see [`Self::unknown`] and [`Self::pending`].
    pub fn new(fact: Fact, seen: impl Into<String>) -> Self {
        Self { fact, seen: seen.into(), by_absence: false, reason: None }
    }

    /// Nothing to judge by, for that reason.
    pub fn unknown(reason: impl Explain) -> Self {
        Self { reason: Some(reason.reason()), ..Self::new(Fact::Unknown, reason.to_string()) }
    }

    /// Something is still under way, for that reason.
    pub fn pending(reason: impl Explain) -> Self {
        Self { reason: Some(reason.reason()), ..Self::new(Fact::Pending, reason.to_string()) }
    }

    /// The same, with what was seen before it.
    #[must_use]
    fn after(self, seen: &str) -> Self {
        Self { seen: format!("{seen}; {}", self.seen), ..self }
    }

    /// The same, where it is so only if nothing was missed.
    #[must_use]
    pub fn by_absence(mut self, by_absence: bool) -> Self {
        self.by_absence = by_absence;
        self
    }
}

/// From when what was seen counts, and whether it can come and go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What looks show that were made since this Then began: what a name resolves to, who is in a list. It can come and go.
    State,
    /// A figure of the requests sent since the last When. It can come and go.
    Rate,
    /// What happened in the user's latest visit: once it happened, it has happened.
    Visit,
    /// How often something happened, in the whole scenario or since a step. It only grows.
    Count,
    /// Once it happened, it has happened: a cookie was sent, a request went astray.
    Event,
}

/// Something that should, or should not, be.
pub trait Expectation {
    /// From when what was seen counts, and whether it can come and go.
    fn kind(&self) -> Kind;

    /// Who tells of it; `None`: anybody. Where one of them may have told something that was not read, not having seen it proves nothing.
    fn sources(&self, _timeline: &Timeline) -> Option<Vec<Source>> {
        None
    }

    /// Since when it counts, for a visit, a count and an event: the lab's beginning, unless it says otherwise.
    fn since_ms(&self, _timeline: &Timeline) -> u64 {
        0
    }

    /// Whether a record can change what is seen. Of what comes and goes, and of a count, each that does is looked at; what has happened is
    /// seen by a later look as well.
    fn concerns(&self, _what: &Record) -> bool {
        true
    }

    /// Whether others' work on the same machine can be all that makes such a fact: that something took longer than a bound.
    fn is_made_by_load(&self, _fact: Fact) -> bool {
        false
    }

    /// What the timeline says of it now.
    fn look(&self, timeline: &Timeline) -> Observation;
}

/// A sight of what a service says: where it is so only since nothing was said, and nobody could have said anything, it is no evidence.
fn of_the_living(timeline: &Timeline, service: &str, sight: Observation) -> Observation {
    match timeline.can_speak(service) {
        Err(why) if sight.by_absence => Observation::unknown(why).after(&sight.seen),
        _ => sight,
    }
}

crate::reasons! {
    /// Why a step of another crate cannot tell.
    pub enum OwnStep {
        /// A step of your own project, and none of relapse's, could not tell. It says itself why, and what to do.
        CannotTell { seen: String = "it logged nothing", next: String = "let the service log something first" } is "own-step",
            says "{seen}",
            next "{next}";
    }
}
