//! The voice of relapse: the Gherkin vocabulary, the runner, the reports, the command.
//!
//! `script` reads features, `vocabulary` has the steps, `runner` makes an outcome of a script and its levels, `analysis` finds out what
//! outcomes at other levels amount to, `report` tells it, `command` has the options and the exit codes. Each imports only those before it.
//!
//! As a library it runs the features of any crate under `cargo test`, with steps of that crate's own beside these; the crate names
//! `relapse` and `cucumber` (the version that this one uses) as dev-dependencies, and says `harness = false` for the test. A When acts,
//! and says whether it could; a Then is an expectation, which looks at the timeline:
//!
//! ```no_run
//! use cucumber::{then, when};
//! use relapse::World;
//! use relapse::lab::act::Change;
//! use relapse::model::expect::{Expectation, Kind, OwnStep, Sight};
//! use relapse::model::timeline::{Timeline, What};
//! use relapse::parameters::{Deadline, Part, Should};
//!
//! #[when(expr = "{part} is power-cycled")]
//! async fn power_cycled(world: &mut World, part: Part) {
//!     for change in [Change::Killed, Change::Started] {
//!         let Some(lab) = world.lab() else { return };
//!         let result = lab.change(&part.0, change).await;
//!         world.acted(Some(result));
//!     }
//! }
//!
//! #[then(expr = "the last line of {part} {should} say {string} {deadline}")]
//! async fn last_line_says(world: &mut World, part: Part, should: Should, text: String, deadline: Deadline) {
//!     world.expect(should.0, deadline.0, LastLine { part: part.0, text }).await;
//! }
//!
//! struct LastLine { part: String, text: String }
//!
//! impl Expectation for LastLine {
//!     fn kind(&self) -> Kind {
//!         Kind::State
//!     }
//!
//!     fn look(&self, timeline: &Timeline) -> Sight {
//!         let last = timeline.entries().iter().rev().find_map(|entry| match &entry.what {
//!             What::Log { part, text, .. } if *part == self.part => Some(text),
//!             _ => None,
//!         });
//!         match last {
//!             Some(last) => Sight::of(last.contains(&self.text), format!("the last line is `{last}`")),
//!             None => {
//!                 let (seen, next) = ("it logged nothing".into(), "let it log something first".into());
//!                 Sight::unknown(OwnStep::CannotTell { seen, next })
//!             }
//!         }
//!     }
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     relapse::command::test_main()
//! }
//! ```

mod analysis;
pub mod command;
pub mod exit;
mod report;
mod runner;
mod script;
mod vocabulary;

pub use exit::Exit;
pub use relapse_lab as lab;
pub use relapse_model as model;
pub use vocabulary::{World, parameters};
