//! What is done in a lab for a scenario: attempts, and questions asked of services. One file each; to add one, copy a neighbour.

mod background;
mod beside;
mod change;
mod crash_loop;
mod error;
mod file;
mod hold;
mod link;
mod load;
mod members;
mod not_asked;
mod poll;
mod processes;
mod promql;
mod push;
mod resolve;
mod run;
mod tier;
mod usage;
mod visit;

pub use change::Change;
pub use error::ActError;
