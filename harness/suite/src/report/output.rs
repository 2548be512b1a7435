//! Where everything is printed: text for people on standard output, what goes on besides on standard error. Whoever reads may go away,
//! or have no room: then what is printed is lost, and nothing else.

use relapse_model::text::clean;
use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// The option whose document is standard output, if one is; text for people goes to standard error then.
static DOCUMENT: Mutex<Option<&'static str>> = Mutex::new(None);
/// Whether it was said that standard output cannot be written to.
static LOST: AtomicBool = AtomicBool::new(false);

/// Makes standard output an option's document.
///
/// # Errors
/// Naming the option whose document it is already.
pub(crate) fn claim(option: &'static str) -> Result<(), &'static str> {
    let mut document = DOCUMENT.lock().unwrap_or_else(PoisonError::into_inner);
    match *document {
        Some(other) if other != option => Err(other),
        _ => {
            *document = Some(option);
            Ok(())
        }
    }
}

/// A line for people.
pub(crate) fn line(text: &str) {
    if DOCUMENT.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
        return aside(text);
    }
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{}", visible(text, colours(&out))).and_then(|()| out.flush());
    // Who closed a pipe knows it.
    if let Err(error) = written.map_err(|error| (error.kind() != ErrorKind::BrokenPipe).then_some(error))
        && !LOST.swap(true, Ordering::Relaxed)
        && let Some(error) = error
    {
        aside(&format!("relapse: standard output: {error}; what is printed there is lost"));
    }
}

/// A line besides, in one piece: where both streams are one file, standard output has its lines there too.
pub(crate) fn aside(text: &str) {
    let mut err = std::io::stderr().lock();
    let line = format!("{}\n", visible(text, colours(&err)));
    let _ = err.write_all(line.as_bytes());
}

/// A question, without an end of the line.
pub(crate) fn ask(text: &str) {
    let mut err = std::io::stderr().lock();
    let _ = write!(err, "{text}").and_then(|()| err.flush());
}

/// A document as it is.
pub(crate) fn document(content: &[u8]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(content).and_then(|()| out.flush())
}

/// The same on standard error.
pub(crate) fn document_aside(content: &[u8]) -> std::io::Result<()> {
    std::io::stderr().lock().write_all(content)
}

/// Whether colours are wanted there.
pub(crate) fn colours(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Without what moves a terminal's cursor: names and texts of others stand in all that is printed. Only colours stay, where they are
/// wanted.
fn visible(text: &str, colours: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\x1b').filter(|_| colours) {
        let (before, after) = rest.split_at(at);
        out.push_str(&clean(before));
        let end = after.find('m').filter(|end| {
            let inner = after.get(1..*end).and_then(|inner| inner.strip_prefix('['));
            inner.is_some_and(|inner| inner.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'))
        });
        let (kept, tail) = after.split_at(end.map_or(1, |end| end + 1));
        out.push_str(&if end.is_some() { kept.to_owned() } else { clean(kept) });
        rest = tail;
    }
    out.push_str(&clean(rest));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colours_reach_a_terminal_and_only_where_they_are_wanted() {
        let text = "\x1b[31mred\x1b[0m \x1b[2J\x1b]0;title\x07 \r\t\nend\x1b";
        assert_eq!(visible(text, true), "\x1b[31mred\x1b[0m \u{fffd}[2J\u{fffd}]0;title\u{fffd} \u{fffd}\t\nend\u{fffd}");
        assert!(!visible(text, false).contains('\x1b'));
    }

    #[test]
    fn standard_output_is_one_document_at_most() {
        assert_eq!((claim("--json"), claim("--json"), claim("--junit")), (Ok(()), Ok(()), Err("--json")));
    }
}
