//! Every way from looks to a verdict, on an expectation that is told what to see.

use std::cell::RefCell;

use super::time::FIRST_LOOK_MS;
use super::*;
use crate::timeline::{Gap, Missed, Record, Source};
use Deadline::{Throughout, Within};
use Fact::{Never, NotSo, Pending, So, Unknown};
use Kind::{Count, Event, State};
use Verdict::{Held, Inconclusive, Violated};

/// Sees one fact after the other, and the last for ever.
struct Told {
    kind: Kind,
    facts: RefCell<Vec<Fact>>,
    by_absence: bool,
}

impl Expectation for Told {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some(vec![Source::Log { service: "app".into() }])
    }

    fn look(&self, _: &Timeline) -> Observation {
        let mut facts = self.facts.borrow_mut();
        let fact = if facts.len() > 1 { facts.remove(0) } else { facts[0] };
        Observation::new(fact, "").by_absence(self.by_absence)
    }
}

fn cut() -> Missed {
    Missed::LogBrokeOff { why: "cut".into() }
}

struct Case<'a> {
    should: bool,
    kind: Kind,
    deadline: Deadline,
    /// A look every 10 ms; the first at 0.
    facts: &'a [Fact],
    by_absence: bool,
    gap: Option<(u64, u64)>,
}

fn case(should: bool, kind: Kind, deadline: Deadline, facts: &[Fact]) -> Case<'_> {
    Case { should, kind, deadline, facts, by_absence: false, gap: None }
}

/// The verdict, and when it was said.
fn judge(case: &Case<'_>) -> (Verdict, u64) {
    let told = Told { kind: case.kind, facts: RefCell::new(case.facts.to_vec()), by_absence: case.by_absence };
    let mut timeline = Timeline::default();
    if let Some((since_ms, at_ms)) = case.gap {
        let source = Source::Log { service: "app".into() };
        timeline.push(at_ms, Record::Gap(Gap { source, since_ms, lasting: false, why: cut() }));
    }
    let mut judge = Judge::new(&told, case.should, case.deadline, 0, 1.0);
    let mut now_ms = 0;
    loop {
        if now_ms >= judge.ends_ms() {
            return (judge.end(&timeline, now_ms).verdict, now_ms);
        }
        if let Some(decision) = judge.look(&timeline, now_ms) {
            return (decision.verdict, now_ms);
        }
        now_ms += 10;
    }
}

#[test]
fn convergence_holds_at_the_first_good_look_and_fails_only_at_the_end() {
    assert_eq!(judge(&case(true, State, Within(50), &[NotSo, So])), (Held, 10));
    assert_eq!(judge(&case(true, State, Within(50), &[NotSo])), (Violated, 50));
    assert_eq!(judge(&case(false, State, Within(50), &[So, NotSo])), (Held, 10));
    assert_eq!(judge(&case(false, State, Within(50), &[So])), (Violated, 50));
}

#[test]
fn what_took_long_on_a_machine_that_others_use_is_no_evidence_and_what_was_quick_is() {
    struct Slow(Fact);
    impl Expectation for Slow {
        fn kind(&self) -> Kind {
            Kind::Rate
        }
        fn is_made_by_load(&self, fact: Fact) -> bool {
            fact == NotSo
        }
        fn look(&self, _: &Timeline) -> Observation {
            Observation::new(self.0, "median 300 ms")
        }
    }
    let judged = |fact, others| {
        let slow = Slow(fact);
        let (mut judge, timeline) = (Judge::new(&slow, true, Within(50), 0, 1.0), Timeline::default());
        judge.others(others);
        let decision = judge.look(&timeline, 0).unwrap_or_else(|| judge.end(&timeline, 50));
        (decision.verdict, decision.reason.map(|reason| reason.id))
    };
    assert_eq!(judged(NotSo, 0), (Violated, None));
    assert_eq!(judged(NotSo, MAX_OTHERS), (Violated, None), "as much as our own suite makes");
    assert_eq!(judged(NotSo, MAX_OTHERS + 1), (Inconclusive, Some("slow-machine".into())));
    assert_eq!(judged(So, 100), (Held, None));
}

