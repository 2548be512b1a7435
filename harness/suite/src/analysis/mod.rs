//! What is found out by running scenarios at other levels, and what it amounts to. Nothing here prints, reads an option or knows an exit code:
//! reports are made of what it gives.
//!
//! `experiment` runs many and remembers them. `plan`, `study` and `findings` are of `why`, `matrix` and `bisect` of `matrix`, `proof` of
//! `prove`; `unfelt` leaves out factors that a scenario cannot feel.

mod bisect;
mod cell;
mod experiment;
mod findings;
mod matrix;
mod plan;
mod proof;
mod study;
mod unfelt;

pub(crate) use cell::{Cell, name};
pub(crate) use experiment::{Bench, job};
pub(crate) use findings::{DemandAlone, Findings};
pub(crate) use matrix::{Matrix, axis, combinations, message};
pub(crate) use plan::{Planned, the_why};
pub(crate) use proof::{Proof, Red};
pub(crate) use study::Study;
