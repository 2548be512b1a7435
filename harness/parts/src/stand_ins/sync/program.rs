//! One run: reads the host list, looks at the slots, and drives the Runtime API. Exit code 0: the slots are as the list says. 1: something
//! is left to do, and it says what.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::ensure;

use super::hosts;
use super::order::{Order, Task, tasks};
use super::plan::{Means, OnError, Plan, SlotKind, Step, plan};
use crate::common::haproxy::{Runtime, Slot};

/// HAProxy reads a line of commands into one buffer, of 16 KiB unless it is told otherwise.
const MOST_LINE_BYTES: usize = 8 << 10;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The list: a line of `address:port` for each instance.
    host_list: PathBuf,
    /// The Runtime API.
    #[arg(long, env = "HAPROXY", default_value = "127.0.0.1:9999")]
    haproxy: SocketAddr,
    #[arg(long, env = "BACKEND")]
    backend: String,
    #[arg(long, env = "ORDER", default_value = "fill-first")]
    order: Order,
    #[arg(long, env = "ON_ERROR", default_value = "exit")]
    on_error: OnError,
    #[arg(long, env = "SLOT_KIND", default_value = "template")]
    slot_kind: SlotKind,
    /// Servers that are added are checked so often; empty: they are not.
    #[arg(long, env = "ADDED_CHECK", default_value = "")]
    added_check: String,
}

/// What a run has done so far.
#[derive(Default)]
struct Done {
    filled: Vec<SocketAddr>,
    freed: usize,
    failed: Vec<String>,
}

/// # Errors
/// When something is left to do.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let list = hosts::read(&options.host_list)?;
    let runtime = Runtime(options.haproxy);
    let mut slots = runtime.slots(&options.backend).await?;
    let work = tasks(options.order, &list, &slots);
    let means = Means { backend: &options.backend, slot_kind: options.slot_kind, added_check: &options.added_check };
    let Plan { steps, failed } = plan(&means, options.on_error, &mut slots, work);
    let mut done = carry_out(runtime, options.on_error, &steps).await;
    if !steps.is_empty() {
        match runtime.slots(&options.backend).await {
            Ok(after) => {
                done.check(&after);
                slots = after;
            }
            Err(error) => done.failed.push(format!("{error:#}")),
        }
    }
    // One that ended on the way never came to what could not be done.
    if done.failed.is_empty() || options.on_error == OnError::Continue {
        done.failed.extend(failed);
    }
    let Done { filled, freed, failed } = done;
    let summary = format!("{} filled, {freed} freed, of {} slots for {} instances", filled.len(), slots.len(), list.len());
    ensure!(failed.is_empty(), "{}; {summary}", failed.join("; "));
    eprintln!("{summary}");
    Ok(())
}

impl Done {
    /// HAProxy says nothing, or one of the words of the command, where it obeyed.
    fn note(&mut self, step: &Step, answers: &mut impl Iterator<Item = String>) {
        let answered: Vec<_> = step.commands.iter().zip(answers).collect();
        let refused =
            answered.iter().find(|((_, obeyed), answer)| !answer.is_empty() && !obeyed.iter().any(|word| answer.contains(word)));
        match (refused, &step.task) {
            (Some(((text, _), answer)), _) => self.failed.push(format!("`{text}`: {answer}")),
            (None, Task::Fill(address)) => self.filled.push(*address),
            (None, Task::Free(_)) => self.freed += 1,
        }
    }

    /// What was filled is to serve.
    fn check(&mut self, slots: &[Slot]) {
        let serves = |address: &SocketAddr| slots.iter().any(|slot| slot.serves() && slot.address == Some(*address));
        let (filled, missing): (Vec<_>, Vec<_>) = std::mem::take(&mut self.filled).into_iter().partition(serves);
        self.filled = filled;
        self.failed.extend(missing.iter().map(|address| format!("{address} has no slot after all")));
    }
}

/// Sends the steps, many on a line. HAProxy goes on after a command that it refuses, so what ends the run ends it with that line.
async fn carry_out(runtime: Runtime, on_error: OnError, steps: &[Step]) -> Done {
    let mut done = Done::default();
    for line in lines(steps) {
        let commands: Vec<String> = line.iter().flat_map(|step| &step.commands).map(|(text, _)| text.clone()).collect();
        match runtime.answers(&commands).await {
            Ok(answers) => {
                let mut answers = answers.into_iter();
                line.iter().for_each(|step| done.note(step, &mut answers));
            }
            Err(error) => done.failed.push(format!("{error:#}")),
        }
        if on_error == OnError::Exit && !done.failed.is_empty() {
            break;
        }
    }
    done
}

/// Steps that fit on a line together. One that adds a server ends its line: where HAProxy cannot, nothing may come after it. So does one that
/// deletes a server: HAProxy 2.6 was seen to say nothing of what came after.
fn lines(steps: &[Step]) -> Vec<&[Step]> {
    let bytes = |step: &Step| step.commands.iter().map(|(text, _)| text.len() + 1).sum::<usize>();
    let ends =
        |step: &Step| step.commands.iter().any(|(text, _)| text.starts_with("add server") || text.starts_with("del server"));
    let (mut lines, mut begin, mut length) = (Vec::new(), 0, 0);
    for (index, step) in steps.iter().enumerate() {
        if index > begin && (length + bytes(step) > MOST_LINE_BYTES || ends(&steps[index - 1])) {
            lines.push(&steps[begin..index]);
            (begin, length) = (index, 0);
        }
        length += bytes(step);
    }
    if begin < steps.len() {
        lines.push(&steps[begin..]);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(commands: &[&str]) -> Step {
        Step { task: Task::Free("s".into()), commands: commands.iter().map(|text| ((*text).to_owned(), &[] as _)).collect() }
    }

    #[test]
    fn a_line_is_no_longer_than_haproxy_reads_and_ends_where_a_server_is_added_or_deleted() {
        let long = "x".repeat(MOST_LINE_BYTES / 2);
        let (gone, short, half) = (step(&["a", "del server b/s"]), step(&["b"]), || step(&[&long]));
        let steps = [half(), gone, short, half(), step(&["c"]), half()];
        let added = [step(&["add server b/s 10.0.0.1:80", "enable server b/s"]), step(&["c"])];
        assert_eq!(lines(&added).len(), 2);
        let lengths: Vec<usize> = lines(&steps).iter().map(|line| line.len()).collect();
        assert_eq!(lengths, [2, 3, 1]);
        assert!(lines(&[]).is_empty());
    }

    #[test]
    fn what_haproxy_refuses_is_told_of_the_step_that_it_is_of() {
        let mut done = Done::default();
        let mut answers = ["", "No such server.", ""].map(ToOwned::to_owned).into_iter();
        for step in [step(&["one"]), step(&["two"]), step(&["three"])] {
            done.note(&step, &mut answers);
        }
        assert_eq!((done.freed, done.failed), (2, vec!["`two`: No such server.".to_owned()]));
    }
}
