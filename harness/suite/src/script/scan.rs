//! A feature's lines as they stand, for what the parser does not tell: which line is a tag, a table's row, the content of a doc string.

use super::english;
use super::finding::{Finding, Kind, Place};
use super::shape::{Shape, lines};

/// What a line can be.
pub(super) const HELP: &str = "a line begins with Feature:, Scenario:, Given, When, Then, And, But, @tag, | or #; a doc string stands between lines of \"\"\"";

/// The language that a feature says it is in.
pub(super) fn language(text: &str) -> Option<(usize, &str)> {
    lines(text).take_while(|(_, line, shape)| *shape == Shape::Comment || line.trim().is_empty()).find_map(|(number, line, _)| {
        let rest = line.trim().strip_prefix('#')?.trim_start().strip_prefix("language")?.trim_start();
        Some((number, rest.strip_prefix(':')?.trim()))
    })
}

/// The text as the parser knows it; no line moves. Its Japanese has only `Rule:`, the official one only `ルール:`; it stumbles over white
/// space at ends of lines, over a backslash in a cell that escapes nothing, and over what follows a row's last bar.
pub(super) fn known_to_the_parser(text: &str) -> String {
    let japanese = language(text).is_some_and(|(_, language)| language == "ja");
    let mut out = String::with_capacity(text.len());
    for (_, line, shape) in lines(text) {
        match (shape, line.trim_start().strip_prefix("ルール").map(str::trim_start)) {
            (Shape::Other, Some(rest)) if japanese && rest.starts_with(':') => {
                out.push_str("Rule");
                out.push_str(rest.trim_end());
            }
            (Shape::Content | Shape::Fence, _) => out.push_str(line),
            (Shape::Row, _) => out.push_str(&row(line)),
            _ => out.push_str(line.trim_end()),
        }
        out.push('\n');
    }
    out
}

/// A row up to its last bar, with every backslash that escapes nothing escaped itself.
fn row(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut end = 0;
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek().copied()) {
            ('\\', Some(escaped @ ('n' | '|' | '\\'))) => {
                out.extend(['\\', escaped]);
                rest.next();
            }
            ('\\', _) => out.push_str("\\\\"),
            _ => out.push(c),
        }
        if c == '|' {
            end = out.len();
        }
    }
    out.truncate(end);
    out
}

/// What the parser would pass over in silence, or tell of in the wrong place.
pub(super) fn check(file: &str, text: &str) -> Option<Finding> {
    if let Some((line, language)) = language(text).filter(|(_, language)| !gherkin::is_language_supported(language)) {
        let place = Place::word(file, text, line, language);
        return Some(
            Finding::new(Kind::Syntax, place, format!("`{language}` is no language of Gherkin")).help("for example en, ja, fr"),
        );
    }
    if lines(text).all(|(_, line, shape)| shape == Shape::Comment || line.trim().is_empty()) {
        let place = Place::line(file, text, text.lines().count());
        return Some(Finding::new(Kind::Syntax, place, "there are only comments here; a feature begins with `Feature:`"));
    }
    if language(text).is_none_or(|(_, language)| language == "en")
        && let Some((line, message)) = english::misplaced(text)
    {
        return Some(Finding::new(Kind::Syntax, Place::line(file, text, line), message).help(HELP));
    }
    let mut opened = None;
    // The first row of the table under way: its number of cells.
    let mut first: Option<usize> = None;
    for (number, line, shape) in lines(text) {
        if shape == Shape::Fence {
            opened = if opened.is_some() { None } else { Some(number) };
        }
        if shape == Shape::Tags
            && let Some(bare) = line.split(" #").next().unwrap_or_default().split_whitespace().find(|tag| !tag.starts_with('@'))
        {
            let place = Place::word(file, text, number, bare);
            let finding =
                Finding::new(Kind::Syntax, place, format!("`{bare}` is no tag: a tag begins with @ and has no white space"));
            return Some(finding);
        }
        if shape == Shape::Tags && line.split(" #").next().unwrap_or_default().split_whitespace().any(|tag| tag == "@") {
            let place = Place::word(file, text, number, "@");
            return Some(Finding::new(Kind::Syntax, place, "a tag has a name: nothing follows this @"));
        }
        if shape != Shape::Row {
            first = first.filter(|_| shape == Shape::Comment || line.trim().is_empty());
            continue;
        }
        let Some(cells) = cells(line.trim()) else {
            let place = Place::line(file, text, number);
            return Some(Finding::new(Kind::Syntax, place, "this row of a table has no end").help("a row ends with |"));
        };
        let wanted = *first.get_or_insert(cells);
        if cells != wanted {
            let place = Place::line(file, text, number);
            let message = format!("this row has {cells} cells, and the first of its table {wanted}");
            return Some(Finding::new(Kind::Syntax, place, message).help("every row of a table has as many cells as the first"));
        }
    }
    opened.map(|line| {
        Finding::new(Kind::Syntax, Place::line(file, text, line), "this doc string has no end")
            .help("it ends with a line like the one that begins it")
    })
}

/// The number of cells of a row; none if it does not end. What follows the last bar is no cell.
fn cells(row: &str) -> Option<usize> {
    let mut bars = 0;
    let mut escaped = false;
    for c in row.chars() {
        bars += usize::from(c == '|' && !escaped);
        escaped = c == '\\' && !escaped;
    }
    (bars > 1).then(|| bars - 1)
}

/// A doc string without its media type, its indentation and its escapes, which the parser leaves in.
pub(super) fn doc_string(raw: &str) -> String {
    let raw = raw.replace("\\\"\\\"\\\"", "\"\"\"").replace("\\`\\`\\`", "```");
    let Some((head, body)) = raw.split_once('\n').filter(|(head, _)| !head.trim().is_empty()) else { return raw };
    tracing::debug!(media_type = head.trim(), "a doc string");
    let indent = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let common = body.lines().filter(|line| !line.trim().is_empty()).map(|line| indent(&line)).min().unwrap_or_default();
    let dedented: Vec<&str> = body.lines().map(|line| line.get(common..).unwrap_or_default()).collect();
    format!("\n{}\n", dedented.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_is_no_content() {
        assert_eq!(doc_string("json\n      {\n        \"a\": 1\n      }\n      "), "\n{\n  \"a\": 1\n}\n\n");
        assert_eq!(doc_string("\na\n  b\n"), "\na\n  b\n");
    }

    #[test]
    fn cells_are_counted_between_bars_that_are_not_escaped() {
        assert_eq!(cells(r"| a | b\|c | \\|"), Some(3));
        assert_eq!(cells(r"| a \|"), None);
        assert_eq!(cells("|"), None);
    }

    #[test]
    fn a_row_ends_with_its_last_bar_and_keeps_its_backslashes() {
        assert_eq!(row(r" | a\b | c\| \n | d \"), r" | a\\b | c\| \n |");
    }

    #[test]
    fn a_japanese_rule_is_known() {
        let text = "# language: ja\n機能: f\n  ルール: r\n    シナリオ: s\n      前提 x\n        \"\"\"\n        ルール: r\n        \"\"\"\n";
        let known = known_to_the_parser(text);
        assert!(known.contains("\nRule: r\n") && known.contains("\n        ルール: r\n"), "{known}");
    }
}
