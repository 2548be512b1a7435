//! `the {measure} of {user} should be {bound}`: over the requests of a user who asks again and again. A request belongs to when it was sent:
//! those from before the last When are of another time. One that is still out is no answer yet, and no success either.

use super::{Expectation, Fact, Kind, Observation};
use crate::timeline::{MIN_REQUESTS, RECENT_MS, Record, Source, Timeline};
use relapse_wire::poll::{MAX_SILENT_MS, Out, Sample};

/// What becomes of a request that is out for as long can decide.
const MATTERS_MS: u64 = 1_000;
/// A figure over samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Half of the requests took longer.
    Median,
    /// One in twenty took longer.
    P95,
    /// Requests without an answer, or with a status of 400 and above, in percent.
    ErrorRate,
    /// Requests that were answered with this status, in percent.
    Share(u16),
}

/// `above 30ms`, `below 5%`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// Or below.
    pub above: bool,
    /// In milliseconds, or percent.
    pub value: f64,
}

/// A figure of a user's requests is above or below something.
#[derive(Debug, Clone)]
pub struct Latency {
    /// Who asks.
    pub user: String,
    /// Which figure.
    pub measure: Measure,
    /// Than what.
    pub bound: Bound,
}

impl std::str::FromStr for Bound {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}`: write `above 30ms`, `below 1s` or `below 5%`");
        let (word, value) = text.split_once(' ').ok_or_else(wrong)?;
        let value = match value.strip_suffix('%') {
            Some(percent) => percent.parse().map_err(|_| wrong())?,
            #[expect(clippy::cast_precision_loss)]
            None => super::deadline::milliseconds(value)? as f64,
        };
        Ok(Self { above: word == "above", value })
    }
}

/// The requests of a user that a figure is made of.
struct Requests<'a> {
    /// Those that are over.
    samples: Vec<&'a Sample>,
    /// For how long those have been out that are, in milliseconds.
    out: Vec<u64>,
    /// After so long one is given up.
    timeout_ms: u64,
}

impl Latency {
    /// The requests that were sent since the last When and were over in the last seconds, and those that are out; why there is no
    /// knowing.
    fn requests<'a>(&self, timeline: &'a Timeline) -> Result<Requests<'a>, NoRate> {
        let (now_ms, acted_ms) = (timeline.now_ms(), timeline.acted_ms());
        let since_ms = now_ms.saturating_sub(RECENT_MS);
        let sent = |due: u64| timeline.at_unix_ms(due);
        let mut samples: Vec<&Sample> = Vec::new();
        let mut heard: Option<(u64, &Out)> = None;
        for entry in timeline.entries().iter().rev() {
            match &entry.what {
                Record::Sample { user, sample } if *user == self.user && entry.at_ms >= since_ms => samples.push(sample),
                Record::Out { user, out, .. } if *user == self.user && heard.is_none() => heard = Some((entry.at_ms, out)),
                _ => {}
            }
            if entry.at_ms < since_ms && (heard.is_some() || entry.at_ms + MAX_SILENT_MS < now_ms) {
                break;
            }
        }
        let Some((at_ms, Out { due, timeout_ms, .. })) = heard.filter(|(at_ms, _)| at_ms + MAX_SILENT_MS >= now_ms) else {
            return Err(NoRate::NoSamples { user: self.user.clone() });
        };
        // What was out then may be over by now.
        let mut due = due.clone();
        let over_since = timeline.entries().iter().rev().take_while(|entry| entry.at_ms >= at_ms);
        for entry in over_since {
            if let Record::Sample { user, sample } = &entry.what
                && *user == self.user
                && let Some(index) = due.iter().position(|due| *due == sample.at_ms)
            {
                due.swap_remove(index);
            }
        }
        samples.retain(|sample| sent(sample.at_ms) >= acted_ms);
        let out = due.into_iter().map(sent).filter(|sent_ms| *sent_ms >= acted_ms);
        Ok(Requests { samples, out: out.map(|sent_ms| now_ms.saturating_sub(sent_ms)).collect(), timeout_ms: *timeout_ms })
    }

    fn matches(&self, value: f64) -> bool {
        if self.bound.above { value > self.bound.value } else { value < self.bound.value }
    }
}

impl Expectation for Latency {
    fn kind(&self) -> Kind {
        Kind::Rate
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some(vec![Source::Background { user: self.user.clone() }])
    }

    fn is_made_by_load(&self, fact: Fact) -> bool {
        matches!(self.measure, Measure::Median | Measure::P95) && (fact == Fact::So) == self.bound.above
    }

    fn concerns(&self, what: &Record) -> bool {
        matches!(what, Record::Sample { user, .. } | Record::Out { user, .. } if *user == self.user)
    }

    #[expect(clippy::cast_precision_loss)]
    fn look(&self, timeline: &Timeline) -> Observation {
        let Requests { samples, out, timeout_ms } = match self.requests(timeline) {
            Ok(requests) => requests,
            Err(why) => return Observation::unknown(why),
        };
        // One that is out for longer than the bound took longer, however it ends; one that is out for longer than anybody waits failed.
        let slow = out.iter().map(|ms| *ms as f64).filter(|ms| *ms > self.bound.value);
        let given_up = out.iter().filter(|ms| **ms > timeout_ms).count();
        let open = out.iter().filter(|ms| (MATTERS_MS..=timeout_ms).contains(ms)).count();
        let mut times: Vec<f64> = samples.iter().map(|sample| sample.seconds * 1000.0).collect();
        let answers = times.len();
        let of_time = matches!(self.measure, Measure::Median | Measure::P95);
        if of_time {
            times.extend(slow);
        }
        times.sort_by(f64::total_cmp);
        let (median, p95) = (at(&times, 50), at(&times, 95));
        let failed: Vec<&&Sample> = samples.iter().filter(|sample| !sample.is_fine()).collect();
        let failure = failed.first().map(|sample| format!(", {}", sample.such_as()));
        let errors = percent(failed.len() + given_up, answers + given_up);
        // A figure of nothing is none.
        let times_told = (!times.is_empty()).then(|| format!("median {median:.0} ms, 95th percentile {p95:.0} ms, "));
        let errors_told = (answers + given_up > 0).then(|| format!("{errors:.0} % failed{}, ", failure.unwrap_or_default()));
        let figures = [times_told, errors_told].into_iter().flatten().collect::<String>();
        let (user, out) = (&self.user, out.len());
        let seen = format!("{answers} answers to {user}, of requests since the last When: {figures}{out} are out");
        let decided = if of_time { times.len() } else { answers + given_up };
        if decided < MIN_REQUESTS {
            return Observation::pending(NoRate::TooFew { seen, needed: MIN_REQUESTS, user: self.user.clone() });
        }
        // Until then, what hangs since the last When looks as if it were on its way.
        let is_early = timeline.now_ms() < timeline.acted_ms() + MATTERS_MS;
        let counted = match self.measure {
            Measure::Median => return Observation::of(self.matches(median), seen),
            Measure::P95 => return Observation::of(self.matches(p95), seen),
            _ if is_early => return Observation::pending(NoRate::TooEarly { seen, long_ms: MATTERS_MS }),
            Measure::ErrorRate => failed.len() + given_up,
            Measure::Share(status) => samples.iter().filter(|sample| sample.status == Some(status)).count(),
        };
        // What is out for long is no success, and may come to be a failure: a figure that looks good has to be good with that as well.
        let all = answers + given_up + open;
        let fails = match self.measure {
            Measure::Share(status) => status >= 400,
            _ => true,
        };
        let worst = percent(if fails { counted + open } else { counted }, all);
        match (self.matches(percent(counted, decided)), self.matches(worst)) {
            (so, also) if so == also => Observation::of(so, seen),
            _ => Observation::pending(NoRate::OutDecides { seen, open, long_ms: MATTERS_MS }),
        }
    }
}

/// Of these requests, those without an answer or with a status of 400 and above, in percent; `None` of none.
#[must_use]
pub fn error_rate(samples: &[&Sample]) -> Option<f64> {
    (!samples.is_empty()).then(|| percent(samples.iter().filter(|sample| !sample.is_fine()).count(), samples.len()))
}

#[expect(clippy::cast_precision_loss)]
fn percent(number: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { number as f64 * 100.0 / of as f64 }
}

/// The value at that percentile of sorted values, by nearest rank.
fn at(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

crate::reasons! {
    /// Why a figure of requests is not known.
    pub(super) enum NoRate {
        /// A figure is made of requests that somebody sends again and again. This user sends none, has left, or the probe that sends them
        /// has ended or is starved.
        NoSamples { user: String = "alice" } is "no-samples",
            says "nobody tells of requests of {user} any more, or ever did",
            next "let {user} ask first, before this Then: `When {user} asks for URL every 100ms`, or `{user} sends 20/s to URL`";
        /// Only requests count that were sent since the last When, and so few say nothing of a rate.
        TooFew { seen: String = "3 answers to alice, of requests since the last When: median 12 ms, 95th percentile 15 ms, 0 % failed, 0 are out", needed: usize = 10_usize, user: String = "alice" } is "too-few-requests",
            says "{seen}; {needed} are needed",
            next "let {user} ask more often, or give it a longer deadline (`--patience 2` on a slow machine)";
        /// The last When is so short a time ago that what hangs since then cannot be told from what is on its way.
        TooEarly { seen: String = "12 answers to alice, of requests since the last When: median 4 ms, 95th percentile 9 ms, 0 % failed, 6 are out", long_ms: u64 = 1_000_u64 } is "too-early-for-a-rate",
            says "{seen}; the last When was less than {long_ms} ms ago, and what hangs since then does not show yet",
            next "give it a longer deadline (`--patience 2` on a slow machine)";
        /// So many requests are out that the figure is on the one side of the bound if they succeed, and on the other if they fail.
        OutDecides { seen: String = "40 answers to alice, of requests since the last When: median 12 ms, 95th percentile 15 ms, 0 % failed, 9 are out", open: usize = 9_usize, long_ms: u64 = 1_000_u64 } is "open-requests-decide",
            says "{seen}, {open} of them for longer than {long_ms} ms: what becomes of them decides",
            next "let the deadline be longer than the client's timeout, so that these requests have ended by then";
    }
}

#[cfg(test)]
mod tests;
