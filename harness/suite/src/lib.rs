//! The voice of relapse: the Gherkin vocabulary, the runner, the reports, the command.
//!
//! `script` reads features, `vocabulary` has the steps, `runner` makes an outcome of a script and its levels, `analysis` finds out what
//! outcomes at other levels amount to, `report` tells it, `command` has the options and the exit codes. Each imports only those before it.
//!
//! As a library it runs the features of any crate under `cargo test`, with steps of that crate's own beside these; the crate names
//! `relapse` and `cucumber` (the version that this one uses) as dev-dependencies, and says `harness = false` for the test. [`step!`] is a
//! step with what it says about itself, as all of ours are: a When acts, and says whether it could; a Then is an expectation, which looks
//! at the timeline. A word that names nothing of the topology is told at its place before anything runs:
//!
//! ```no_run
//! use relapse::World;
//! use relapse::lab::act::Change;
//! use relapse::model::expect::{Expectation, Kind, OwnStep, Observation};
//! use relapse::model::timeline::{Source, Timeline, Record};
//! use relapse::parameters::{Deadline, Service, Should};
//! use relapse::step;
//!
//! step! {
//!     /// It is killed, and started again.
//!     Trigger: "{service} is power-cycled",
//!     example: "app is power-cycled",
//!     async fn power_cycled(world: &mut World, service: Service) {
//!         for change in [Change::Killed, Change::Started] {
//!             world.act(async |lab| lab.change(&service.0, change).await).await;
//!         }
//!     }
//! }
//!
//! step! {
//!     /// Of all that it logged, the newest line has the text.
//!     Mechanism: "the last line of {service} {should} say {string} {deadline}",
//!     example: "the last line of app should say \"ready\" within 5s",
//!     rests_on: [Log],
//!     async fn last_line_says(world: &mut World, service: Service, should: Should, text: String, deadline: Deadline) {
//!         world.expect(should.0, deadline.0, LastLine { service: service.0, text }).await;
//!     }
//! }
//!
//! struct LastLine { service: String, text: String }
//!
//! impl Expectation for LastLine {
//!     fn kind(&self) -> Kind {
//!         Kind::State
//!     }
//!
//!     fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
//!         Some(vec![Source::Log { service: self.service.clone() }])
//!     }
//!
//!     fn look(&self, timeline: &Timeline) -> Observation {
//!         let last = timeline.entries().iter().rev().find_map(|entry| match &entry.what {
//!             Record::Log { service, text, .. } if *service == self.service => Some(text),
//!             _ => None,
//!         });
//!         match last {
//!             Some(last) => Observation::of(last.contains(&self.text), format!("the last line is `{last}`")),
//!             None => {
//!                 let (seen, next) = ("it logged nothing".into(), "let it log something first".into());
//!                 Observation::unknown(OwnStep::CannotTell { seen, next })
//!             }
//!         }
//!     }
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     relapse::command::test_main()
//! }
//! ```
//!
//! [`command::main`] in its place is the whole command with these steps: `lint` and `steps` know them as well. A type of one's own in an
//! expression is a [`parameter!`]. [`Run`] runs scenarios from a program, and gives what they came to.

mod analysis;
pub mod command;
mod exit;
mod report;
mod runner;
mod script;
mod vocabulary;

pub use command::Run;
pub use exit::{Exit, Failure};
pub use relapse_lab::reaper::serve_if_asked;
pub use vocabulary::{Evidence, Names, Role, World, parameters};

/// What a step does to a lab.
pub mod lab {
    pub use relapse_lab::Lab;

    /// What came of it.
    pub mod act {
        pub use relapse_lab::act::{ActError, Change};
    }
}

/// What a step expects of a lab, and what a run came to.
pub mod model {
    /// What should be, and what was seen of it.
    pub mod expect {
        pub use relapse_model::expect::{Expectation, Fact, Kind, Observation, OwnStep};

        /// How many processes a service runs.
        pub mod processes {
            pub use relapse_model::expect::processes::Processes;
        }
    }

    /// What was done and seen, in order.
    pub mod timeline {
        pub use relapse_model::timeline::{Client, Entry, Record, Source, State, StepKind, Timeline};
    }

    /// What a scenario came to.
    pub mod outcome {
        pub use relapse_model::outcome::{Outcome, ThenOutcome, Trouble};
    }

    /// Why there is no verdict, and what to do about it.
    pub mod reason {
        pub use relapse_model::reason::{Explain, Reason};
    }

    /// Held, violated or inconclusive.
    pub mod verdict {
        pub use relapse_model::verdict::Verdict;
    }
}

/// What `step!` and `parameter!` need where they are used.
#[doc(hidden)]
pub mod __private {
    pub use inventory;

    pub use crate::vocabulary::{Phrase, Type};
}
