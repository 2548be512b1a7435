//! What commands write to files: the formats, each with a file or a folder of its own, and the table of them. To add one, write its file
//! beside a neighbour's and name it here.

mod ctrf;
mod format;
mod html;
mod json;
mod junit;
mod markdown;

pub(crate) use markdown::of as markdown;

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use self::format::Format;
use super::reporter::Reporter;
use crate::exit::Failure;

/// Every format.
const FORMATS: &[Format] = &[json::FORMAT, html::FORMAT, junit::FORMAT, ctrf::FORMAT, markdown::FORMAT];

/// What a command is to write: an option for each format that has something to say of it.
#[derive(Clone, Default)]
pub(crate) struct Outputs {
    asked: Vec<(&'static Format, PathBuf)>,
}

impl Outputs {
    /// The reporters of all that was asked for. Whether each can be written is seen now, before anything is run.
    pub(crate) fn open(self) -> Result<Vec<Box<dyn Reporter>>, Failure> {
        self.asked.into_iter().map(|(format, path)| (format.open)(path)).collect()
    }
}

impl std::fmt::Debug for Outputs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.asked.iter().map(|(format, path)| (format.option, path))).finish()
    }
}

// By hand, since the table decides; clap's derive would need a field for each format.
impl Args for Outputs {
    fn augment_args(command: Command) -> Command {
        let name = command.get_name().to_owned();
        let formats = FORMATS.iter().filter(|format| format.commands.contains(&name.as_str()));
        command.args(formats.map(|format| {
            let path = clap::value_parser!(PathBuf);
            Arg::new(format.name()).long(format.name()).value_name(format.value).help(format.help).value_parser(path)
        }))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Outputs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        // An option that the command does not have is not known to its matches.
        let path = |format: &Format| matches.try_get_one::<PathBuf>(format.name()).ok().flatten().cloned();
        Ok(Self { asked: FORMATS.iter().filter_map(|format| Some((format, path(format)?))).collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The options of a command of that name, by the table.
    fn options(command: &'static str) -> Vec<String> {
        let command = Outputs::augment_args(Command::new(command));
        command.get_arguments().map(|argument| argument.get_id().to_string()).collect()
    }

    #[test]
    fn a_command_takes_the_formats_that_have_something_to_say_of_it() {
        assert_eq!(options("run"), ["json", "report", "junit", "ctrf", "markdown"]);
        assert_eq!(options("matrix"), ["json", "report"]);
        assert_eq!(options("up"), Vec::<String>::new());
        let command = Outputs::augment_args(Command::new("why"));
        let refused = command.clone().try_get_matches_from(["why", "--junit", "a.xml"]);
        assert!(refused.is_err(), "no reporter would write it");
        let matches = command.try_get_matches_from(["why", "--markdown", "a.md", "--json", "-"]).unwrap();
        let outputs = Outputs::from_arg_matches(&matches).unwrap();
        assert_eq!(format!("{outputs:?}"), r#"{"--json": "-", "--markdown": "a.md"}"#);
    }
}
