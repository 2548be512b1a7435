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
                    // One that has another part's network has no address of its own.
                    State::Running { addresses } if !addresses.is_empty() => {
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

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;
    use crate::timeline::What;

    #[test]
    fn a_part_is_told_with_its_addresses_if_it_has_any() {
        let seen = |addresses: Vec<(String, IpAddr)>| {
            let mut timeline = Timeline::default();
            let state = State::Running { addresses };
            timeline.push(1, What::Container { part: "watch-1".into(), state });
            PartState { part: "watch-1".into(), state: "exited".into() }.look(&timeline).seen
        };
        assert_eq!(seen(Vec::new()), "watch-1 is running");
        assert_eq!(seen(vec![("site".into(), [10, 0, 0, 9].into())]), "watch-1 is running, at 10.0.0.9 in site");
    }
}
