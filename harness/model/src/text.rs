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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_move_a_cursor_is_made_visible() {
        assert_eq!(clean("\u{1b}[2Ja\tb\nc\r"), "\u{fffd}[2Ja\tb\nc\u{fffd}");
        assert_eq!(seconds(1_249), "1.2 s");
    }
}
