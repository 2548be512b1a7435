//! `the alert {string} should fire` and `… should be resolved`: what the last notification said, by the log of whoever is told. That nobody
//! was told of an alert is evidence only while somebody is told of something: a dead-man's switch, told again and again, shows that an alert
//! would have come.

use std::collections::BTreeMap;

use super::members::named;
use super::{Expectation, Kind, Sight};
use crate::text::seconds;
use crate::timeline::{Timeline, What};
use relapse_wire::log::{Alert, Line};

/// Where nobody is told of any alert that fires for longer, nothing is known of alerts.
const MOST_SILENT_MS: u64 = 5_000;
const FIRING: &str = "firing";

/// What an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Somebody was told that it fires, and not since that it is resolved; with any labels.
    Firing,
    /// It fired, and nobody was told otherwise than that it is resolved; with all labels.
    Resolved,
}

/// Which alert: its name, and labels that it has to have, as PromQL writes them: `SlotsFrozen{list="haproxy-1"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    name: String,
    labels: BTreeMap<String, String>,
}

impl Selector {
    fn selects(&self, alert: &Alert) -> bool {
        let has = |(name, value): (&String, &String)| alert.labels.get(name) == Some(value);
        alert.name == self.name && self.labels.iter().all(has)
    }
}

impl std::str::FromStr for Selector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` selects no alert: write `Watchdog`, or `TargetDown{{job=\"sync\"}}`");
        let (name, labels) = match text.split_once('{') {
            Some((name, labels)) => (name, labels.strip_suffix('}').ok_or_else(wrong)?),
            None => (text, ""),
        };
        let labels = pairs(labels).ok_or_else(wrong)?;
        let name = name.trim().to_owned();
        if name.is_empty() { Err(wrong()) } else { Ok(Self { name, labels }) }
    }
}

/// `a="1", b="2,3"`: a value stands in quotes, in which `\"` is a quote and `\\` a backslash; nothing else ends it.
fn pairs(text: &str) -> Option<BTreeMap<String, String>> {
    let mut labels = BTreeMap::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, value) = rest.split_once('=')?;
        let mut quoted = value.trim_start().strip_prefix('"')?.char_indices();
        let mut read = String::new();
        let end = loop {
            match quoted.next()? {
                (at, '"') => break at,
                (_, '\\') => read.push(quoted.next()?.1),
                (_, c) => read.push(c),
            }
        };
        labels.insert(Some(name.trim()).filter(|name| !name.is_empty())?.to_owned(), read);
        rest = value.trim_start().get(end + 2..)?.trim_start();
        if !rest.is_empty() {
            rest = rest.strip_prefix(',')?.trim_start();
        }
    }
    Some(labels)
}

impl std::fmt::Display for Selector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let labels: Vec<String> = self.labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        f.write_str(&self.name)?;
        if labels.is_empty() { Ok(()) } else { write!(f, "{{{}}}", labels.join(",")) }
    }
}

/// An alert is in a state.
#[derive(Debug, Clone)]
pub struct Alerted {
    /// Which.
    pub alert: Selector,
    /// What it should be.
    pub state: State,
}

/// What was told last of an alert with the same labels.
struct Last<'a> {
    fires: bool,
    /// When that was told first.
    since_ms: u64,
    alert: &'a Alert,
}

impl Expectation for Alerted {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn concerns(&self, what: &What) -> bool {
        matches!(what, What::Log { line: Some(Line::Alert(_)), .. })
    }

