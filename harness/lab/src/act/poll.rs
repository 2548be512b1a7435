//! A user who asks for one thing again and again, in the visitor. What comes of each request is written on the timeline.

use relapse_wire::poll::Poll;

use super::background;
use super::background::MAX_SECONDS;
use super::error::ActError;
use crate::lab::Lab;

impl Lab {
    /// Begins to ask; the user asks until the user leaves. `upload_bytes` makes it an upload of that size.
    ///
    /// # Errors
    /// When the visitor could not be asked.
    pub async fn ask(&self, user: &str, url: &str, upload_bytes: Option<u32>, every_ms: u32) -> Result<(), ActError> {
        let poll = Poll { user: user.into(), url: url.into(), upload_bytes, every_ms, most_seconds: MAX_SECONDS };
        self.background(user, "poll", &poll, background::sample(url)).await
    }
}
