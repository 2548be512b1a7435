//! Expectations: what should be, judged on the timeline. Judging is pure; waiting is the lab's.
//!
//! To add one, copy a neighbour: a struct with what the step names, and `Expectation` for it.

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
pub mod latency;
pub mod lines;
pub mod logged;
pub mod members;
pub mod processes;
pub mod queried;
pub mod redirect_loop;
pub mod resolves;
pub mod routed;
pub mod seen;
pub mod state;
pub mod throttled;

use crate::timeline::Timeline;
use crate::verdict::Verdict;
use deadline::Deadline;

/// What an expectation sees at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// How it stands.
    pub fact: Fact,
    /// What was seen: all candidates, not only "not equal".
    pub seen: String,
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
}

impl Sight {
    /// `So` where `so`, else `NotSo`.
    pub fn of(so: bool, seen: impl Into<String>) -> Self {
        Self { fact: if so { Fact::So } else { Fact::NotSo }, seen: seen.into() }
    }

    /// Nothing to judge by.
    pub fn unknown(seen: impl Into<String>) -> Self {
        Self { fact: Fact::Unknown, seen: seen.into() }
    }
}

/// Whether a fact, once so, stays so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It can come and go: what a name resolves to, whether a container runs.
    State,
    /// Once it happened, it has happened: a cookie was sent, a loop was closed.
    Event,
}

/// Something that should, or should not, be.
pub trait Expectation {
    /// Whether the fact can come and go.
    fn kind(&self) -> Kind;
    /// What the timeline says of it now.
    fn look(&self, timeline: &Timeline) -> Sight;
}

/// Judges one look. `None`: not decided yet. `elapsed_ms` is how long it has been watched, `limit_ms` how long it may be.
#[must_use]
pub fn judge(should: bool, kind: Kind, deadline: Deadline, fact: Fact, elapsed_ms: u64, limit_ms: u64) -> Option<Verdict> {
    let over = elapsed_ms >= limit_ms;
    let within = matches!(deadline, Deadline::Within(_));
    let (good, bad) = if should { (Fact::So, Fact::NotSo) } else { (Fact::NotSo, Fact::So) };
    match fact {
        Fact::Never => Some(if should { Verdict::Violated } else { Verdict::Held }),
        Fact::Unknown => over.then_some(Verdict::Inconclusive),
        // An event that should not happen has to be watched for to the end, whichever the deadline.
        fact if fact == good && within && (should || kind == Kind::State) => Some(Verdict::Held),
        fact if fact == good => {
            // An event that should happen "throughout" is so as soon as it has happened.
            let settled = should && kind == Kind::Event;
            (over || settled).then_some(Verdict::Held)
        }
        fact if fact == bad && within && (should || kind == Kind::State) => over.then_some(Verdict::Violated),
        _ if should && kind == Kind::Event => over.then_some(Verdict::Violated),
        _ => Some(Verdict::Violated),
    }
}

#[cfg(test)]
mod tests {
    use super::{Deadline::*, Fact::*, Kind::*, Verdict::*, judge};

    #[test]
    fn convergence_holds_at_the_first_good_look_and_fails_only_at_the_end() {
        assert_eq!(judge(true, State, Within(10), So, 1, 10), Some(Held));
        assert_eq!(judge(true, State, Within(10), NotSo, 9, 10), None);
        assert_eq!(judge(true, State, Within(10), NotSo, 10, 10), Some(Violated));
        assert_eq!(judge(false, State, Within(10), NotSo, 0, 10), Some(Held));
        assert_eq!(judge(false, State, Within(10), So, 3, 10), None);
    }

    #[test]
    fn an_invariant_fails_at_the_first_bad_look_and_holds_only_at_the_end() {
        assert_eq!(judge(true, State, Throughout(10), NotSo, 1, 10), Some(Violated));
        assert_eq!(judge(true, State, Throughout(10), So, 9, 10), None);
        assert_eq!(judge(false, State, Throughout(10), NotSo, 10, 10), Some(Held));
        assert_eq!(judge(false, State, Throughout(10), So, 1, 10), Some(Violated));
    }

    #[test]
    fn an_event_that_should_not_happen_is_watched_for_to_the_end() {
        assert_eq!(judge(false, Event, Within(10), NotSo, 9, 10), None);
        assert_eq!(judge(false, Event, Within(10), NotSo, 10, 10), Some(Held));
        assert_eq!(judge(false, Event, Within(10), So, 1, 10), Some(Violated));
        assert_eq!(judge(false, Event, Within(10), Never, 1, 10), Some(Held));
        assert_eq!(judge(true, Event, Within(10), Never, 1, 10), Some(Violated));
        assert_eq!(judge(true, Event, Throughout(10), NotSo, 5, 10), None);
    }

    #[test]
    fn no_evidence_is_no_verdict() {
        assert_eq!(judge(true, State, Within(10), Unknown, 9, 10), None);
        assert_eq!(judge(true, State, Within(10), Unknown, 10, 10), Some(Inconclusive));
        assert_eq!(judge(false, Event, Throughout(10), Unknown, 10, 10), Some(Inconclusive));
    }
}
