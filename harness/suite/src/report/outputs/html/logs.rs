//! What the services said, bounded: the beginning and the end of each log, and how many lines between them were left out.

use std::collections::BTreeMap;

use maud::{Markup, html};
use relapse_model::text::counted;
use relapse_model::timeline::{Record, Timeline};

use super::bound::{seconds, short};

/// Longer lines are cut.
const MAX_CHARS: usize = 500;
/// What a line costs besides its text.
const FRAME: usize = 60;
/// The part of a log's room that its beginning gets.
const BEGINNING: usize = 4;

/// `room`: bytes for all logs of the scenario.
pub(super) fn logs(timeline: &Timeline, id: &str, room: usize) -> Markup {
    let mut logs: BTreeMap<&str, Vec<(u64, &str)>> = BTreeMap::new();
    for entry in timeline.entries() {
        if let Record::Log { service, text, .. } = &entry.what {
            logs.entry(service).or_default().push((entry.at_ms, text));
        }
    }
    let room = room / logs.len().max(1);
    html! {
        @if !logs.is_empty() {
            h3 { "Logs" }
            p {
                label for={ (id) "-filter" } { "Only lines with " }
                input type="search" id={ (id) "-filter" } data-filters={ (id) "-logs" } autocomplete="off" spellcheck="false";
                " " output for={ (id) "-filter" } {}
            }
            div id={ (id) "-logs" } {
                @for (service, lines) in logs { (log(service, &lines, room)) }
            }
        }
    }
}

fn log(service: &str, lines: &[(u64, &str)], room: usize) -> Markup {
    let told: Vec<(u64, String)> = lines.iter().map(|(at_ms, text)| (*at_ms, short(text, MAX_CHARS))).collect();
    let (first, last) = kept(&told, room);
    let left_out = told.len() - first - last;
    let line = |(at_ms, text): &(u64, String)| html! { li { time { (seconds(*at_ms)) } " " span { (text) } } };
    html! {
        details class="log" {
            summary { (service) " " span class="quiet" { (counted(lines.len(), "line")) } }
            ol {
                @for one in told.iter().take(first) { (line(one)) }
                @if left_out > 0 { li class="left-out" { (counted(left_out, "line")) " left out here" } }
                @for one in told.iter().skip(told.len() - last) { (line(one)) }
            }
        }
    }
}

/// How many lines of the beginning and of the end fit into the room.
fn kept(lines: &[(u64, String)], room: usize) -> (usize, usize) {
    let fit = |lines: &mut dyn Iterator<Item = &(u64, String)>, room: usize| {
        let mut used = 0;
        lines
            .take_while(|(_, text)| {
                used += text.len() + FRAME;
                used <= room
            })
            .count()
    };
    if fit(&mut lines.iter(), room) == lines.len() {
        return (lines.len(), 0);
    }
    let first = fit(&mut lines.iter(), room / BEGINNING);
    let last = fit(&mut lines.iter().rev(), room - room / BEGINNING);
    (first, last.min(lines.len() - first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_log_is_cut_in_its_middle_and_says_so() {
        let mut timeline = Timeline::default();
        for index in 0..10_000 {
            timeline.push(index, Record::Log { service: "app".into(), text: format!("line {index}"), line: None });
        }
        let page = logs(&timeline, "x", 20_000).into_string();
        assert!(page.len() < 30_000, "{}", page.len());
        assert!(page.contains("line 0<") && page.contains("line 9999<") && page.contains("lines left out here"));
    }

    #[test]
    fn a_log_cannot_write_markup() {
        let mut timeline = Timeline::default();
        let text = "<script>alert(1)</script>\u{1b}[2J\u{202e}";
        timeline.push(1, Record::Log { service: "<b>".into(), text: text.into(), line: None });
        let page = logs(&timeline, "x", 20_000).into_string();
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;\u{fffd}[2J\u{fffd}"), "{page}");
        assert!(!page.contains("<script") && !page.contains("<b>"));
    }
}
