//! The one file that waits. Everything else awaits a condition here, and can say its last status when time is over.

use std::time::Duration;

use relapse_model::expect::deadline::stretched;
use relapse_model::timeline::Timeline;

use crate::recorder::Recorder;

/// Looks are at least that far apart, however fast the timeline grows: judging costs time that the lab needs.
const PACE: Duration = Duration::from_millis(25);
/// And at most that far, so that a deadline is met.
const IDLE: Duration = Duration::from_millis(100);

/// The pause between two looks: until there is something new, but not for longer than until the deadline.
pub(crate) async fn next_look(changes: &mut tokio::sync::watch::Receiver<u64>, left: Duration) {
    tokio::time::sleep(PACE).await;
    let _ = tokio::time::timeout(IDLE.min(left), changes.changed()).await;
}

/// Awaits a condition on the timeline: `Some` ends the waiting. `None` when the time is over, as [`elapsed`] says.
pub async fn until<T>(recorder: &Recorder, limit: Duration, mut condition: impl FnMut(&Timeline) -> Option<T>) -> Option<T> {
    let mut changes = recorder.changes();
    let becomes_so = async {
        loop {
            changes.mark_unchanged();
            if let Some(value) = recorder.read(&mut condition) {
                return value;
            }
            // Some conditions become so by the time alone.
            let _ = tokio::time::timeout(IDLE, changes.changed()).await;
        }
    };
    tokio::select! {
        biased;
        value = becomes_so => Some(value),
        () = elapsed(recorder, limit) => None,
    }
}

/// As [`elapsed`], of a step: before there is a lab, nothing is taken from it.
pub async fn step_elapsed(recorder: Option<&Recorder>, limit: Duration) {
    match recorder {
        Some(recorder) => elapsed(recorder, limit).await,
        None => tokio::time::sleep(limit).await,
    }
}

/// Returns once so much time is over that others did not take from the lab; at most four times as much.
pub(crate) async fn elapsed(recorder: &Recorder, limit: Duration) {
    let (began, limit) = (recorder.now_ms(), u64::try_from(limit.as_millis()).unwrap_or(u64::MAX));
    loop {
        let ends = began.saturating_add(stretched(limit, recorder.taken_ms(began)));
        match ends.saturating_sub(recorder.now_ms()) {
            0 => return,
            left => tokio::time::sleep(Duration::from_millis(left)).await,
        }
    }
}

/// Returns when nothing more will be told of the lab, and says why; else never.
pub async fn lost(recorder: &Recorder) -> String {
    let mut changes = recorder.changes();
    loop {
        changes.mark_unchanged();
        if let Some(why) = recorder.lost() {
            return why.to_owned();
        }
        let _ = changes.changed().await;
    }
}

/// Returns once that service runs.
pub(crate) async fn running(recorder: &Recorder, service: &str) {
    let mut changes = recorder.changes();
    loop {
        changes.mark_unchanged();
        if recorder.read(|timeline| timeline.runs(service)) {
            return;
        }
        let _ = changes.changed().await;
    }
}

/// The pause between two samples of a probe.
pub async fn next_sample() {
    tokio::time::sleep(IDLE).await;
}