/// The verdict of what comes at a moment, when it is said, and the reason; others take such a part of all time, in percent.
fn taken(deadline: Deadline, comes_ms: u64, percent: u64) -> (Verdict, u64, Option<String>, u64) {
    let told = Told { kind: State, facts: RefCell::new(vec![NotSo]), by_absence: false };
    let (mut judge, timeline) = (Judge::new(&told, true, deadline, 1_000, 1.0), Timeline::default());
    let mut now_ms = 1_000;
    let decision = loop {
        judge.taken((now_ms - 1_000) * percent / 100);
        if now_ms >= 1_000 + comes_ms {
            *told.facts.borrow_mut() = vec![So];
        }
        if now_ms >= judge.ends_ms() {
            break judge.end(&timeline, now_ms);
        }
        if let Some(decision) = judge.look(&timeline, now_ms) {
            break decision;
        }
        now_ms += 10;
    };
    (decision.verdict, now_ms - 1_000, decision.reason.map(|reason| reason.id), decision.longer_ms)
}

#[test]
fn what_others_took_of_its_time_does_not_count_for_a_convergence() {
    let seen = |(verdict, at_ms, reason, _)| (verdict, at_ms, reason);
    assert_eq!(seen(taken(Within(100), 150, 0)), (Violated, 100, None), "nobody took anything");
    assert_eq!(seen(taken(Within(100), 150, 50)), (Held, 150, None), "it had half of the time");
    assert_eq!(seen(taken(Within(100), 900, 50)), (Violated, 200, None), "it is really missed, after the stretched time");
    assert_eq!(seen(taken(Within(100), 390, 90)), (Held, 390, None));
    let too_busy = Some("machine-too-busy".to_owned());
    assert_eq!(seen(taken(Within(100), 900, 90)), (Inconclusive, 400, too_busy), "four times was not enough");
    assert_eq!(seen(taken(Within(100), 900, 75)), (Violated, 400, None), "it had its time, at the last moment");
    assert_eq!(seen(taken(Throughout(100), 0, 90)), (Held, 100, None), "an invariant is no longer than it is");
}

#[test]
fn by_how_much_a_deadline_was_longer_is_said() {
    let said = |deadline, comes_ms, percent| taken(deadline, comes_ms, percent).3;
    assert_eq!(said(Within(1_000), 1_500, 50), 500);
    assert_eq!(said(Within(1_000), 9_000, 50), 1_000);
    assert_eq!(said(Within(1_000), 900, 50), 0, "it came in time");
    assert_eq!(said(Within(1_000), 9_000, 0), 0);
    assert_eq!(said(Throughout(1_000), 0, 50), 0);
}

#[test]
fn an_invariant_fails_at_the_first_bad_look_and_holds_only_at_the_end() {
    assert_eq!(judge(&case(true, State, Throughout(50), &[So, NotSo, So])), (Violated, 10));
    assert_eq!(judge(&case(true, State, Throughout(50), &[So])), (Held, 50));
    assert_eq!(judge(&case(false, State, Throughout(50), &[NotSo])), (Held, 50));
    assert_eq!(judge(&case(false, State, Throughout(50), &[NotSo, So])), (Violated, 10));
}

#[test]
fn an_invariant_begins_with_the_first_look_that_can_tell() {
    assert_eq!(judge(&case(true, State, Throughout(50), &[Unknown, Unknown, So])), (Held, 70));
    assert_eq!(judge(&case(true, State, Throughout(50), &[Unknown])), (Inconclusive, FIRST_LOOK_MS));
}

#[test]
fn an_event_that_should_not_happen_is_watched_for_to_the_end() {
    for deadline in [Within(50), Throughout(50)] {
        assert_eq!(judge(&case(false, Event, deadline, &[NotSo])), (Held, 50));
        assert_eq!(judge(&case(false, Event, deadline, &[NotSo, So])), (Violated, 10));
        assert_eq!(judge(&case(false, Event, deadline, &[NotSo, Never])), (Held, 10));
        assert_eq!(judge(&case(true, Event, deadline, &[NotSo, Never])), (Violated, 10));
        assert_eq!(judge(&case(true, Event, deadline, &[NotSo, So])), (Held, 10));
        assert_eq!(judge(&case(true, Event, deadline, &[NotSo])), (Violated, 50));
    }
}

