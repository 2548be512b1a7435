use super::*;
use crate::outcome::Trouble;

fn outcome(verdicts: &[Verdict], trouble: Option<bool>) -> Outcome {
    let then = |(index, verdict): (usize, &Verdict)| ThenOutcome {
        text: format!("then {index}"),
        line: index,
        verdict: *verdict,
        seen: format!("saw {index}"),
        watched_seconds: 0.0,
        is_final: false,
        longer_seconds: 0.0,
        at_ms: 0,
        reason: None,
    };
    Outcome {
        feature: String::new(),
        line: 1,
        name: String::new(),
        tags: Vec::new(),
        levels: crate::levels::Levels::new(),
        verdict: Verdict::Held,
        seconds: 0.0,
        lab_seconds: 0.0,
        thens: verdicts.iter().enumerate().map(then).collect(),
        failures: Vec::new(),
        trouble: trouble.map(|not_steady| Trouble { not_steady, line: None, what: "why".into(), reason: None }),
    }
}

fn of(outcomes: &[Outcome]) -> Seen {
    seen(&[], &outcomes.iter().collect::<Vec<_>>(), 2, outcomes.len().max(1))
}

#[test]
fn the_last_then_is_the_incident_and_the_others_its_links() {
    use Verdict::{Held, Violated};
    assert_eq!(of(&[outcome(&[Violated, Violated], None)]).effect, Effect::DoesNotHappen);
    assert_eq!(of(&[outcome(&[Violated, Held], None)]).effect, Effect::Otherwise);
    assert_eq!(of(&[outcome(&[Held, Held], None)]).effect, Effect::Happens);
    let half = of(&[outcome(&[Held, Held], None), outcome(&[Held, Violated], None)]);
    assert_eq!((half.effect, half.occurred, half.of), (Effect::Sometimes, 1, 2));
    assert_eq!(half.broke_at.as_deref(), Some("then 1"));
}

#[test]
fn what_was_not_judged_is_neither() {
    use Verdict::{Held, Inconclusive, Violated};
    assert_eq!(of(&[]).effect, Effect::NotRun);
    assert_eq!(of(&[outcome(&[], Some(true))]).effect, Effect::NotApplicable("why".into()));
    assert!(matches!(of(&[outcome(&[Violated], Some(false))]).effect, Effect::Inconclusive(_)));
    assert!(matches!(of(&[outcome(&[Held, Inconclusive], None)]).effect, Effect::Inconclusive(_)));
    assert!(matches!(of(&[outcome(&[], Some(true)), outcome(&[Held, Held], None)]).effect, Effect::Inconclusive(_)));
}

#[test]
fn what_others_met_on_the_day_as_well_is_no_other_outage() {
    use Verdict::{Held, Violated};
    let failing = |last, failures: &[&str]| {
        let mut outcome = outcome(&[Held, last], None);
        outcome.thens[1].text = "alice should be answered 502 by proxy within 5s".into();
        Outcome { failures: failures.iter().map(ToString::to_string).collect(), ..outcome }
    };
    let (hers, his) = ("alice is answered 502 at http://proxy/", "bob is answered 500 at http://proxy/report");
    let day = failing(Held, &[hers, his]);
    let beside = |failures: &[&str]| seen(&[&day], &[&failing(Violated, failures)], 2, 1).another_outage;
    assert_eq!(beside(&[his]), None);
    assert_eq!(beside(&[hers, his]).as_deref(), Some(hers), "the incident is about her");
    assert_eq!(
        beside(&["bob gets no answer from http://proxy/report"]).as_deref(),
        Some("bob gets no answer from http://proxy/report")
    );
}

#[test]
fn a_failure_that_comes_instead_is_another_outage_and_one_beside_it_is_not() {
    use Verdict::{Held, Violated};
    let failing = |last| Outcome { failures: vec!["alice was answered 504".into()], ..outcome(&[Held, last], None) };
    assert_eq!(of(&[failing(Violated)]).another_outage.as_deref(), Some("alice was answered 504"));
    assert_eq!(of(&[failing(Held)]).another_outage, None);
    let half = of(&[outcome(&[Held, Violated], None), failing(Violated)]);
    assert_eq!(half.another_outage.as_deref(), Some("alice was answered 504 (1 of 2 times)"));
}
