use cucumber::World as _;
use gherkin::StepType;
use relapse_model::levels::Levels;
use relapse_model::timeline::{Record, Source, Timeline};
use relapse_model::topology::Topology;
use relapse_wire::log::Line;
use relapse_wire::members::Reading;

use super::Evidence;
use crate::vocabulary::{World, phrases};

/// A lab in which a service has written an access line and one about a deploy.
pub(in crate::vocabulary) fn timeline() -> Timeline {
    let mut timeline = Timeline::default();
    let access = r#"{"access":{"at":1.0,"host":"a","method":"GET","path":"/","status":200}}"#;
    for line in [access, super::said::ACTIONS.example.map(|(_, text)| text).unwrap_or_default()] {
        let line = Some(serde_json::from_str(line).unwrap());
        timeline.push(1, Record::Log { service: "nginx".into(), text: String::new(), line });
    }
    timeline
}

/// Whether what a step says that it rests on is told by those whom its expectation names.
pub(in crate::vocabulary) fn agrees(declared: &[Evidence], sources: Option<&[Source]>) -> bool {
    // One that names nobody rests on all.
    let Some(sources) = sources else { return !declared.is_empty() };
    let mut said: Vec<&str> = declared.iter().filter_map(|evidence| told_by(*evidence)).collect();
    let mut named: Vec<&str> = sources.iter().map(kind).collect();
    for kinds in [&mut said, &mut named] {
        kinds.sort_unstable();
        kinds.dedup();
    }
    said == named
}

fn told_by(evidence: Evidence) -> Option<&'static str> {
    match evidence {
        // By the engine, which everything rests on.
        Evidence::Containers => None,
        Evidence::Visits | Evidence::Browser => Some("visits"),
        Evidence::Traffic => Some("background"),
        Evidence::PassedOn | Evidence::Log | Evidence::Requests | Evidence::Actions | Evidence::Alerts => Some("log"),
        Evidence::List => Some("list"),
        // All others are asked while the Then is watched.
        _ => Some("probe"),
    }
}

fn kind(source: &Source) -> &'static str {
    match source {
        Source::Engine => "engine",
        Source::Log { .. } => "log",
        Source::List { .. } => "list",
        Source::Visits { .. } => "visits",
        Source::Background { .. } => "background",
        Source::Probe { .. } => "probe",
    }
}

#[tokio::test]
async fn a_step_rests_on_what_its_expectation_does() {
    let steps = World::collection();
    let mut unasked = Vec::new();
    for phrase in phrases().iter().filter(|phrase| phrase.role.kind() == StepType::Then) {
        let (function, .., context) = steps.find(&phrase.step()).ok().flatten().unwrap();
        let mut world = World::default();
        function(&mut world, context).await;
        match world.rested.as_slice() {
            [] => unasked.push(phrase.expression),
            [sources] => {
                assert!(agrees(phrase.rests_on, sources.as_deref()), "`{}` rests on {sources:?}", phrase.expression);
            }
            more => panic!("`{}` expects {} things", phrase.expression, more.len()),
        }
    }
    // These ask the lab for its tier first; `steps::lists` has them.
    assert_eq!(
        unasked,
        [
            "{service} {should} list {comparison} stale instances of {tier} {deadline}",
            "every list of {tier} {should} agree with {service} {deadline}",
            "{service} {should} route to a terminated instance of {tier} {deadline}",
            "any load balancer of {tier} {should} route to a terminated instance {deadline}",
            "{tier} {should} have {comparison} idle instances {deadline}",
        ]
    );
}

#[test]
fn each_kind_is_in_the_list_and_what_nothing_rests_on_is_none() {
    for evidence in Evidence::ALL {
        assert!(phrases().iter().any(|phrase| phrase.rests_on.contains(&evidence)), "nothing rests on {}", evidence.word());
    }
    for evidence in phrases().iter().flat_map(|phrase| phrase.rests_on) {
        assert!(Evidence::ALL.contains(evidence), "the page has nothing of {}", evidence.word());
    }
}

/// What stands behind `beginning` on a line of a text.
fn behind<'a>(text: &'a str, beginning: &str) -> &'a str {
    let mut lines = text.lines();
    lines.find_map(|line| line.trim().strip_prefix(beginning)).unwrap_or_else(|| panic!("no line `{beginning}…` in {text}"))
}

#[test]
fn what_is_there_to_copy_is_read_as_a_lab_reads_it() {
    for evidence in Evidence::ALL {
        let Some((language, text)) = evidence.text().example else { continue };
        match language {
            "yaml" => {
                let read = Topology::read("example", text, &Levels::new());
                assert!(read.is_ok(), "{}: {read:?}", evidence.word());
            }
            "json" => assert!(serde_json::from_str::<Line>(text.trim()).is_ok(), "{text}"),
            _ => {}
        }
    }
    let text = |evidence: Evidence| evidence.text().example.map(|(_, text)| text).unwrap_or_default();
    let Line::Access(access) = serde_json::from_str(behind(text(Evidence::Requests), "# a line:  ")).unwrap() else {
        panic!("an access line");
    };
    assert_eq!((access.host.as_str(), access.upstreams().count()), ("shop.test", 1));
    let compose =
        format!("{}\nservices: {{ proxy: {{ image: x }} }}\n", behind(text(Evidence::Requests), "# in compose.yaml:  "));
    let topology = Topology::read("example", &compose, &Levels::new()).unwrap();
    assert!(topology.speaks.contains("proxy"));
    let reading = behind(text(Evidence::List), "# Its file has one line: ");
    assert!(matches!(serde_json::from_str(reading), Ok(Reading::Servers(servers)) if servers.len() == 1));
    for reading in [r#""unchanged""#, r#"{"failed":"why"}"#] {
        assert!(super::said::LIST.about.contains(reading) || super::said::LIST.without.contains(reading));
        assert!(serde_json::from_str::<Reading>(reading).is_ok());
    }
}

#[test]
fn the_log_format_is_the_one_that_relapse_new_writes() {
    let written = include_str!("../../command/new/nginx.conf");
    for evidence in [Evidence::Requests, Evidence::PassedOn] {
        let (_, text) = evidence.text().example.unwrap();
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            assert!(written.contains(line), "relapse new does not write `{line}`");
        }
    }
}
