//! Ablation: which contributing factors an incident needed, from outcomes at other levels. Never more certain than the evidence.
//!
//! `seen` is what the runs at one cell came to, `table` the cells that were measured, `explore` says which cell is asked next, `sets`
//! searches the smallest sets of factors, `claims` is what may be said of a table, in words.

mod claims;
mod explore;
mod seen;
mod sets;
mod table;

pub use claims::{Claim, claims};
pub use explore::{Next, Plan, Sets, next, sets};
pub use seen::{Effect, Seen, happened, seen};
pub use sets::Set;
pub use table::{Cell, Table, Varied, levels};
