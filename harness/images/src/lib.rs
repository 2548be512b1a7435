//! Images: had before a lab is raised, and made again only when what goes into them changed.
//!
//! `plan` finds what is needed and in which order (`dockerfile` says what a Dockerfile starts from); `agent`, `base` and `build` are the
//! three ways to get one, and `program` has cargo make a binary that a build needs; `state` tells whether one is up to date (by a `digest` of its `context`); `ensure` has them all; `catalogue`
//! lists and removes. Another way to get a base image is a file beside `mmdebstrap`, called by `base`.

mod agent;
mod base;
mod build;
mod cache;
mod catalogue;
mod context;
mod debian;
mod digest;
mod dockerfile;
mod ensure;
mod error;
mod event;
mod ids;
mod ignore;
mod images;
mod import;
mod mark;
mod mmdebstrap;
mod plan;
mod private;
mod program;
mod spec;
mod state;

pub use agent::{has_agent, image as agent_image};
pub use catalogue::{Kept, OurImage, Removal};
pub use context::ContextError;
pub use dockerfile::{DockerfileError, bases};
pub use error::ImageError;
pub use event::{ImageEvent, Progress};
pub use ids::ImageIds;
pub use images::Images;
pub use mark::{IMAGE, INPUTS, TAG};
pub use spec::{BuildSpec, ImageSpec};
