//! What the table of outputs knows of a format.

use std::path::PathBuf;

use crate::exit::Failure;
use crate::report::reporter::Reporter;

/// A format that a command can write.
pub(crate) struct Format {
    /// The option, with its dashes.
    pub(crate) option: &'static str,
    /// What the option's value is called: `FILE` or `DIR`.
    pub(crate) value: &'static str,
    pub(crate) help: &'static str,
    /// The commands that it has something to say of.
    pub(crate) commands: &'static [&'static str],
    /// Its reporter. An error says before anything is run that it could not be written afterwards.
    pub(crate) open: fn(PathBuf) -> Result<Box<dyn Reporter>, Failure>,
}

impl Format {
    /// The option's name, without dashes.
    pub(super) fn name(&self) -> &'static str {
        self.option.trim_start_matches('-')
    }
}
