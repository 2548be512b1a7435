//! The hands of relapse: Docker, faults, probes. The only crate that names bollard or testcontainers.
//!
//! `raise` makes a lab of a topology, `follow` writes what its containers do and say on the timeline, `act` does and asks, `wait`
//! waits, `settle` sees that everything was read, `watch` judges; `images` are made, `sweep` and `reaper` leave nothing behind, `examine` says whether a machine is fit.

pub mod act;
pub mod engine;
pub mod examine;
mod exec;
mod follow;
pub mod images;
pub mod label;
pub mod raise;
pub mod reaper;
pub mod recorder;
mod settle;
pub mod sweep;
pub mod wait;
pub mod watch;
