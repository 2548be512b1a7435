//! What is what in the charts.

use maud::{Markup, html};

use super::super::series::Series;

pub(in super::super) fn legend(series: &Series) -> Markup {
    let sample = |class: &str| {
        html! { svg viewBox="0 0 16 20" width="16" height="20" aria-hidden="true" { path class=(class) d="M0 13H8V7H16" {} } }
    };
    html! {
        @if !series.is_empty() {
            ul class="legend" {
                @if !series.tiers.is_empty() {
                    li { (sample("catalogue")) "the catalogue's instances" }
                    li { (sample("list")) "the list's" }
                    li { span class="chip stale" {} "stale: in the list only" }
                    li { span class="chip missing" {} "missing: in the catalogue only" }
                    li { span class="chip unknown" {} "not known" }
                }
                @if !series.askers.is_empty() { li { span class="chip rate" {} "failed; no line where nothing was answered" } }
                @if !series.alerts.is_empty() { li { span class="chip firing" {} "an alert fires" } }
            }
        }
    }
}
