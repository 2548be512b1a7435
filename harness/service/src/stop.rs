//! Stopping at once when asked to, and how a program ends. A process with the number 1 is not ended by a signal that it does not handle.

use std::process::ExitCode;

use nix::sys::wait::{WaitPidFlag, waitpid};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Does nothing until SIGTERM or SIGINT, except to reap what `docker exec` leaves behind: orphans become children of process 1.
///
/// # Errors
/// When the signals cannot be listened to.
pub async fn idle() -> anyhow::Result<()> {
    let mut children = signal(SignalKind::child())?;
    let mut stop = Stop::new()?;
    super::log::ready("idle");
    loop {
        tokio::select! {
            () = stop.wait() => return Ok(()),
            _ = children.recv() => reap(),
        }
    }
}

/// A program's exit code, once what it was asked for is over; what went wrong is said by its name.
#[must_use]
pub fn ended(program: &str, outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{program}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Ends with SIGTERM or SIGINT. A server selects on this and returns, which ends its connections with it.
pub async fn stopped() {
    match Stop::new() {
        Ok(mut stop) => stop.wait().await,
        Err(error) => {
            eprintln!("relapse: signals cannot be listened to ({error}); end this process with SIGKILL");
            std::future::pending().await
        }
    }
}

struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    fn new() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Only for a process without children of its own: tokio's would be reaped as well.
fn reap() {
    while waitpid(None, Some(WaitPidFlag::WNOHANG)).is_ok_and(|seen| seen.pid().is_some()) {}
}
