//! What `why` found: each level alone, and the smallest sets.

use maud::{Markup, html};
use relapse_model::ablation::{Effect, Row};

use super::bound::short;
use super::document::document;
use crate::command::why::Findings;
use crate::report::why::paragraphs;

/// The longest text of a cell, and of a paragraph.
const LONGEST: usize = 1000;
const LONGEST_PARAGRAPH: usize = 4000;

pub(super) fn page(findings: &Findings) -> Markup {
    let (occurred, of) = findings.base;
    let header = html! {
        h1 { "What it needed: " (short(&findings.scenario.name, LONGEST)) }
        p class="quiet" { code { (findings.scenario.place()) } " · as on the day it happened in " (occurred) " of " (of) " runs" }
    };
    let main = html! {
        section aria-labelledby="sets" {
            h2 id="sets" { "Smallest sets" }
            (sets(findings))
            @for paragraph in paragraphs(findings) { p { (coded(&short(&paragraph, LONGEST_PARAGRAPH))) } }
        }
        section aria-labelledby="levels" {
            h2 id="levels" { "Each level alone" }
            (table(&findings.rows))
        }
    };
    document(&format!("relapse why: {}", short(&findings.scenario.name, LONGEST)), "To the findings", &header, &main)
}

fn sets(findings: &Findings) -> Markup {
    html! {
        @match (findings.sets.is_empty(), &findings.sets_cut) {
            (true, Some(why)) => p { "None is known: " (short(why, LONGEST)) "." },
            (true, None) => p { "There is none." },
            (false, _) => ul {
                @for set in &findings.sets {
                    li { @if set.is_empty() { "none of the factors" } @for (index, name) in set.iter().enumerate() { @if index > 0 { ", " } code { (name) } } }
                }
            },
        }
    }
}

fn table(rows: &[Row]) -> Markup {
    html! {
        div class="wide" tabindex="0" role="region" aria-labelledby="levels" {
            table class="findings" {
                thead {
                    tr {
                        th scope="col" { "Factor" } th scope="col" { "Level" } th scope="col" { "Alone" } th scope="col" class="number" { "Happened" }
                        th scope="col" { "Broke at" } th scope="col" { "Instead, or why" }
                    }
                }
                tbody {
                    @for row in rows {
                        tr {
                            td { code { (short(&row.name, LONGEST)) } }
                            td { code { (short(&row.level, LONGEST)) } }
                            td { (badge(&row.effect)) }
                            td class="number" { (row.occurred) " of " (row.of) }
                            td { @if matches!(row.effect, Effect::Prevents | Effect::Weaker) { (text(row.broke_at.as_deref())) } }
                            td { (text(row.instead.as_deref())) }
                        }
                    }
                }
            }
        }
    }
}

/// An effect, told by a sign and a word besides its colour.
pub(super) fn badge(effect: &Effect) -> Markup {
    let (class, sign) = match effect {
        Effect::Prevents => ("held", "✓"),
        Effect::Weaker => ("inconclusive", "↓"),
        Effect::NotNeeded | Effect::Sometimes => ("violated", "✕"),
        Effect::NotApplicable(_) | Effect::NotRun => ("none", "–"),
        Effect::Inconclusive(_) => ("inconclusive", "?"),
    };
    html! { span class={ "badge " (class) } { (sign) " " (effect.word()) } }
}

fn text(text: Option<&str>) -> Markup {
    html! { @if let Some(text) = text { (short(text, LONGEST)) } }
}

/// What stands between back quotes as code.
fn coded(text: &str) -> Markup {
    html! { @for (index, piece) in text.split('`').enumerate() { @if index % 2 == 1 { code { (piece) } } @else { (piece) } } }
}

#[cfg(test)]
mod tests {
    use relapse_model::verdict::Verdict;

    use super::*;
    use crate::report::sample::findings;

    fn row(effect: Effect, instead: &str) -> Row {
        Row {
            name: "nginx_<b>".into(),
            level: "at-request".into(),
            verdict: Verdict::Held,
            occurred: 0,
            of: 1,
            prevents: effect == Effect::Prevents,
            weaker: false,
            not_applicable: false,
            broke_at: Some("ada should be answered 200".into()),
            instead: Some(instead.into()),
            effect,
        }
    }

    #[test]
    fn every_effect_is_told_by_a_word_and_what_parts_said_is_text_and_bounded() {
        let hostile = format!("<script>alert(1)</script>\u{1b}[2J{}", "x".repeat(100_000));
        let effects = [
            Effect::Prevents,
            Effect::Weaker,
            Effect::NotNeeded,
            Effect::Sometimes,
            Effect::NotApplicable(String::new()),
            Effect::Inconclusive(String::new()),
            Effect::NotRun,
        ];
        let rows = effects.into_iter().map(|effect| row(effect, &hostile)).collect();
        let page = page(&findings(rows, vec![vec!["port".into(), "nginx_<b>".into()]])).into_string();
        for word in ["prevents", "weaker", "happens all the same", "sometimes", "not applicable", "inconclusive", "not run"] {
            assert!(page.contains(&format!(" {word}</span>")), "{word}");
        }
        assert!(page.contains("<li><code>port</code>, <code>nginx_&lt;b&gt;</code></li>"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;\u{fffd}[2J"));
        assert!(!page.contains("<script>alert") && !page.contains("<b>"));
        assert!(page.len() < 60_000, "{}", page.len());
        assert_eq!(page.matches("<td>ada should be answered 200</td>").count(), 2, "only what broke says where");
    }

    #[test]
    fn that_no_set_is_known_is_not_that_there_is_none() {
        let mut findings = findings(Vec::new(), Vec::new());
        findings.sets_cut = Some("the budget ended".into());
        assert!(page(&findings).into_string().contains("None is known: the budget ended."));
        assert!(page(&self::findings(Vec::new(), vec![Vec::new()])).into_string().contains("<li>none of the factors</li>"));
    }
}
