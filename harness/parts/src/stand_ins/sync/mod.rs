//! The program that keeps an HAProxy's slots as the host list says. A Consul watch brings the list (`POST /hosts`); once it has been quiet
//! for a moment, the list is written in one go and the program runs, and again every so often. What the program came to is in the log
//! and at `/metrics`; whoever brings a list can await it (`?run_awaited=true`).
//!
//! `bring` is what the watch runs, `hosts` writes the list, `program` is one run of the program, `order` is its order of work,
//! `plan` the commands that this comes to, `render` is another program that can be run instead, `metrics` what is counted.

pub(crate) mod bring;
mod hosts;
mod metrics;
mod order;
mod plan;
pub(crate) mod program;
pub(crate) mod render;

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use tokio::process::Command;
use tokio::sync::{mpsc, oneshot};

use crate::common::consul::Healthy;
use crate::common::listen::{self, Address};
use crate::common::log;
use metrics::Metrics;

/// A program that hangs is ended: the next run finds the same work.
const RUNS_AT_MOST: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Where the watch brings the list, where the one that was last worked on is (`GET /hosts`), and `/metrics`.
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:9100")]
    listen: Address,
    /// Which HAProxy it is for: a name for the log.
    #[arg(long, env = "NAME")]
    name: String,
    /// For how long the list must not have changed before it is written.
    #[arg(long, env = "QUIESCENCE_MS", default_value_t = 200)]
    quiescence_ms: u64,
    /// The program runs so often, whether or not the list has changed.
    #[arg(long, env = "PERIOD_MS", default_value_t = 2000)]
    period_ms: u64,
    /// Which program is run: one of these parts, by its name, with the list's path.
    #[arg(long, env = "PROGRAM", default_value = "sync-slots")]
    program: String,
    /// The list: a line of `address:port` for each instance.
    #[arg(long, env = "HOST_LIST", default_value = "/hosts")]
    host_list: PathBuf,
}

/// A list, and whoever awaits what its run comes to.
struct Brought {
    list: Vec<String>,
    awaited: Option<oneshot::Sender<bool>>,
}

/// Whether the answer to `POST /hosts` is what the run with that list came to.
#[derive(Deserialize)]
struct Awaits {
    #[serde(default)]
    run_awaited: bool,
}

struct Daemon {
    changes: mpsc::UnboundedSender<Brought>,
    /// The list that the program's last run worked on.
    worked_on: Mutex<Vec<String>>,
    metrics: Metrics,
}

/// Serves until it is stopped.
///
/// # Errors
/// When the address cannot be listened on.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let listener = options.listen.bind().await?;
    let (changes, received) = mpsc::unbounded_channel();
    let daemon = Arc::new(Daemon { changes, worked_on: Mutex::default(), metrics: Metrics::new()? });
    tokio::spawn(keep(options, received, daemon.clone()));
    let router =
        Router::new().route("/hosts", post(take).get(worked_on)).route("/metrics", get(metrics::answer)).with_state(daemon);
    listen::serve(listener, router).await
}

/// What the watch posts: the instances that pass.
async fn take(
    State(daemon): State<Arc<Daemon>>,
    Query(awaits): Query<Awaits>,
    Json(instances): Json<Vec<Healthy>>,
) -> (StatusCode, String) {
    let addresses: anyhow::Result<Vec<String>> = instances.iter().map(|one| Ok(one.address()?.to_string())).collect();
    let list = match addresses {
        Ok(addresses) => addresses,
        Err(error) => return (StatusCode::BAD_REQUEST, format!("{error:#}\n")),
    };
    let (awaited, run) = oneshot::channel();
    // The receiver lives as long as the process.
    let _ = daemon.changes.send(Brought { list, awaited: awaits.run_awaited.then_some(awaited) });
    // A list that a newer one replaced before its run has not failed.
    if awaits.run_awaited && run.await == Ok(false) {
        return (StatusCode::INTERNAL_SERVER_ERROR, "the run with that list failed\n".to_owned());
    }
    (StatusCode::NO_CONTENT, String::new())
}

/// A line of `address:port` for each instance.
async fn worked_on(State(daemon): State<Arc<Daemon>>) -> String {
    daemon.worked_on.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|address| format!("{address}\n")).collect()
}

