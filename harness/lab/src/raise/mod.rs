//! Raises a topology, or leaves nothing of it.
//!
//! `plan` is what to raise, `fill` makes and starts it: `network` finds free addresses (`subnet`), `container` says a service in the
//! engine's words, `files` copies what is mounted (`within` says what may be, `archive` writes it), `ready` knows when a service is.

mod archive;
mod container;
mod error;
mod files;
mod fill;
mod network;
mod plan;
mod raised;
pub(crate) mod ready;
mod subnet;
mod within;

pub use error::RaiseError;
pub use plan::Plan;
pub use subnet::NetworkError;
pub use within::{outside, project_root, within_project};

pub(crate) use archive::Archive;
pub(crate) use files::upload;
pub(crate) use raised::{Raised, raise};
pub(crate) use subnet::{SUBNETS, subnet};
