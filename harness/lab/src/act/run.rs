//! A command that is run in a service, as an operator would, or as the topology declares. What it came to is an observation.

use std::time::Duration;

use relapse_model::timeline::Record;
use relapse_model::topology::words;

use super::error::ActError;
use crate::lab::Lab;
use relapse_engine::exec;

/// A command that takes longer is not waited for.
const DONE_WITHIN: Duration = Duration::from_secs(120);

impl Lab {
    /// Runs a line as a command, to its end: the attempt `run`, of that service.
    ///
    /// # Errors
    /// When the service does not run or has no such command, or the command does not end.
    pub async fn run(&self, line: &str, service: &str) -> Result<(), ActError> {
        self.attempt("run", service, service, words(line).map_err(ActError::new)?).await
    }

    /// Runs a command to its end, and writes on the timeline what came of it: exit code 0 is success.
    pub(super) async fn attempt(&self, name: &str, target: &str, service: &str, command: Vec<String>) -> Result<(), ActError> {
        let container = self.find(service).await?;
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let running = exec::run(&self.engine, &container, &words, &[], b"");
        let shown = words.join(" ");
        let Ok(output) = tokio::time::timeout(DONE_WITHIN, running).await else {
            return Err(ActError::new(format!("`{shown}` in {service} did not end within {} s", DONE_WITHIN.as_secs())));
        };
        let output = output?;
        let (stdout, stderr) = (bounded(output.stdout.trim()), bounded(output.stderr.trim()));
        let detail = format!("`{shown}` in {service}: exit {} {stdout} {stderr}", output.code);
        if is_not_run(output.code, &output.stdout) {
            return Err(ActError::new(detail));
        }
        let outcome = if output.code == 0 { "success" } else { "failure" };
        let (name, target, outcome) = (name.to_owned(), target.to_owned(), outcome.to_owned());
        self.recorder.record(Record::Attempt { name, target, outcome, detail });
        Ok(())
    }
}

/// Whether the engine could not even begin: no such command, or none that can be run. The same codes of a command's own are what came of it,
/// such as those of a shell that does not find what it is told to run.
fn is_not_run(code: i64, stdout: &str) -> bool {
    matches!(code, 126 | 127) && stdout.trim_start().starts_with("OCI runtime exec failed")
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
    fn a_command_s_own_126_and_127_are_what_came_of_it() {
        let engine =
            "OCI runtime exec failed: exec failed: container_linux.go:380: starting container process caused: exec: \"x\"";
        assert!(is_not_run(126, engine) && is_not_run(127, engine));
        assert!(!is_not_run(127, "sh: 1: nothere: not found") && !is_not_run(126, "") && !is_not_run(1, engine));
    }

    #[test]
    fn of_a_long_output_the_middle_is_left_out() {
        assert_eq!(bounded("short"), "short");
        let text = format!("begin{}end", "é".repeat(2 << 20));
        let kept = bounded(&text);
        assert!(kept.len() < MAX_KEPT + 100 && kept.starts_with("begin") && kept.ends_with("end"), "{} bytes", kept.len());
        assert!(kept.contains("bytes are left out"));
    }
}
