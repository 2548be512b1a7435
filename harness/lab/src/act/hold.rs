//! A user who keeps WebSockets open, in the visitor. How many there are is written on the timeline.

use relapse_model::timeline::{Client, What};
use relapse_model::wire::hold::{Hold, Holding};

use super::ActError;
use super::poll::MOST_SECONDS;
use super::tab::{Lines, Tab};
use crate::exec;
use crate::raise::Lab;
use crate::recorder::Recorder;

impl Lab {
    /// Opens so many; the user holds them until the user leaves.
    ///
    /// # Errors
    /// When the visitor could not be asked.
    pub async fn hold(&self, user: &str, count: u32, url: &str) -> Result<(), ActError> {
        let container = self.client(Client::Visitor)?;
        let hold = Hold { url: url.into(), count, most_seconds: MOST_SECONDS };
        let mut input = serde_json::to_vec(&hold).map_err(|error| ActError::new(error.to_string()))?;
        input.push(b'\n');
        let running = exec::start(&self.engine, &container, &["/relapse-parts", "hold"], &[], &input).await?;
        let tab = Tab::open(running, |lines| read(lines, self.recorder.clone(), user.to_owned()));
        self.tabs.lock().await.insert(super::poll::polling(user), tab);
        Ok(())
    }
}

async fn read(mut lines: Lines, recorder: Recorder, user: String) {
    while let Some(line) = lines.next().await {
        match serde_json::from_str::<Holding>(&line) {
            Ok(holding) => recorder.record(What::Held { user: user.clone(), holding }),
            Err(error) => recorder.record(What::Trouble { message: format!("what {user} holds was not told ({error}): {line}") }),
        }
    }
    let said = lines.errors();
    if !said.is_empty() {
        recorder.record(What::Trouble { message: format!("{user} could not hold on: {said}") });
    }
}
