//! The timeline while it is being written: shared by everything that acts or watches, and awaited by expectations.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use relapse_model::timeline::{Gap, Missed, Record, Source, Timeline};
use tokio::sync::watch;

use crate::taken::Taken;

/// A handle on one lab's timeline.
#[derive(Clone)]
pub struct Recorder {
    inner: Arc<Inner>,
}

struct Inner {
    start: Instant,
    timeline: Mutex<Timeline>,
    /// The same, record by record, as far as it was judged: what stands between two looks is looked at as well.
    judged: Mutex<Timeline>,
    changes: watch::Sender<u64>,
    lost: OnceLock<String>,
    taken: Taken,
}

impl Recorder {
    /// An empty timeline that begins now, of a lab in which these services speak.
    #[must_use]
    pub fn new(speaks: &BTreeSet<String>) -> Self {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let empty = || Mutex::new(Timeline::beginning(unix.as_secs_f64(), speaks.clone()));
        let (timeline, judged) = (empty(), empty());
        let inner = Inner {
            start: Instant::now(),
            timeline,
            judged,
            changes: watch::Sender::new(0),
            lost: OnceLock::new(),
            taken: Taken::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Milliseconds since the beginning.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        u64::try_from(self.inner.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Writes a record, dated now.
    pub fn record(&self, what: Record) {
        // Dated under the lock, so that records are in order.
        let mut timeline = self.inner.timeline.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.now_ms();
        timeline.push(now, what);
        drop(timeline);
        self.inner.changes.send_modify(|count| *count += 1);
    }

    /// Notes that nothing more will be told of this lab: what is not on the timeline from now on is no evidence.
    pub(crate) fn lose(&self, why: String) {
        // The first reason leads to the others.
        let why = self.inner.lost.get_or_init(|| why).clone();
        self.gap(Source::Engine, self.now_ms(), true, Missed::EngineLost { why });
    }

    /// Notes that something which that source would have told since then may be missing: up to now, or from then on.
    pub(crate) fn gap(&self, source: Source, since_ms: u64, lasting: bool, why: Missed) {
        self.record(Record::Gap(Gap { source, since_ms, lasting, why }));
    }

    /// Why nothing more will be told of this lab, if that is so.
    #[must_use]
    pub fn lost(&self) -> Option<&str> {
        self.inner.lost.get().map(String::as_str)
    }

    /// How much of the time since then others took from this lab, in milliseconds.
    #[must_use]
    pub fn taken_ms(&self, since_ms: u64) -> u64 {
        self.inner.taken.between(since_ms, self.now_ms())
    }

    /// Where it is noted.
    pub(crate) fn taken(&self) -> &Taken {
        &self.inner.taken
    }

    /// Reads the timeline, as it is now.
    pub fn read<T>(&self, reader: impl FnOnce(&Timeline) -> T) -> T {
        let mut timeline = self.inner.timeline.lock().unwrap_or_else(PoisonError::into_inner);
        timeline.look_at(self.now_ms());
        reader(&timeline)
    }

    /// Goes through the records that nobody has judged by yet, in their order: `seen` is told the timeline up to each, and its index.
    pub(crate) fn catch_up(&self, mut seen: impl FnMut(&mut Timeline, usize)) {
        let mut judged = self.inner.judged.lock().unwrap_or_else(PoisonError::into_inner);
        let from = judged.entries().len();
        let new = self.inner.timeline.lock().unwrap_or_else(PoisonError::into_inner).entries().get(from..).map(<[_]>::to_vec);
        for (index, entry) in (from..).zip(new.unwrap_or_default()) {
            judged.push(entry.at_ms, entry.what);
            seen(&mut judged, index);
        }
    }

    /// Looks at the timeline as far as it was judged, at that moment.
    pub(crate) fn judged<T>(&self, now_ms: u64, reader: impl FnOnce(&mut Timeline) -> T) -> T {
        let mut judged = self.inner.judged.lock().unwrap_or_else(PoisonError::into_inner);
        judged.look_at(now_ms);
        reader(&mut judged)
    }

    /// Tells of every later record.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }
}
