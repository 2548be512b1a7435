//! Watches an expectation until it is decided. Each record since the last look is looked at, and before anything is judged by what was not
//! logged, everything that was logged is read.

use std::time::Duration;

use relapse_model::expect::deadline::Deadline;
use relapse_model::expect::judge::{Decision, Judge};
use relapse_model::expect::{Expectation, Fact, Kind};
use relapse_model::reason::Reason;
use relapse_model::timeline::{LINE_MS, RECENT_MS, Timeline};
use relapse_model::verdict::Verdict;

use crate::lab::Lab;
use crate::wait;

/// What was decided, and by what.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// What was seen at the last look.
    pub seen: String,
    /// Why there is no verdict, where there is none.
    pub reason: Option<Reason>,
    /// How long it was watched, in seconds.
    pub watched_seconds: f64,
    /// Whether it is violated for good, so that the rest of its time was not awaited.
    pub is_final: bool,
    /// By how much its deadline was longer than it says, since others used the machine, in seconds.
    pub longer_seconds: f64,
}

/// How an expectation is watched.
#[derive(Debug, Clone, Copy)]
pub struct Watch {
    /// Whether it should be so.
    pub should: bool,
    /// Until when, or for how long.
    pub deadline: Deadline,
    /// Scales the time that a convergence has.
    pub patience: f64,
    /// Whether its time is awaited; else there is one look.
    pub awaited: bool,
    /// Whether it is asked again and again meanwhile, so that how often is to be said.
    pub asked: bool,
}

impl Lab {
    /// Watches until it is decided. Its time begins once everything was read that was logged before.
    pub async fn watch(&self, expectation: &dyn Expectation, watch: Watch) -> Judgement {
        let recorder = &self.recorder;
        let step = recorder.read(|timeline| timeline.step_index());
        self.settle_for(expectation).await;
        // What is read of a log until then was written before: a count of some of it never was.
        let begin = match expectation.kind() {
            Kind::Count => recorder.read(|timeline| timeline.entries().len()).max(step + 1),
            _ => step + 1,
        };
        let began = recorder.now_ms();
        let mut judge = Judge::new(expectation, watch.should, watch.deadline, began, watch.patience);
        if watch.asked {
            judge = judge.asking();
        }
        if !watch.awaited {
            judge = judge.at_once();
        }
        let mut changes = recorder.changes();
        // Who answered a visit is known once its line would have been read.
        let mut settles_ms = (expectation.kind() == Kind::Visit).then_some(began + LINE_MS);
        let decision = loop {
            changes.mark_unchanged();
            if settles_ms.take_if(|at_ms| *at_ms <= recorder.now_ms()).is_some() {
                self.settle_for(expectation).await;
            }
            if let Some(decision) = self.look_at_new(expectation, &mut judge, begin, false) {
                break decision;
            }
            judge.taken(recorder.taken_ms(began));
            let now = recorder.now_ms();
            judge.others(self.others_percent(now));
            if now >= judge.ends_ms() {
                self.settle_for(expectation).await;
                if let Some(decision) = self.look_at_new(expectation, &mut judge, begin, true) {
                    break decision;
                }
                break recorder.judged(now, |timeline| judge.end(timeline, now));
            }
            if let Some(decision) = recorder.judged(now, |timeline| judge.look(timeline, now)) {
                break decision;
            }
            wait::next_look(&mut changes, Duration::from_millis(judge.ends_ms().saturating_sub(now))).await;
        };
        if expectation.is_made_by_load(Fact::So) || expectation.is_made_by_load(Fact::NotSo) {
            tracing::debug!(others = self.others_percent(recorder.now_ms()), verdict = ?decision.verdict, "a time was judged");
        }
        let Decision { verdict, seen, reason, is_final, longer_ms } = decision;
        #[expect(clippy::cast_precision_loss)]
        let seconds = |ms: u64| ms as f64 / 1000.0;
        let (watched_seconds, longer_seconds) = (seconds(recorder.now_ms().saturating_sub(began)), seconds(longer_ms));
        Judgement { verdict, seen, reason, watched_seconds, is_final, longer_seconds }
    }

    /// Of the time that a figure of requests is about, what others took, in percent.
    fn others_percent(&self, now_ms: u64) -> u64 {
        let acted_ms = self.recorder.read(Timeline::acted_ms);
        let since_ms = acted_ms.max(now_ms.saturating_sub(RECENT_MS));
        self.recorder.taken_ms(since_ms) * 100 / now_ms.saturating_sub(since_ms).max(1)
    }

    /// Looks at each record from that one on that nobody has looked at yet. `over`: the time is, and only what was logged in it can still count.
    fn look_at_new(&self, expectation: &dyn Expectation, judge: &mut Judge<'_>, begin: usize, over: bool) -> Option<Decision> {
        let lasts = matches!(expectation.kind(), Kind::State | Kind::Rate);
        // What happened stays on the timeline: a later look sees it as well, and a loop tells of thousands of requests.
        let stays = matches!(expectation.kind(), Kind::Visit | Kind::Event);
        let mut decision = None;
        self.recorder.catch_up(|timeline, index| {
            let looks = !stays && index >= begin && decision.is_none();
            let Some(entry) = timeline.entries().get(index).filter(|_| looks) else { return };
            let at_ms = entry.at_ms;
            if !expectation.concerns(&entry.what) || (lasts && (over || at_ms >= judge.ends_ms())) {
                return;
            }
            judge.asked(at_ms);
            timeline.look_at(at_ms);
            decision = judge.look(timeline, at_ms);
        });
        decision
    }

    /// Returns once everything was read that is logged by now by whom the expectation rests on.
    async fn settle_for(&self, expectation: &dyn Expectation) {
        let sources = self.recorder.read(|timeline| expectation.sources(timeline));
        let now = self.recorder.now_ms();
        self.settle(sources.as_deref()).await;
        self.recorder.judged(now, |timeline| timeline.has_read_until(now));
    }
}
