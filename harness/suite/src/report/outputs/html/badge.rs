//! A verdict as a badge.

use maud::{Markup, html};
use relapse_model::verdict::Verdict;

/// A verdict, told by a sign and a word besides its colour.
pub(super) fn badge(verdict: Verdict) -> Markup {
    html! { span class={ "badge " (verdict.word()) } { (sign(verdict)) " " (verdict.word()) } }
}

pub(super) fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Held => "✓",
        Verdict::Violated => "✕",
        Verdict::Inconclusive => "?",
    }
}
