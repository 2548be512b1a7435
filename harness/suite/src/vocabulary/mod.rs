//! The vocabulary: every step, by concept and never by incident. State *is* (Given), an attempt *happens* (When), an expectation
//! *should* (Then).
//!
//! `steps` has the steps, a file for each concept, `parameters` the typed words of their phrases, `world` what they speak to, `site` where its lab is raised. What a step
//! says about itself stands beside its function, by `macros`, and is collected in `phrase` (of which `nearest` finds some): its `role`, its meaning, an example, and the
//! `evidence` that it rests on; of a parameter, what it `names`, by `parameter`. `page` is `features/VOCABULARY.md`. `text` reads a step's words,
//! `beforehand` what has to be known of a Given before its scenario starts.
//!
//! To add a step, copy a neighbour in `steps`, and generate the page anew.

mod beforehand;
mod evidence;
mod macros;
mod names;
mod nearest;
mod page;
mod parameter;
pub mod parameters;
mod phrase;
pub(crate) mod role;
mod site;
mod steps;
mod text;
mod world;

pub(crate) use beforehand::{crash_phrase, lab_levels, lab_phrase};
pub use evidence::Evidence;
pub use names::Names;
pub(crate) use nearest::nearest;
pub(crate) use page::markdown;
pub use parameter::Type;
pub(crate) use parameter::types;
pub use phrase::Phrase;
pub(crate) use phrase::phrases;
pub use role::Role;
pub(crate) use site::{LabHandle, Site};
pub(crate) use steps::reasons;
pub(crate) use text::{arguments, substitute};
pub(crate) use world::Setting;
pub use world::World;
