//! One scenario of the report.

use maud::{Markup, PreEscaped, html};
use relapse_model::levels::Levels;
use relapse_model::outcome::Outcome;
use relapse_model::verdict::Verdict;

use super::badge::badge;
use super::bound::{seconds, short};
use super::{chart, draw, hops, lanes, logs, series};
use crate::report::failure::{again, longer};
use crate::runner::{Job, ScenarioRun};

/// The longest text of a sighting.
const MAX_CHARS: usize = 2000;
/// Room for logs in a report: one scenario's, and all scenarios' together.
const LOGS_OF_ONE: usize = 240 * 1024;
const LOGS_OF_ALL: usize = 2 * 1024 * 1024;

/// The heading of a scenario with `drawn` under it; `note` is what the command says of it besides its verdict.
pub(super) fn scenario(job: &Job, outcome: &Outcome, index: usize, note: Option<&str>, drawn: &str) -> Markup {
    let id = id(index);
    html! {
        article id=(id) aria-labelledby={ (id) "-name" } {
            h2 id={ (id) "-name" } { (badge(outcome.verdict)) " " (outcome.name) }
            p class="quiet" {
                code { (job.script.place()) }
                @for tag in &outcome.tags { " " span class="tag" { "@" (tag) } }
                " · " (format!("{:.1} s, of these the lab {:.1} s", outcome.seconds, outcome.lab_seconds))
            }
            @if let Some(note) = note { p { (note) } }
            (PreEscaped(drawn))
        }
    }
}

/// What is under the heading, of one of so many.
pub(super) fn drawn(job: &Job, told: &ScenarioRun, index: usize, jobs: usize) -> Markup {
    let outcome = &told.outcome;
    let id = id(index);
    // What held is unfolded only where nothing else is to be seen.
    let open = jobs == 1 || outcome.verdict != Verdict::Held;
    let room = (LOGS_OF_ALL / jobs.max(1)).min(LOGS_OF_ONE);
    html! {
        details open[open] {
            summary { "What was expected and seen" }
            @if let Some(trouble) = &outcome.trouble {
                div class="trouble" {
                    p { strong { "It could not be judged" @if let Some(line) = trouble.line { " (line " (line) ")" } } }
                    pre { (relapse_model::text::clean(&trouble.what)) }
                }
            }
            (thens(outcome))
            (levels(outcome))
            (timeline(told, &id))
            (hops::visits(&told.timeline, &id))
            (logs::logs(&told.timeline, &id, room))
            h3 { "Run it again" }
            pre class="again" tabindex="0" { (again(job)) }
            @if let Some(run) = &told.kept {
                p { "Its lab was kept: " code { "docker ps --filter label=relapse.run=" (run) } }
            }
        }
    }
}

fn id(index: usize) -> String {
    format!("scenario-{index}")
}

fn thens(outcome: &Outcome) -> Markup {
    html! {
        h3 { "Expectations" }
        @if outcome.thens.is_empty() { p { "None was judged." } }
        ol class="thens" {
            @for then in &outcome.thens {
                li {
                    (badge(then.verdict)) " " strong { (short(&then.text, MAX_CHARS)) }
                    div class="seen" { (short(&then.seen, MAX_CHARS)) }
                    div class="quiet" {
                        "line " (then.line) ", at " (seconds(then.at_ms)) ", watched for " (format!("{:.1} s{}", then.watched_seconds, longer(then)))
                    }
                }
            }
        }
    }
}

fn levels(outcome: &Outcome) -> Markup {
    html! {
        @if !outcome.levels.is_empty() {
            details { summary { "Levels of all " (outcome.levels.len()) " factors" } (pairs(&outcome.levels)) }
        }
    }
}

/// `factor at level`, each.
pub(super) fn pairs(levels: &Levels) -> Markup {
    html! {
        @if levels.is_empty() { span class="quiet" { "as on the day" } } @else {
            ul class="levels" { @for (factor, level) in levels { li { code { (factor) } " at " code { (short(level, 200)) } } } }
        }
    }
}

fn timeline(told: &ScenarioRun, id: &str) -> Markup {
    let ScenarioRun { outcome, timeline, catalogues, .. } = told;
    let lanes = lanes::lanes(outcome, timeline);
    let series = series::series(timeline, catalogues, lanes.end_ms);
    html! {
        h3 id={ (id) "-timeline" } { "Timeline" }
        @if timeline.entries().is_empty() {
            p { "The lab was never steady, so there is none." }
        } @else {
            (draw::draw(&lanes, &series, &format!("{id}-timeline")))
            (chart::moments(&series, lanes.end_ms))
        }
    }
}