#[test]
fn by_one_look_what_is_so_holds_and_nothing_is_called_violated_for_want_of_time() {
    let at_once = |should, kind, deadline, fact| {
        let told = Told { kind, facts: RefCell::new(vec![fact]), by_absence: false };
        let mut judge = Judge::new(&told, should, deadline, 7, 1.0).at_once();
        assert_eq!(judge.ends_ms(), 7);
        let timeline = Timeline::default();
        let decision = judge.look(&timeline, 7).unwrap_or_else(|| judge.end(&timeline, 7));
        (decision.verdict, decision.reason.map(|reason| reason.id))
    };
    let not_awaited = (Inconclusive, Some("not-awaited".into()));
    assert_eq!(at_once(true, State, Within(20), So), (Held, None));
    assert_eq!(at_once(true, Event, Within(20), So), (Held, None));
    assert_eq!(at_once(true, Event, Within(20), Never), (Violated, None), "it can no longer come");
    assert_eq!(at_once(false, Event, Within(20), So), (Violated, None), "it happened");
    assert_eq!(at_once(true, State, Throughout(20), NotSo), (Violated, None));
    for (should, kind, deadline, fact) in [
        (true, State, Within(20), NotSo),
        (true, State, Within(20), Unknown),
        (true, Event, Within(20), Pending),
        (false, Event, Within(20), NotSo),
        (true, State, Throughout(20), So),
        (true, Count, Within(20), NotSo),
    ] {
        assert_eq!(at_once(should, kind, deadline, fact), not_awaited, "{should} {deadline:?} {fact:?}");
    }
}

#[test]
fn a_count_that_was_passed_is_decided_at_once() {
    assert_eq!(judge(&case(true, Count, Within(50), &[NotSo, Never])), (Violated, 10));
    assert_eq!(judge(&case(false, Count, Within(50), &[So, Never])), (Held, 10));
}

#[test]
fn what_is_violated_before_its_time_is_over_says_why_it_is_not_awaited() {
    let told = Told { kind: Kind::Visit, facts: RefCell::new(vec![Never]), by_absence: false };
    let decision = Judge::new(&told, true, Within(5_000), 0, 1.0).look(&Timeline::default(), 0).unwrap();
    assert_eq!((decision.verdict, decision.is_final), (Violated, true));
    let told = Told { kind: Kind::Visit, facts: RefCell::new(vec![NotSo]), by_absence: false };
    let decision = Judge::new(&told, true, Within(5_000), 0, 1.0).end(&Timeline::default(), 5_000);
    assert_eq!((decision.verdict, decision.is_final), (Violated, false), "it had all of its time");
}

#[test]
fn no_evidence_is_no_verdict() {
    assert_eq!(judge(&case(true, State, Within(50), &[Unknown])), (Inconclusive, 50));
    assert_eq!(judge(&case(false, Event, Throughout(50), &[NotSo, Unknown])), (Inconclusive, 50));
    assert_eq!(judge(&case(true, State, Within(50), &[Unknown, So])), (Held, 10));
    assert_eq!(judge(&case(true, State, Within(50), &[Unknown, NotSo])), (Violated, 50), "the first evidence may come late");
}

#[test]
fn what_could_not_be_seen_in_the_middle_makes_no_verdict_of_what_was_not_seen() {
    assert_eq!(judge(&case(true, State, Throughout(50), &[So, Unknown, So])), (Inconclusive, 50));
    assert_eq!(judge(&case(true, State, Within(50), &[NotSo, Unknown, NotSo])), (Inconclusive, 50));
    assert_eq!(judge(&case(false, Event, Throughout(50), &[NotSo, Unknown, NotSo])), (Inconclusive, 50));
    // An event that could not be told of yet can be told of later; a figure cannot.
    assert_eq!(judge(&case(false, Event, Throughout(50), &[NotSo, Pending, NotSo])), (Held, 50));
    assert_eq!(judge(&case(true, Kind::Rate, Throughout(50), &[So, Pending, So])), (Inconclusive, 50));
    // And what was seen stays seen.
    assert_eq!(judge(&case(true, State, Throughout(50), &[So, Unknown, NotSo])), (Violated, 20));
    assert_eq!(judge(&case(true, State, Within(50), &[NotSo, Unknown, So])), (Held, 20));
    assert_eq!(judge(&case(false, Event, Throughout(50), &[NotSo, Unknown, So])), (Violated, 20));
}

