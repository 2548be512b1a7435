//! `the {measure} of {user} should be {bound}`: over the requests of the last seconds of a user who asks again and again.

use super::{Expectation, Kind, Sight};
use crate::timeline::{Timeline, What};
use crate::wire::poll::Sample;

/// What is looked at: the samples of so many milliseconds before now.
const WINDOW_MS: u64 = 3_000;
/// Fewer samples say nothing about a median.
const FEWEST: usize = 10;

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

impl Expectation for Latency {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn look(&self, timeline: &Timeline) -> Sight {
        let now = timeline.entries().last().map_or(0, |entry| entry.at_ms);
        let since = now.saturating_sub(WINDOW_MS);
        let recent = timeline.entries().iter().rev().take_while(|entry| entry.at_ms >= since);
        let samples: Vec<&Sample> = recent
            .filter_map(|entry| match &entry.what {
                What::Sample { user, sample } if *user == self.user => Some(sample),
                _ => None,
            })
            .collect();
        if samples.len() < FEWEST {
            let number = samples.len();
            return Sight::unknown(format!("{} has {number} answers of the last {WINDOW_MS} ms; {FEWEST} are needed", self.user));
        }
        let mut times: Vec<f64> = samples.iter().map(|sample| sample.seconds * 1000.0).collect();
        times.sort_by(f64::total_cmp);
        let (median, p95) = (at(&times, 50), at(&times, 95));
        let failed: Vec<&&Sample> = samples.iter().filter(|sample| !sample.is_fine()).collect();
        let errors = error_rate(&samples).unwrap_or_default();
        let value = match self.measure {
            Measure::Median => median,
            Measure::P95 => p95,
            Measure::ErrorRate => errors,
            Measure::Share(status) => share(&samples, status),
        };
        let so = if self.bound.above { value > self.bound.value } else { value < self.bound.value };
        let failure = failed.first().map(|sample| match (&sample.status, &sample.error) {
            (Some(status), _) => format!(", such as {status}"),
            (None, why) => format!(", such as: {}", why.as_deref().unwrap_or("no answer")),
        });
        Sight::of(
            so,
            format!(
                "of the last {} answers to {}: median {median:.0} ms, 95th percentile {p95:.0} ms, {errors:.0} % failed{}",
                samples.len(),
                self.user,
                failure.unwrap_or_default()
            ),
        )
    }
}

/// Of these requests, those without an answer or with a status of 400 and above, in percent; `None` of none.
#[must_use]
pub fn error_rate(samples: &[&Sample]) -> Option<f64> {
    percent(samples, |sample| !sample.is_fine())
}

fn share(samples: &[&Sample], status: u16) -> f64 {
    percent(samples, |sample| sample.status == Some(status)).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss)]
fn percent(samples: &[&Sample], counts: impl Fn(&Sample) -> bool) -> Option<f64> {
    let number = samples.iter().filter(|sample| counts(sample)).count();
    (!samples.is_empty()).then(|| number as f64 * 100.0 / samples.len() as f64)
}

/// The value at that percentile of sorted values, by nearest rank.
fn at(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::expect::Fact;

    fn look(seconds: &[f64], bound: &str) -> Sight {
        let mut timeline = Timeline::default();
        for (index, seconds) in seconds.iter().enumerate() {
            let sample = Sample { seconds: *seconds, status: Some(200), ..Sample::default() };
            timeline.push(index as u64, What::Sample { user: "kaz".into(), sample });
        }
        Latency { user: "kaz".into(), measure: Measure::Median, bound: bound.parse().unwrap() }.look(&timeline)
    }

    #[test]
    fn few_answers_are_no_evidence_and_a_median_is_one_in_the_middle() {
        assert_eq!(look(&[0.01; 9], "below 30ms").fact, Fact::Unknown);
        let mut slow = vec![0.01; 5];
        slow.extend([0.1; 6]);
        assert_eq!(look(&slow, "above 30ms").fact, Fact::So);
        assert_eq!(look(&slow, "below 30ms").fact, Fact::NotSo);
    }

    #[test]
    fn no_answer_and_a_client_error_are_errors_and_of_nothing_there_is_no_rate() {
        let sample = |status| Sample { status, ..Sample::default() };
        let samples = [sample(Some(200)), sample(Some(302)), sample(Some(404)), sample(None)];
        assert_eq!(error_rate(&samples.iter().collect::<Vec<_>>()), Some(50.0));
        assert_eq!(error_rate(&[]), None);
    }

    #[test]
    fn bounds() {
        assert_eq!("above 1.5s".parse(), Ok(Bound { above: true, value: 1500.0 }));
        assert_eq!("below 5%".parse(), Ok(Bound { above: false, value: 5.0 }));
    }
}
