//! A command that is run in a part, as an operator would, or as the topology declares. What it came to is an observation.

use std::time::Duration;

use relapse_model::timeline::What;
use relapse_model::topology::words;

use super::ActError;
use crate::exec;
use crate::raise::Lab;

/// A command that takes longer is not waited for.
const DONE_WITHIN: Duration = Duration::from_secs(120);

impl Lab {
    /// Runs a line as a command, to its end: the attempt `run`, of that part.
    ///
    /// # Errors
    /// When the part does not run or has no such command, or the command does not end.
    pub async fn run(&self, line: &str, part: &str) -> Result<(), ActError> {
        self.attempt("run", part, part, words(line)).await
    }

    /// Runs a command to its end, and writes on the timeline what came of it: exit code 0 is success.
    pub(super) async fn attempt(&self, name: &str, target: &str, part: &str, command: Vec<String>) -> Result<(), ActError> {
        let container = self.find(part).await?;
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let running = exec::run(&self.engine, &container, &words, &[], b"");
        let shown = words.join(" ");
        let Ok(output) = tokio::time::timeout(DONE_WITHIN, running).await else {
            return Err(ActError::new(format!("`{shown}` in {part} did not end within {} s", DONE_WITHIN.as_secs())));
        };
        let output = output?;
        let detail = format!("`{shown}` in {part}: exit {} {} {}", output.code, output.stdout.trim(), output.stderr.trim());
        // The engine's codes for a command that cannot be run, and for one that is not there.
        if matches!(output.code, 126 | 127) {
            return Err(ActError::new(detail));
        }
        let outcome = if output.code == 0 { "success" } else { "failure" };
        let (name, target, outcome) = (name.to_owned(), target.to_owned(), outcome.to_owned());
        self.recorder.record(What::Attempt { name, target, outcome, detail });
        Ok(())
    }
}
