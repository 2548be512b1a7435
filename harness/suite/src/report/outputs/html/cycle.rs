//! The loop of a visit, drawn as a cycle: the places of one turn, what leads from each to the next, and who answers.

use std::collections::HashMap;
use std::f64::consts::{FRAC_PI_2, PI, TAU};

use maud::{Markup, html};
use relapse_model::text::counted;
use relapse_model::timeline::Timeline;
use relapse_wire::visit::{Cause, Hop};

use super::bound::short;
use super::hop::{cause, place};
use super::scale::px;

/// Fewer turns are no loop: somebody may go back and forth.
const MIN_TURNS: usize = 3;
/// Places that are drawn.
const MAX_PLACES: usize = 12;
const WIDTH: f64 = 860.0;
/// A place's box.
const BOX: (f64, f64) = (250.0, 58.0);
/// Characters that fit into it.
const FITS: usize = 36;

/// A loop of a visit.
struct Cycle<'a> {
    /// One turn: when it was recorded, and the request.
    turn: Vec<(u64, &'a Hop)>,
    /// How often the place that it was seen at most often was asked for.
    turns: usize,
    /// Calls that pages made in the turn.
    calls: usize,
}

pub(super) fn cycle(timeline: &Timeline, hops: &[(u64, &Hop)], id: &str) -> Markup {
    let Some(cycle) = find(hops) else { return html! {} };
    let count = cycle.turn.len();
    let shown = &cycle.turn[..count.min(MAX_PLACES)];
    let radius = (shown.len() as f64 * 36.0).max(120.0);
    // Of two places, there and back are two lines.
    let bend = if shown.len() == 2 { 70.0 } else { 0.0 };
    let height = if shown.len() == 1 { 120.0 } else { 2.0 * radius + BOX.1 + 24.0 };
    let radius = if shown.len() == 1 { 24.0 } else { radius };
    let points = around(shown.len(), radius, height);
    let label = format!("{} of {}", counted(cycle.turns, "turn"), counted(count, "page"));
    html! {
        figure {
            figcaption {
                strong { (label) }
                @if cycle.calls > 0 { ", with " (counted(cycle.calls, "call")) " of the pages in a turn" }
                @if count > MAX_PLACES { "; " (count - MAX_PLACES) " pages of a turn are left out" }
            }
            div class="wide" tabindex="0" role="region" aria-label="The loop as a cycle" {
                svg class="cycle" viewBox={ "0 0 " (WIDTH) " " (px(height)) } role="img" aria-labelledby={ (id) "-cycle" } {
                    title id={ (id) "-cycle" } { (label) ": " @for (_, hop) in shown { (short(place(&hop.url), 200)) " → " } "and again" }
                    defs {
                        marker id={ (id) "-arrow" } viewBox="0 0 10 10" refX="5" refY="5" markerWidth="9" markerHeight="9" orient="auto" {
                            path class="arrow" d="M0 0L10 5L0 10z" {}
                        }
                    }
                    @for (index, (_, hop)) in shown.iter().enumerate() {
                        @let next = cycle.turn.get((index + 1) % count).map(|(_, hop)| *hop);
                        (edge(points[index], points[(index + 1) % shown.len()], &lead(hop, next), height, bend, id))
                    }
                    @for ((at_ms, hop), point) in shown.iter().zip(&points) { (node(timeline, *at_ms, hop, *point)) }
                }
            }
        }
    }
}

/// The last whole turn of the place that was asked for most often, if there were enough turns.
fn find<'a>(hops: &[(u64, &'a Hop)]) -> Option<Cycle<'a>> {
    let pages: Vec<usize> =
        (0..hops.len()).filter(|index| hops.get(*index).is_some_and(|(_, hop)| hop.cause != Cause::Fetch)).collect();
    let mut at: HashMap<&str, Vec<usize>> = HashMap::new();
    for index in &pages {
        if let Some((_, hop)) = hops.get(*index) {
            at.entry(place(&hop.url)).or_default().push(*index);
        }
    }
    // Of places asked for equally often, the one that came first.
    let most =
        at.into_values().filter(|at| at.len() > MIN_TURNS).max_by_key(|at| (at.len(), std::cmp::Reverse(at.first().copied())))?;
    let [.., from, to] = most.as_slice() else { return None };
    let within = hops.get(*from..*to)?;
    let (turn, calls): (Vec<_>, Vec<_>) = within.iter().copied().partition(|(_, hop)| hop.cause != Cause::Fetch);
    Some(Cycle { turn, turns: most.len() - 1, calls: calls.len() })
}

