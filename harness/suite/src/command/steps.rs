//! `relapse steps`: the vocabulary.

use clap::Args;

use crate::exit::{Exit, Failure};
use crate::report::terminal::Terminal;
use crate::vocabulary::catalogue::{PHRASES, markdown};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// As `features/VOCABULARY.md` has it.
    #[arg(long)]
    markdown: bool,
}

pub(super) fn run(options: Options) -> Result<Exit, Failure> {
    let terminal = Terminal::new();
    if options.markdown {
        terminal.line(markdown().trim_end());
        return Ok(Exit::Held);
    }
    for phrase in PHRASES {
        terminal.line(&format!("{:?} {}\n    {}", phrase.kind, phrase.expression, phrase.about));
    }
    Ok(Exit::Held)
}
