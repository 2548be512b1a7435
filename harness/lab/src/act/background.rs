//! What the visitor does for a user in the background, from a step until the user leaves: an instrument that is told at its beginning what
//! to do, and tells what comes of it, a line each. What it tells is written on the timeline.

use std::time::Duration;

use relapse_model::timeline::{Client, Missed, Record, Source};
use relapse_wire::poll::PollLine;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

use super::error::ActError;
use crate::lab::Lab;
use crate::recorder::Recorder;
use crate::tab::{Lines, Tab};
use relapse_engine::exec::{self, Running};

/// It ends by itself after so many seconds.
pub(super) const MAX_SECONDS: u32 = 300;

/// The first line comes within this, or it does not work.
const BEGINS_WITHIN: Duration = Duration::from_secs(20);

/// Where it is kept among the tabs: no user has such a name.
pub(super) fn key(user: &str) -> String {
    format!("{user} (in the background)")
}

impl Lab {
    /// Starts an instrument beside what people browse with, with what it is asked as JSON.
    pub(super) async fn instrument(&self, client: Client, name: &str, asked: &impl Serialize) -> Result<Running, ActError> {
        let container = self.client(client)?;
        let mut input = serde_json::to_vec(asked).map_err(|error| ActError::new(error.to_string()))?;
        input.push(b'\n');
        Ok(exec::start(&self.engine, &container, &["/relapse-agent", name], &[], &input).await?)
    }

    /// The same in the visitor until the user leaves; `what` is the record of a line. Returns once it has told the first: what it cannot do
    /// at all it says instead.
    pub(super) async fn background<T: DeserializeOwned + 'static>(
        &self,
        user: &str,
        name: &'static str,
        asked: &impl Serialize,
        what: impl Fn(String, T) -> Record + Send + 'static,
    ) -> Result<(), ActError> {
        let running = self.instrument(Client::Visitor, name, asked).await?;
        let (begun, begins) = oneshot::channel();
        let tab = Tab::open(running, |lines| read(lines, self.recorder.clone(), user.to_owned(), what, begun));
        self.tabs.lock().await.insert(key(user), tab);
        match tokio::time::timeout(BEGINS_WITHIN, begins).await {
            Ok(Ok(Ok(()))) => Ok(()),
            Ok(Ok(Err(why))) => Err(ActError::new(format!("`{name}` for {user} did not begin: {why}"))),
            Ok(Err(_)) | Err(_) => {
                let seconds = BEGINS_WITHIN.as_secs();
                Err(ActError::new(format!("`{name}` for {user} told nothing within {seconds} s")))
            }
        }
    }
}

/// The record of a line of `poll` or `load`, which ask for that URL.
pub(super) fn sample(url: &str) -> impl Fn(String, PollLine) -> Record + Send + 'static {
    let url = url.to_owned();
    move |user, line| match line {
        PollLine::Sample(sample) => Record::Sample { user, sample },
        PollLine::Out(out) => Record::Out { user, url: url.clone(), out },
    }
}

async fn read<T: DeserializeOwned>(
    mut lines: Lines,
    recorder: Recorder,
    user: String,
    what: impl Fn(String, T) -> Record,
    begun: oneshot::Sender<Result<(), String>>,
) {
    let source = Source::Background { user: user.clone() };
    let mut begun = Some(begun);
    let mut told_ms = recorder.now_ms();
    while let Some(line) = lines.next().await {
        match serde_json::from_str(&line) {
            Ok(told) => recorder.record(what(user.clone(), told)),
            Err(error) => {
                let why = Missed::ProbeGarbled { error: error.to_string(), line };
                recorder.gap(source.clone(), told_ms, false, why);
            }
        }
        told_ms = recorder.now_ms();
        if let Some(begun) = begun.take() {
            // Nobody waits any more where it took too long.
            let _ = begun.send(Ok(()));
        }
    }
    let Some(why) = lines.ended_by_itself() else { return };
    // What it did not do at all is the step's trouble.
    if let Some(begun) = begun.take() {
        let _ = begun.send(Err(why.clone()));
    }
    recorder.gap(source, told_ms, false, Missed::ProbeEnded { why });
}
