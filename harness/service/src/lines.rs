//! As `log::line`, for many lines a second: one thread writes them in their order, so that a slow reader holds nobody up.

use std::io::{self, BufWriter, Write};
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::oneshot;

/// So many wait to be written; a reader that is further behind is none.
const MAX_WAITING: usize = 1 << 18;

/// At the end, so long for what still waits.
const END_TIMEOUT: Duration = Duration::from_secs(5);

/// Takes lines from anywhere, and lets nobody wait.
pub struct Lines<T> {
    /// `None` is the end.
    sender: Sender<Option<T>>,
}

/// The thread that writes; it says how that ended.
pub struct Writing(oneshot::Receiver<io::Result<()>>);

impl<T: serde::Serialize + Send + 'static> Lines<T> {
    /// Begins to write to standard output.
    pub fn begin() -> (Self, Writing) {
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        let (tell, ended) = oneshot::channel();
        std::thread::spawn(move || tell.send(write(receiver, io::stdout().lock())));
        (Self { sender }, Writing(ended))
    }

    /// Has a line written.
    ///
    /// # Errors
    /// When nobody reads.
    pub fn line(&self, line: T) -> anyhow::Result<()> {
        match self.sender.try_send(Some(line)) {
            Ok(()) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => bail!("nobody reads: {MAX_WAITING} lines wait to be written"),
            Err(mpsc::error::TrySendError::Closed(_)) => bail!("standard output is closed"),
        }
    }

    /// Waits until all is written.
    ///
    /// # Errors
    /// When standard output is closed.
    pub async fn end(&self, writing: Writing) -> anyhow::Result<()> {
        let ending = async {
            // Where it cannot be sent the thread has ended, and says why.
            let _ = self.sender.send(None).await;
            writing.0.await
        };
        let ended = tokio::time::timeout(END_TIMEOUT, ending).await;
        let written = ended.with_context(|| format!("nobody read what was said for {} s", END_TIMEOUT.as_secs()))?;
        written.context("the thread that writes lines broke off")?.context("writing to standard output")
    }
}

fn write<T: serde::Serialize>(mut lines: Receiver<Option<T>>, out: impl Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    while let Some(mut next) = lines.blocking_recv() {
        loop {
            let Some(line) = &next else { return out.flush() };
            serde_json::to_writer(&mut out, line)?;
            out.write_all(b"\n")?;
            match lines.try_recv() {
                Ok(line) => next = line,
                // Nothing more for now: all that was said can be read.
                Err(_) => break,
            }
        }
        out.flush()?;
    }
    out.flush()
}
