//! Removes everything of a run, by label.
//!
//! `listing` asks what there is, `remove` tries once, `run` until nothing of a run is left (`swept`); `leaks` tells what earlier runs left
//! behind.

mod leaks;
mod listing;
mod remove;
mod run;
mod swept;

pub use leaks::{Leak, Maker, leaks, remove_leaks};
pub(crate) use listing::list;
pub use listing::{Kind, Thing};
pub use run::sweep;
pub(crate) use run::sweep_within;
pub use swept::{Left, SweepError, SweepReport};
