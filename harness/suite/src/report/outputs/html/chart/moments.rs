//! The charts in words: what began to differ, to fail or to fire, until when, and how bad it was.

use maud::{Markup, html};
use relapse_model::text::counted;

use super::super::bound::{seconds, short};
use super::super::series::{Asker, Divergence, List, Numbers, Series, Stretch, Tier};
use super::MAX_CHARS;

/// What is over sooner is told by the chart only: every list is read some time after another.
const BRIEF_MS: u64 = 1000;
/// The longest table.
const MAX_MOMENTS: usize = 60;

/// Something that lasted.
pub(super) struct Moment {
    pub(super) from_ms: u64,
    pub(super) to_ms: u64,
    pub(super) who: String,
    pub(super) what: String,
}

pub(in super::super) fn moments(series: &Series, end_ms: u64) -> Markup {
    let moments = moments_of(series);
    let until = |to_ms: u64| if to_ms >= end_ms { "the end".to_owned() } else { seconds(to_ms) };
    html! {
        @if !series.is_empty() {
            details {
                summary { "The charts in words" }
                @if moments.is_empty() { p { "Nothing differed for a second, nothing failed, and no alert fired." } } @else {
                    div class="wide" tabindex="0" role="region" aria-label="The charts in words" {
                        table {
                            thead { tr { th scope="col" class="number" { "From" } th scope="col" class="number" { "Until" } th scope="col" { "Who" } th scope="col" { "What" } } }
                            tbody {
                                @for moment in moments.iter().take(MAX_MOMENTS) {
                                    tr {
                                        td class="number" { (seconds(moment.from_ms)) }
                                        td class="number" { (until(moment.to_ms)) }
                                        td { code { (short(&moment.who, MAX_CHARS)) } }
                                        td { (short(&moment.what, MAX_CHARS)) }
                                    }
                                }
                            }
                        }
                    }
                    @if moments.len() > MAX_MOMENTS { p class="left-out" { (counted(moments.len() - MAX_MOMENTS, "row")) " left out" } }
                }
            }
        }
    }
}

/// By their beginnings.
pub(super) fn moments_of(series: &Series) -> Vec<Moment> {
    let mut moments: Vec<Moment> = Vec::new();
    for tier in &series.tiers {
        for list in &tier.lists {
            moments.extend(differs(tier, list));
            let gaps = list.unknown.iter().filter(|gap| gap.to_ms - gap.from_ms >= BRIEF_MS);
            moments.extend(gaps.map(|gap| Moment {
                from_ms: gap.from_ms,
                to_ms: gap.to_ms,
                who: list.service.clone(),
                what: format!("its list of {} is not known: {}", tier.name, gap.value),
            }));
        }
    }
    moments.extend(series.askers.iter().flat_map(fails));
    for alert in &series.alerts {
        moments.extend(alert.firing.iter().map(|firing| Moment {
            from_ms: firing.from_ms,
            to_ms: firing.to_ms,
            who: alert.name.clone(),
            what: match firing.value {
                0 | 1 => "the alert fires".into(),
                most => format!("the alert fires, up to {most} of that name at once"),
            },
        }));
        if let (true, Some(last)) = (alert.still, moments.last_mut()) {
            last.what.push_str(", and was not resolved");
        }
    }
    moments.sort_by_key(|moment| moment.from_ms);
    moments
}

/// Runs of stretches that follow each other and are `so`.
fn runs<T>(stretches: &[Stretch<T>], so: impl Fn(&T) -> bool) -> Vec<&[Stretch<T>]> {
    let goes_on = |a: &Stretch<T>, b: &Stretch<T>| a.to_ms == b.from_ms && so(&a.value) == so(&b.value);
    stretches.chunk_by(goes_on).filter(|run| run.first().is_some_and(|first| so(&first.value))).collect()
}

fn span<T>(run: &[Stretch<T>]) -> (u64, u64) {
    (run.first().map_or(0, |first| first.from_ms), run.last().map_or(0, |last| last.to_ms))
}

fn differs<'a>(tier: &'a Tier, list: &'a List) -> impl Iterator<Item = Moment> + 'a {
    let so = |numbers: &Numbers| numbers.divergence.is_some_and(|of| of.addresses() > 0);
    runs(&list.known, so).into_iter().filter_map(move |run| {
        let (from_ms, to_ms) = span(run);
        let most = |what: &str, of: fn(Divergence) -> usize| {
            // The first of the greatest.
            let greatest = run.iter().rev().max_by_key(|stretch| stretch.value.divergence.map(of))?;
            let number = greatest.value.divergence.map(of).filter(|number| *number > 0)?;
            Some(format!("up to {number} {what} (at {})", seconds(greatest.from_ms)))
        };
        let parts: Vec<String> = [most("stale", |of| of.stale), most("missing", |of| of.missing)].into_iter().flatten().collect();
        let what = format!("differs from {} on {}: {}", tier.catalogue, tier.name, parts.join(", "));
        (to_ms - from_ms >= BRIEF_MS).then(|| Moment { from_ms, to_ms, who: list.service.clone(), what })
    })
}

fn fails(asker: &Asker) -> impl Iterator<Item = Moment> + '_ {
    runs(&asker.rates, |rate| rate.failed > 0.0).into_iter().filter_map(|run| {
        let (from_ms, to_ms) = span(run);
        let worst = run.iter().rev().max_by(|a, b| a.value.failed.total_cmp(&b.value.failed))?;
        let answers: usize = run.iter().map(|rate| rate.value.answers).sum();
        let what = format!(
            "up to {:.0} % failed (at {}), of {}",
            worst.value.failed,
            seconds(worst.from_ms),
            counted(answers, "answer")
        );
        Some(Moment { from_ms, to_ms, who: asker.user.clone(), what })
    })
}
