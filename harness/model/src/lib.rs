//! The words of relapse, pure: no tokio, no Docker, no clock, no printing. Judging lives here.
//!
//! `topology` is what is declared, `timeline` what was seen, `expect` what should have been, `verdict` what follows, `reason` why there is
//! none; `wire` is what lab and services say to each other.

pub mod ablation;
pub mod expect;
pub mod levels;
pub mod outcome;
pub mod place;
pub mod reason;
pub mod text;
pub mod timeline;
pub mod topology;
pub mod variables;
pub mod verdict;

/// Where one is meant, others that are much less like it only confuse.
const BEHIND_THE_BEST: f64 = 0.15;

/// The candidates nearest to a mistyped word, best first, at most three.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut scored: Vec<(f64, &str)> = candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(score, _)| *score > 0.7)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = scored.first().map_or(0.0, |(score, _)| *score);
    scored.retain(|(score, _)| *score >= best - BEHIND_THE_BEST);
    scored.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn what_is_far_behind_the_best_is_no_suggestion() {
        assert_eq!(nearest("trapp", ["slack", "two-apps", "trap"]), ["trap"]);
        assert_eq!(nearest("shpo", ["shops", "shop"]), ["shop", "shops"]);
        assert!(nearest("zzz", ["trap"]).is_empty());
    }
}
