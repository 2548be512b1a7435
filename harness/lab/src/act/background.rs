//! What the visitor does for a user in the background, from a step until the user leaves: an instrument that is told at its beginning what
//! to do, and tells what comes of it, a line each. What it tells is written on the timeline.

use relapse_model::timeline::{Client, What};
use relapse_model::wire::poll::PollLine;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ActError;
use super::tab::{Lines, Tab};
use crate::exec::{self, Running};
use crate::raise::Lab;
use crate::recorder::Recorder;

/// It ends by itself after so many seconds.
pub(super) const MOST_SECONDS: u32 = 300;

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
        Ok(exec::start(&self.engine, &container, &["/relapse-parts", name], &[], &input).await?)
    }

    /// The same in the visitor until the user leaves; `what` is the record of a line, if it has one.
    pub(super) async fn background<T: DeserializeOwned + 'static>(
        &self,
        user: &str,
        name: &'static str,
        asked: &impl Serialize,
        what: fn(String, T) -> Option<What>,
    ) -> Result<(), ActError> {
        let running = self.instrument(Client::Visitor, name, asked).await?;
        let tab = Tab::open(running, |lines| read(lines, self.recorder.clone(), user.to_owned(), name, what));
        self.tabs.lock().await.insert(key(user), tab);
        Ok(())
    }
}

/// The record of a line of `poll` or `load`.
pub(super) fn sample(user: String, line: PollLine) -> Option<What> {
    match line {
        PollLine::Sample(sample) => Some(What::Sample { user, sample }),
        PollLine::Out(_) => None,
    }
}

async fn read<T: DeserializeOwned>(
    mut lines: Lines,
    recorder: Recorder,
    user: String,
    name: &str,
    what: fn(String, T) -> Option<What>,
) {
    while let Some(line) = lines.next().await {
        let record = match serde_json::from_str(&line) {
            Ok(told) => what(user.clone(), told),
            Err(error) => Some(What::Trouble { message: format!("`{name}` for {user} told something else ({error}): {line}") }),
        };
        if let Some(record) = record {
            recorder.record(record);
        }
    }
    let said = lines.errors();
    if !said.is_empty() {
        recorder.record(What::Trouble { message: format!("`{name}` for {user} could not go on: {said}") });
    }
}
