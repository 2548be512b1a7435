//! Two long texts that should be the same: what differs is shown, and not both.

/// Panics with the first line that differs, and with how to mend that.
///
/// # Panics
/// When the texts differ.
#[track_caller]
#[expect(clippy::panic, reason = "it is an assertion of tests")]
pub fn assert_same_text(written: &str, made: &str, mend: &str) {
    if written == made {
        return;
    }
    let (mut written, mut made) = (written.lines(), made.lines());
    for line in 1.. {
        match (written.next(), made.next()) {
            (None, None) => panic!("only the ends of lines differ: {mend}"),
            (old, new) if old != new => {
                let shown = |text: Option<&str>| text.map_or_else(|| "nothing more".to_owned(), |text| format!("`{text}`"));
                panic!("line {line} has {}, and should have {}: {mend}", shown(old), shown(new));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::assert_same_text;

    fn said(written: &'static str, made: &'static str) -> String {
        let panic = std::panic::catch_unwind(|| assert_same_text(written, made, "write it anew")).unwrap_err();
        *panic.downcast::<String>().unwrap()
    }

    #[test]
    fn the_first_line_that_differs_is_shown() {
        assert_same_text("a\nb", "a\nb", "");
        assert_eq!(said("a\nb\nc", "a\nx\nc"), "line 2 has `b`, and should have `x`: write it anew");
        assert_eq!(said("a", "a\nb"), "line 2 has nothing more, and should have `b`: write it anew");
        assert_eq!(said("a\n", "a"), "only the ends of lines differ: write it anew");
    }
}
