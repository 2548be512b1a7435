//! A command that somebody runs in a part, as an operator would.

use relapse_model::timeline::What;
use relapse_model::topology::words;

use super::ActError;
use crate::exec;
use crate::raise::Lab;

impl Lab {
    /// Runs it to its end. What came of it, its exit code and what it printed, is an attempt: `run`, of that part.
    ///
    /// # Errors
    /// When it could not be started: the part does not run, or has no such command.
    pub async fn run(&self, command: &str, part: &str) -> Result<(), ActError> {
        let container = self.find(part).await?;
        let words = words(command);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = exec::run(&self.engine, &container, &words, &[], b"").await?;
        let printed = [output.stdout.trim(), output.stderr.trim()].join(" ");
        // The engine's codes for a command that cannot be run, and for one that is not there.
        if matches!(output.code, 126 | 127) {
            return Err(ActError::new(format!("`{command}` in {part}: {}", printed.trim())));
        }
        let (outcome, detail) = match output.code {
            0 => ("success", printed.trim().to_owned()),
            code => ("failure", format!("exit code {code}: {}", printed.trim())),
        };
        self.recorder.record(What::Attempt { name: "run".into(), target: part.into(), outcome: outcome.into(), detail });
        Ok(())
    }
}
