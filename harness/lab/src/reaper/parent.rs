//! The parent's side: a reaper at its post.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use relapse_engine::label::RunId;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::error::{DONE_WITHIN, READY_WITHIN, ReaperError};
use super::words::{ASKED, Finished, finished};

/// Names a file to which a reaper adds what it does; nowhere else can it tell.
pub const LOG: &str = "RELAPSE_REAPER_LOG";

/// A reaper at its post. Dropped without [`Reaper::finish`], it removes everything of the run at once.
#[derive(Debug)]
#[must_use = "a dropped reaper removes everything of its run"]
pub struct Reaper {
    run: RunId,
    child: Child,
    /// Close-on-exec, as the standard library makes all pipes: no other child of ours keeps it open.
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Reaper {
    /// Starts this executable anew as the reaper of a run, and waits until it has reached the engine. Call it before anything of the
    /// run is made. The executable's main must begin with [`super::serve_if_asked`].
    ///
    /// # Errors
    /// [`ReaperError`], within ten seconds or so.
    pub async fn start(run: &RunId) -> Result<Self, ReaperError> {
        // The link leads to the running executable even when its file was replaced or deleted, as cargo does.
        let executable = if cfg!(target_os = "linux") {
            PathBuf::from("/proc/self/exe")
        } else {
            std::env::current_exe().map_err(|source| ReaperError::NotStarted { executable: "this executable".into(), source })?
        };
        Self::start_with(&executable, run).await
    }

    /// The same with another executable whose main begins with [`super::serve_if_asked`]: a test harness has a main of its own.
    ///
    /// # Errors
    /// [`ReaperError`], within ten seconds or so.
    pub async fn start_with(executable: &Path, run: &RunId) -> Result<Self, ReaperError> {
        let mut command = Command::new(executable);
        command.env(ASKED, run.as_str()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log());
        #[cfg(unix)]
        command.arg0("relapse-reaper");
        let executable = shown(executable);
        let not_started = |source| ReaperError::NotStarted { executable: executable.clone(), source };
        let mut child = command.spawn().map_err(not_started)?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(not_started(io::Error::other("it has no pipes")));
        };
        let mut lines = BufReader::new(stdout).lines();
        let said = tokio::time::timeout(READY_WITHIN, lines.next_line()).await;
        let seen = match said {
            Ok(Ok(Some(line))) if line == "ready" => return Ok(Self { run: run.clone(), child, stdin, lines }),
            Ok(Ok(Some(line))) => match line.strip_prefix("failed ") {
                Some(why) => return Err(ReaperError::NoEngine { why: why.into() }),
                None => format!("it said {line:?}"),
            },
            Ok(Ok(None)) => match tokio::time::timeout(READY_WITHIN, child.wait()).await {
                Ok(ended) => ended.map_or_else(|error| error.to_string(), |status| format!("it ended with {status}")),
                Err(_) => "it closed its output and lives on".into(),
            },
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it said nothing".into(),
        };
        // It may be anything: an executable that does not know its duty must not stay behind.
        if let Err(error) = child.start_kill() {
            tracing::debug!(%error, "the would-be reaper was not ended");
        }
        Err(ReaperError::NotReady { executable, seen })
    }

    /// The run that it watches.
    #[must_use]
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// The reaper's process, as long as it has not ended.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Lets the reaper go without removing anything: somebody wants to look at the lab.
    pub async fn release(mut self) {
        // A reaper that is gone already removes nothing either.
        let _ = self.stdin.write_all(b"keep\n").await;
        let _ = tokio::time::timeout(DONE_WITHIN, self.child.wait()).await;
    }

    /// To call after the run has removed what it made. The reaper looks once more, removes what is left, and ends.
    ///
    /// # Errors
    /// [`ReaperError`], within fifteen seconds or so.
    pub async fn finish(self) -> Result<Finished, ReaperError> {
        let Self { run, mut child, mut stdin, mut lines } = self;
        let farewell = async {
            // That the pipe is broken is told better by how the process ended.
            let told = stdin.write_all(b"done\n").await;
            drop(stdin);
            let said = if told.is_ok() { lines.next_line().await.ok().flatten() } else { None };
            // One that has told what it found looks again for a while, without us.
            match said.as_deref().and_then(finished) {
                Some(finished) => Ok(finished),
                None => Err(story(said, child.wait().await)),
            }
        };
        match tokio::time::timeout(DONE_WITHIN, farewell).await {
            Err(_) => Err(ReaperError::Busy { run }),
            Ok(told) => told.map_err(|seen| ReaperError::Gone { run, seen }),
        }
    }
}

fn story(said: Option<String>, ended: io::Result<ExitStatus>) -> String {
    let ended = ended.map_or_else(|error| error.to_string(), |status| format!("it ended with {status}"));
    said.map_or(ended.clone(), |said| format!("{ended} after saying {said:?}"))
}

/// Where a reaper's standard error goes. The terminal's or cargo's would keep those waiting for a reaper that outlives us.
fn log() -> Stdio {
    std::env::var_os(LOG)
        .and_then(|path| std::fs::File::options().create(true).append(true).open(path).ok())
        .map_or_else(Stdio::null, Stdio::from)
}

fn shown(executable: &Path) -> PathBuf {
    if executable == Path::new("/proc/self/exe") {
        std::env::current_exe().unwrap_or_else(|_| executable.to_owned())
    } else {
        executable.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn says_so_when_the_executable_is_no_reaper() {
        let error = Reaper::start_with(Path::new("/bin/true"), &RunId::new()).await.unwrap_err();
        assert!(error.to_string().contains("serve_if_asked"), "{error}");
        let error = Reaper::start_with(Path::new("/nowhere/relapse"), &RunId::new()).await.unwrap_err();
        assert!(matches!(error, ReaperError::NotStarted { .. }), "{error}");
    }
}
