//! What a timeline says over time, as stretches in which something was the same. No drawing here. What is not known has no stretch, so
//! that nobody takes it for zero.
//!
//! `lists` are a tier's lists against its catalogue, as `reader` has them of their readings; `errors` what those got who ask again and again, `alerts` which ones fired.

mod alerts;
mod errors;
mod lists;
mod reader;

use std::collections::BTreeMap;

use relapse_model::timeline::Timeline;

pub(super) use alerts::Alert;
pub(super) use errors::Asker;
pub(super) use lists::{Divergence, List, Numbers, Tier};

/// Some time in which something was the same.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stretch<T> {
    pub(super) from_ms: u64,
    pub(super) to_ms: u64,
    pub(super) value: T,
}

/// All that charts show of a scenario.
pub(super) struct Series {
    pub(super) tiers: Vec<Tier>,
    pub(super) askers: Vec<Asker>,
    pub(super) alerts: Vec<Alert>,
}

/// `catalogues`: tier to the service whose list is right.
pub(super) fn series(timeline: &Timeline, catalogues: &BTreeMap<String, String>, end_ms: u64) -> Series {
    Series {
        tiers: lists::tiers(timeline, catalogues, end_ms),
        askers: errors::askers(timeline, end_ms),
        alerts: alerts::alerts(timeline, end_ms),
    }
}

impl Series {
    pub(super) fn is_empty(&self) -> bool {
        self.tiers.is_empty() && self.askers.is_empty() && self.alerts.is_empty()
    }
}

/// Adds a stretch; one that goes on with the same value is made longer.
fn add<T: PartialEq>(stretches: &mut Vec<Stretch<T>>, from_ms: u64, to_ms: u64, value: T) {
    match stretches.last_mut() {
        _ if from_ms >= to_ms => {}
        Some(last) if last.to_ms == from_ms && last.value == value => last.to_ms = to_ms,
        _ => stretches.push(Stretch { from_ms, to_ms, value }),
    }
}
