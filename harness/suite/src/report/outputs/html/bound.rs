//! Text from services, fit for a page: bounded, and without characters that move or turn what is around them. Markup is escaped by the
//! templates.

use relapse_model::text::clean;

/// At most `most` characters of it, on one line; says how many were cut.
pub(super) fn short(text: &str, most: usize) -> String {
    let text: String = clean(text)
        .chars()
        .map(|c| match c {
            '\n' | '\t' => ' ',
            // They would turn the direction of what follows.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c => c,
        })
        .collect();
    let length = text.chars().count();
    if length <= most {
        return text;
    }
    let kept: String = text.chars().take(most).collect();
    format!("{kept}… ({} characters more)", length - most)
}

/// Milliseconds as people read them.
#[expect(clippy::cast_precision_loss)]
pub(super) fn seconds(ms: u64) -> String {
    format!("{:.3} s", ms as f64 / 1000.0)
}

/// At most so many characters of a name.
pub(super) fn shorten(name: &str, most: usize) -> String {
    let length = name.chars().count();
    if length <= most { name.to_owned() } else { name.chars().take(most - 1).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn what_would_deceive_is_made_visible_and_what_is_long_is_cut() {
        assert_eq!(short("\u{1b}[31mred\u{202e}", 80), "\u{fffd}[31mred\u{fffd}");
        assert_eq!(short("two\nlines", 80), "two lines");
        assert_eq!(short("abcdef", 4), "abcd… (2 characters more)");
    }
}
