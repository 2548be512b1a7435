//! GitHub Actions: annotations at the features' lines, and the job's summary. The commands and how they are escaped:
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>.

use std::fmt::Write as _;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use relapse_model::outcome::Outcome;
use relapse_model::text::clean;
use relapse_model::verdict::Verdict;

use super::terminal::Terminal;
use super::{failure, output};

/// A job of GitHub Actions in which we run.
#[derive(Debug)]
pub(crate) struct Github {
    /// Where the job's summary is appended.
    summary: Option<PathBuf>,
    /// What leads from the repository's root to the project's, with a slash at its end where it is not empty.
    prefix: String,
    /// Ends the time in which commands are not obeyed; nobody else knows it.
    token: String,
}

impl Github {
    /// Where `GITHUB_ACTIONS` says so.
    pub(crate) fn here(root: &Path) -> Option<Self> {
        if std::env::var_os("GITHUB_ACTIONS").is_none_or(|value| value != "true") {
            return None;
        }
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let workspace = variable("GITHUB_WORKSPACE").and_then(|folder| folder.canonicalize().ok());
        let below =
            workspace.and_then(|workspace| Some(root.canonicalize().ok()?.strip_prefix(workspace).ok()?.display().to_string()));
        let prefix = below.filter(|below| !below.is_empty()).map(|below| format!("{below}/")).unwrap_or_default();
        let token = format!("relapse-{:016x}", RandomState::new().hash_one(std::process::id()));
        Some(Self { summary: variable("GITHUB_STEP_SUMMARY"), prefix, token })
    }

    /// From now on lines that look like commands are text: a part under test can write any.
    pub(crate) fn quiet(&self, terminal: &Terminal) {
        terminal.line(&format!("::stop-commands::{}", self.token));
    }

    /// Ends [`Self::quiet`], and marks these outcomes where they are written.
    /// `note` is what the command says of one besides its verdict.
    pub(crate) fn annotate<'a>(
        &self,
        terminal: &Terminal,
        outcomes: impl IntoIterator<Item = &'a Outcome>,
        note: impl Fn(&Outcome) -> Option<String>,
    ) {
        terminal.line(&format!("::{}::", self.token));
        for outcome in outcomes {
            terminal.line(&annotation(&self.prefix, outcome, note(outcome)));
        }
    }

    /// Appends Markdown to the job's summary. That it cannot be written changes no verdict, and is said.
    pub(crate) fn summary(&self, markdown: &str) {
        let Some(path) = &self.summary else { return };
        let written = File::options().create(true).append(true).open(path).and_then(|mut file| writeln!(file, "{markdown}"));
        if let Err(error) = written {
            output::aside(&format!("relapse: the job's summary {}: {error}", path.display()));
        }
    }
}

/// One command, at the line of what did not hold.
fn annotation(prefix: &str, outcome: &Outcome, note: Option<String>) -> String {
    let line = failure::line(outcome);
    let file = format!("{prefix}{}", outcome.feature);
    let title = format!("{}: {}", outcome.verdict, outcome.name);
    let message = clean(&note.unwrap_or_else(|| failure::sentence(outcome)));
    format!("::error file={},line={line},title={}::{}", property(&file), property(&title), data(&message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A table of outcomes; `note` is what the command says of one besides its verdict.
pub(crate) fn table(command: &str, outcomes: &[&Outcome], note: impl Fn(&Outcome) -> Option<String>) -> String {
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
    use super::super::sample::told;
    use super::*;

    #[test]
    fn an_annotation_is_at_the_line_of_what_failed_and_is_one_line() {
        assert_eq!(
            annotation("sub/", &told(Verdict::Inconclusive).outcome, None),
            "::error file=sub/features/shop/outage.feature,line=8,title=inconclusive%3A Carts & <orders>::shop: the engine refused, 100%25%0Ato start"
        );
        let violated = annotation("", &told(Verdict::Violated).outcome, None);
        assert!(violated.contains(",line=11,") && !violated.contains('\u{1b}'), "{violated}");
    }

    #[test]
    fn properties_escape_what_ends_them() {
        assert_eq!(property("a:b,c%d\r\n"), "a%3Ab%2Cc%25d%0D%0A");
        assert_eq!(data("a:b,c%d\r\n"), "a:b,c%25d%0D%0A");
    }

    #[test]
    fn a_cell_stays_one_cell_and_has_no_markup() {
        assert_eq!(cell("a|b\n<img src=x> `c` @team"), "a&#124;b<br>&lt;img src=x&gt; &#96;c&#96; &#64;team");
        let outcome = told(Verdict::Violated).outcome;
        let table = table("run", &[&outcome], |_| None);
        assert_eq!(table.lines().count(), 5, "{table}");
        assert!(
            table.contains("| violated | Carts &amp; &lt;orders&gt;<br>`features/shop/outage.feature:7` | 1.5 | expected:"),
            "{table}"
        );
    }
}
