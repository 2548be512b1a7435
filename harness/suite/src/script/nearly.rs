//! Slips of the pen.

/// Whether a word is a slip of the pen away from another one.
pub(super) fn nearly(word: &str, other: &str) -> bool {
    let most = if other.len() < 5 { 1 } else { 2 };
    word != other && strsim::osa_distance(word, other) <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_near() {
        assert!(nearly("ngnix", "nginx") && nearly("incidnet", "incident") && !nearly("home", "dns") && !nearly("git", "git"));
    }
}
