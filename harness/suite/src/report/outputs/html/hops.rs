//! The table of a visit: every request with its answer, who gave it, and which cookies went along. Repeats are left out, and counted.

use std::collections::HashMap;

use maud::{Markup, html};
use relapse_model::text::counted;
use relapse_model::timeline::{Client, Record, Timeline, visit_end};
use relapse_wire::visit::Hop;

use super::bound::{seconds, short};
use super::cycle;
use super::hop::{cause, place};

/// Requests to one place with one answer that are shown of one visit.
const REPEATS: usize = 2;
/// Rows of one visit, and of all visits of a scenario.
const MAX_OF_ONE: usize = 80;
const MAX_OF_ALL: usize = 240;
const MAX_CHARS: usize = 300;

/// Every visit of a scenario.
pub(super) fn visits(timeline: &Timeline, id: &str) -> Markup {
    let opened = timeline.entries().iter().filter_map(|entry| match &entry.what {
        Record::Opened { user, url, visit, with } => Some((entry.at_ms, user.as_str(), url.as_str(), *visit, *with)),
        _ => None,
    });
    let visits: Vec<_> = opened.collect();
    let most = (MAX_OF_ALL / visits.len().max(1)).clamp(4, MAX_OF_ONE);
    html! {
        @if !visits.is_empty() { h3 { "Visits" } }
        @for (at_ms, user, url, visit, with) in &visits {
            @let hops = hops_of(timeline, user, *visit);
            details open {
                summary {
                    (user) " opens " code { (short(url, MAX_CHARS)) }
                    @if *with == Client::Browser { " in the browser" }
                    span class="quiet" { " at " (seconds(*at_ms)) ", " (counted(hops.len(), "request")) }
                }
                @if let Some(end) = timeline.end_of(user, *visit) { p class="end" { (user) " " (short(visit_end(end).trim_end_matches([' ', ':']), 2 * MAX_CHARS)) } }
                (cycle::cycle(timeline, &hops, &format!("{id}-{user}-{visit}")))
                (table(timeline, &hops, most))
            }
        }
    }
}

fn hops_of<'a>(timeline: &'a Timeline, user: &str, visit: u32) -> Vec<(u64, &'a Hop)> {
    let hop = |entry: &'a relapse_model::timeline::Entry| match &entry.what {
        Record::Hop { user: who, visit: number, hop } if who == user && *number == visit => Some((entry.at_ms, hop.as_ref())),
        _ => None,
    };
    timeline.entries().iter().filter_map(hop).collect()
}

/// A row, or how many were left out in its place.
#[derive(Debug, PartialEq)]
enum Row {
    Shown(usize),
    LeftOut(usize),
}

/// What makes two hops of one kind: method, place, status, the cookies that were sent.
type Same<'a> = (&'a str, &'a str, Option<u16>, &'a [String]);

/// Which hops are shown: the first of each kind, and the last of all.
fn rows(hops: &[(u64, &Hop)], most: usize) -> Vec<Row> {
    let mut seen: HashMap<Same, usize> = HashMap::new();
    let mut rows = Vec::new();
    let mut shown = 0;
    for (index, (_, hop)) in hops.iter().enumerate() {
        let count = seen.entry((&hop.method, place(&hop.url), hop.status, &hop.sent)).or_default();
        *count += 1;
        if (*count <= REPEATS && shown < most) || index + 1 == hops.len() {
            rows.push(Row::Shown(index));
            shown += 1;
        } else if let Some(Row::LeftOut(count)) = rows.last_mut() {
            *count += 1;
        } else {
            rows.push(Row::LeftOut(1));
        }
    }
    rows
}

fn table(timeline: &Timeline, hops: &[(u64, &Hop)], most: usize) -> Markup {
    let columns = ["#", "At", "Request", "DNS answer", "Answered by", "Status", "Cookies"];
    html! {
        @if hops.is_empty() { p { "No request was seen." } } @else {
            table class="hops" role="table" {
                thead role="rowgroup" { tr role="row" { @for column in columns { th scope="col" role="columnheader" { (column) } } } }
                tbody role="rowgroup" {
                    @for row in rows(hops, most) {
                        @match row {
                            Row::Shown(index) => { @if let Some((at_ms, hop)) = hops.get(index) { (one(timeline, index, *at_ms, hop)) } },
                            Row::LeftOut(count) => tr class="left-out" role="row" {
                                td role="cell" colspan=(columns.len()) { "… " (counted(count, "request")) " like those above left out" }
                            },
                        }
                    }
                }
            }
        }
    }
}

fn one(timeline: &Timeline, index: usize, at_ms: u64, hop: &Hop) -> Markup {
    let addresses = || hop.resolved.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    html! {
        tr role="row" {
            td role="cell" data-label="#" class="number" { (index + 1) }
            td role="cell" data-label="At" class="number" { (seconds(at_ms)) }
            td role="cell" data-label="Request" {
                span class="quiet" { (cause(hop.cause)) " " } (hop.method) " " code { (short(&hop.url, MAX_CHARS)) }
            }
            td role="cell" data-label="DNS answer" { @if hop.resolved.is_empty() { span class="quiet" { "not told" } } @else { (addresses()) } }
            td role="cell" data-label="Answered by" { (timeline.answered_by(at_ms, hop).name()) }
            td role="cell" data-label="Status" {
                @match hop.status { Some(status) => strong { (status) }, None => strong { (short(hop.error.as_deref().unwrap_or("no answer"), MAX_CHARS)) } }
                @if let Some(location) = &hop.location { div { "to " code { (short(location, MAX_CHARS)) } } }
            }
            td role="cell" data-label="Cookies" { (cookies(hop)) }
        }
    }
}

fn cookies(hop: &Hop) -> Markup {
    html! {
        @if hop.sent.is_empty() && hop.withheld.is_empty() && hop.set.is_empty() { span class="quiet" { "none" } }
        ul class="cookies" {
            @for name in &hop.sent { li { "sent " code { (short(name, 80)) } } }
            @for cookie in &hop.withheld { li { "withheld " code { (short(&cookie.name, 80)) } ": " (short(&cookie.why, MAX_CHARS)) } }
            @for cookie in &hop.set {
                li {
                    "set " code { (short(&cookie.name, 80)) } " for " (short(&cookie.domain, 80))
                    @if let Some(why) = &cookie.refused { ", refused: " (short(why, MAX_CHARS)) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::hop::tests::hop;
    use super::*;

    #[test]
    fn repeats_are_left_out_and_counted_but_the_last_is_shown() {
        let (a, b) = (hop("http://a.example/?n=1", "redirect", 302), hop("http://b.example/", "redirect", 302));
        let hops: Vec<(u64, &Hop)> = (0..100).map(|index| (index, if index % 2 == 0 { &a } else { &b })).collect();
        let expected = [Row::Shown(0), Row::Shown(1), Row::Shown(2), Row::Shown(3), Row::LeftOut(95), Row::Shown(99)];
        assert_eq!(rows(&hops, 80), expected);
    }

    #[test]
    fn a_withheld_cookie_says_why_and_markup_is_escaped() {
        let page = one(&Timeline::default(), 0, 1, &hop("http://a.example/<script>", "typed", 200)).into_string();
        assert!(page.contains("withheld <code>token</code>: domain b.example does not match &lt;a.example&gt;"), "{page}");
        assert!(!page.contains("<script"), "{page}");
    }
}
