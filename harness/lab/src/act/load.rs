//! Many users who ask for one thing at a fixed rate, in the visitor. What comes of each request is written on the timeline.

use relapse_wire::load::Load;

use super::background;
use super::background::MAX_SECONDS;
use super::error::ActError;
use crate::lab::Lab;

impl Lab {
    /// Begins to send; they send until they leave.
    ///
    /// # Errors
    /// When the visitor could not be asked.
    pub async fn load(&self, users: &str, url: &str, per_second: u32) -> Result<(), ActError> {
        let load = Load { url: url.into(), per_second, most_seconds: MAX_SECONDS };
        self.background(users, "load", &load, background::sample(url)).await
    }
}
