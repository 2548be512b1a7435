//! Alerts that fired, a row for each name.

use maud::{Markup, html};

use super::super::bound::shorten;
use super::super::bound::{seconds, short};
use super::super::scale::{Scale, px};
use super::super::series::{Alert, Stretch};
use super::{MAX_CHARS, Rows, left_out, thinned};

/// More names are told in words only.
const MAX_ROWS: usize = 12;
const HEIGHT: f64 = 24.0;
/// Bars that are nearer to each other are one.
const NEAR: f64 = 3.0;
/// A word fits into a wider bar.
const WORD: f64 = 76.0;

pub(super) fn rows(alerts: &[Alert], rows: &mut Rows<'_>) {
    if !alerts.is_empty() {
        rows.heading("Alerts, while they fired");
    }
    for alert in alerts.iter().take(MAX_ROWS) {
        rows.row(HEIGHT, |scale, y| row(alert, scale, y));
    }
    left_out(rows, alerts.len().saturating_sub(MAX_ROWS), "alert");
}

fn row(alert: &Alert, scale: &Scale, top: f64) -> Markup {
    let shown = short(&alert.name, MAX_CHARS);
    let cut = shorten(&shown, 28);
    let bars = thinned(scale, &alert.firing, NEAR);
    let last = bars.len().saturating_sub(1);
    html! {
        text class="name" x="4" y=(px(top + 16.0)) { (cut) @if cut != shown { title { (shown) } } }
        @for (index, bar) in bars.iter().enumerate() {
            @let (from, to) = (scale.x(bar.from_ms), scale.x(bar.to_ms));
            rect class="firing" x=(px(from)) y=(px(top + 4.0)) width=(px((to - from).max(2.0))) height=(px(HEIGHT - 8.0)) rx="2" {
                title { (title(&shown, bar, alert.still && index == last)) }
            }
            @if alert.still && index == last {
                // It ends where the drawing does, so its word stands in it, or before it.
                @let x = if to - from >= WORD { to - 5.0 } else { from - 5.0 };
                text class="note" x=(px(x)) y=(px(top + 16.0)) text-anchor="end" { "still firing" }
            }
        }
    }
}

fn title(name: &str, bar: &Stretch<usize>, still: bool) -> String {
    let to = if still { "the end, still firing".to_owned() } else { seconds(bar.to_ms) };
    let most = if bar.value > 1 { format!(", {} of that name at once", bar.value) } else { String::new() };
    format!("{name} fires from {} to {to}{most}", seconds(bar.from_ms))
}
