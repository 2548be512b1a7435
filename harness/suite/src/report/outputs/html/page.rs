//! The document: the verdicts of all scenarios, then each scenario.

use std::collections::BTreeMap;

use maud::{Markup, html};
use relapse_model::verdict::Verdict;

use super::badge::{badge, sign};
use super::document::document;
use super::scenario;
use crate::report::conclusion::Played;

/// `drawn`: of each scenario that ended, what is under its heading.
pub(super) fn page(played: Played<'_>, drawn: &BTreeMap<usize, String>) -> Markup {
    let [held, violated, inconclusive] =
        [Verdict::Held, Verdict::Violated, Verdict::Inconclusive].map(|verdict| played.count(verdict));
    let title = format!("relapse {}", played.command);
    let header = html! {
        h1 { (title) }
        p {
            (total(Verdict::Held, held)) " " (total(Verdict::Violated, violated)) " " (total(Verdict::Inconclusive, inconclusive))
            " in " (format!("{:.1}", played.seconds)) " s"
        }
    };
    let main = html! {
        @if played.ended().count() > 1 { (table(played)) }
        @for (index, job, outcome) in played.ended() {
            @let drawn = drawn.get(&index).map_or("", String::as_str);
            (scenario::scenario(job, outcome, index, played.note(outcome).as_deref(), drawn))
        }
    };
    let title = format!("{title}: {held} held, {violated} violated, {inconclusive} inconclusive");
    document(&title, "To the scenarios", &header, &main)
}

fn total(verdict: Verdict, count: usize) -> Markup {
    html! { span class={ "badge " @if count > 0 { (verdict.word()) } @else { "none" } } { (sign(verdict)) " " (count) " " (verdict.word()) } }
}

fn table(played: Played<'_>) -> Markup {
    html! {
        section aria-labelledby="verdicts" {
            h2 id="verdicts" { "Verdicts" }
            div class="wide" tabindex="0" role="region" aria-label="Verdicts of all scenarios" {
                table {
                    thead { tr { th scope="col" { "Verdict" } th scope="col" { "Scenario" } th scope="col" { "Levels of its own" } th scope="col" class="number" { "Seconds" } } }
                    tbody {
                        @for (index, job, outcome) in played.ended() {
                            tr {
                                td { (badge(outcome.verdict)) }
                                td {
                                    a href={ "#scenario-" (index) } { (outcome.name) }
                                    br;
                                    span class="quiet" { (job.script.place()) }
                                    @if let Some(note) = played.note(outcome) { br; span { (note) } }
                                }
                                td { (scenario::pairs(&job.choice.merged())) }
                                td class="number" { (format!("{:.1}", outcome.seconds)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
