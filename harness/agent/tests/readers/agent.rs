//! The agent's own commands, as a lab runs them: a reader that tells for as long as its input is open, and a question with one answer.

use std::process::{Output, Stdio};

use relapse_wire::members::Reading;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::image::{Server, WITHIN};

fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

const AGENT: &str = env!("CARGO_BIN_EXE_relapse-agent");

/// Runs a command that ends by itself.
pub(crate) async fn run(arguments: &[&str]) -> Output {
    tokio::time::timeout(WITHIN, command(AGENT, arguments).output()).await.unwrap().unwrap()
}

/// `members …`, as long as this value lives.
pub(crate) struct Members {
    lines: Lines<BufReader<ChildStdout>>,
    /// All that it has told, for whoever looks into a failure.
    told: Vec<Reading>,
    _input: ChildStdin,
    _child: Child,
}

impl Members {
    pub(crate) fn of(arguments: &[&str]) -> Self {
        Self::read(command(AGENT, &[&["members"], arguments].concat()))
    }

    /// By the agent that the image has, as its machine's resolver is that machine's.
    pub(crate) fn within(server: &Server, arguments: &[&str]) -> Self {
        Self::read(command("docker", &[&["exec", "--interactive", server.id(), "/relapse-agent", "members"], arguments].concat()))
    }

    fn read(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { lines, told: Vec::new(), _input: child.stdin.take().unwrap(), _child: child }
    }

    /// Waits until the list has exactly these servers, such as `127.0.0.1:80 up`; one that is not to be used stands in parentheses.
    pub(crate) async fn have(&mut self, expected: &[&str]) {
        self.until(&format!("{expected:?}"), |reading| servers(reading).is_some_and(|servers| servers == expected)).await;
    }

    /// Waits until the list cannot be read, for a reason that has these words.
    pub(crate) async fn fail(&mut self, words: &str) {
        self.until(words, |reading| matches!(reading, Reading::Failed(why) if why.contains(words))).await;
    }

    /// Waits for a look that found all as before.
    pub(crate) async fn stay(&mut self) {
        self.until("a look that finds nothing new", |reading| *reading == Reading::Unchanged).await;
    }

    async fn until(&mut self, expected: &str, is_it: impl Fn(&Reading) -> bool) {
        let awaited = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                let reading = serde_json::from_str(&line).unwrap();
                let found = is_it(&reading);
                self.told.push(reading);
                if found {
                    return true;
                }
            }
            false
        };
        let found = tokio::time::timeout(WITHIN, awaited).await.unwrap_or(false);
        let shown: Vec<String> = self.told.iter().filter(|one| **one != Reading::Unchanged).map(show).collect();
        assert!(found, "expected {expected}; the reader told\n{}", shown.join("\n"));
    }
}

fn show(reading: &Reading) -> String {
    servers(reading).map_or_else(|| format!("{reading:?}"), |servers| format!("{servers:?}"))
}

fn servers(reading: &Reading) -> Option<Vec<String>> {
    let Reading::Servers(servers) = reading else { return None };
    let shown = servers.iter().map(|one| {
        let shown = format!("{} {}", one.address, one.state);
        if one.listed { shown } else { format!("({shown})") }
    });
    Some(shown.collect())
}
