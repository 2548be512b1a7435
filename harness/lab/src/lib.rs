//! The hands of relapse: Docker, faults, probes. The only crate that names bollard or testcontainers.
//!
//! [`Lab`] is a topology that is running: `raise` makes it (with `follow`, which writes what its containers do and say on the timeline,
//! and with `reaper` and `sweep`, which leave nothing behind). On top of it `act` does and asks, `watch` judges, `settle` sees that
//! everything was read, `whereabouts` says where its parts are. `wait` waits, `images` are made, `examine` says whether a machine is fit.

pub mod act;
pub mod engine;
pub mod examine;
mod exec;
mod follow;
mod helper;
pub mod images;
mod lab;
pub mod label;
pub mod lower;
mod name;
pub mod raise;
pub mod reaper;
pub mod recorder;
mod settle;
pub mod sweep;
mod tab;
pub mod wait;
pub mod watch;
pub mod whereabouts;

pub use lab::Lab;
