//! `{string} in {service} should be {figure}`: a question in PromQL, asked of a Prometheus again and again while the Then is judged.

use super::not_asked::NotAsked;
use super::{Expectation, Kind, Observation};
use crate::timeline::{Record, Source, Timeline};

/// What a number is compared with: `above 0.25`, `below 1`, `exactly 13`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Figure {
    /// More.
    Above(f64),
    /// Less.
    Below(f64),
    /// The same.
    Exactly(f64),
}

impl Figure {
    #[expect(clippy::float_cmp, reason = "for counts, which are whole")]
    fn matches(self, value: f64) -> bool {
        match self {
            Self::Above(bound) => value > bound,
            Self::Below(bound) => value < bound,
            Self::Exactly(number) => value == number,
        }
    }
}

impl std::str::FromStr for Figure {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}`: write `above 0.25`, `below 1` or `exactly 13`");
        let (word, number) = text.split_once(' ').ok_or_else(wrong)?;
        let number = number.parse().map_err(|_| wrong())?;
        match word {
            "above" => Ok(Self::Above(number)),
            "below" => Ok(Self::Below(number)),
            "exactly" => Ok(Self::Exactly(number)),
            _ => Err(wrong()),
        }
    }
}

/// One number that Prometheus answers.
#[derive(Debug, Clone)]
pub struct Queried {
    /// The question, in PromQL.
    pub expression: String,
    /// The service that is a Prometheus.
    pub service: String,
    /// What the number should be.
    pub figure: Figure,
}

/// What a question of that kind is told about.
#[must_use]
pub fn source(service: &str) -> Source {
    Source::Probe { about: format!("what {service} answers") }
}

impl Expectation for Queried {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some(vec![source(&self.service)])
    }

    fn concerns(&self, what: &Record) -> bool {
        matches!(what, Record::Queried { service, answer } if *service == self.service && answer.expression == self.expression)
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let mut answers = timeline.of_this_step().filter_map(|entry| match &entry.what {
            Record::Queried { service, answer } if *service == self.service && answer.expression == self.expression => {
                Some(answer)
            }
            _ => None,
        });
        let Some(answer) = answers.next() else {
            return Observation::unknown(NotAsked::Query { service: self.service.clone() });
        };
        match answer.values.as_slice() {
            [] => Observation::unknown(NoFigure::NoData { service: self.service.clone() }),
            [one] => match one.value.parse::<f64>() {
                Ok(value) if !value.is_nan() => {
                    Observation::of(self.figure.matches(value), format!("{} says {value}", self.service))
                }
                _ => Observation::unknown(NoFigure::NoNumber { service: self.service.clone(), value: one.value.clone() }),
            },
            many => {
                let all: Vec<String> = many.iter().map(|one| format!("{{{}}} {}", one.labels, one.value)).collect();
                Observation::unknown(NoFigure::Several { service: self.service.clone(), count: many.len(), all: all.join(", ") })
            }
        }
    }
}

crate::reasons! {
    /// Why Prometheus answers with no number.
    pub(super) enum NoFigure {
        /// No series fits the question: it is misspelt, or nothing was scraped yet.
        NoData { service: String = "prometheus" } is "no-data",
            says "{service} has no data for it",
            next "ask {service} the same by hand (`relapse up`); if it is only not scraped yet, give it a longer deadline";
        /// The answer is NaN or a text: for example a rate of nothing divided by nothing.
        NoNumber { service: String = "prometheus", value: String = "NaN" } is "no-number",
            says "{service} says {value}, which is no number",
            next "see that there is traffic to count, or let the question answer 0 where there is none (`… or vector(0)`)";
        /// The question has several answers, and a step compares one.
        Several { service: String = "prometheus", count: usize = 2_usize, all: String = "{job=\"a\"} 1, {job=\"b\"} 2" } is "several-series",
            says "{service} has {count} series for it, and one is needed, for example by sum(…): {all}",
            next "make one number of them: `sum(…)`, `max(…)`, or a label that chooses one";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::Fact;
    use relapse_wire::promql::{Answer, Value};

    const QUESTION: &str = "sum(up)";

    fn answer(expression: &str, values: &[&str]) -> Record {
        let values = values.iter().map(|value| Value { labels: "a=\"b\"".into(), value: (*value).into() }).collect();
        Record::Queried { service: "prometheus".into(), answer: Answer { expression: expression.into(), values, error: None } }
    }

    fn look(figure: &str, entries: Vec<Record>) -> Observation {
        let mut timeline = Timeline::default();
        for (at_ms, what) in entries.into_iter().enumerate() {
            timeline.push(at_ms as u64, what);
        }
        Queried { expression: QUESTION.into(), service: "prometheus".into(), figure: figure.parse().unwrap() }.look(&timeline)
    }

    #[test]
    fn the_last_answer_counts() {
        let answers = || vec![answer(QUESTION, &["0.1"]), answer(QUESTION, &["0.3"]), answer("other", &["9"])];
        assert_eq!(look("above 0.25", answers()).fact, Fact::So);
        assert_eq!(look("below 0.25", answers()).fact, Fact::NotSo);
        assert_eq!(look("above 0.25", answers()).seen, "prometheus says 0.3");
        assert_eq!(look("exactly 13", vec![answer(QUESTION, &["13"])]).fact, Fact::So);
        assert_eq!(look("exactly 13", vec![answer(QUESTION, &["12"])]).fact, Fact::NotSo);
        assert_eq!(look("above 1", vec![answer(QUESTION, &["+Inf"])]).fact, Fact::So);
    }

    #[test]
    fn an_answer_of_an_earlier_step_is_no_evidence() {
        let step = Record::Step { text: "Then it is asked again".into(), line: 7, kind: crate::timeline::StepKind::Then };
        assert_eq!(look("above 0.25", vec![answer(QUESTION, &["0.3"]), step.clone()]).fact, Fact::Unknown);
        let entries = vec![answer(QUESTION, &["0.3"]), step, answer(QUESTION, &["0.1"])];
        assert_eq!(look("above 0.25", entries).fact, Fact::NotSo);
    }

    #[test]
    fn no_data_no_number_and_several_numbers_are_no_evidence() {
        for entries in
            [vec![], vec![answer(QUESTION, &[])], vec![answer(QUESTION, &["NaN"])], vec![answer(QUESTION, &["1", "2"])]]
        {
            assert_eq!(look("above 0", entries).fact, Fact::Unknown);
        }
        let seen = look("above 0", vec![answer(QUESTION, &["1", "2"])]).seen;
        assert!(seen.contains("2 series") && seen.contains("{a=\"b\"} 2"), "{seen}");
    }

    #[test]
    fn figures() {
        assert_eq!("above 0.25".parse(), Ok(Figure::Above(0.25)));
        assert_eq!("exactly 13".parse(), Ok(Figure::Exactly(13.0)));
        for wrong in ["above", "about 3", "below x"] {
            assert!(wrong.parse::<Figure>().is_err(), "{wrong}");
        }
    }
}
