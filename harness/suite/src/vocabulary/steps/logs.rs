//! What services write: requests into their logs, what they only say in words, and files.

use relapse_lab::Lab;
use relapse_model::expect::a_turn::ATurn;
use relapse_model::expect::lines::{Lines, Since};
use relapse_model::expect::logged::Logged;
use relapse_model::expect::{Expectation, Kind, Observation, OwnStep};
use relapse_model::timeline::{Record, Source, Timeline};

use crate::step;
use crate::vocabulary::World;
use crate::vocabulary::parameters::{Comparison, Deadline, Pattern, Service, Should, User};

step! {
    /// Counted in the service's own access log, by host, or by host and the beginning of the path, by whole segments.
    Mechanism: "{service} {should} log {comparison} requests for {pattern} {deadline}",
    example: "traq should log at least 13 requests for q.trap.jp/api/1.0/ within 5s",
    rests_on: [Requests],
    async fn logs(world: &mut World, service: Service, should: Should, comparison: Comparison, pattern: Pattern, deadline: Deadline) {
        let expectation = Logged::new(service.0, comparison.0, &pattern.0);
        world.expect_if(should.0, deadline.0, expectation).await;
    }
}

step! {
    /// What one user asks for at a time, to the nearest whole number, by the service's own access log.
    Mechanism: "{user} {should} ask {service} for {int} of {pattern} for each of {pattern} {deadline}",
    example: "to-hutohu should ask traq for 13 of q.trap.jp/api/1.0/ for each of q.trap.jp/login within 10s",
    rests_on: [Requests],
    #[expect(clippy::too_many_arguments, reason = "one a word of the phrase")]
    async fn asks_a_turn(
        world: &mut World,
        user: User,
        should: Should,
        service: Service,
        number: usize,
        counted: Pattern,
        each: Pattern,
        deadline: Deadline,
    ) {
        let expectation = ATurn::new(user.0, service.0, number, &counted.0, &each.0);
        world.expect_if(should.0, deadline.0, expectation).await;
    }
}

step! {
    /// For what a service only says in words, such as the end of a reload.
    Mechanism: "{service} {should} log {comparison} lines with {string} {deadline}",
    example: "nginx should log at least 1 lines with \"gracefully shutting down\" within 5s",
    rests_on: [Log],
    async fn logs_lines(world: &mut World, service: Service, should: Should, comparison: Comparison, text: String, deadline: Deadline) {
        world.expect(should.0, deadline.0, Lines::new(service.0, comparison.0, text, Since::Ever)).await;
    }
}

step! {
    /// The same, of those since the last When began.
    Mechanism: "{service} {should} log {comparison} new lines with {string} {deadline}",
    example: "nginx should log at least 1 new lines with \"connect() failed\" within 5s",
    rests_on: [Log],
    async fn logs_new_lines(world: &mut World, service: Service, should: Should, comparison: Comparison, text: String, deadline: Deadline) {
        world.expect(should.0, deadline.0, Lines::new(service.0, comparison.0, text, Since::TheLastWhen)).await;
    }
}

step! {
    /// A file in its container, which a program wrote or a template made. Links are followed; a folder and a file of more than 16 MiB cannot be
    /// judged.
    Mechanism: "{service} {should} have {comparison} lines with {string} in {string} {deadline}",
    example: "proxy should have exactly 0 lines with \"10.0.0.7\" in \"/etc/haproxy/haproxy.cfg\" within 5s",
    rests_on: [Files],
    async fn has_lines(
        world: &mut World,
        service: Service,
        should: Should,
        comparison: Comparison,
        text: String,
        path: String,
        deadline: Deadline,
    ) {
        let expectation = FileLines { service: service.0.clone(), comparison: comparison.0, text: text.clone(), path: path.clone() };
        let probe = async |lab: &Lab| lab.file_lines(&service.0, &path, &text).await;
        world.expect_probing(should.0, deadline.0, expectation, &service.0, probe).await;
    }
}

/// How many lines of a service's file have a text.
struct FileLines {
    service: String,
    comparison: relapse_model::expect::logged::Comparison,
    text: String,
    path: String,
}

impl Expectation for FileLines {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some(vec![Source::Probe { about: format!("what is in {} of {}", self.path, self.service) }])
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let Self { service, comparison, text, path } = self;
        let last = timeline.of_this_step().find_map(|entry| match &entry.what {
            Record::File { service: who, path: of, text: what, lines } if who == service && of == path && what == text => {
                Some(*lines)
            }
            _ => None,
        });
        let cannot = |seen: String, next: String| Observation::unknown(OwnStep::CannotTell { seen, next });
        match last {
            None => cannot(
                format!("{path} of {service} was not read since this step began"),
                "give it a longer deadline, or `--patience 2` on a slow machine".to_owned(),
            ),
            // That a file has no such line is no evidence where there is none: its name may be wrong.
            Some(None) => cannot(
                format!("{service} has no {path}"),
                format!(
                    "see which files there are (`relapse up`); if {service} is still to write it, let a Then before this one wait for that"
                ),
            ),
            Some(Some(lines)) => {
                Observation::of(comparison.matches(lines), format!("{lines} lines of {path} in {service} have `{text}`"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use relapse_model::expect::Fact;

    use super::*;

    #[test]
    fn a_file_that_is_not_there_is_no_evidence_and_neither_is_one_of_another_name() {
        let expectation = FileLines {
            service: "lb".into(),
            comparison: "exactly 0".parse().unwrap(),
            text: "server".into(),
            path: "/lb.cfg".into(),
        };
        let read = |service: &str, path: &str, lines| {
            let mut timeline = Timeline::default();
            let (service, path, text) = (service.to_owned(), path.to_owned(), "server".to_owned());
            timeline.push(1, Record::File { service, path, text, lines });
            expectation.look(&timeline).fact
        };
        assert_eq!(read("lb", "/lb.cfg", None), Fact::Unknown);
        assert_eq!(read("lb", "/lb.cfg.old", Some(0)), Fact::Unknown);
        assert_eq!(read("lb-1", "/lb.cfg", Some(0)), Fact::Unknown);
        assert_eq!(read("lb", "/lb.cfg", Some(0)), Fact::So);
        assert_eq!(read("lb", "/lb.cfg", Some(1)), Fact::NotSo);
    }
}