/// Points on an ellipse, clockwise from the top; two places stand side by side.
fn around(count: usize, radius: f64, height: f64) -> Vec<(f64, f64)> {
    let start = if count == 2 { PI } else { -FRAC_PI_2 };
    let across = (WIDTH - BOX.0) / 2.0 - 8.0;
    (0..count)
        .map(|index| {
            let angle = start + TAU * index as f64 / count as f64;
            (WIDTH / 2.0 + across * angle.cos(), height / 2.0 + radius * angle.sin())
        })
        .collect()
}

/// What leads on from a page.
fn lead(hop: &Hop, next: Option<&Hop>) -> String {
    let status = hop.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    format!("{status}, {}", next.map_or("", |next| cause(next.cause)))
}

fn edge(from: (f64, f64), to: (f64, f64), text: &str, height: f64, bend: f64, id: &str) -> Markup {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(1.0);
    let middle = ((from.0 + to.0) / 2.0 + dy / length * bend, (from.1 + to.1) / 2.0 - dx / length * bend);
    let path = format!("M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}", from.0, from.1, middle.0, middle.1, to.0, to.1);
    // Drawn outside of the circle, where no other line is.
    let side = middle.0 - WIDTH / 2.0;
    let (anchor, x, y) = match side {
        side if side > 20.0 => ("start", middle.0 + 14.0, middle.1 + 4.0),
        side if side < -20.0 => ("end", middle.0 - 14.0, middle.1 + 4.0),
        _ if middle.1 < height / 2.0 => ("middle", middle.0, middle.1 - 12.0),
        _ => ("middle", middle.0, middle.1 + 22.0),
    };
    html! {
        path class="edge" d=(path) marker-mid={ "url(#" (id) "-arrow)" } {}
        text class="lead" x=(px(x)) y=(px(y)) text-anchor=(anchor) { (text) }
    }
}

fn node(timeline: &Timeline, at_ms: u64, hop: &Hop, (x, y): (f64, f64)) -> Markup {
    let url = place(&hop.url);
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = after.find('/').map_or((after, "/"), |at| after.split_at(at));
    let line = |text: &str, at: f64, class: &str| {
        html! { text class=(class) x=(px(x)) y=(px(y + at)) text-anchor="middle" { (fit(text)) } }
    };
    html! {
        g class="place" {
            title { (short(&hop.url, 300)) }
            rect x=(px(x - BOX.0 / 2.0)) y=(px(y - BOX.1 / 2.0)) width=(BOX.0) height=(BOX.1) rx="6" {}
            (line(host, -10.0, "host"))
            (line(path, 6.0, "path"))
            (line(&format!("answered by {}", timeline.answered_by(at_ms, hop).name()), 21.0, "who"))
        }
    }
}

fn fit(text: &str) -> String {
    let text = short(text, 400);
    if text.chars().count() <= FITS { text } else { text.chars().take(FITS - 1).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::super::hop::tests::hop;
    use super::*;

    #[test]
    fn a_loop_is_one_turn_with_its_calls_and_a_visit_without_one_has_none() {
        let kinds = [
            hop("http://a.example/", "redirect", 302),
            hop("http://b.example/login?n=1", "redirect", 200),
            hop("http://b.example/api", "fetch", 401),
        ];
        let start = hop("http://start.example/", "typed", 302);
        let mut hops: Vec<(u64, &Hop)> = vec![(0, &start)];
        hops.extend((0..30).map(|index| (index as u64, &kinds[index % 3])));
        let cycle = find(&hops).unwrap();
        let places: Vec<&str> = cycle.turn.iter().map(|(_, hop)| place(&hop.url)).collect();
        assert_eq!((places, cycle.turns, cycle.calls), (vec!["http://a.example/", "http://b.example/login"], 9, 1));
        assert!(find(&hops[..7]).is_none());
        let page = super::cycle(&Timeline::default(), &hops, "x").into_string();
        assert!(page.contains("9 turns of 2 pages") && page.contains("with 1 call of"), "{page}");
    }
}
