//! Charts and lanes as inline SVG. Marks of one sort that would lie on each other are one mark that says how many it stands for, which also
//! bounds the drawing.

use maud::{Markup, html};
use relapse_model::timeline::Tone;
use relapse_model::verdict::Verdict;

use super::badge::sign;
use super::bound::shorten;
use super::chart;
use super::lanes::{Lane, Lanes, Mark};
use super::phases::Phase;
use super::scale::{LABEL, LEFT, Scale, WIDTH, px, tick};
use super::series::Series;

/// Characters that fit left of a lane.
const FITS: usize = 30;
const TOP: f64 = 28.0;
const LANE: f64 = 24.0;
const ROW: f64 = 17.0;
const MAX_ROWS: usize = 5;
/// Marks that are nearer to each other are one.
const NEAR: f64 = 3.0;

/// The charts, and below them the lanes, on one axis.
pub(super) fn draw(lanes: &Lanes, series: &Series, id: &str) -> Markup {
    let scale = Scale { end_ms: lanes.end_ms };
    let (charts, mut y) = chart::draw(series, &scale, TOP, id);
    let mut placed: Vec<(f64, f64, &Lane)> = Vec::new();
    for lane in &lanes.lanes {
        let height = LANE.max(ROW * rows(&scale, &lane.marks).len() as f64 + 8.0);
        placed.push((y, height, lane));
        y += height;
    }
    let steps = lanes.lanes.iter().flat_map(|lane| &lane.marks).filter(|mark| mark.tone == Tone::Step);
    html! {
        (chart::legend(series))
        (legend())
        div class="wide" tabindex="0" role="region" aria-labelledby=(id) {
            svg class="lanes" viewBox={ "0 0 " (WIDTH) " " (px(y + 6.0)) } role="img" aria-labelledby={ (id) "-title" } {
                title id={ (id) "-title" } { "The timeline in charts and lanes; everything in it is also told in the tables and logs below" }
                defs {
                    pattern id={ (id) "-missing" } width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)" {
                        rect width="5" height="5" class="missing-ground" {}
                        line x1="0" y1="0" x2="0" y2="5" class="missing-stroke" {}
                    }
                    pattern id={ (id) "-down" } class="down-pattern" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                        rect width="6" height="6" class="down-ground" {}
                        line x1="0" y1="0" x2="0" y2="6" class="down-stroke" {}
                    }
                }
                @for second in scale.ticks() {
                    line class="grid" x1=(px(scale.x(second))) x2=(px(scale.x(second))) y1=(px(TOP - 6.0)) y2=(px(y)) {}
                    text class="axis" x=(px(scale.x(second))) y="14" text-anchor="middle" { (tick(second)) }
                }
                @for step in steps {
                    line class="step-line" x1=(px(scale.x(step.at_ms))) x2=(px(scale.x(step.at_ms))) y1=(px(TOP)) y2=(px(y)) {}
                }
                (charts)
                @for (y, height, lane) in placed { (row(&scale, lane, y, height, id)) }
            }
        }
    }
}

fn row(scale: &Scale, lane: &Lane, y: f64, height: f64, id: &str) -> Markup {
    let middle = y + height / 2.0;
    let shown = shorten(&lane.name, FITS);
    html! {
        line class="lane" x1="0" x2=(WIDTH) y1=(px(y)) y2=(px(y)) {}
        text class="name" x="4" y=(px(middle + 4.0)) { (shown) @if shown != lane.name { title { (lane.name) } } }
        @for span in &lane.spans {
            @let (from, to) = (scale.x(span.from_ms), scale.x(span.to_ms));
            @let fill = (span.phase == Phase::Down).then(|| format!("url(#{id}-down)"));
            rect class=(phase(span.phase)) fill=[fill] x=(px(from)) y=(px(y + 5.0)) width=(px((to - from).max(1.0))) height=(px(height - 10.0)) {
                title { (span.title) }
            }
        }
        @for (index, row) in rows(scale, &lane.marks).into_iter().enumerate() {
            @for mark in row { (labelled(scale, mark, y + 4.0 + ROW * index as f64)) }
        }
        @for (mark, more, last) in merged(scale, &lane.marks) { (shape(scale, mark, more, last, middle)) }
    }
}

fn labelled(scale: &Scale, mark: &Mark, y: f64) -> Markup {
    let x = scale.x(mark.at_ms);
    let (class, prefix) = match mark.tone {
        Tone::Judged(verdict) => (format!("then {}", verdict.word()), sign(verdict)),
        _ => ("step".to_owned(), ""),
    };
    html! {
        g class=(class) {
            title { (mark.title) }
            rect x=(px(x)) y=(px(y)) width=(px(LABEL - 2.0)) height=(px(ROW - 3.0)) rx="3" {}
            text x=(px(x + LABEL / 2.0 - 1.0)) y=(px(y + 11.0)) text-anchor="middle" { (prefix) (mark.line.unwrap_or_default()) }
        }
    }
}

