//! The typed words of phrases. Each has an expression that reads it; what was read is its only field.
//!
//! `named` are those who are spoken of, `lab` which lab it is, `attempt` what is done, `expected` what should be. A type that the steps of one
//! concept alone have stands beside them.

mod attempt;
mod expected;
mod lab;
mod named;
mod word;

pub use attempt::{App, ChangeWord, FileName, Session};
pub(crate) use expected::MAX_DEADLINE;
pub use expected::{Action, Comparison, Condition, Cookie, Deadline, Outcome, Should, Target};
pub(super) use lab::{LabName, LevelList};
#[doc(hidden)]
pub use named::Part;
pub use named::{Host, Owners, Pattern, Service, Tier, Url, User};
