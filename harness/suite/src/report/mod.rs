//! What people and machines get to see of what is played. The runner never prints.
//!
//! A `reporter` hears events, and at the end the `conclusion`. Those of people are `console` (with `terminal` and `progress`) and `github`; those
//! that write a file are the formats in `outputs`. `failure`, `summary`, `prove`, `why` and `matrix` are texts that several of them have, and `explanation` all
//! reasons with their next moves. `output`
//! is the one place that prints, and `file` the one that writes.

pub(crate) mod conclusion;
pub(crate) mod console;
pub(crate) mod explanation;
pub(crate) mod failure;
pub(crate) mod file;
pub(crate) mod finding;
pub(crate) mod github;
mod matrix;
pub(crate) mod output;
pub(crate) mod outputs;
mod progress;
mod prove;
pub(crate) mod reporter;
#[cfg(test)]
pub(crate) mod sample;
pub(crate) mod summary;
pub(crate) mod terminal;
pub(crate) mod why;
