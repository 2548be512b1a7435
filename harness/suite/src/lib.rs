//! The voice of relapse: the Gherkin vocabulary, the runner, the reports, the command.
//!
//! `script` reads features, `vocabulary` has the steps, `runner` makes an outcome of a script and its levels, `command` makes lists
//! of levels and tables of outcomes, `report` tells them.

pub mod command;
pub mod exit;
mod report;
mod runner;
mod script;
mod vocabulary;

pub use exit::Exit;
