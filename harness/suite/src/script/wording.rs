//! Words of a step that its phrase takes, and with which nothing could be done: told before anything is run.

use relapse_model::topology::words;

use super::Script;
use super::finding::{Finding, Kind};
use crate::vocabulary::lab_levels;

/// What is wrong with a script's words.
pub(super) fn check(script: &Script) -> Vec<Finding> {
    let wrong = |step: &gherkin::Step, word: &str, message: String| {
        Finding::new(Kind::Words, script.word(step.position.line, word), message)
    };
    let mut findings = Vec::new();
    for step in &script.steps {
        let levels = lab_levels(&step.value);
        for (index, (factor, level)) in levels.iter().enumerate() {
            if levels.iter().take(index).any(|(other, _)| other == factor) {
                findings.push(wrong(
                    step,
                    factor,
                    format!("the factor `{factor}` is named twice: only one of its levels can be so"),
                ));
            }
            if level.starts_with(['/', '.']) {
                let message = format!(
                    "`{level}` is a path: a step names a level of the topology, and `--set {factor}=FILE` somebody's own file"
                );
                findings.push(wrong(step, level, message));
            }
        }
        if let Some(Err(why)) = command(&step.value).map(|command| words(&command)) {
            findings.push(wrong(step, step.value.trim(), why));
        }
        for word in outside_quotes(&step.value).filter(|word| is_number(word)) {
            let message = match word.parse::<i64>() {
                Ok(number) if number < 0 => format!("`{word}` is less than nothing: a number here is 0 or more"),
                Ok(number) if u32::try_from(number).is_ok() => continue,
                _ => format!("`{word}` is too large a number: at most {} here", u32::MAX),
            };
            findings.push(wrong(step, word, message));
        }
    }
    findings
}

fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The line of `"…" is run in …`.
fn command(text: &str) -> Option<String> {
    let (quoted, _) = text.trim().rsplit_once(" is run in ")?;
    let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = quoted.strip_prefix(quote)?.strip_suffix(quote)?;
    // As {string} takes it.
    Some(inner.replace(&format!("\\{quote}"), &quote.to_string()))
}

/// The words of a step that stand in no quotes; these begin with a word.
fn outside_quotes(text: &str) -> impl Iterator<Item = &str> {
    let mut quote: Option<char> = None;
    text.split_whitespace().filter(move |word| {
        let begins = word.chars().next().filter(|c| matches!(c, '"' | '\''));
        let inside = quote.is_some() || begins.is_some();
        let opened = if quote.is_some() { None } else { begins };
        quote = quote.or(begins);
        let mut escaped = false;
        for c in word.chars().skip(usize::from(opened.is_some())) {
            if Some(c) == quote && !escaped {
                quote = None;
            }
            escaped = c == '\\' && !escaped;
        }
        !inside
    })
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;

    fn said(step: &str) -> Vec<String> {
        let Ok(folder) = tempfile::tempdir() else { return Vec::new() };
        let path = folder.path().join("f.feature");
        let _ = std::fs::write(&path, format!("Feature: f\n  Scenario: s\n    {step}\n"));
        parse(&path, "f.feature")
            .map_or_else(|finding| vec![finding.to_string()], |parsed| parsed.findings.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn what_no_step_could_do_is_told_at_its_word() {
        let wrong = [
            ("Given the a lab with x at b and y at c and x at d", "f.feature:3:26: the factor `x` is named twice"),
            ("Given the a lab with x at /etc/shadow", "f.feature:3:31: `/etc/shadow` is a path"),
            ("When \"sh -c 'x\" is run in app", "quote without an end"),
            ("When alice holds -5 WebSockets to ws://x/", "f.feature:3:22: `-5` is less than nothing"),
            ("Then app should log at least 99999999999999999999 lines with \"x\" within 1s", "too large a number"),
        ];
        for (step, expected) in wrong {
            let said = said(step);
            assert!(said.len() == 1 && said.iter().all(|said| said.contains(expected)), "{step}: {said:?}");
        }
        for fine in [
            "Given the a lab with x at b and y at c",
            "When \"sh -c \\\"x -5 99999999999\\\"\" is run in app",
            "Then app should log exactly 5 lines with \"it's -5\" within 1s",
        ] {
            assert_eq!(said(fine), Vec::<String>::new(), "{fine}");
        }
    }
}
