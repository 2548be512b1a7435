//! What goes on in the background for a user, a visit or repeated questions: a command in a container whose lines are read as they
//! come, until it ends or the user closes it.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use relapse_engine::exec::Running;

/// Closing must not take longer.
const CLOSED_WITHIN: Duration = Duration::from_secs(15);

/// An open tab.
pub(crate) struct Tab {
    reader: JoinHandle<()>,
    close: Option<oneshot::Sender<()>>,
}

/// The reader's side: lines, until the end.
pub(crate) struct Lines {
    running: Running,
    closed: oneshot::Receiver<()>,
    open: bool,
}

impl Lines {
    /// Of a command that nobody closes.
    pub(crate) fn unclosed(running: Running) -> Self {
        let (_, closed) = oneshot::channel();
        Self { running, closed, open: false }
    }

    /// The next line. When the tab is closed, the command's input is, and what it says before it ends is still read.
    pub(crate) async fn next(&mut self) -> Option<String> {
        loop {
            tokio::select! {
                // What was told before it was closed is told first.
                biased;
                line = self.running.line() => return line,
                _ = &mut self.closed, if self.open => {
                    self.open = false;
                    self.running.close_input().await;
                }
            }
        }
    }

    /// Why nothing more comes, where nobody closed it: what it did itself says so, or nothing does.
    pub(crate) fn ended_by_itself(&self) -> Option<String> {
        let said = self.running.errors();
        let why = match self.running.broken() {
            Some(why) => Some(why.to_owned()),
            None if said.is_empty() => self.open.then(|| "it ended without a word".to_owned()),
            None => Some(String::new()),
        };
        why.map(|why| if said.is_empty() { why } else { format!("{why} {said}").trim().to_owned() })
    }
}

impl Tab {
    /// Reads a running command in the background.
    pub(crate) fn open<F>(running: Running, read: impl FnOnce(Lines) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (close, closed) = oneshot::channel();
        let reader = tokio::spawn(read(Lines { running, closed, open: true }));
        Self { reader, close: Some(close) }
    }

    /// What goes on in the background by itself until it is dropped.
    pub(crate) fn of(task: impl Future<Output = ()> + Send + 'static) -> Self {
        Self { reader: tokio::spawn(task), close: None }
    }

    /// Closes it, and returns when it has ended.
    ///
    /// # Errors
    /// In words, where it did not end in time.
    pub(crate) async fn close(mut self, whose: &str) -> Result<(), String> {
        if let Some(close) = self.close.take() {
            // A reader that has already ended does not listen.
            let _ = close.send(());
        }
        match tokio::time::timeout(CLOSED_WITHIN, &mut self.reader).await {
            Ok(_) => Ok(()),
            Err(_) => Err(format!("the tab of {whose} did not close within {} s", CLOSED_WITHIN.as_secs())),
        }
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.reader.abort();
    }
}
