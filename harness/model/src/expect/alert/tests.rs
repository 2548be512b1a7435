//! What fires, what is resolved, and when silence says something.

use super::*;
use crate::expect::Fact;
use crate::verdict::Verdict;

fn alert(name: &str, state: &str, instance: &str) -> Record {
    let labels = [("alertname", name), ("instance", instance)].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let (name, state) = (name.to_owned(), state.to_owned());
    let alert = Alert { name, state, labels: labels.into(), summary: String::new(), starts_at: 0.0 };
    Record::Log { service: "people".into(), text: String::new(), line: Some(Line::Alert(alert)) }
}

fn step(text: &str) -> Record {
    Record::Step { text: text.into(), line: 1, kind: crate::timeline::StepKind::Then }
}

fn beat() -> Record {
    alert("Watchdog", "firing", "")
}

fn look(state: State, now_ms: u64, entries: &[(u64, Record)]) -> Observation {
    let mut timeline = Timeline::default();
    for (at_ms, what) in entries {
        timeline.push(*at_ms, what.clone());
    }
    timeline.look_at(now_ms);
    Alerted { alert: "Frozen".parse().unwrap(), state }.look(&timeline)
}

fn fires(now_ms: u64, entries: &[(u64, Record)]) -> Fact {
    look(State::Firing, now_ms, entries).fact
}

#[test]
fn it_fires_from_the_first_time_that_it_was_told_until_it_is_resolved() {
    let story = [
        (1_000, alert("Frozen", "firing", "lb-1")),
        (2_000, alert("Frozen", "firing", "lb-2")),
        (3_000, alert("Frozen", "resolved", "lb-1")),
        (3_500, beat()),
        (4_000, alert("Frozen", "resolved", "lb-2")),
        (4_200, alert("Watchdog", "resolved", "")),
    ];
    assert_eq!(fires(1_100, &story[..1]), Fact::So);
    assert_eq!(fires(3_600, &story[..4]), Fact::So, "with other labels it still does");
    assert_eq!(look(State::Resolved, 3_600, &story[..4]).fact, Fact::NotSo);
    assert_eq!(fires(4_100, &story[..5]), Fact::NotSo);
    assert_eq!(look(State::Resolved, 4_100, &story[..5]).fact, Fact::So);
    assert_eq!(fires(4_300, &story), Fact::Unknown, "the dead-man's switch fires no longer");
    assert_eq!(look(State::Resolved, 4_100, &[(3_500, beat())]).fact, Fact::NotSo, "what never fired is not resolved");
}

#[test]
fn how_long_it_took_is_counted_from_the_last_step_that_did_something() {
    let judged = Record::Judged { text: String::new(), verdict: Verdict::Held, seen: String::new() };
    let story = [
        (1_000, step("When webapp scales to 14")),
        (3_000, step("Then consul should list 14")),
        (3_900, judged),
        (4_000, step("Then the alert fires")),
        (5_200, alert("Frozen", "firing", "lb-1")),
        (6_200, alert("Frozen", "firing", "lb-1")),
    ];
    let seen = look(State::Firing, 6_300, &story).seen;
    assert_eq!(seen, "Frozen fires: instance=lb-1 told 4.2 s after `When webapp scales to 14` began");
    let early = look(State::Firing, 600, &[(500, alert("Frozen", "firing", "lb-1"))]).seen;
    assert!(early.ends_with("told 0.5 s after the lab's beginning"), "{early}");
}

#[test]
fn silence_is_evidence_only_while_something_else_is_told() {
    let then = || (10_000, step("Then the alert is silent"));
    let beats = |times: &[u64]| {
        let mut all: Vec<(u64, Record)> = times.iter().map(|at_ms| (*at_ms, beat())).chain([then()]).collect();
        all.sort_by_key(|(at_ms, _)| *at_ms);
        all
    };
    assert_eq!(fires(14_000, &beats(&[9_500])), Fact::NotSo);
    assert_eq!(fires(15_000, &beats(&[9_500])), Fact::Unknown, "the last one is too long ago");
    assert_eq!(fires(20_000, &beats(&[9_500, 14_000, 18_000])), Fact::NotSo);
    assert_eq!(fires(20_000, &beats(&[9_500, 18_000])), Fact::Unknown, "it is told again, and was not for a while");
    assert_eq!(fires(12_000, &beats(&[11_000])), Fact::NotSo, "the first one came with the step");
    assert_eq!(fires(20_000, &beats(&[16_000, 18_000])), Fact::Unknown, "it came late");
    assert_eq!(fires(12_000, &beats(&[2_000])), Fact::Unknown, "it was told once, long before");
    assert_eq!(fires(12_000, &beats(&[])), Fact::Unknown);
    let resolved = [(9_500, alert("Watchdog", "resolved", "")), then()];
    assert_eq!(fires(11_000, &resolved), Fact::Unknown, "what is resolved shows only that somebody tells");
}

#[test]
fn that_it_fires_is_known_only_as_long_as_well() {
    let story = [(1_000, alert("Frozen", "firing", "lb-1")), (7_000, step("Then it fires"))];
    assert_eq!(fires(7_100, &story), Fact::Unknown);
    let again = [story.to_vec(), vec![(8_000, beat())]].concat();
    assert_eq!(fires(8_100, &again), Fact::So);
}

#[test]
fn labels_say_which_of_several_is_meant() {
    let mut timeline = Timeline::default();
    timeline.push(1_000, alert("Frozen", "firing", "lb-1"));
    let look = |text: &str| Alerted { alert: text.parse().unwrap(), state: State::Firing }.look(&timeline);
    assert_eq!(look(r#"Frozen{instance="lb-1"}"#).fact, Fact::So);
    assert_eq!(look(r#"Frozen{instance="lb-2"}"#).fact, Fact::NotSo);
    assert_eq!(look(r#"Frozen{instance="lb-1", job="sync"}"#).fact, Fact::NotSo);
    assert!(
        look(r#"Frozen{instance="lb-2"}"#).seen.starts_with(r#"nobody was ever told of Frozen{instance="lb-2"}; but of Frozen"#)
    );
    for wrong in ["", "{a=\"b\"}", "Frozen{a=b}", "Frozen{a=\"b\"", "Frozen{a}", "Frozen{a=\"b\" c=\"d\"}", "Frozen{=\"b\"}"] {
        assert!(wrong.parse::<Selector>().is_err(), "{wrong}");
    }
}

#[test]
fn what_was_told_instead_is_named() {
    let seen = look(State::Firing, 1_000, &[(500, beat()), (600, alert("Slow", "firing", "lb-1"))]).seen;
    assert_eq!(seen, "nobody was ever told of Frozen; but of Slow, Watchdog");
    assert!(look(State::Firing, 1_000, &[]).seen.contains("nor of any other alert"));
}
