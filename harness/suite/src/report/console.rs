//! What people see of a command: scenarios as they end, and what it came to.

use relapse_model::verdict::Verdict;

use super::conclusion::{Conclusion, Played};
use super::reporter::Reporter;
use super::terminal::Terminal;
use super::{matrix, prove, summary, why};
use crate::runner::{Event, Job};

/// How much is said of each scenario that ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Each {
    /// Every Then: `run`.
    Whole,
    /// A line, and every Then of what could not be judged: `prove`.
    Line,
    /// Nothing: an experiment has its own notes, and libtest says what failed.
    Nothing,
}

pub(crate) struct Console {
    terminal: Terminal,
    each: Each,
}

impl Console {
    pub(crate) fn new(terminal: &Terminal, each: Each) -> Self {
        Self { terminal: terminal.clone(), each }
    }

    fn played(&self, played: Played<'_>) {
        let lines = match played.proofs {
            Some(proofs) => prove::lines(proofs, &played.not_run()),
            None => summary::lines(&played.outcomes(), &played.not_run(), played.seconds),
        };
        lines.iter().for_each(|line| self.terminal.line(line));
        // libtest has a closing line of its own, and `prove` counts gates.
        if played.command == "run" {
            self.terminal.line(&summary::closing(&played.outcomes()));
        }
    }
}

impl Reporter for Console {
    fn hear(&mut self, index: usize, job: &Job, event: &Event) {
        self.terminal.progress(index, job, event);
        let Event::Ended(told) = event else { return };
        let verdict = told.outcome.verdict;
        if self.each == Each::Whole || (self.each == Each::Line && verdict == Verdict::Inconclusive) {
            self.terminal.scenario(job, told);
        }
        if self.each == Each::Line {
            self.terminal.line(&format!("  {:7.1} s  {verdict}: {}", told.outcome.seconds, job.script.place()));
        }
    }

    fn note(&mut self, text: &str) {
        self.terminal.line(text);
    }

    fn conclude(&mut self, conclusion: &Conclusion<'_>) {
        match conclusion {
            Conclusion::Played(played) => self.played(*played),
            Conclusion::Why(findings) => self.terminal.line(&why::terminal(findings)),
            Conclusion::Matrix(table) => matrix::print(&self.terminal, table),
            // The command itself ends with it, since what was found is its error.
            Conclusion::Lint(_) => {}
        }
    }
}
