//! Many users who ask for one thing at a fixed rate, in the visitor. What comes of each request is written on the timeline.

use relapse_model::timeline::Client;
use relapse_model::wire::load::Load;

use super::ActError;
use super::poll::{MOST_SECONDS, polling, read};
use super::tab::Tab;
use crate::exec;
use crate::raise::Lab;

impl Lab {
    /// Begins to send; they send until they leave.
    ///
    /// # Errors
    /// When the visitor could not be asked.
    pub async fn load(&self, users: &str, url: &str, per_second: u32) -> Result<(), ActError> {
        let container = self.client(Client::Visitor)?;
        let load = Load { url: url.into(), per_second, most_seconds: MOST_SECONDS };
        let mut input = serde_json::to_vec(&load).map_err(|error| ActError::new(error.to_string()))?;
        input.push(b'\n');
        let running = exec::start(&self.engine, &container, &["/relapse-parts", "load"], &[], &input).await?;
        let tab = Tab::open(running, |lines| read(lines, self.recorder.clone(), users.to_owned()));
        self.tabs.lock().await.insert(polling(users), tab);
        Ok(())
    }
}
