//! What people and machines get to see of outcomes. The runner never prints.

pub(crate) mod failure;
pub(crate) mod file;
pub(crate) mod finding;
pub(crate) mod github;
pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod matrix;
pub(crate) mod output;
mod progress;
#[cfg(test)]
pub(crate) mod sample;
pub(crate) mod summary;
pub(crate) mod terminal;
pub(crate) mod why;
