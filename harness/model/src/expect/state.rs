//! `{part} should be {state}`: running, exited, paused or removed.

use super::{Expectation, Kind, Sight};
use crate::timeline::{State, Timeline};

/// The state of a part's container.
#[derive(Debug, Clone)]
pub struct PartState {
    /// The part.
    pub part: String,
    /// A word of [`State::word`].
    pub state: String,
}

impl Expectation for PartState {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn look(&self, timeline: &Timeline) -> Sight {
        match timeline.state(&self.part) {
            Some(state) => {
                let detail = match state {
                    State::Exited { code } => format!("{} is exited, with code {code}", self.part),
                    State::Running { addresses } => {
                        let list: Vec<String> =
                            addresses.iter().map(|(network, address)| format!("{address} in {network}")).collect();
                        format!("{} is running, at {}", self.part, list.join(" and "))
                    }
                    other => format!("{} is {}", self.part, other.word()),
                };
                Sight::of(state.word() == self.state, detail)
            }
            None => {
                Sight::of(false, format!("there is no container of {}; there are {}", self.part, timeline.parts().join(", ")))
            }
        }
    }
}
