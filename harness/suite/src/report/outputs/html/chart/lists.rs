//! A list against its catalogue. Between what both have and the list lie the stale addresses, between it and the catalogue the missing ones.

use maud::{Markup, html};

use super::super::bound::{seconds, short};
use super::super::scale::{Scale, px};
use super::super::series::{Divergence, List, Numbers, Stretch, Tier};
use super::{MAX_CHARS, Rows, axis, boxes, heaviest, left_out, line, name, thinned};

/// More lists are told in words only.
const MAX_ROWS: usize = 8;
const HEIGHT: f64 = 84.0;
/// Where the highest number and 0 are.
const TOP: f64 = 9.0;
const BOTTOM: f64 = 75.0;
/// Titles on narrower pieces would not be found.
const POINTED_AT: f64 = 8.0;

pub(super) fn rows(tier: &Tier, rows: &mut Rows<'_>) {
    let right = tier.right.iter().map(|stretch| stretch.value);
    let listed = tier.lists.iter().flat_map(|list| &list.known).map(|stretch| stretch.value.listed);
    let most = right.chain(listed).max().unwrap_or(0).max(1);
    let id = rows.id.to_owned();
    match tier.right.is_empty() {
        false => rows.heading(&format!("Instances of {}, as listed: each list against {}", tier.name, tier.catalogue)),
        true => rows.heading(&format!("Instances of {}, as listed; no list to hold them against was read", tier.name)),
    }
    for list in heaviest(&tier.lists, MAX_ROWS, List::weight) {
        rows.row(HEIGHT, |scale, y| row(tier, list, most, scale, y, &id));
    }
    left_out(rows, tier.lists.len().saturating_sub(MAX_ROWS), "list");
}

fn row(tier: &Tier, list: &List, most: usize, scale: &Scale, top: f64, id: &str) -> Markup {
    #[expect(clippy::cast_precision_loss)]
    let y = |number: usize| top + BOTTOM - (BOTTOM - TOP) * number as f64 / most as f64;
    let common = |numbers: &Numbers, of: Divergence| y(numbers.listed.saturating_sub(of.stale));
    let stale =
        |numbers: &Numbers| numbers.divergence.filter(|of| of.stale > 0).map(|of| (y(numbers.listed), common(numbers, of)));
    let missing = |numbers: &Numbers| numbers.divergence.filter(|of| of.missing > 0).map(|of| (y(of.right), common(numbers, of)));
    let end = scale.x(scale.end_ms);
    html! {
        (name(&list.service, &note(list), top))
        (axis((&most.to_string(), top + TOP), ("0", top + BOTTOM), end))
        @for gap in thinned(scale, &list.unknown, POINTED_AT) {
            @let (from, to) = (scale.x(gap.from_ms), scale.x(gap.to_ms));
            rect class="unknown" x=(px(from)) y=(px(top + TOP)) width=(px(to - from)) height=(px(BOTTOM - TOP)) {
                title { (short(&format!("{} to {}: the list is not known: {}", seconds(gap.from_ms), seconds(gap.to_ms), gap.value), MAX_CHARS)) }
            }
        }
        path class="stale" d=(boxes(scale, &list.known, stale)) {}
        path class="missing" fill={ "url(#" (id) "-missing)" } d=(boxes(scale, &list.known, missing)) {}
        path class="catalogue" d=(line(scale, &tier.right, |number| y(*number))) {}
        path class="list" d=(line(scale, &list.known, |numbers| y(numbers.listed))) {}
        @for piece in thinned(scale, &list.known, POINTED_AT) {
            @let (from, to) = (scale.x(piece.from_ms), scale.x(piece.to_ms));
            rect class="pointed-at" x=(px(from)) y=(px(top + TOP)) width=(px(to - from)) height=(px(BOTTOM - TOP)) {
                title { (short(&title(tier, list, &piece), MAX_CHARS)) }
            }
        }
    }
}

fn title(tier: &Tier, list: &List, piece: &Stretch<Numbers>) -> String {
    let Numbers { listed, divergence } = piece.value;
    let against = match divergence {
        None => "the catalogue is not known".to_owned(),
        Some(of) => format!("{} {}; {} stale, {} missing", tier.catalogue, of.right, of.stale, of.missing),
    };
    format!("{}: {} lists {listed}, {against}", seconds(piece.from_ms), list.service)
}

/// The most that only one of the two had.
fn note(list: &List) -> String {
    let divergences = || list.known.iter().filter_map(|stretch| stretch.value.divergence);
    let most = |of: fn(Divergence) -> usize| divergences().map(of).max();
    match (most(|of| of.stale), most(|of| of.missing)) {
        (Some(0), Some(0)) => "always the same".into(),
        (Some(stale), Some(missing)) => format!("up to {stale} stale, {missing} missing"),
        _ => "not compared".into(),
    }
}
