//! Texts of others for people: what a service wrote must not move a terminal's cursor, and times read as people say them.

/// Without control characters other than the end of a line and tabulators.
#[must_use]
pub fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c }).collect()
}

/// `1.2 s`, of milliseconds.
#[must_use]
pub fn seconds(ms: u64) -> String {
    #[expect(clippy::cast_precision_loss)]
    let seconds = ms as f64 / 1000.0;
    format!("{seconds:.1} s")
}

/// `1 request`, `2 requests`, `3 topologies`.
#[must_use]
pub fn counted(count: usize, what: &str) -> String {
    match (count, what.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']))) {
        (1, _) => format!("1 {what}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_move_a_cursor_is_made_visible() {
        assert_eq!(clean("\u{1b}[2Ja\tb\nc\r"), "\u{fffd}[2Ja\tb\nc\u{fffd}");
        assert_eq!(seconds(1_249), "1.2 s");
    }

    #[test]
    fn one_is_not_several() {
        let of = |count| [counted(count, "request"), counted(count, "topology"), counted(count, "day")];
        assert_eq!(of(1), ["1 request", "1 topology", "1 day"]);
        assert_eq!(of(2), ["2 requests", "2 topologies", "2 days"]);
    }
}
