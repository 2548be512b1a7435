//! From looks to a verdict: one state machine for every expectation. It says what a verdict rests on. What was seen is enough; what was not
//! seen is evidence only if everything of its time was read.

mod time;

use super::deadline::Deadline;
use super::{Expectation, Fact, Kind, Observation};
use crate::reason::{Explain, Reason};
use crate::timeline::{Gap, Timeline};
use crate::verdict::Verdict;
use time::Time;

/// Where nobody asked for longer, what is asked again and again was not asked all the time.
const MAX_UNASKED_MS: u64 = 2_500;
/// Where others take a larger share of the time, in percent, what took long is no evidence. Three labs of our own at once take up to 64 % from
/// each other, on two processors.
const MAX_OTHERS: u64 = 80;

/// What was decided, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The verdict.
    pub verdict: Verdict,
    /// What was seen, and what was not.
    pub seen: String,
    /// Why there is no verdict, where there is none.
    pub reason: Option<Reason>,
    /// Whether it is violated for good, so that the rest of its time was not awaited.
    pub is_final: bool,
    /// By how much its deadline was longer than it says, since others used the machine, in milliseconds.
    pub longer_ms: u64,
}

/// Judges one expectation, look by look.
pub struct Judge<'a> {
    expectation: &'a dyn Expectation,
    should: bool,
    time: Time,
    /// Of the time that a look is about, what others have taken, in percent.
    others: u64,
    /// Whether its time is awaited: else there is one look.
    awaited: bool,
    /// When the first look that could tell was made.
    known_ms: Option<u64>,
    /// The first later one that could not.
    unseen: Option<Observation>,
    /// What is asked again and again: how often it was, when last, and how long it was not at most.
    asked: Option<(usize, u64, u64)>,
    last: Observation,
}

impl<'a> Judge<'a> {
    /// Begins at `began_ms`. `patience` makes a convergence's time longer.
    #[must_use]
    pub fn new(expectation: &'a dyn Expectation, should: bool, deadline: Deadline, began_ms: u64, patience: f64) -> Self {
        Self {
            expectation,
            should,
            time: Time::new(deadline, began_ms, patience),
            others: 0,
            awaited: true,
            known_ms: None,
            unseen: None,
            asked: None,
            last: Observation::unknown(NoLook::Never),
        }
    }

    /// The same, of something that is asked again and again while it is judged: how densely is said with the verdict.
    #[must_use]
    pub fn asking(mut self) -> Self {
        self.asked = Some((0, self.time.began_ms, 0));
        self
    }

    /// The same, by one look: what that does not decide was not awaited.
    #[must_use]
    pub fn at_once(mut self) -> Self {
        self.awaited = false;
        self
    }

    /// Notes how much others have taken of the time since it began: its deadline lasts longer by that.
    pub fn taken(&mut self, taken_ms: u64) {
        self.time.taken_ms = taken_ms;
    }

    /// Notes how much others have taken, in percent, of the time that the next looks are about.
    pub fn others(&mut self, percent: u64) {
        self.others = percent;
    }

    /// Notes that it was asked, at that moment.
    pub fn asked(&mut self, now_ms: u64) {
        if let Some((count, last_ms, longest_ms)) = &mut self.asked {
            *longest_ms = (*longest_ms).max(now_ms.saturating_sub(*last_ms));
            (*count, *last_ms) = (*count + 1, now_ms);
        }
    }

    /// When its time is over, as far as is known now.
    #[must_use]
    pub fn ends_ms(&self) -> u64 {
        if self.awaited { self.time.ends_ms(self.known_ms) } else { self.time.began_ms }
    }

    /// Looks once, before the time is over. `None`: not decided yet.
    pub fn look(&mut self, timeline: &Timeline, now_ms: u64) -> Option<Decision> {
        self.last = self.expectation.look(timeline);
        if self.is_known() && self.others > MAX_OTHERS && self.expectation.is_made_by_load(self.last.fact) {
            self.last = Observation::unknown(NoLook::MadeByLoad { percent: self.others }).after(&self.last.seen);
        }
        if !self.is_known() {
            // What happened stays on the timeline: of an event, what is under way is only not known yet.
            let yet =
                self.last.fact == Fact::Pending && matches!(self.expectation.kind(), Kind::Visit | Kind::Event | Kind::Count);
            if self.known_ms.is_some() && !yet {
                self.unseen.get_or_insert_with(|| self.last.clone());
            }
            return None;
        }
        self.known_ms.get_or_insert(now_ms);
        let (good, for_ever) = (self.is_good(), self.last.fact == Fact::Never || self.is_event());
        let verdict = match self.time.deadline {
            // What should not happen has to be watched for to the end, unless it no longer can.
            _ if good && self.is_event() => (self.should || self.last.fact == Fact::Never).then_some(Verdict::Held),
            _ if !good && self.is_event() => (!self.should || self.last.fact == Fact::Never).then_some(Verdict::Violated),
            Deadline::Within(_) if good => Some(Verdict::Held),
            Deadline::Within(_) => (for_ever && self.should).then_some(Verdict::Violated),
            Deadline::Throughout(_) if !good => Some(Verdict::Violated),
            Deadline::Throughout(_) => None,
        }?;
        // A fact that is one only if nothing was missed decides nothing where something may have been.
        if self.last.by_absence && self.gap(timeline, now_ms).is_some() {
            return None;
        }
        let is_final = verdict == Verdict::Violated && self.last.fact == Fact::Never;
        let longer_ms = self.time.longer_ms(now_ms);
        Some(Decision { verdict, seen: self.last.seen.clone(), reason: None, is_final, longer_ms })
    }

