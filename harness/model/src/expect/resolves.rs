//! `{name} should resolve to {part} from {part}`: sampled by asking the part's own resolver.

use super::{Expectation, Kind, Sight};
use crate::timeline::{Timeline, What};

/// What a name means to a part.
#[derive(Debug, Clone)]
pub struct Resolves {
    /// The name.
    pub name: String,
    /// The part whose address it should be.
    pub to: String,
    /// The part that asks.
    pub from: String,
}

impl Expectation for Resolves {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn look(&self, timeline: &Timeline) -> Sight {
        let last = timeline.entries().iter().rev().find_map(|entry| match &entry.what {
            What::Resolved { part, resolution } if *part == self.from && resolution.name == self.name => {
                Some((entry.at_ms, resolution))
            }
            _ => None,
        });
        let Some((at_ms, resolution)) = last else {
            return Sight::unknown(format!("{} was never asked for {}", self.from, self.name));
        };
        if resolution.addresses.is_empty() {
            let why = resolution.error.as_deref().unwrap_or("no address");
            return Sight::of(false, format!("from {}, {} does not resolve: {why}", self.from, self.name));
        }
        let owners: Vec<String> = resolution
            .addresses
            .iter()
            .map(|address| format!("{address} ({})", timeline.owner(*address, at_ms).unwrap_or("nobody of this lab")))
            .collect();
        let so = resolution.addresses.iter().all(|address| timeline.owner(*address, at_ms) == Some(self.to.as_str()));
        Sight::of(so, format!("from {}, {} resolves to {}", self.from, self.name, owners.join(", ")))
    }
}
