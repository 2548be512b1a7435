//! The hands of relapse: labs, faults, probes. The only crate beside `engine` and `images` that names bollard or testcontainers.
//!
//! [`Lab`] is a topology that is running: `raise` makes it (with `follow`, which writes what its containers do and say on the timeline,
//! and with `reaper` and `sweep`, which leave nothing behind). On top of it `act` does and asks, `watch` judges, `settle` sees that
//! everything was read, `taken` is the time that others took, `whereabouts` says where its services are. `wait` waits, `examine` says whether a machine is fit,
//! `quiet` whether others leave it alone, by its `processors`.

pub mod act;
pub mod examine;
mod follow;
mod helper;
mod lab;
pub mod lower;
mod processors;
pub mod quiet;
pub mod raise;
pub mod reaper;
pub mod recorder;
mod settle;
pub mod sweep;
mod tab;
mod taken;
pub mod wait;
pub mod watch;
pub mod whereabouts;

pub use lab::Lab;
pub use relapse_engine as engine;
pub use relapse_engine::label;
pub use relapse_images as images;
