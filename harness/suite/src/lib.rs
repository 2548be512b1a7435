//! The voice of relapse: the Gherkin vocabulary, the runner, the reports, the command.
//!
//! `script` reads features, `vocabulary` has the steps, `runner` makes an outcome of a script and its levels, `command` makes lists
//! of levels and tables of outcomes, `report` tells them.

//!
//! As a library it runs the features of any crate under `cargo test`, with steps of that crate's own beside these; the crate names
//! `relapse` and `cucumber` (the version that this one uses) as dev-dependencies, and says `harness = false` for the test:
//!
//! ```no_run
//! use relapse::World;
//!
//! #[cucumber::when(expr = "{string} is quiet")]
//! async fn quiet(world: &mut World, part: String) {
//!     let usage = match world.lab() {
//!         Some(lab) => Some(lab.usage(&part).await),
//!         None => None,
//!     };
//!     world.acted(usage);
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     relapse::command::test_main()
//! }
//! ```

pub mod command;
pub mod exit;
mod report;
mod runner;
mod script;
mod vocabulary;

pub use exit::Exit;
pub use relapse_lab as lab;
pub use relapse_model as model;
pub use vocabulary::World;
