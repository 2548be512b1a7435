//! GitHub Actions: annotations at the features' lines, and the job's summary. The commands and how they are escaped:
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>.

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::{Path, PathBuf};

use relapse_model::outcome::Outcome;
use relapse_model::text::clean;

use super::conclusion::Conclusion;
use super::outputs::markdown;
use super::reporter::Reporter;
use super::terminal::Terminal;
use super::{failure, output};
use crate::runner::Job;

/// The reporter of a job of GitHub Actions, where we run in one.
pub(crate) fn reporter(root: &Path, terminal: &Terminal) -> Option<Box<dyn Reporter>> {
    Some(Box::new(Actions { github: Github::here(root)?, terminal: terminal.clone() }))
}

struct Actions {
    github: Github,
    terminal: Terminal,
}

impl Reporter for Actions {
    fn begin(&mut self, _jobs: &[Job]) {
        self.github.quiet(&self.terminal);
    }

    fn conclude(&mut self, conclusion: &Conclusion<'_>) {
        if let Conclusion::Played(played) = conclusion {
            let wrong = played.outcomes().into_iter().filter(|outcome| played.is_wrong(outcome));
            self.github.annotate(&self.terminal, wrong, |outcome| played.note(outcome));
        }
        if let Some(text) = markdown(conclusion) {
            self.github.summary(&text);
        }
    }
}

/// A job of GitHub Actions in which we run.
#[derive(Debug)]
struct Github {
    /// Where the job's summary is appended.
    summary: Option<PathBuf>,
    /// What leads from the repository's root to the project's, with a slash at its end where it is not empty.
    prefix: String,
    /// Ends the time in which commands are not obeyed; nobody else knows it.
    token: String,
}

impl Github {
    /// Where `GITHUB_ACTIONS` says so.
    fn here(root: &Path) -> Option<Self> {
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

    /// From now on lines that look like commands are text: a service under test can write any.
    fn quiet(&self, terminal: &Terminal) {
        terminal.line(&format!("::stop-commands::{}", self.token));
    }

    /// Ends [`Self::quiet`], and marks these outcomes where they are written.
    /// `note` is what the command says of one besides its verdict.
    fn annotate<'a>(
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
    fn summary(&self, markdown: &str) {
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

#[cfg(test)]
mod tests {
    use relapse_model::verdict::Verdict;

    use super::super::sample::sample_run;
    use super::*;

    #[test]
    fn an_annotation_is_at_the_line_of_what_failed_and_is_one_line() {
        assert_eq!(
            annotation("sub/", &sample_run(Verdict::Inconclusive).outcome, None),
            "::error file=sub/features/shop/outage.feature,line=8,title=inconclusive%3A Carts & <orders>::shop: the engine refused, 100%25%0Ato start"
        );
        let violated = annotation("", &sample_run(Verdict::Violated).outcome, None);
        assert!(violated.contains(",line=11,") && !violated.contains('\u{1b}'), "{violated}");
    }

    #[test]
    fn properties_escape_what_ends_them() {
        assert_eq!(property("a:b,c%d\r\n"), "a%3Ab%2Cc%25d%0D%0A");
        assert_eq!(data("a:b,c%d\r\n"), "a:b,c%25d%0D%0A");
    }
}
