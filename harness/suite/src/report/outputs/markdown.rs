//! Markdown, for what renders it: the summary of a CI job, a postmortem.

use std::fmt::Write as _;
use std::path::PathBuf;

use relapse_model::outcome::Outcome;
use relapse_model::text::clean;
use relapse_model::verdict::Verdict;

use super::format::Format;
use crate::exit::Failure;
use crate::report::conclusion::Conclusion;
use crate::report::failure;
use crate::report::file::Document;
use crate::report::reporter::Reporter;
use crate::report::why;

pub(super) const FORMAT: Format = Format {
    option: OPTION,
    value: "FILE",
    help: "Writes what people can paste in a postmortem",
    commands: &["run", "prove", "why"],
    open,
};

const OPTION: &str = "--markdown";

fn open(path: PathBuf) -> Result<Box<dyn Reporter>, Failure> {
    Ok(Box::new(Markdown { file: Document::open(OPTION, path)? }))
}

struct Markdown {
    file: Document,
}

impl Reporter for Markdown {
    fn conclude(&mut self, conclusion: &Conclusion<'_>) {
        if let Some(text) = of(conclusion) {
            self.file.write(text.as_bytes());
        }
    }
}

/// What a command came to, if there is a text for it.
pub(crate) fn of(conclusion: &Conclusion<'_>) -> Option<String> {
    match conclusion {
        Conclusion::Played(played) => Some(table(played.command, &played.outcomes(), |outcome| played.note(outcome))),
        Conclusion::Why(findings) => Some(why::markdown(findings)),
        Conclusion::Matrix(_) | Conclusion::Lint(_) => None,
    }
}

/// A table of outcomes; `note` is what the command says of one besides its verdict.
fn table(command: &str, outcomes: &[&Outcome], note: impl Fn(&Outcome) -> Option<String>) -> String {
    let count = |verdict: Verdict| outcomes.iter().filter(|outcome| outcome.verdict == verdict).count();
    let mut text = format!(
        "## relapse {command}: {} held, {} violated, {} inconclusive\n\n| verdict | scenario | seconds | |\n|---|---|---:|---|\n",
        count(Verdict::Held),
        count(Verdict::Violated),
        count(Verdict::Inconclusive)
    );
    for outcome in outcomes {
        let said = note(outcome).or_else(|| (outcome.verdict != Verdict::Held).then(|| failure::sentence(outcome)));
        let _ = writeln!(
            text,
            "| {} | {}<br>`{}:{}` | {:.1} | {} |",
            outcome.verdict,
            cell(&outcome.name),
            outcome.feature,
            outcome.line,
            outcome.seconds,
            cell(&said.unwrap_or_default())
        );
    }
    text
}

/// Text in a cell of a Markdown table: without markup of its own.
fn cell(text: &str) -> String {
    let mut cell = String::new();
    for c in clean(text).chars() {
        match c {
            '\n' => cell.push_str("<br>"),
            '<' => cell.push_str("&lt;"),
            '>' => cell.push_str("&gt;"),
            '&' => cell.push_str("&amp;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '#' | '@' => {
                let _ = write!(cell, "&#{};", u32::from(c));
            }
            c => cell.push(c),
        }
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::sample_run;

    #[test]
    fn a_cell_stays_one_cell_and_has_no_markup() {
        assert_eq!(cell("a|b\n<img src=x> `c` @team"), "a&#124;b<br>&lt;img src=x&gt; &#96;c&#96; &#64;team");
        let outcome = sample_run(Verdict::Violated).outcome;
        let table = table("run", &[&outcome], |_| None);
        assert_eq!(table.lines().count(), 5, "{table}");
        assert!(
            table.contains("| violated | Carts &amp; &lt;orders&gt;<br>`features/shop/outage.feature:7` | 1.5 | expected:"),
            "{table}"
        );
    }
}
