//! Charts of a scenario, on the same axis as its lanes. Each list, each sender and each alert has a row of its own: what several lists
//! have too much could not be told apart in one.
//!
//! `lists`, `errors` and `alerts` draw rows; `moments` tells the same in words; `legend` says what is what.

mod alerts;
mod errors;
mod legend;
mod lists;
mod moments;

use maud::{Markup, html};
use relapse_model::text::counted;

use super::bound::short;
use super::scale::{LEFT, Scale, WIDTH, px};
use super::series::{Series, Stretch};

pub(super) use legend::legend;
pub(super) use moments::moments;

/// A heading's height, and where its text stands.
const HEADING: f64 = 24.0;
/// Stretches that are narrower are one, which bounds the drawing.
const NARROW: f64 = 1.5;
/// A name's longest text.
const MAX_CHARS: usize = 200;

/// Rows below each other, and where the next one begins.
struct Rows<'a> {
    scale: &'a Scale,
    id: &'a str,
    y: f64,
    drawn: Vec<Markup>,
}

impl Rows<'_> {
    fn row(&mut self, height: f64, draw: impl FnOnce(&Scale, f64) -> Markup) {
        let (y, drawn) = (self.y, draw(self.scale, self.y));
        self.drawn.push(html! { line class="lane" x1="0" x2=(WIDTH) y1=(px(y)) y2=(px(y)) {} (drawn) });
        self.y += height;
    }

    fn heading(&mut self, text: &str) {
        self.row(HEADING, |_, y| html! { text class="heading" x="4" y=(px(y + 17.0)) { (short(text, MAX_CHARS)) } });
    }
}

/// All rows from `y` on, and where they end.
pub(super) fn draw(series: &Series, scale: &Scale, y: f64, id: &str) -> (Markup, f64) {
    let mut rows = Rows { scale, id, y, drawn: Vec::new() };
    series.tiers.iter().for_each(|tier| lists::rows(tier, &mut rows));
    errors::rows(&series.askers, &mut rows);
    alerts::rows(&series.alerts, &mut rows);
    (html! { @for row in &rows.drawn { (row) } }, rows.y)
}

/// Says that there are more rows than are drawn.
fn left_out(rows: &mut Rows<'_>, count: usize, what: &str) {
    if count > 0 {
        rows.heading(&format!("{} more, where less was wrong, in words below", counted(count, what)));
    }
}

/// Those of `all` that weigh most, in their own order.
fn heaviest<T>(all: &[T], most: usize, weight: impl Fn(&T) -> u64) -> Vec<&T> {
    let mut indices: Vec<usize> = (0..all.len()).collect();
    indices.sort_by_key(|index| all.get(*index).map(|one| std::cmp::Reverse(weight(one))));
    indices.truncate(most);
    indices.sort_unstable();
    indices.into_iter().filter_map(|index| all.get(index)).collect()
}

/// Those that together are narrower than that are one stretch with the value of the last.
fn thinned<T: Clone>(scale: &Scale, stretches: &[Stretch<T>], narrow: f64) -> Vec<Stretch<T>> {
    let mut kept: Vec<Stretch<T>> = Vec::new();
    for stretch in stretches {
        match kept.last_mut() {
            Some(last) if scale.x(stretch.to_ms) - scale.x(last.from_ms) < narrow => {
                last.to_ms = stretch.to_ms;
                last.value = stretch.value.clone();
            }
            _ => kept.push(stretch.clone()),
        }
    }
    kept
}

/// A line in steps through the stretches, with gaps where there are none. `y`: where a value is.
fn line<T: Clone>(scale: &Scale, stretches: &[Stretch<T>], y: impl Fn(&T) -> f64) -> String {
    let mut path = String::new();
    let mut end_ms = None;
    for stretch in thinned(scale, stretches, NARROW) {
        let (from, to) = (scale.x(stretch.from_ms), scale.x(stretch.to_ms));
        let y = y(&stretch.value);
        path += &match end_ms == Some(stretch.from_ms) {
            true => format!("V{y:.1}H{to:.1}"),
            false => format!("M{from:.1} {y:.1}H{to:.1}"),
        };
        end_ms = Some(stretch.to_ms);
    }
    path
}

/// Boxes between two heights, for those stretches that have them.
fn boxes<T: Clone>(scale: &Scale, stretches: &[Stretch<T>], ys: impl Fn(&T) -> Option<(f64, f64)>) -> String {
    let mut path = String::new();
    for stretch in thinned(scale, stretches, NARROW) {
        if let Some((top, bottom)) = ys(&stretch.value) {
            let (from, to) = (scale.x(stretch.from_ms), scale.x(stretch.to_ms));
            path += &format!("M{from:.1} {top:.1}H{to:.1}V{bottom:.1}H{from:.1}z");
        }
    }
    path
}

/// What stands left of a row: its name, and what it came to.
fn name(name: &str, note: &str, y: f64) -> Markup {
    let shown = short(name, MAX_CHARS);
    let cut = super::bound::shorten(&shown, 22);
    html! {
        text class="name" x="4" y=(px(y + 18.0)) { (cut) @if cut != shown { title { (shown) } } }
        text class="note" x="4" y=(px(y + 34.0)) { (note) }
    }
}

/// The two ends of a row's own axis.
fn axis(top: (&str, f64), bottom: (&str, f64), end: f64) -> Markup {
    html! {
        @for (text, y) in [top, bottom] {
            line class="grid" x1=(px(LEFT)) x2=(px(end)) y1=(px(y)) y2=(px(y)) {}
            text class="axis" x=(px(LEFT - 6.0)) y=(px(y + 4.0)) text-anchor="end" { (text) }
        }
    }
}

#[cfg(test)]
mod tests;
