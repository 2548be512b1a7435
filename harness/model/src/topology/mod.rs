//! A topology: a Compose file plus its contributing factors. Reading it is pure: text and variables in, services out.
//!
//! A [`ComposeFile`] is read once; `read` makes a [`Topology`] of it, at some levels and on some subnet, as often as one is asked for.
//! `compose` and `written` are the file's shape, `section` that of our own part of it, `interpolate` its variables, `factor` the factors
//! and `declared` whether they can be told apart, `whole` and `service` what the lab raises, and `assemble` how the one becomes the
//! other, with `notice` of what is not taken literally: `graph` says that what waits for each other ends, `paths` which files are named, `engine_socket` who may have the engine's.

mod assemble;
mod compose;
mod declared;
mod engine_socket;
pub mod env_file;
mod error;
mod factor;
mod file;
mod graph;
mod in_order;
mod interpolate;
mod limits;
mod located;
mod notice;
mod paths;
mod read;
mod scalar;
mod section;
mod service;
mod shapes;
#[cfg(test)]
mod tests;
mod tier;
mod units;
mod whole;
mod written;
mod yaml;

pub use error::TopologyError;
pub use factor::Factor;
pub use file::ComposeFile;
pub use limits::Limits;
pub use notice::Notice;
pub use paths::{HostPath, PathUse, plain as plain_path};
pub use section::{Login, Workstation};
pub use service::{
    Build, Condition, EnvFile, Health, Mount, NetworkAttachment, NetworkMode, RestartPolicy, Service, Source, Tmpfs,
};
pub use shapes::split as words;
pub use tier::{Command, Direction, EACH_ZONE, Order, Scaling, Tier};
pub use whole::{Network, Topology};
