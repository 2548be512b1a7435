//! `relapse explain`: what a reason of no verdict, or a finding of `lint`, means, and the next move.

use clap::Args;

use crate::exit::{Exit, Failure};
use crate::report::explanation::{groups, markdown, text};
use crate::report::terminal::Terminal;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The word behind `next`, such as no-samples; all are listed if none is named.
    id: Option<String>,
    /// All, as `features/TROUBLESHOOTING.md` has them.
    #[arg(long, conflicts_with = "id")]
    markdown: bool,
}

pub(super) fn run(options: Options) -> Result<Exit, Failure> {
    let terminal = Terminal::new();
    if options.markdown {
        terminal.line(markdown().trim_end());
        return Ok(Exit::Held);
    }
    let groups = groups();
    let Some(id) = options.id else {
        for group in groups {
            terminal.line(&format!("{}: {}", group.section, group.about));
            group.all.iter().for_each(|one| terminal.line(&format!("  {:26}  {}", one.id, one.symptom)));
        }
        return Ok(Exit::Held);
    };
    let all = || groups.iter().flat_map(|group| &group.all);
    match all().find(|one| one.id == id) {
        Some(one) => terminal.line(&text(one)),
        None => {
            let near = relapse_model::nearest(&id, all().map(|one| one.id));
            let hint =
                if near.is_empty() { "`relapse explain` lists all".into() } else { format!("did you mean {}?", near.join(", ")) };
            return Err(Failure::usage(format!("`{id}` is no reason that relapse knows; {hint}")));
        }
    }
    Ok(Exit::Held)
}