#[test]
fn a_gap_makes_no_verdict_of_what_was_not_seen_and_undoes_nothing_that_was() {
    let cut = |case| Case { gap: Some((20, 30)), ..case };
    assert_eq!(judge(&cut(case(true, State, Throughout(50), &[So]))), (Inconclusive, 50));
    assert_eq!(judge(&cut(case(true, State, Within(50), &[NotSo]))), (Inconclusive, 50));
    assert_eq!(judge(&cut(case(false, Event, Within(50), &[NotSo]))), (Inconclusive, 50));
    assert_eq!(judge(&cut(case(true, State, Within(50), &[NotSo, NotSo, NotSo, NotSo, So]))), (Held, 40));
    assert_eq!(judge(&cut(case(false, Event, Within(50), &[NotSo, NotSo, NotSo, NotSo, So]))), (Violated, 40));
    // `exactly 2` and `at most 2` are so only if nothing was missed; of a count, since the beginning.
    let counted = |gap| Case { by_absence: true, gap, ..case(true, Count, Within(50), &[So]) };
    assert_eq!(judge(&counted(None)), (Held, 0));
    assert_eq!(judge(&counted(Some((0, 0)))), (Inconclusive, 50));
}

#[test]
fn where_nothing_can_be_told_since_somebody_no_longer_tells_that_is_said() {
    let told = Told { kind: Kind::Rate, facts: RefCell::new(vec![Unknown]), by_absence: false };
    let mut timeline = Timeline::default();
    let gap = Gap { source: Source::Log { service: "app".into() }, since_ms: 20, lasting: false, why: cut() };
    timeline.push(30, Record::Gap(gap));
    let decision = Judge::new(&told, true, Within(50), 0, 1.0).end(&timeline, 50);
    assert_eq!((decision.verdict, decision.seen.as_str()), (Inconclusive, "; of the log of app not all was read: cut"));
    let reason = decision.reason.map(|reason| reason.id);
    assert_eq!(reason.as_deref(), Some("log-broke-off"));
}

#[test]
fn what_is_asked_too_rarely_is_not_known_throughout_and_how_often_is_said() {
    let told = Told { kind: State, facts: RefCell::new(vec![So]), by_absence: false };
    let timeline = Timeline::default();
    for (times, verdict) in [([100, 2000, 3900], Held), ([100, 200, 3900], Inconclusive)] {
        let mut judge = Judge::new(&told, true, Throughout(3_800), 0, 1.0).asking();
        for now_ms in times {
            judge.asked(now_ms);
            assert_eq!(judge.look(&timeline, now_ms), None);
        }
        let decision = judge.end(&timeline, 3_900);
        assert_eq!(decision.verdict, verdict, "{}", decision.seen);
        assert!(decision.seen.contains("asked 3 times, at most"), "{}", decision.seen);
    }
}

/// The reason of a decision, by its id, and what was seen.
fn why(told: &[Observation], kind: Kind, deadline: Deadline, asked: bool) -> (Option<String>, String) {
    struct Says(Kind, RefCell<Vec<Observation>>);
    impl Expectation for Says {
        fn kind(&self) -> Kind {
            self.0
        }
        fn look(&self, _: &Timeline) -> Observation {
            let mut sights = self.1.borrow_mut();
            if sights.len() > 1 { sights.remove(0) } else { sights[0].clone() }
        }
    }
    let (says, timeline) = (Says(kind, RefCell::new(told.to_vec())), Timeline::default());
    let mut judge = Judge::new(&says, true, deadline, 0, 1.0);
    if asked {
        judge = judge.asking();
    }
    for now_ms in [10, 20, 30] {
        assert_eq!(judge.look(&timeline, now_ms), None);
    }
    let decision = judge.end(&timeline, 5_000);
    assert_eq!(decision.reason.is_some(), decision.verdict == Inconclusive, "a reason, and only where there is no verdict");
    (decision.reason.map(|reason| reason.id), decision.seen)
}

#[test]
fn what_takes_the_verdict_is_the_reason() {
    let none = || Observation::unknown(crate::expect::OwnStep::CannotTell { seen: "none".into(), next: "do".into() });
    let so = || Observation::of(true, "so");
    let own = Some("own-step".to_owned());
    assert_eq!(why(&[none()], State, Within(50), false), (own.clone(), "none".into()));
    let middle = why(&[so(), none(), so()], State, Throughout(5_000), false);
    assert_eq!(middle, (own, "so; for some of the time: none".into()));
    let (rare, seen) = why(&[so()], State, Throughout(5_000), true);
    assert_eq!(rare.as_deref(), Some("not-asked-often"));
    assert!(seen.ends_with("; it was not asked often enough to tell"), "{seen}");
    assert_eq!(why(&[so()], State, Throughout(5_000), false), (None, "so".into()));
}
