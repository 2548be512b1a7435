//! Whether alerts would be heard: silence is evidence only while somebody is told of something.

use crate::text::seconds;
use crate::timeline::{Record, Timeline};
use relapse_wire::log::{Alert, Line};

/// Where nobody is told of any alert that fires for longer, nothing is known of alerts.
const MAX_SILENT_MS: u64 = 5_000;
pub(super) const FIRING: &str = "firing";

/// The alerts that anybody was told of, oldest first.
pub(super) fn alerts_heard(timeline: &Timeline) -> impl Iterator<Item = (u64, &Alert)> {
    timeline.entries().iter().filter_map(|entry| match &entry.what {
        Record::Log { line: Some(Line::Alert(alert)), .. } => Some((entry.at_ms, alert)),
        _ => None,
    })
}

/// When anybody was told that something fires, oldest first.
fn heard(timeline: &Timeline) -> impl Iterator<Item = u64> {
    alerts_heard(timeline).filter(|(_, alert)| alert.state == FIRING).map(|(at_ms, _)| at_ms)
}

/// Whether somebody was told of something until now.
pub(super) fn heard_until_now(timeline: &Timeline) -> Result<(), NoAlerts> {
    without_gap(heard(timeline).last().into_iter(), timeline.now_ms())
}

/// Whether somebody was from the step's beginning to now.
pub(super) fn heard_throughout(timeline: &Timeline) -> Result<(), NoAlerts> {
    let step_ms = timeline.step_ms();
    let before = heard(timeline).take_while(|at_ms| *at_ms < step_ms).last();
    let since = heard(timeline).skip_while(|at_ms| *at_ms < step_ms);
    // What was heard long before the step is another step's matter: this one's silence begins with it.
    let begin = before.filter(|at_ms| at_ms + MAX_SILENT_MS >= step_ms).unwrap_or(step_ms);
    let mut since = since.peekable();
    if begin == step_ms && since.peek().is_none() {
        return Err(NoAlerts::NobodyIsTold);
    }
    without_gap(std::iter::once(begin).chain(since), timeline.now_ms())
}

fn without_gap(mut heard: impl Iterator<Item = u64>, now_ms: u64) -> Result<(), NoAlerts> {
    let Some(first) = heard.next() else { return Err(NoAlerts::NeverTold) };
    let mut last = first;
    for at_ms in heard.chain([now_ms]) {
        if last + MAX_SILENT_MS < at_ms {
            return Err(NoAlerts::Silent { silent: seconds(at_ms - last) });
        }
        last = at_ms;
    }
    Ok(())
}

crate::reasons! {
    /// Why it is not known whether an alert fires.
    pub(in crate::expect) enum NoAlerts {
        /// Nothing fires now. That an alert would reach anybody shows only by one that always does: a dead-man's switch.
        NothingFires is "nothing-fires",
            says "nothing fires, no dead-man's switch either, so that an alert would come is not known",
            next "add a rule that always fires (`alert: Watchdog`, `expr: vector(1)`), with `repeat_interval: 1s` for its route";
        /// Since this Then began nobody was told of any alert that fires.
        NobodyIsTold is "alerts-not-told",
            says "nobody is told of any alert that fires, so that an alert would come is not known",
            next "add a rule that always fires (`alert: Watchdog`, `expr: vector(1)`), and see that whoever is told is under `x-relapse: speaks:`";
        /// In the whole scenario nobody was told of any alert that fires.
        NeverTold is "alerts-never-told",
            says "nobody was ever told that an alert fires",
            next "see that Alertmanager reaches whoever is told (its receiver's URL), and that this service is under `x-relapse: speaks:`";
        /// For that long nobody was told of anything: an alert may have fired, and nobody would have heard of it.
        Silent { silent: String = "7.5 s" } is "alerts-silent",
            says "nobody was told of any alert that fires for {silent}, so that an alert would have come is not known",
            next "let the dead-man's switch be told at least every 5 s (`repeat_interval: 1s`, `group_interval: 1s`), and give the machine less to do if it is";
    }
}
