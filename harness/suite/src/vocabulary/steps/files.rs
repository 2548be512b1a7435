//! Files: what is in one that a service has.

use relapse_lab::Lab;
use relapse_model::expect::{Expectation, Kind, Observation};
use relapse_model::timeline::{Record, Source, Timeline};

use crate::step;
use crate::vocabulary::World;
use crate::vocabulary::parameters::{Comparison, Deadline, Service, Should};

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
        match last {
            None => Observation::unknown(NoFile::NotRead { service: service.clone(), path: path.clone() }),
            // That a file has no such line is no evidence where there is none: its name may be wrong.
            Some(None) => Observation::unknown(NoFile::NotThere { service: service.clone(), path: path.clone() }),
            Some(Some(lines)) => {
                Observation::of(comparison.matches(lines), format!("{lines} lines of {path} in {service} have `{text}`"))
            }
        }
    }
}

relapse_model::reasons! {
    /// Why it cannot be told what is in a file.
    pub(crate) enum NoFile {
        /// The file was not looked into since this Then began.
        NotRead { service: String = "proxy", path: String = "/etc/haproxy/haproxy.cfg" } is "file-not-read",
            says "{path} of {service} was not read since this step began",
            next "give it a longer deadline, or `--patience 2` on a slow machine";
        /// The service has no file of that name. That it has no such line is then no evidence: the name may be wrong.
        NotThere { service: String = "proxy", path: String = "/etc/haproxy.cfg" } is "no-such-file",
            says "{service} has no {path}",
            next "see which files {service} has (`relapse up`); if it is still to write this one, let a step before wait for that";
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
