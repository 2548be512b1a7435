//! Outcomes on a terminal, a line a Then; colours only where a terminal is, and `NO_COLOR` is not set.

use relapse_model::outcome::Outcome;
use relapse_model::text::clean;
use relapse_model::verdict::Verdict;

use super::progress::Progress;
use super::{failure, output};
use crate::runner::{Event, Job, ScenarioRun};
use crate::script::Script;

/// Prints to standard output, and what goes on meanwhile to standard error.
#[derive(Debug, Clone)]
pub(crate) struct Terminal {
    colours: bool,
    progress: Progress,
}

impl Terminal {
    pub(crate) fn new() -> Self {
        Self { colours: output::colours(&std::io::stdout()), progress: Progress::default() }
    }

    /// A line as it is.
    pub(crate) fn line(&self, text: &str) {
        self.progress.aside(|| output::line(text));
    }

    /// What goes on: the job of that number, and what happened with it.
    pub(crate) fn progress(&self, index: usize, job: &Job, event: &Event) {
        self.progress.tell(index, job, event);
    }

    fn paint(&self, code: u8, text: &str) -> String {
        if self.colours { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// A verdict, in capitals and its colour.
    pub(crate) fn verdict(&self, verdict: Verdict) -> String {
        let code = match verdict {
            Verdict::Held => 32,
            Verdict::Inconclusive => 33,
            Verdict::Violated => 31,
        };
        self.paint(code, &verdict.word().to_uppercase())
    }

    /// One scenario's outcome: every Then with its verdict, and what is needed to understand a failure.
    pub(crate) fn scenario(&self, job: &Job, told: &ScenarioRun) {
        self.line(&self.lines_of(job, told).join("\n"));
    }

    fn lines_of(&self, job: &Job, told: &ScenarioRun) -> Vec<String> {
        let outcome = &told.outcome;
        let mut lines = vec![heading(&job.script)];
        for then in &outcome.thens {
            let word = format!("{:12}", then.verdict.word());
            let word = match then.verdict {
                Verdict::Held => self.paint(32, &word),
                Verdict::Inconclusive => self.paint(33, &word),
                Verdict::Violated => self.paint(31, &word),
            };
            lines.push(format!("  {word} {}", then.text));
            if then.verdict == Verdict::Held {
                lines.push(format!("               {}", self.paint(2, &then.seen)));
            }
        }
        if outcome.verdict != Verdict::Held {
            lines.extend(failure::explain(job, told).iter().map(|line| format!("  {}", clean(line))));
        }
        lines.push(format!(
            "  {} in {:.1} s (of these, the lab {:.1} s){}\n",
            self.verdict(outcome.verdict),
            outcome.seconds,
            outcome.lab_seconds,
            meaning(outcome)
        ));
        if let Some(run) = &told.kept {
            lines.push(format!(
                "  the lab stays: `docker ps --filter label=relapse.run={run}`; `relapse leaks --remove` removes it\n"
            ));
        }
        lines
    }
}

/// What a terminal without colours shows of a scenario.
pub(crate) fn plain(job: &Job, told: &ScenarioRun) -> Vec<String> {
    Terminal { colours: false, progress: Progress::default() }.lines_of(job, told)
}

/// `features/trap/x.feature:12  Name  @incident @why`.
pub(crate) fn heading(script: &Script) -> String {
    let tags: Vec<String> = script.tags.iter().map(|tag| format!("@{tag}")).collect();
    format!("{}  {}  {}", script.place(), script.name, tags.join(" ")).trim_end().to_owned()
}

/// What a verdict means for a scenario of that kind.
fn meaning(outcome: &Outcome) -> &'static str {
    let is = |tag: &str| outcome.tags.iter().any(|own| own == tag);
    let last_held = outcome.thens.last().is_some_and(|then| then.verdict == Verdict::Held);
    match outcome.verdict {
        Verdict::Held if is("incident") => ": the outage happens",
        Verdict::Held if is("insufficient") => ": it happens all the same",
        // Its last Then was not judged: what came of the outage is not known.
        Verdict::Violated if outcome.trouble.is_some() => ", and not judged to its end",
        Verdict::Held if is("gate") => ": the gate keeps it from happening",
        Verdict::Violated if is("incident") && last_held => ": the outage happens, with a link missing",
        Verdict::Violated if is("incident") => ": the outage does not happen",
        Verdict::Violated if is("gate") && last_held => ": the gate keeps it from happening, with a link missing",
        Verdict::Violated if is("gate") => ": the gate does not keep it from happening",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{job, sample_run};
    use super::*;

    #[test]
    fn what_was_violated_is_told_though_trouble_came_afterwards() {
        let mut both = sample_run(Verdict::Violated);
        both.outcome.tags = vec!["incident".into()];
        both.outcome.trouble = sample_run(Verdict::Inconclusive).outcome.trouble;
        // As when the last Then that was judged held.
        both.outcome.thens.reverse();
        let said = plain(&job(), &both).join("\n");
        for words in [
            "expected  ada should be answered 200",
            "seen      ada was answered: 502",
            "shop: the engine refused",
            "VIOLATED in 1.5 s",
            "and not judged to its end",
        ] {
            assert!(said.contains(words), "{words} is not in\n{said}");
        }
        assert!(!said.contains("the outage happens"), "{said}");
        assert_eq!(failure::line(&both.outcome), 11);
    }
}
