//! The words of relapse, pure: no tokio, no Docker, no clock, no printing. Judging lives here.
//!
//! `topology` is what is declared, `timeline` what was seen, `expect` what should have been, `verdict` what follows;
//! `wire` is what lab and parts say to each other.

pub mod ablation;
pub mod expect;
pub mod levels;
pub mod outcome;
pub mod timeline;
pub mod topology;
pub mod verdict;
pub mod wire;

/// The candidates nearest to a mistyped word, best first, at most three.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut scored: Vec<(f64, &str)> = candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(score, _)| *score > 0.7)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}
