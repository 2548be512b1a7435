//! A user who keeps WebSockets open, in the visitor. How many there are is written on the timeline.

use relapse_model::timeline::Record;
use relapse_wire::hold::Hold;

use super::background::MAX_SECONDS;
use super::error::ActError;
use crate::lab::Lab;

impl Lab {
    /// Opens so many; the user holds them until the user leaves.
    ///
    /// # Errors
    /// When the visitor could not be asked.
    pub async fn hold(&self, user: &str, count: u32, url: &str) -> Result<(), ActError> {
        let hold = Hold { url: url.into(), count, most_seconds: MAX_SECONDS };
        self.background(user, "hold", &hold, |user, holding| Record::Held { user, holding }).await
    }
}