fn shape(scale: &Scale, mark: &Mark, more: usize, last: &Mark, y: f64) -> Markup {
    let x = scale.x(mark.at_ms);
    let title =
        if more == 0 { mark.title.clone() } else { format!("{}\n… and {more} more, the last:\n{}", mark.title, last.title) };
    let bar = |class: &str, half: f64| {
        html! { line class=(class) x1=(px(x)) x2=(px(x)) y1=(px(y - half)) y2=(px(y + half)) { title { (title) } } }
    };
    match mark.tone {
        Tone::Served => bar("served", 7.0),
        Tone::Passed => bar("passed", 4.0),
        Tone::Failed => bar("failed", 9.0),
        Tone::Event => html! { circle class="event" cx=(px(x)) cy=(px(y)) r="3" { title { (title) } } },
        Tone::Action => html! { rect class="action" x=(px(x - 3.5)) y=(px(y - 3.5)) width="7" height="7" { title { (title) } } },
        Tone::Dns => {
            let points = format!("{x:.1},{:.1} {:.1},{y:.1} {x:.1},{:.1} {:.1},{y:.1}", y - 5.0, x + 5.0, y + 5.0, x - 5.0);
            html! { polygon class="dns" points=(points) { title { (title) } } }
        }
        Tone::Step | Tone::Judged(_) => html! {},
    }
}

/// The labelled marks, in rows in which none lies on another.
fn rows<'a>(scale: &Scale, marks: &'a [Mark]) -> Vec<Vec<&'a Mark>> {
    let mut rows: Vec<Vec<&Mark>> = Vec::new();
    for mark in marks.iter().filter(|mark| mark.line.is_some()) {
        let free = rows.iter().position(|row| row.last().is_none_or(|last| scale.x(mark.at_ms) - scale.x(last.at_ms) >= LABEL));
        if free.is_none() && rows.len() < MAX_ROWS {
            rows.push(Vec::new());
        }
        let index = free.unwrap_or(rows.len() - 1);
        if let Some(row) = rows.get_mut(index) {
            row.push(mark);
        }
    }
    rows
}

/// Each mark without a label, how many more it stands for, and the last of these.
fn merged<'a>(scale: &Scale, marks: &'a [Mark]) -> Vec<(&'a Mark, usize, &'a Mark)> {
    let mut merged: Vec<(&Mark, usize, &Mark)> = Vec::new();
    for mark in marks.iter().filter(|mark| mark.line.is_none()) {
        match merged.iter_mut().rev().find(|(first, ..)| first.tone == mark.tone) {
            Some((first, more, last)) if scale.x(mark.at_ms) - scale.x(first.at_ms) < NEAR => {
                *more += 1;
                *last = mark;
            }
            _ => merged.push((mark, 0, mark)),
        }
    }
    merged
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Created => "created",
        Phase::Running => "running",
        Phase::Ended => "ended",
        Phase::Down => "down",
    }
}

fn legend() -> Markup {
    let key = |tone: Tone, text: &str| {
        let mark = Mark { at_ms: 0, tone, title: String::new(), line: None };
        html! {
            li { svg viewBox={ (LEFT - 8.0) " 0 16 20" } width="16" height="20" aria-hidden="true" { (shape(&Scale { end_ms: 1 }, &mark, 0, &mark, 10.0)) } (text) }
        }
    };
    html! {
        ul class="legend" {
            li { span class="chip step" { "12" } "step, by its line" }
            li { span class="chip then held" { (sign(Verdict::Held)) "13" } "expectation, when it was decided" }
            (key(Tone::Served, "request, answered"))
            (key(Tone::Passed, "passed on"))
            (key(Tone::Failed, "failed"))
            (key(Tone::Dns, "DNS answer"))
            (key(Tone::Action, "attempt"))
            (key(Tone::Event, "container event, page"))
            li { span class="chip running" {} "running" }
            li { span class="chip down" {} "down: ended or frozen, until it runs again" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_requests_are_few_marks_that_say_how_many_they_stand_for() {
        let mark = |at_ms| Mark { at_ms, tone: Tone::Served, title: String::new(), line: None };
        let marks: Vec<Mark> = (0..100_000).map(mark).collect();
        let scale = Scale { end_ms: 100_000 };
        let merged = merged(&scale, &marks);
        assert!(merged.len() < 300, "{}", merged.len());
        assert_eq!(merged.iter().map(|(_, more, _)| more + 1).sum::<usize>(), marks.len());
    }

    #[test]
    fn labels_do_not_lie_on_each_other() {
        let mark = |at_ms| Mark { at_ms, tone: Tone::Step, title: String::new(), line: Some(1) };
        let marks = [mark(0), mark(1), mark(2), mark(900)];
        let rows = rows(&Scale { end_ms: 1000 }, &marks);
        assert_eq!(rows.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1, 1]);
    }
}
