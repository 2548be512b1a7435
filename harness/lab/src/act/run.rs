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
        self.attempt("run", part, part, words(line).map_err(ActError::new)?).await
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
        let (stdout, stderr) = (bounded(output.stdout.trim()), bounded(output.stderr.trim()));
        let detail = format!("`{shown}` in {part}: exit {} {stdout} {stderr}", output.code);
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

/// What is kept of each of a command's outputs: its record is shown, and stands in reports.
const MAX_KEPT: usize = 8 << 10;

/// A text with its middle left out where it is long, and how much that is.
fn bounded(text: &str) -> String {
    if text.len() <= MAX_KEPT {
        return text.to_owned();
    }
    let boundary = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    let (head, tail) = (boundary(MAX_KEPT / 2), boundary(text.len() - MAX_KEPT / 2));
    let (first, last) = (text.get(..head).unwrap_or_default(), text.get(tail..).unwrap_or_default());
    format!("{first}\n… {} bytes are left out …\n{last}", tail - head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_output_the_middle_is_left_out() {
        assert_eq!(bounded("short"), "short");
        let text = format!("begin{}end", "é".repeat(2 << 20));
        let kept = bounded(&text);
        assert!(kept.len() < MAX_KEPT + 100 && kept.starts_with("begin") && kept.ends_with("end"), "{} bytes", kept.len());
        assert!(kept.contains("bytes are left out"));
    }
}
