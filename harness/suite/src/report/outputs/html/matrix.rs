//! The table of `matrix`: the levels of each cell, and what the scenario came to there.

use std::collections::BTreeSet;

use maud::{Markup, html};
use relapse_model::ablation::Effect;
use relapse_model::text::counted;

use super::badge::badge;
use super::bound::short;
use super::document::document;
use super::why;
use crate::analysis::{Cell, Matrix, message};

/// The longest text of a cell.
const MAX_CHARS: usize = 1000;

pub(super) fn page(table: &Matrix) -> Markup {
    let name = short(&table.scenario.name, MAX_CHARS);
    let header = html! {
        h1 { "Over levels: " (name) }
        p class="quiet" {
            code { (table.scenario.place()) } " · " (counted(table.cells.len(), "cell")) ", " (counted(table.runs, "run"))
            (format!(", {:.0} s", table.seconds))
        }
    };
    // A cell that bisection did not need is not there; all others have the same factors.
    let factors: BTreeSet<&String> = table.cells.iter().flat_map(|cell| cell.levels.keys()).collect();
    let main = html! {
        section aria-labelledby="cells" {
            h2 id="cells" { "Verdicts" }
            @if let Some(change) = &table.change { p { (short(change, MAX_CHARS)) "." } }
            div class="wide" tabindex="0" role="region" aria-labelledby="cells" {
                table class="findings" {
                    thead { tr { @for factor in &factors { th scope="col" { (factor) } } th scope="col" { "Verdict" } th scope="col" { "Why not judged" } } }
                    tbody { @for cell in &table.cells { (row(cell, &factors)) } }
                }
            }
        }
    };
    document(&format!("relapse matrix: {name}"), "To the verdicts", &header, &main)
}

fn row(cell: &Cell, factors: &BTreeSet<&String>) -> Markup {
    html! {
        tr {
            @for factor in factors { td { code { (short(cell.levels.get(*factor).map_or("", String::as_str), MAX_CHARS)) } } }
            td {
                @match &cell.seen.effect {
                    Effect::NotApplicable(_) | Effect::NotRun => (why::badge(Some(&cell.seen))),
                    _ => (badge(cell.verdict)),
                }
                @if let Some(count) = cell.count() { " " (count) }
            }
            td { @if let Some(why) = message(&cell.seen.effect) { (short(&why, MAX_CHARS)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use relapse_model::ablation::Seen;
    use relapse_model::verdict::Verdict;

    use super::*;

    #[test]
    fn a_cell_has_its_levels_and_its_verdict_and_says_why_it_has_none() {
        let cell = |release: &str, verdict, effect| Cell {
            levels: [("port".to_owned(), "<b>80".to_owned()), ("release".to_owned(), release.to_owned())].into(),
            verdict,
            held: 1,
            violated: 1,
            seen: Seen { of: 2, effect, ..Seen::default() },
        };
        let table = Matrix {
            scenario: crate::report::sample::job().script,
            cells: vec![
                cell("1.18", Verdict::Violated, Effect::Sometimes),
                cell("1.22", Verdict::Inconclusive, Effect::NotApplicable(format!("<script>{}", "x".repeat(50_000)))),
                cell("1.30", Verdict::Inconclusive, Effect::NotRun),
            ],
            change: Some("it changes between release 1.18 (violated) and release 1.22 (held)".into()),
            runs: 2,
            seconds: 12.0,
        };
        let page = page(&table).into_string();
        assert!(
            page.contains("<code>&lt;b&gt;80</code></td><td><code>1.18</code></td><td><span class=\"badge violated\">"),
            "{page}"
        );
        assert!(
            page.contains("held 1 of 2")
                && page.contains("– not applicable")
                && page.contains("– not run")
                && page.contains("it changes between")
        );
        assert!(!page.contains("<script>xx") && !page.contains("<b>") && page.len() < 30_000, "{}", page.len());
    }
}
