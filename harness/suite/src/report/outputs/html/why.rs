//! What `why` found: each level alone, the combinations that gates name, and the smallest sets.

use maud::{Markup, html};
use relapse_model::ablation::{Effect, Seen, levels};

use super::bound::short;
use super::document::document;
use crate::analysis::Findings;
use crate::report::why::{paragraphs, word};

/// The longest text of a cell, and of a paragraph.
const MAX_CHARS: usize = 1000;
const MAX_PARAGRAPH: usize = 4000;

pub(super) fn page(findings: &Findings) -> Markup {
    let day = findings.day();
    let header = html! {
        h1 { "What it needed: " (short(&findings.scenario.name, MAX_CHARS)) }
        p class="quiet" { code { (findings.scenario.place()) } " · as on the day it happened in " (day.occurred) " of " (day.of) " runs" }
        @if let Some(figure) = &day.figure { p class="quiet" { "It was seen: " (short(figure, MAX_CHARS)) } }
    };
    let main = html! {
        section aria-labelledby="sets" {
            h2 id="sets" { "What it needed" }
            @for paragraph in paragraphs(findings) { p { (coded(&short(&paragraph, MAX_PARAGRAPH))) } }
        }
        section aria-labelledby="levels" {
            h2 id="levels" { "At other levels" }
            (table(findings))
        }
    };
    document(&format!("relapse why: {}", short(&findings.scenario.name, MAX_CHARS)), "To the findings", &header, &main)
}

fn table(findings: &Findings) -> Markup {
    let single = findings.singles().map(|(name, level, seen)| (format!("`{name}` at `{level}`"), seen));
    let named = findings.named().map(|(cell, seen)| (levels(&findings.table, cell), seen));
    html! {
        div class="wide" tabindex="0" role="region" aria-labelledby="levels" {
            table class="findings" {
                thead {
                    tr {
                        th scope="col" { "Levels" } th scope="col" { "What comes of it" } th scope="col" class="number" { "Happened" }
                        th scope="col" { "Broke at" } th scope="col" { "Instead, or why" }
                    }
                }
                tbody { @for (levels, seen) in single.chain(named) { (row(&levels, seen)) } }
            }
        }
    }
}

fn row(levels: &str, seen: Option<&Seen>) -> Markup {
    let broke = seen.filter(|seen| matches!(seen.effect, Effect::DoesNotHappen | Effect::Otherwise));
    let (occurred, of) = seen.map_or((0, 0), |seen| (seen.occurred, seen.of));
    html! {
        tr {
            td { (coded(&short(levels, MAX_CHARS))) }
            td { (badge(seen)) }
            td class="number" { (occurred) " of " (of) }
            td { (text(broke.and_then(|seen| seen.broke_at.as_deref()))) }
            td {
                (text(seen.and_then(|seen| seen.instead.as_deref())))
                @if let Some(failure) = seen.and_then(|seen| seen.another_outage.as_deref()) { br; "users: " (short(failure, MAX_CHARS)) }
                @for gate in seen.map(|seen| seen.held_gates.as_slice()).unwrap_or_default() { br; "gate: " code { (short(gate, MAX_CHARS)) } }
            }
        }
    }
}

/// What some levels did, told by a sign and a word besides its colour.
pub(super) fn badge(seen: Option<&Seen>) -> Markup {
    let (class, sign) = match seen.map(|seen| &seen.effect) {
        Some(Effect::DoesNotHappen) if seen.is_some_and(|seen| seen.another_outage.is_some()) => ("inconclusive", "✕"),
        Some(Effect::DoesNotHappen) => ("held", "✓"),
        Some(Effect::Otherwise) => ("inconclusive", "↓"),
        Some(Effect::Happens | Effect::Sometimes) => ("violated", "✕"),
        Some(Effect::NotApplicable(_) | Effect::NotRun) | None => ("none", "–"),
        Some(Effect::Inconclusive(_)) => ("inconclusive", "?"),
    };
    html! { span class={ "badge " (class) } { (sign) " " (word(seen)) } }
}

fn text(text: Option<&str>) -> Markup {
    html! { @if let Some(text) = text { (short(text, MAX_CHARS)) } }
}

/// What stands between back quotes as code.
fn coded(text: &str) -> Markup {
    html! { @for (index, piece) in text.split('`').enumerate() { @if index % 2 == 1 { code { (piece) } } @else { (piece) } } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::findings;

    fn seen(effect: Effect, instead: &str) -> Seen {
        Seen {
            broke_at: Some("ada should be answered 200".into()),
            instead: Some(instead.into()),
            of: 1,
            effect,
            ..Seen::default()
        }
    }

    #[test]
    fn every_effect_is_told_by_a_word_and_what_services_said_is_text_and_bounded() {
        let hostile = format!("<script>alert(1)</script>\u{1b}[2J{}", "x".repeat(100_000));
        let effects = [
            Effect::DoesNotHappen,
            Effect::Otherwise,
            Effect::Happens,
            Effect::Sometimes,
            Effect::NotApplicable(String::new()),
            Effect::Inconclusive(String::new()),
            Effect::NotRun,
        ];
        let mut all: Vec<Seen> = effects.into_iter().map(|effect| seen(effect, &hostile)).collect();
        let gone = seen(Effect::DoesNotHappen, "");
        all.push(Seen { another_outage: Some("504".into()), ..gone.clone() });
        all.push(Seen { held_gates: vec!["features/x.feature:1".into()], ..gone });
        let page = page(&findings(all)).into_string();
        let words = [
            "does not happen",
            "happens otherwise",
            "happens all the same",
            "happens sometimes",
            "not applicable",
            "inconclusive",
            "not run",
            "another outage",
            "would have prevented it",
        ];
        for word in words {
            assert!(page.contains(&format!(" {word}</span>")), "{word}");
        }
        assert!(page.contains("<td><code>nginx_&lt;b&gt;</code> at <code>1</code></td>"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;\u{fffd}[2J"));
        assert!(!page.contains("<script>alert") && !page.contains("<b>"));
        assert!(page.len() < 80_000, "{}", page.len());
        assert_eq!(page.matches("<td>ada should be answered 200</td>").count(), 4, "only what broke says where");
    }

    #[test]
    fn that_no_set_is_known_is_told() {
        let page = page(&findings(vec![seen(Effect::NotRun, "")])).into_string();
        assert!(page.contains("The smallest sets of factors are not known"), "{page}");
    }
}
