//! The error rate of those who ask again and again.

use maud::{Markup, html};
use relapse_model::text::counted;

use super::super::bound::seconds;
use super::super::scale::{Scale, px};
use super::super::series::Asker;
use super::{Rows, axis, heaviest, left_out, line, name};

/// More of them are told in words only.
const MAX_ROWS: usize = 6;
const HEIGHT: f64 = 56.0;
/// Where 100 % and 0 % are.
const TOP: f64 = 9.0;
const BOTTOM: f64 = 48.0;

pub(super) fn rows(askers: &[Asker], rows: &mut Rows<'_>) {
    if !askers.is_empty() {
        rows.heading("Error rate, by second: no answer, or a status of 400 and above");
    }
    for asker in heaviest(askers, MAX_ROWS, |asker| hundredths(asker.worst())) {
        rows.row(HEIGHT, |scale, y| row(asker, scale, y));
    }
    left_out(rows, askers.len().saturating_sub(MAX_ROWS), "sender");
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a percentage")]
fn hundredths(percent: f64) -> u64 {
    (percent * 100.0).round() as u64
}

fn row(asker: &Asker, scale: &Scale, top: f64) -> Markup {
    let y = |failed: f64| top + BOTTOM - (BOTTOM - TOP) * failed / 100.0;
    let note = match asker.worst() {
        0.0 => "none failed".to_owned(),
        worst => format!("up to {worst:.0} % of a period"),
    };
    html! {
        (name(&asker.user, &note, top))
        (axis(("100 %", top + TOP), ("0 %", top + BOTTOM), scale.x(scale.end_ms)))
        @for rate in &asker.rates {
            @let (from, to) = (scale.x(rate.from_ms), scale.x(rate.to_ms));
            rect class="rate" x=(px(from)) y=(px(y(rate.value.failed))) width=(px(to - from)) height=(px(top + BOTTOM - y(rate.value.failed))) {
                title { (seconds(rate.from_ms)) " to " (seconds(rate.to_ms)) ": " (format!("{:.0} % of {}", rate.value.failed, counted(rate.value.answers, "answer"))) " failed" }
            }
        }
        path class="list" d=(line(scale, &asker.rates, |rate| y(rate.failed))) {}
    }
}
