use super::*;
use crate::expect::Fact;
use crate::timeline::StepKind;

/// A timeline on which a user's sampler tells: what is out at each moment, and what is over.
#[derive(Default)]
struct Lab(Timeline);

impl Lab {
    fn step(&mut self, at_ms: u64, kind: StepKind) -> &mut Self {
        self.0.push(at_ms, Record::Step { text: String::new(), line: 1, kind });
        self
    }

    fn over(&mut self, at_ms: u64, due_ms: u64, status: Option<u16>) -> &mut Self {
        #[expect(clippy::cast_precision_loss)]
        let seconds = (at_ms - due_ms) as f64 / 1000.0;
        let sample = Sample { at_ms: due_ms, seconds, status, ..Sample::default() };
        self.0.push(at_ms, Record::Sample { user: "kaz".into(), sample });
        self
    }

    fn out(&mut self, at_ms: u64, due: &[u64]) -> &mut Self {
        self.0.push(
            at_ms,
            Record::Out {
                user: "kaz".into(),
                url: "http://app/".into(),
                out: Out { at_ms, due: due.to_vec(), timeout_ms: 10_000 },
            },
        );
        self
    }

    fn look(&mut self, now_ms: u64, measure: Measure, bound: &str) -> Observation {
        self.0.look_at(now_ms);
        Latency { user: "kaz".into(), measure, bound: bound.parse().unwrap() }.look(&self.0)
    }
}

#[test]
fn few_answers_are_no_evidence_and_a_median_is_one_in_the_middle() {
    let mut lab = Lab::default();
    for number in 0..9 {
        lab.over(110 + number, 100 + number, Some(200));
    }
    assert_eq!(lab.out(130, &[]).look(130, Measure::Median, "below 30ms").fact, Fact::Pending);
    for number in 0..10 {
        lab.over(300 + number, 200 + number, Some(200));
    }
    assert_eq!(lab.out(330, &[]).look(330, Measure::Median, "above 30ms").fact, Fact::So);
    assert_eq!(lab.look(330, Measure::Median, "below 30ms").fact, Fact::NotSo);
}

#[test]
fn what_was_sent_before_the_last_when_is_of_another_time() {
    let mut lab = Lab::default();
    for number in 0..20 {
        lab.over(100 + number, 90 + number, Some(200));
    }
    lab.step(150, StepKind::When).step(200, StepKind::Then).out(210, &[]);
    assert_eq!(lab.look(220, Measure::ErrorRate, "below 1%").fact, Fact::Pending, "twenty answers from before");
    // One that began before and was given up after is of before as well.
    for number in 0..10 {
        lab.over(300 + number, 250 + number, Some(200));
    }
    lab.over(320, 140, None).out(330, &[]);
    assert_eq!(lab.look(330, Measure::ErrorRate, "below 1%").fact, Fact::Pending, "what hangs since then does not show yet");
    assert_eq!(lab.out(1_200, &[]).look(1_200, Measure::ErrorRate, "below 1%").fact, Fact::So);
}

#[test]
fn right_after_a_when_what_hangs_looks_as_if_it_were_on_its_way() {
    let mut lab = Lab::default();
    lab.step(150, StepKind::When).step(200, StepKind::Then);
    // One of three that balance hangs.
    for number in 0..20 {
        lab.over(210 + 30 * number, 205 + 30 * number, Some(200));
    }
    let hanging: Vec<u64> = (0..10).map(|number| 205 + 60 * number).collect();
    lab.out(850, &hanging);
    for (measure, bound) in [(Measure::ErrorRate, "below 1%"), (Measure::Share(200), "above 99%")] {
        assert_eq!(lab.look(850, measure, bound).fact, Fact::Pending, "none is out for a second");
    }
    assert_eq!(lab.out(1_250, &hanging).look(1_250, Measure::ErrorRate, "below 1%").fact, Fact::Pending, "one is");
}

#[test]
fn what_hangs_is_no_success() {
    let mut lab = Lab::default();
    for number in 0..20 {
        lab.over(1_100 + number, 1_090 + number, Some(200));
    }
    assert_eq!(lab.out(1_200, &[1_150]).look(1_200, Measure::ErrorRate, "below 1%").fact, Fact::So, "it is on its way");
    assert_eq!(lab.out(2_200, &[1_150]).look(2_200, Measure::ErrorRate, "below 1%").fact, Fact::Pending, "out for a second");
    assert_eq!(lab.look(2_200, Measure::ErrorRate, "below 50%").fact, Fact::So, "whatever becomes of it");
    let many: Vec<u64> = (0..22).map(|number| 1_150 + number).collect();
    assert_eq!(lab.out(2_300, &many).look(2_300, Measure::Median, "below 50ms").fact, Fact::NotSo, "half are out for longer");
    assert_eq!(lab.out(11_400, &many).look(11_400, Measure::ErrorRate, "above 99%").fact, Fact::So, "given up");
}

#[test]
fn a_figure_of_nothing_is_not_told() {
    let mut lab = Lab::default();
    let many: Vec<u64> = (0..22).map(|number| 150 + number).collect();
    let none = lab.out(200, &many).look(200, Measure::Median, "below 50ms");
    assert_eq!(none.seen, "0 answers to kaz, of requests since the last When: 22 are out; 10 are needed");
    // All were given up: that is a figure, though there is no time of an answer.
    let given_up = lab.out(10_400, &many).look(10_400, Measure::ErrorRate, "above 99%");
    assert_eq!(given_up.fact, Fact::So);
    assert_eq!(given_up.seen, "0 answers to kaz, of requests since the last When: 100 % failed, 22 are out");
}

#[test]
fn where_all_that_is_over_failed_what_is_out_makes_it_no_better() {
    let mut lab = Lab::default();
    for number in 0..10 {
        lab.over(10_100 + number, 100 + number, None);
    }
    let many: Vec<u64> = (0..50).map(|number| 200 + 150 * number).collect();
    lab.out(10_150, &many);
    assert_eq!(lab.look(10_150, Measure::ErrorRate, "above 90%").fact, Fact::So);
    assert_eq!(lab.look(10_150, Measure::ErrorRate, "below 90%").fact, Fact::NotSo);
    assert_eq!(lab.look(10_150, Measure::Share(200), "above 1%").fact, Fact::NotSo);
}

#[test]
fn one_that_is_over_is_no_longer_out() {
    let mut lab = Lab::default();
    for number in 0..10 {
        lab.over(100 + number, 90 + number, Some(200));
    }
    lab.out(1_100, &[50]).over(1_150, 50, Some(200));
    assert_eq!(lab.look(1_200, Measure::ErrorRate, "below 1%").fact, Fact::So);
}

#[test]
fn of_a_user_who_left_or_never_asked_nothing_is_known() {
    let mut lab = Lab::default();
    assert_eq!(lab.look(10, Measure::Median, "below 30ms").fact, Fact::Unknown);
    for number in 0..20 {
        lab.over(100 + number, 90 + number, Some(200));
    }
    lab.out(200, &[]);
    assert_eq!(lab.look(1_000, Measure::Median, "below 30ms").fact, Fact::So);
    assert_eq!(lab.look(1_800, Measure::Median, "below 30ms").fact, Fact::Unknown);
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
