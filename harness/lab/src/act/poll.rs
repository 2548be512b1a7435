//! A user who asks for one thing again and again, in the visitor. What comes of each request is written on the timeline.

use relapse_model::timeline::{Client, What};
use relapse_model::wire::poll::{Poll, Sample};

use super::ActError;
use super::tab::{Lines, Tab};
use crate::exec;
use crate::raise::Lab;
use crate::recorder::Recorder;

/// It ends by itself after so many seconds.
pub(super) const MOST_SECONDS: u32 = 300;

impl Lab {
    /// Begins to ask; the user asks until the user leaves. `upload_bytes` makes it an upload of that size.
    ///
    /// # Errors
    /// When the visitor could not be asked.
    pub async fn ask(&self, user: &str, url: &str, upload_bytes: Option<u32>, every_ms: u32) -> Result<(), ActError> {
        let container = self.client(Client::Visitor)?;
        let poll = Poll { user: user.into(), url: url.into(), upload_bytes, every_ms, most_seconds: MOST_SECONDS };
        let mut input = serde_json::to_vec(&poll).map_err(|error| ActError::new(error.to_string()))?;
        input.push(b'\n');
        let running = exec::start(&self.engine, &container, &["/relapse-parts", "poll"], &[], &input).await?;
        let tab = Tab::open(running, |lines| read(lines, self.recorder.clone(), user.to_owned()));
        self.tabs.lock().await.insert(polling(user), tab);
        Ok(())
    }
}

/// Where it is kept among the tabs: no user has such a name.
pub(super) fn polling(user: &str) -> String {
    format!("{user} (asking)")
}

pub(super) async fn read(mut lines: Lines, recorder: Recorder, user: String) {
    while let Some(line) = lines.next().await {
        match serde_json::from_str::<Sample>(&line) {
            Ok(sample) => recorder.record(What::Sample { user: user.clone(), sample }),
            Err(error) => {
                recorder.record(What::Trouble { message: format!("{user} asked, and no sample came ({error}): {line}") })
            }
        }
    }
    let said = lines.errors();
    if !said.is_empty() {
        recorder.record(What::Trouble { message: format!("{user} could not ask on: {said}") });
    }
}