    fn look(&self, timeline: &Timeline) -> Sight {
        let mut last: BTreeMap<&BTreeMap<String, String>, Last<'_>> = BTreeMap::new();
        for (at_ms, alert) in told(timeline) {
            let fires = alert.state == FIRING;
            let known = last.entry(&alert.labels).or_insert(Last { fires, since_ms: at_ms, alert });
            if known.fires != fires {
                *known = Last { fires, since_ms: at_ms, alert };
            }
        }
        let anything_fires = last.values().any(|last| last.fires);
        let own = last.values().filter(|last| self.alert.selects(last.alert));
        let (firing, resolved): (Vec<_>, Vec<_>) = own.partition(|last| last.fires);
        let acts = acts(timeline);
        let told = |all: &[&Last<'_>]| named(all.iter().map(|last| describe(last, &acts)));
        let fires = !firing.is_empty();
        let so = match self.state {
            State::Firing => fires,
            State::Resolved => !fires && !resolved.is_empty(),
        };
        let name = &self.alert;
        let seen = match (fires, resolved.is_empty()) {
            (true, _) => format!("{name} fires{}", told(&firing)),
            (false, false) => format!("{name} is resolved{}", told(&resolved)),
            (false, true) => format!("nobody was ever told of {name}; {}", others(timeline)),
        };
        // That it fires was told. That it does not has to be known of all the time.
        let known = match (fires, anything_fires) {
            (true, _) => heard_until_now(timeline),
            (false, true) => heard_throughout(timeline),
            (false, false) => Err("nothing fires, no dead-man's switch either, so that an alert would come is not known".into()),
        };
        match known {
            Ok(()) => Sight::of(so, seen),
            Err(why) => Sight::unknown(format!("{seen}; {why}")),
        }
    }
}

/// The alerts that anybody was told of, oldest first.
fn told(timeline: &Timeline) -> impl Iterator<Item = (u64, &Alert)> {
    timeline.entries().iter().filter_map(|entry| match &entry.what {
        What::Log { line: Some(Line::Alert(alert)), .. } => Some((entry.at_ms, alert)),
        _ => None,
    })
}

/// When anybody was told that something fires, oldest first.
fn heard(timeline: &Timeline) -> impl Iterator<Item = u64> {
    told(timeline).filter(|(_, alert)| alert.state == FIRING).map(|(at_ms, _)| at_ms)
}

fn heard_until_now(timeline: &Timeline) -> Result<(), String> {
    without_gap(heard(timeline).last().into_iter(), timeline.now_ms())
}

/// From the step's beginning to now.
fn heard_throughout(timeline: &Timeline) -> Result<(), String> {
    let step_ms = timeline.step_ms();
    let before = heard(timeline).take_while(|at_ms| *at_ms < step_ms).last();
    let since = heard(timeline).skip_while(|at_ms| *at_ms < step_ms);
    // What was heard long before the step is another step's matter: this one's silence begins with it.
    let begin = before.filter(|at_ms| at_ms + MOST_SILENT_MS >= step_ms).unwrap_or(step_ms);
    let mut since = since.peekable();
    if begin == step_ms && since.peek().is_none() {
        return Err("nobody is told of any alert that fires, so that an alert would come is not known".into());
    }
    without_gap(std::iter::once(begin).chain(since), timeline.now_ms())
}

fn without_gap(mut heard: impl Iterator<Item = u64>, now_ms: u64) -> Result<(), String> {
    let Some(first) = heard.next() else { return Err("nobody was ever told that an alert fires".into()) };
    let mut last = first;
    for at_ms in heard.chain([now_ms]) {
        if last + MOST_SILENT_MS < at_ms {
            let silent = seconds(at_ms - last);
            return Err(format!(
                "nobody was told of any alert that fires for {silent}, so that an alert would have come is not known"
            ));
        }
        last = at_ms;
    }
    Ok(())
}

/// The steps before the newest that nothing was judged in, with when each began.
fn acts(timeline: &Timeline) -> Vec<(u64, &str)> {
    let mut acts: Vec<(u64, &str)> = Vec::new();
    let mut running = None;
    for entry in timeline.entries() {
        match &entry.what {
            What::Step { text, .. } => acts.extend(running.replace((entry.at_ms, text.as_str()))),
            What::Judged { .. } => running = None,
            _ => {}
        }
    }
    acts
}

/// With its labels, and how long after the latest act it was first told.
fn describe(last: &Last<'_>, acts: &[(u64, &str)]) -> String {
    let labels = last.alert.labels.iter().filter(|(name, _)| *name != "alertname");
    let labels: Vec<String> = labels.map(|(name, value)| format!("{name}={value}")).collect();
    let labels = if labels.is_empty() { String::new() } else { format!("{} ", labels.join(" ")) };
    let act = acts.iter().rev().find(|(at_ms, _)| *at_ms <= last.since_ms);
    let after = act.map(|(at_ms, text)| format!("told {} after `{text}` began", seconds(last.since_ms - at_ms)));
    format!("{labels}{}", after.unwrap_or_else(|| format!("told {} after the lab's beginning", seconds(last.since_ms))))
}

/// Of which alerts somebody was told.
fn others(timeline: &Timeline) -> String {
    let mut names: Vec<&str> = told(timeline).map(|(_, alert)| alert.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() { "nor of any other alert".into() } else { format!("but of {}", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::Fact;
    use crate::verdict::Verdict;

    fn alert(name: &str, state: &str, instance: &str) -> What {
        let labels = [("alertname", name), ("instance", instance)].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let (name, state) = (name.to_owned(), state.to_owned());
        let alert = Alert { name, state, labels: labels.into(), summary: String::new(), starts_at: 0.0 };
        What::Log { part: "people".into(), text: String::new(), line: Some(Line::Alert(alert)) }
    }

    fn step(text: &str) -> What {
        What::Step { text: text.into(), line: 1, kind: crate::timeline::StepKind::Then }
    }

    fn beat() -> What {
        alert("Watchdog", "firing", "")
    }

    fn look(state: State, now_ms: u64, entries: &[(u64, What)]) -> Sight {
        let mut timeline = Timeline::default();
        for (at_ms, what) in entries {
            timeline.push(*at_ms, what.clone());
        }
        timeline.look_at(now_ms);
        Alerted { alert: "Frozen".parse().unwrap(), state }.look(&timeline)
    }

    fn fires(now_ms: u64, entries: &[(u64, What)]) -> Fact {
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
        let judged = What::Judged { text: String::new(), verdict: Verdict::Held, seen: String::new() };
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
            let mut all: Vec<(u64, What)> = times.iter().map(|at_ms| (*at_ms, beat())).chain([then()]).collect();
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
            look(r#"Frozen{instance="lb-2"}"#)
                .seen
                .starts_with(r#"nobody was ever told of Frozen{instance="lb-2"}; but of Frozen"#)
        );
        for wrong in ["", "{a=\"b\"}", "Frozen{a=b}", "Frozen{a=\"b\"", "Frozen{a}", "Frozen{a=\"b\" c=\"d\"}", "Frozen{=\"b\"}"]
        {
            assert!(wrong.parse::<Selector>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_label_can_have_a_comma_or_a_quote_in_it() {
        let labels = |text: &str| text.parse::<Selector>().unwrap().labels.into_iter().collect::<Vec<_>>();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(labels(r#"A{x="1,2"}"#), [pair("x", "1,2")]);
        assert_eq!(labels(r#"A{x = "1,y=2}" , y="\"\\"}"#), [pair("x", "1,y=2}"), pair("y", "\"\\")]);
        assert_eq!(labels(r#"A{x="1",}"#), [pair("x", "1")], "as PromQL takes it");
        assert_eq!(labels("A{}"), []);
        let selector: Selector = r#"A{x="1,2"}"#.parse().unwrap();
        assert_eq!(selector.to_string().parse(), Ok(selector));
    }

    #[test]
    fn what_was_told_instead_is_named() {
        let seen = look(State::Firing, 1_000, &[(500, beat()), (600, alert("Slow", "firing", "lb-1"))]).seen;
        assert_eq!(seen, "nobody was ever told of Frozen; but of Slow, Watchdog");
        assert!(look(State::Firing, 1_000, &[]).seen.contains("nor of any other alert"));
    }
}
