//! The one file that waits. Everything else awaits a condition here, and can say its last status when time is over.

use std::time::Duration;

use relapse_model::expect::deadline::Deadline;
use relapse_model::expect::{Expectation, Sight, judge};
use relapse_model::timeline::Timeline;
use relapse_model::verdict::Verdict;

use crate::recorder::Recorder;

/// Looks are at least that far apart, however fast the timeline grows: judging costs time that the lab needs.
const PACE: Duration = Duration::from_millis(25);
/// And at most that far, so that a deadline is met.
const IDLE: Duration = Duration::from_millis(100);

/// What was decided, and by what.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// What was seen at the last look.
    pub seen: String,
    /// How long it was watched, in seconds.
    pub watched_seconds: f64,
}

/// Watches the timeline until the expectation is decided.
pub async fn watch(
    recorder: &Recorder,
    expectation: &dyn Expectation,
    should: bool,
    deadline: Deadline,
    patience: f64,
) -> Judgement {
    let began = recorder.now_ms();
    let limit = deadline.milliseconds(patience);
    let mut changes = recorder.changes();
    loop {
        changes.mark_unchanged();
        let Sight { fact, seen } = recorder.read(|timeline| expectation.look(timeline));
        let elapsed = recorder.now_ms().saturating_sub(began);
        if let Some(verdict) = judge(should, expectation.kind(), deadline, fact, elapsed, limit) {
            #[expect(clippy::cast_precision_loss)]
            return Judgement { verdict, seen, watched_seconds: elapsed as f64 / 1000.0 };
        }
        tokio::time::sleep(PACE).await;
        let _ = tokio::time::timeout(IDLE.min(Duration::from_millis(limit.saturating_sub(elapsed))), changes.changed()).await;
    }
}

/// Awaits a condition on the timeline: `Some` ends the waiting. `None` when the time is over.
pub async fn until<T>(recorder: &Recorder, limit: Duration, mut condition: impl FnMut(&Timeline) -> Option<T>) -> Option<T> {
    let mut changes = recorder.changes();
    tokio::time::timeout(limit, async {
        loop {
            changes.mark_unchanged();
            if let Some(value) = recorder.read(&mut condition) {
                return value;
            }
            let _ = changes.changed().await;
        }
    })
    .await
    .ok()
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

/// The pause between two samples of a probe.
pub async fn next_sample() {
    tokio::time::sleep(IDLE).await;
}
