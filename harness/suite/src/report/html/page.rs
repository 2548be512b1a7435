//! The document: the verdicts of all scenarios, then each scenario.

use maud::{Markup, html};
use relapse_model::verdict::Verdict;

use super::badge::{badge, sign};
use super::document::document;
use super::{Report, Scenario, scenario};

/// Room for logs in a report: one scenario's, and all scenarios' together.
const LOGS_OF_ONE: usize = 240 * 1024;
const LOGS_OF_ALL: usize = 2 * 1024 * 1024;

pub(super) fn page(report: &Report<'_>) -> Markup {
    let count = |verdict: Verdict| report.scenarios.iter().filter(|scenario| scenario.told.outcome.verdict == verdict).count();
    let (held, violated, inconclusive) = (count(Verdict::Held), count(Verdict::Violated), count(Verdict::Inconclusive));
    let logs = (LOGS_OF_ALL / report.scenarios.len().max(1)).min(LOGS_OF_ONE);
    let title = format!("relapse {}", report.command);
    let header = html! {
        h1 { (title) }
        p {
            (total(Verdict::Held, held)) " " (total(Verdict::Violated, violated)) " " (total(Verdict::Inconclusive, inconclusive))
            " in " (format!("{:.1}", report.seconds)) " s"
        }
    };
    let main = html! {
        @if report.scenarios.len() > 1 { (table(&report.scenarios)) }
        @for (index, one) in report.scenarios.iter().enumerate() {
            (scenario::scenario(one, index, report.scenarios.len() == 1, logs))
        }
    };
    let title = format!("{title}: {held} held, {violated} violated, {inconclusive} inconclusive");
    document(&title, "To the scenarios", &header, &main)
}

fn total(verdict: Verdict, count: usize) -> Markup {
    html! { span class={ "badge " @if count > 0 { (verdict.word()) } @else { "none" } } { (sign(verdict)) " " (count) " " (verdict.word()) } }
}

fn table(scenarios: &[Scenario<'_>]) -> Markup {
    html! {
        section aria-labelledby="verdicts" {
            h2 id="verdicts" { "Verdicts" }
            div class="wide" tabindex="0" role="region" aria-label="Verdicts of all scenarios" {
                table {
                    thead { tr { th scope="col" { "Verdict" } th scope="col" { "Scenario" } th scope="col" { "Levels of its own" } th scope="col" class="number" { "Seconds" } } }
                    tbody {
                        @for (index, Scenario { job, told, note }) in scenarios.iter().enumerate() {
                            tr {
                                td { (badge(told.outcome.verdict)) }
                                td {
                                    a href={ "#scenario-" (index) } { (told.outcome.name) }
                                    br;
                                    span class="quiet" { (job.script.place()) }
                                    @if let Some(note) = note { br; span { (note) } }
                                }
                                td { (scenario::pairs(&job.choice.merged())) }
                                td class="number" { (format!("{:.1}", told.outcome.seconds)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