/// Writes each list after its quiescence, and runs the program then and every period.
async fn keep(options: Options, mut received: mpsc::UnboundedReceiver<Brought>, daemon: Arc<Daemon>) {
    let (quiescence, period) = (Duration::from_millis(options.quiescence_ms), Duration::from_millis(options.period_ms));
    let (mut known, mut ready) = (None, false);
    loop {
        let pending = match quiet_list(&mut received, period, quiescence).await {
            Ok(pending) => pending,
            Err(Closed) => return,
        };
        let mut awaited = None;
        if let Some(Brought { list, awaited: by }) = pending {
            awaited = by;
            match hosts::write(&options.host_list, &list) {
                Ok(()) => {
                    log::action("host-list", &options.name, "success", &format!("{} instances", list.len()));
                    // Before the first instance there is nothing to work on.
                    if known.is_some() || !list.is_empty() {
                        known = Some(list);
                    }
                }
                Err(error) => log::action("host-list", &options.name, "failure", &format!("{error:#}")),
            }
        }
        if let Some(list) = &known {
            let success = sync(&options, &daemon.metrics).await;
            daemon.worked_on.lock().unwrap_or_else(PoisonError::into_inner).clone_from(list);
            if let Some(awaited) = awaited {
                // Whoever awaited it may have gone.
                let _ = awaited.send(success);
            }
            // A watch can take seconds to bring its first list.
            if success && !ready {
                ready = true;
                log::ready("sync");
            }
        }
    }
}

/// Nobody can bring a list any more.
struct Closed;

/// The latest list, once none has come for `quiescence`; nothing, if none comes within `period`.
async fn quiet_list(
    received: &mut mpsc::UnboundedReceiver<Brought>,
    period: Duration,
    quiescence: Duration,
) -> Result<Option<Brought>, Closed> {
    let Ok(first) = tokio::time::timeout(period, received.recv()).await else { return Ok(None) };
    let mut list = first.ok_or(Closed)?;
    while let Ok(Some(newer)) = tokio::time::timeout(quiescence, received.recv()).await {
        list = newer;
    }
    Ok(Some(list))
}

/// Runs the program once, as a process of its own, and says what came of it: whether it succeeded.
async fn sync(options: &Options, metrics: &Metrics) -> bool {
    let (code, detail) = match program(options).await {
        Ok(outcome) => outcome,
        Err(error) => (None, format!("{error:#}")),
    };
    let success = code == Some(0);
    metrics.ran(success);
    let code = code.map_or_else(|| "no exit code".into(), |code| format!("exit {code}"));
    let outcome = if success { "success" } else { "failure" };
    log::action("sync", &options.name, outcome, &format!("{code}: {}", detail.trim()));
    success
}

async fn program(options: &Options) -> anyhow::Result<(Option<i32>, String)> {
    let executable = std::env::current_exe().context("finding this executable")?;
    let mut command = Command::new(executable);
    command.arg(&options.program).arg(&options.host_list).stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(RUNS_AT_MOST, command.output()).await;
    let output = output.with_context(|| format!("it did not end within {} s", RUNS_AT_MOST.as_secs()))?;
    let output = output.context("starting the program")?;
    Ok((output.status.code(), String::from_utf8_lossy(&output.stderr).trim().replace('\n', "; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brought(address: &str) -> Brought {
        Brought { list: vec![address.to_owned()], awaited: None }
    }

    /// Until some list is quiet, for at most two seconds.
    async fn quiet(received: &mut mpsc::UnboundedReceiver<Brought>) -> Option<Vec<String>> {
        let waiting = async {
            loop {
                match quiet_list(received, Duration::from_millis(10), Duration::from_millis(300)).await {
                    Ok(Some(brought)) => return Some(brought.list),
                    Ok(None) => {}
                    Err(Closed) => return None,
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(2), waiting).await.ok().flatten()
    }

    #[tokio::test]
    async fn a_list_that_comes_after_a_period_without_one_is_not_lost() {
        let (changes, mut received) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(100)).await;
            changes.send(brought("10.0.0.1:80")).unwrap();
            tokio::time::sleep(Duration::from_secs(5)).await;
        });
        assert_eq!(quiet(&mut received).await, Some(vec!["10.0.0.1:80".to_owned()]));
    }

    #[tokio::test]
    async fn whoever_awaits_a_list_that_a_newer_one_replaced_is_told_nothing_of_it() {
        let (changes, mut received) = mpsc::unbounded_channel();
        let (awaited, run) = oneshot::channel();
        changes.send(Brought { awaited: Some(awaited), ..brought("10.0.0.1:1") }).unwrap();
        changes.send(brought("10.0.0.1:2")).unwrap();
        assert_eq!(quiet(&mut received).await, Some(vec!["10.0.0.1:2".to_owned()]));
        assert!(run.await.is_err());
    }

    #[tokio::test]
    async fn of_lists_that_follow_one_another_the_last_is_taken() {
        let (changes, mut received) = mpsc::unbounded_channel();
        for port in ["1", "2", "3"] {
            changes.send(brought(&format!("10.0.0.1:{port}"))).unwrap();
        }
        assert_eq!(quiet(&mut received).await, Some(vec!["10.0.0.1:3".to_owned()]));
    }
}
