use std::collections::BTreeMap;

use relapse_model::timeline::{Record, Timeline};
use relapse_wire::members::{Reading, Server};
use relapse_wire::poll::Sample;

use super::super::series::series;
use super::*;
use crate::report::sample::alert;

/// What a name can be, at worst.
const HOSTILE: &str = "<script>alert(1)</script>\u{1b}[2J\u{202e}\"'";

fn members(service: &str, ports: std::ops::Range<u16>) -> Record {
    let server = |port| Server { address: ([10, 0, 0, 1], port).into(), listed: true, state: "up".into() };
    Record::Members { tier: "webapp".into(), service: service.into(), reading: Reading::Servers(ports.map(server).collect()) }
}

fn sample(user: &str, status: Option<u16>) -> Record {
    Record::Sample { user: user.into(), sample: Sample { status, ..Sample::default() } }
}

fn of(timeline: &Timeline, end_ms: u64) -> Series {
    let catalogues: BTreeMap<String, String> = [("webapp".to_owned(), "consul".to_owned())].into();
    series(timeline, &catalogues, end_ms)
}

fn drawn(series: &Series, end_ms: u64) -> (String, f64) {
    let (markup, y) = draw(series, &Scale { end_ms }, 0.0, "x");
    (markup.into_string(), y)
}

/// What is between `class="{class}"` and the end of its element's `d`.
fn path<'a>(page: &'a str, class: &str) -> &'a str {
    let path = page.split(&format!("class=\"{class}\"")).nth(1).and_then(|rest| rest.split_once(" d=\""));
    path.and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default()
}

#[test]
fn a_list_and_its_catalogue_are_lines_and_what_only_one_has_lies_between_them() {
    let mut timeline = Timeline::default();
    timeline.push(0, members("consul", 1..5));
    timeline.push(0, members("haproxy", 1..5));
    timeline.push(500, members("consul", 3..5));
    let (page, _) = drawn(&of(&timeline, 1000), 1000);
    // 210 to 1050 is the time, 33 to 99 are 4 to 0 instances.
    assert_eq!(path(&page, "catalogue"), "M210.0 33.0H630.0V66.0H1050.0");
    assert_eq!(path(&page, "list"), "M210.0 33.0H630.0V33.0H1050.0");
    assert_eq!(path(&page, "stale"), "M630.0 33.0H1050.0V66.0H630.0z");
    assert_eq!(path(&page, "missing"), "");
    assert!(
        page.contains("up to 2 stale, 0 missing") && page.contains("haproxy lists 4, consul 2; 2 stale, 0 missing"),
        "{page}"
    );
}

#[test]
fn a_gap_is_drawn_as_one_and_says_why() {
    let mut timeline = Timeline::default();
    timeline.push(0, members("haproxy", 1..2));
    let failed = Reading::Failed("refused".into());
    timeline.push(250, Record::Members { tier: "webapp".into(), service: "haproxy".into(), reading: failed });
    timeline.push(500, members("haproxy", 1..2));
    let (page, _) = drawn(&of(&timeline, 1000), 1000);
    assert_eq!(path(&page, "list").matches('M').count(), 2, "{page}");
    assert!(page.contains("the list is not known: refused") && page.contains("not compared"), "{page}");
}

#[test]
fn equal_lists_have_no_divergence_in_the_drawing_or_in_words() {
    let mut timeline = Timeline::default();
    for service in ["consul", "haproxy"] {
        timeline.push(0, members(service, 1..1001));
    }
    let series = of(&timeline, 1000);
    let (page, _) = drawn(&series, 1000);
    assert!(page.contains("always the same") && path(&page, "stale").is_empty() && path(&page, "missing").is_empty(), "{page}");
    assert!(moments(&series, 1000).into_string().contains("Nothing differed for a second"));
}

#[test]
fn a_long_busy_day_of_many_is_bounded_and_every_number_in_it_is_one() {
    let mut timeline = Timeline::default();
    for step in 0..2000_u16 {
        let at_ms = u64::from(step) * 100;
        timeline.push(at_ms, members("consul", 1..10 + step % 7));
        for list in 0..20 {
            timeline.push(at_ms, members(&format!("haproxy-{list}"), 1..10 + step % 5));
        }
        for user in 0..10 {
            timeline.push(at_ms, sample(&format!("user-{user}"), (step % 3 > 0).then_some(200)));
        }
        for name in 0..30 {
            timeline.push(at_ms, alert(&format!("Alert{name}"), if step % 2 == 0 { "firing" } else { "resolved" }, "a"));
        }
    }
    let series = of(&timeline, 200_000);
    let (page, y) = drawn(&series, 200_000);
    let elements = page.matches('<').count();
    assert!(page.len() < 1_200_000 && elements < 20_000, "{} bytes, {elements} tags", page.len());
    assert!(!page.contains("NaN") && !page.contains("inf") && y.is_finite() && y < 2000.0, "{y}");
    for left_out in ["12 lists more", "4 senders more", "18 alerts more"] {
        assert!(page.contains(left_out), "{left_out}");
    }
    let words = moments(&series, 200_000).into_string();
    assert!(words.contains("rows left out") && words.len() < 40_000, "{}", words.len());
}

#[test]
fn a_moment_at_the_very_end_is_drawn_as_well() {
    let mut timeline = Timeline::default();
    timeline.push(1000, members("haproxy", 1..2));
    timeline.push(1000, sample("u", None));
    timeline.push(1000, alert("Stale", "firing", "a"));
    let (page, _) = drawn(&of(&timeline, 1000), 1000);
    assert!(!page.contains("NaN") && page.contains("still firing") && page.contains("100 % of 1 answer"), "{page}");
}

#[test]
fn names_are_text() {
    let mut timeline = Timeline::default();
    let members = |service: &str, reading| Record::Members { tier: HOSTILE.into(), service: service.into(), reading };
    timeline.push(0, members(HOSTILE, Reading::Servers(Vec::new())));
    timeline.push(10, members(HOSTILE, Reading::Failed(HOSTILE.into())));
    timeline.push(20, sample(HOSTILE, None));
    timeline.push(30, alert(HOSTILE, "firing", HOSTILE));
    let series = of(&timeline, 5000);
    for page in [drawn(&series, 5000).0, moments(&series, 5000).into_string(), legend(&series).into_string()] {
        assert!(!page.contains("<script") && !page.contains('\u{1b}') && !page.contains('\u{202e}'), "{page}");
    }
}

#[test]
fn what_lasted_is_told_in_words_and_what_was_brief_is_not() {
    let mut timeline = Timeline::default();
    timeline.push(0, members("consul", 1..3));
    timeline.push(0, members("haproxy", 1..3));
    timeline.push(1000, members("consul", 1..4));
    timeline.push(1200, members("haproxy", 1..4));
    timeline.push(2000, members("consul", 3..4));
    // A list that nobody has looked at for longer is not known.
    timeline.push(2500, members("haproxy", 1..4));
    timeline.push(3000, members("consul", 2..4));
    timeline.push(3400, members("haproxy", 2..4));
    timeline.push(3500, alert("Stale", "firing", "a"));
    let told: Vec<(u64, u64, String)> =
        moments::moments_of(&of(&timeline, 4000)).into_iter().map(|moment| (moment.from_ms, moment.to_ms, moment.what)).collect();
    let differs = "differs from consul on webapp: up to 2 stale (at 2.000 s)";
    let expected = [(2000, 3400, differs.to_owned()), (3500, 4000, "the alert fires, and was not resolved".to_owned())];
    assert_eq!(told, expected);
}
