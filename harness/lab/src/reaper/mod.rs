//! The reaper: this executable started anew, which removes everything of a run however the run's process ends.
//!
//! It holds one end of a pipe whose other end is the parent's alone: when the parent is gone, by whatever death, the pipe says so.
//! `parent` is the parent's side, `serve` is the reaper's. The two say to each other (`words`): `ready` or `failed <why>`; then `done`, or
//! the pipe's end; then `found <n> left <n>`.

mod error;
mod parent;
mod serve;
mod words;

pub use error::ReaperError;
pub use parent::{LOG, Reaper};
pub use serve::serve_if_asked;
pub use words::{ASKED, Finished};