    /// The last look, once the time is over and everything of it that could be read was.
    #[must_use]
    pub fn end(mut self, timeline: &Timeline, now_ms: u64) -> Decision {
        if let Some(decision) = self.look(timeline, now_ms) {
            return decision;
        }
        if !self.awaited {
            let Observation { seen, .. } = self.last;
            let reason = Some(NoLook::NotAwaited.reason());
            return Decision { verdict: Verdict::Inconclusive, seen, reason, is_final: false, longer_ms: 0 };
        }
        self.asked(now_ms);
        let unknown = !self.is_known();
        let verdict = if self.is_good() { Verdict::Held } else { Verdict::Violated };
        // Whatever is decided only now rests on not having seen anything else.
        let (count, unasked) = match self.asked {
            Some((count, _, longest_ms)) => (Some((count, longest_ms)), longest_ms > MAX_UNASKED_MS),
            None => (None, false),
        };
        let unasked = unasked.then_some(NoLook::TooRare { longest_ms: MAX_UNASKED_MS });
        let gap = self.gap(timeline, now_ms);
        let Observation { mut seen, reason, .. } = self.last.clone();
        let longer_ms = self.time.longer_ms(now_ms);
        if let (Some((count, longest_ms)), false) = (count, unknown) {
            seen.push_str(&format!("; asked {} times, at most {longest_ms} ms apart", count.saturating_sub(1)));
        }
        let without = |seen, reason| Decision { verdict: Verdict::Inconclusive, seen, reason, is_final: false, longer_ms };
        match (self.unseen.take(), gap, unasked) {
            // Why nothing can be told is often that somebody no longer tells.
            (_, Some(gap), _) if unknown => without(format!("{seen}; {gap}"), Some(gap.why.reason())),
            _ if unknown => without(seen, reason),
            (Some(unseen), ..) => without(format!("{seen}; for some of the time: {}", unseen.seen), unseen.reason),
            (None, Some(gap), _) => without(format!("{seen}; {gap}"), Some(gap.why.reason())),
            (None, None, Some(unasked)) => without(format!("{seen}; {unasked}"), Some(unasked.reason())),
            (None, None, None) if self.time.was_too_short(now_ms) => without(seen, Some(NoLook::TooBusy.reason())),
            (None, None, None) => Decision { verdict, seen, reason: None, is_final: false, longer_ms },
        }
    }

    fn is_event(&self) -> bool {
        matches!(self.expectation.kind(), Kind::Event | Kind::Visit)
    }

    fn is_known(&self) -> bool {
        !matches!(self.last.fact, Fact::Unknown | Fact::Pending)
    }

    fn is_good(&self) -> bool {
        (self.last.fact == Fact::So) == self.should
    }

    fn gap<'t>(&self, timeline: &'t Timeline, now_ms: u64) -> Option<&'t Gap> {
        let since_ms = match self.expectation.kind() {
            Kind::State => self.time.began_ms,
            Kind::Rate => timeline.acted_ms(),
            Kind::Visit | Kind::Count | Kind::Event => self.expectation.since_ms(timeline),
        };
        timeline.gap(self.expectation.sources(timeline).as_deref(), since_ms, now_ms)
    }
}

crate::reasons! {
    /// Why what was seen is not enough.
    pub(super) enum NoLook {
        /// The time was over before anybody looked once: the machine is too busy.
        Never is "nobody-looked",
            says "nobody has looked",
            next "give the machine less to do (`--jobs 1`, the tag @serial), and run it again";
        /// What is asked again and again was not asked for so long that what it was meanwhile is not known: the machine is too busy, or
        /// whoever is asked answers slowly.
        TooRare { longest_ms: u64 = 2_500_u64 } is "not-asked-often",
            says "it was not asked often enough to tell",
            next "give the machine less to do (`--jobs 1`, the tag @serial): no two questions may be more than {longest_ms} ms apart";
        /// Others used the machine so much that even four times the deadline did not give this lab the time that its author meant.
        TooBusy is "machine-too-busy",
            says "the machine was too busy to tell",
            next "give the machine less to do: end what else runs on it, or `--jobs 1`; `--patience 3` makes every deadline longer";
        /// Something took longer than a bound in milliseconds, and others took so much of the machine meanwhile that this can be why.
        MadeByLoad { percent: u64 = 90_u64 } is "slow-machine",
            says "others took {percent} % of that time from the lab, so how long something took is no evidence",
            next "give the machine less to do: end what else runs on it, `--jobs 1`, or the tag @serial";
        /// An earlier Then is violated and no When follows, so this one is no link of a chain any more. `why` and `matrix` look at it once, and
        /// wait for the last Then alone. That one says whether the outage happens.
        NotAwaited is "not-awaited",
            says "it was not so at once, and an earlier Then is violated: it was not awaited",
            next "nothing, if the last Then is what you ask about; `relapse run` waits for each";
    }
}

#[cfg(test)]
mod tests;
