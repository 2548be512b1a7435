//! One run: reads the host list, looks at the slots, and drives the Runtime API. Exit code 0: the slots are as the list says. 1: something
//! is left to do, and it says what.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{bail, ensure};

use super::hosts;
use super::order::{Order, Task, tasks};
use crate::common::haproxy::{Runtime, Slot};

/// With the slots that the configuration has, or with servers that are added where no slot is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum SlotKind {
    /// `server-template`.
    Template,
    /// `add server`, of HAProxy 2.4 and newer.
    Dynamic,
}

/// What comes after a step that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum OnError {
    /// Nothing: the program ends.
    Exit,
    /// It is noted, and the other steps are done.
    Continue,
}

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
    filled: usize,
    freed: usize,
    failed: Vec<String>,
}

/// # Errors
/// When something is left to do.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let list = hosts::read(&options.host_list)?;
    let runtime = Runtime(options.haproxy);
    let mut slots = runtime.slots(&options.backend).await?;
    let mut done = Done::default();
    for task in tasks(options.order, &list, &slots) {
        let outcome = match &task {
            Task::Fill(address) => fill(&options, &mut slots, *address).await.map(|()| done.filled += 1),
            Task::Free(name) => free(&options, &mut slots, name).await.map(|()| done.freed += 1),
        };
        if let Err(error) = outcome {
            done.failed.push(format!("{error:#}"));
            if options.on_error == OnError::Exit {
                break;
            }
        }
    }
    let Done { filled, freed, failed } = done;
    let summary = format!("{filled} filled, {freed} freed, of {} slots for {} instances", slots.len(), list.len());
    ensure!(failed.is_empty(), "{}; {summary}", failed.join("; "));
    eprintln!("{summary}");
    Ok(())
}

async fn fill(options: &Options, slots: &mut Vec<Slot>, address: SocketAddr) -> anyhow::Result<()> {
    let (backend, runtime) = (&options.backend, Runtime(options.haproxy));
    let (ip, port) = (address.ip(), address.port());
    if let Some(free) = slots.iter().position(|slot| !slot.serves()) {
        let name = slots[free].name.clone();
        say(
            runtime,
            format!("set server {backend}/{name} addr {ip} port {port}"),
            &["IP changed", "no need to change", "port changed"],
        )
        .await?;
        say(runtime, format!("set server {backend}/{name} state ready"), &[]).await?;
    } else if options.slot_kind == SlotKind::Dynamic {
        let name = format!("added-{ip}-{port}");
        let is_checked = !options.added_check.is_empty();
        let check = if is_checked { format!(" check inter {}", options.added_check) } else { String::new() };
        say(runtime, format!("add server {backend}/{name} {address}{check}"), &["New server registered"]).await?;
        if is_checked {
            say(runtime, format!("enable health {backend}/{name}"), &[]).await?;
        }
        say(runtime, format!("enable server {backend}/{name}"), &[]).await?;
    } else {
        bail!("no slot is free for {address}");
    }
    *slots = runtime.slots(backend).await?;
    ensure!(slots.iter().any(|slot| slot.serves() && slot.address == Some(address)), "{address} has no slot after all");
    Ok(())
}

async fn free(options: &Options, slots: &mut Vec<Slot>, name: &str) -> anyhow::Result<()> {
    let (backend, runtime) = (&options.backend, Runtime(options.haproxy));
    say(runtime, format!("set server {backend}/{name} state maint"), &[]).await?;
    if name.starts_with("added-") {
        say(runtime, format!("del server {backend}/{name}"), &["Server deleted"]).await?;
    }
    *slots = runtime.slots(backend).await?;
    Ok(())
}

/// Sends a command. HAProxy says nothing, or one of these, where it obeyed.
async fn say(runtime: Runtime, command: String, obeyed: &[&str]) -> anyhow::Result<()> {
    let answer = runtime.send(std::slice::from_ref(&command)).await?;
    let answer = answer.trim();
    ensure!(answer.is_empty() || obeyed.iter().any(|word| answer.contains(word)), "`{command}`: {answer}");
    Ok(())
}
