//! The one place that prints to standard output: one line of JSON an event, each written at once. Words go to standard error.

use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use relapse_wire::log::{Access, Action, Alert, Line};

/// Says what was attempted, to what, and what came of it: `success`, `failure` or `refused`.
pub fn action(name: &str, target: &str, outcome: &str, detail: &str) {
    write(&Line::Action(Action { name: name.into(), target: target.into(), outcome: outcome.into(), detail: detail.into() }));
}

/// Says that a request was answered.
pub fn access(access: Access) {
    write(&Line::Access(access));
}

/// Says that somebody was told of an alert.
pub fn alert(alert: Alert) {
    write(&Line::Alert(alert));
}

/// Says that `service` listens, or has done what it was started for.
pub fn ready(service: &str) {
    action("ready", service, "success", "");
}

/// What goes wrong again and again, and is said once: a Consul that has no leader yet has none for a while.
#[derive(Debug, Default)]
pub struct Once(String);

impl Once {
    /// Says that `what` does not go on, unless the same was said last.
    pub fn say(&mut self, what: &str, error: &anyhow::Error) {
        let said = format!("{what}: {error:#}");
        if said != self.0 {
            eprintln!("relapse: {said}");
            self.0 = said;
        }
    }

    /// It went well: the same is said anew when it comes back.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// Now, in seconds of Unix time with a fraction.
pub fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

/// Writes a value as one line of JSON, at once.
///
/// # Errors
/// When it cannot be written as JSON, or standard output is closed.
pub fn line<T: serde::Serialize>(value: &T) -> std::io::Result<()> {
    let text = serde_json::to_string(value)? + "\n";
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn write(event: &Line) {
    if let Err(error) = line(event) {
        eprintln!("relapse: a line of the log is lost ({error}): {event:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ready_line_has_the_text_that_topologies_wait_for() {
        let line =
            Line::Action(Action { name: "ready".into(), target: "dns".into(), outcome: "success".into(), detail: String::new() });
        assert!(serde_json::to_string(&line).unwrap().contains(r#""name":"ready""#));
    }
}
