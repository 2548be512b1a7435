//! What those got who ask again and again, by second, counted as the step `the error rate of {user}` counts it.

use std::collections::BTreeMap;

use relapse_model::expect::latency::error_rate;
use relapse_model::timeline::{Entry, Record, Timeline};
use relapse_wire::poll::Sample;

use super::Stretch;

/// More periods are not drawn; on a long day one is longer than a second.
const MAX_PERIODS: u64 = 150;

/// Somebody who asks again and again.
pub(in super::super) struct Asker {
    pub(in super::super) user: String,
    /// By period; nothing where no answer came.
    pub(in super::super) rates: Vec<Stretch<Rate>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct Rate {
    pub(in super::super) answers: usize,
    /// Percent of them.
    pub(in super::super) failed: f64,
}

impl Asker {
    /// The highest rate.
    pub(in super::super) fn worst(&self) -> f64 {
        self.rates.iter().map(|rate| rate.value.failed).fold(0.0, f64::max)
    }
}

pub(super) fn askers(timeline: &Timeline, end_ms: u64) -> Vec<Asker> {
    let period_ms = 1000 * end_ms.div_ceil(1000 * MAX_PERIODS).max(1);
    let mut asked: BTreeMap<&str, BTreeMap<u64, Vec<&Sample>>> = BTreeMap::new();
    for Entry { at_ms, what } in timeline.entries() {
        if let Record::Sample { user, sample } = what {
            asked.entry(user).or_default().entry(at_ms / period_ms).or_default().push(sample);
        }
    }
    let rate = |(period, samples): (u64, Vec<&Sample>)| {
        let from_ms = period * period_ms;
        let value = Rate { answers: samples.len(), failed: error_rate(&samples)? };
        Some(Stretch { from_ms, to_ms: (from_ms + period_ms).min(end_ms.max(from_ms + 1)), value })
    };
    asked
        .into_iter()
        .map(|(user, periods)| Asker { user: user.to_owned(), rates: periods.into_iter().filter_map(rate).collect() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(status: Option<u16>) -> Record {
        Record::Sample { user: "u".into(), sample: Sample { status, ..Sample::default() } }
    }

    #[test]
    fn the_rate_is_that_of_a_second_and_a_second_without_answers_has_none() {
        let mut timeline = Timeline::default();
        for (at_ms, status) in [(100, Some(200)), (999, Some(503)), (1000, Some(200)), (3500, None), (3600, Some(404))] {
            timeline.push(at_ms, sample(status));
        }
        let rates: Vec<(u64, u64, usize, f64)> = askers(&timeline, 3600)
            .iter()
            .flat_map(|asker| &asker.rates)
            .map(|rate| (rate.from_ms, rate.to_ms, rate.value.answers, rate.value.failed))
            .collect();
        assert_eq!(rates, [(0, 1000, 2, 50.0), (1000, 2000, 1, 0.0), (3000, 3600, 2, 100.0)]);
    }

    #[test]
    fn a_long_day_has_no_more_periods_than_a_short_one_and_no_answer_is_lost() {
        let mut timeline = Timeline::default();
        for second in 0..10_000 {
            timeline.push(second * 1000, sample(Some(200)));
        }
        let askers = askers(&timeline, 9_999_000);
        let rates: Vec<&Stretch<Rate>> = askers.iter().flat_map(|asker| &asker.rates).collect();
        assert!(rates.len() <= 150, "{}", rates.len());
        assert_eq!(rates.iter().map(|rate| rate.value.answers).sum::<usize>(), 10_000);
    }

    #[test]
    fn nobody_asks() {
        assert!(askers(&Timeline::default(), 1000).is_empty());
    }
}
