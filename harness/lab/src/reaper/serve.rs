//! The reaper's side: ready before the run's first effect, then silent until the pipe speaks or ends.

use std::io::{BufRead, Read, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use backon::{ConstantBuilder, RetryableWithContext};

use super::words::{ASKED, Finished};
use crate::sweep::{list, sweep_within};
use relapse_engine::Engine;
use relapse_engine::label::{RunId, filter_of};

/// How long a reaper goes on after its parent's death.
const REAP_TIMEOUT: Duration = Duration::from_secs(60);
/// Between the two empty listings that it wants to see: requests of the dead parent can still be under way in the engine.
const APART: Duration = Duration::from_secs(1);

/// Serves as a reaper and ends the process, if the environment says that this process is one; else does nothing. Belongs at the very
/// beginning of main, before any thread or runtime.
pub fn serve_if_asked() {
    let Ok(asked) = std::env::var(ASKED) else { return };
    let code = match asked.parse::<RunId>() {
        Ok(run) => serve(&run),
        Err(error) => fail(&error.to_string()),
    };
    // `ExitCode` cannot be given to `std::process::exit`.
    std::process::exit(i32::from(code != ExitCode::SUCCESS));
}

fn serve(run: &RunId) -> ExitCode {
    close_inherited();
    // A session of its own: Ctrl-C and a closed terminal are for the parent. It fails only for the leader of a group, which a child
    // is not.
    #[cfg(unix)]
    if let Err(error) = nix::unistd::setsid() {
        log(run, &format!("no session of its own: {error}"));
    }
    // Not to keep a folder in use that someone wants to remove.
    let _ = std::env::set_current_dir("/");
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(watch(run)),
        Err(error) => fail(&error.to_string()),
    }
}

/// Whatever the parent's own parent left open would otherwise stay open as long as the reaper lives, and someone may wait for its end.
/// Nothing of this process is open yet but the standard streams.
#[cfg(unix)]
fn close_inherited() {
    let Ok(listed) = std::fs::read_dir("/dev/fd") else { return };
    let open: Vec<i32> = listed.flatten().filter_map(|item| item.file_name().to_str()?.parse().ok()).collect();
    for descriptor in open.into_iter().filter(|descriptor| *descriptor > 2) {
        // The one of the listing itself is closed already.
        let _ = nix::unistd::close(descriptor);
    }
}

#[cfg(not(unix))]
fn close_inherited() {}

async fn watch(run: &RunId) -> ExitCode {
    if let Err(error) = ignore_signals() {
        return fail(&format!("signals cannot be ignored: {error}"));
    }
    let engine = match Engine::connect().await {
        Ok(engine) => engine,
        Err(error) => return fail(&error.to_string()),
    };
    say("ready");
    let finished = match parents_word().as_deref() {
        Some("keep\n") => {
            log(run, "the parent keeps the run");
            return ExitCode::SUCCESS;
        }
        Some("done\n") => {
            log(run, "the parent is done");
            look_once(&engine, run).await
        }
        _ => {
            log(run, "the parent is gone");
            outlast(&engine, run).await
        }
    };
    report(run, finished);
    if finished.left == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Waits for the parent's word. Anything but `done` and `keep` is its death: an end, an error, or half a word. This blocks the runtime,
/// which has nothing else to do.
fn parents_word() -> Option<String> {
    let mut word = String::new();
    std::io::stdin().lock().take(16).read_line(&mut word).ok().map(|_| word)
}

/// Handlers that do nothing; unlike `SIG_IGN` they can be had without unsafe code.
#[cfg(unix)]
fn ignore_signals() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
        // tokio's handler stays when the stream is dropped.
        drop(signal(kind)?);
    }
    Ok(())
}

#[cfg(not(unix))]
fn ignore_signals() -> std::io::Result<()> {
    Ok(())
}

/// The parent says that it has removed everything.
async fn look_once(engine: &Engine, run: &RunId) -> Finished {
    match list(engine, filter_of(run)).await {
        Ok(things) if things.is_empty() => Finished::default(),
        _ => sweep_once(engine, run, REAP_TIMEOUT).await,
    }
}

fn report(run: &RunId, finished: Finished) {
    let text = format!("found {} left {}", finished.found, finished.left);
    log(run, &text);
    say(&text);
}

/// The parent died: sweeps until two listings a second apart are empty.
async fn outlast(engine: &Engine, run: &RunId) -> Finished {
    let began = Instant::now();
    // What was found so far, and whether the last look found nothing.
    let look = |(total, clean): (Finished, bool)| async move {
        // A sweep of nothing is one listing.
        let swept = sweep_once(engine, run, REAP_TIMEOUT.saturating_sub(began.elapsed())).await;
        let empty = swept == Finished::default();
        let total = Finished { found: total.found + swept.found, left: swept.left };
        ((total, empty), if clean && empty { Ok(()) } else { Err(()) })
    };
    let ((total, _), _) = look
        .retry(ConstantBuilder::new().with_delay(APART).without_max_times())
        .when(|()| began.elapsed() + APART < REAP_TIMEOUT)
        .context((Finished::default(), false))
        .await;
    total
}

async fn sweep_once(engine: &Engine, run: &RunId, patience: Duration) -> Finished {
    match sweep_within(engine, run, patience).await {
        Ok(swept) => {
            for left in &swept.left {
                log(run, &format!("{} {} stays: {}", left.thing.kind, left.thing.name, left.why));
            }
            Finished { found: swept.count() + swept.left.len(), left: swept.left.len() }
        }
        Err(error) => {
            log(run, &error.to_string());
            // What is there is not known; something is.
            Finished { found: 0, left: 1 }
        }
    }
}

fn fail(why: &str) -> ExitCode {
    // One line is one message.
    say(&format!("failed {}", why.replace('\n', " ")));
    ExitCode::FAILURE
}

/// To the parent, which may be dead: a broken pipe is no error then.
fn say(line: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}

/// To the file that `RELAPSE_REAPER_LOG` names, or to nowhere.
fn log(run: &RunId, line: &str) {
    let _ = writeln!(std::io::stderr(), "reaper {run}: {line}");
}
