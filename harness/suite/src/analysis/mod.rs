//! What is found out by running scenarios at other levels, and what it amounts to. Nothing here prints, reads an option or knows an exit code:
//! reports are made of what it gives.
//!
//! `experiment` runs many, and `kept` remembers them. `plan`, `study` and `findings` are of `why`, `matrix`, `cell` and `bisect` of `matrix`,
//! `proving` and `proof` of `prove`; `demand` is an incident without its triggers, `unfelt` leaves out factors that a scenario cannot feel.

mod bisect;
mod cell;
mod demand;
mod experiment;
mod findings;
mod kept;
mod matrix;
mod plan;
mod proof;
mod proving;
mod study;
mod unfelt;

pub(crate) use cell::{Cell, name};
pub(crate) use demand::DemandAlone;
pub(crate) use experiment::{Bench, Listener, job};
pub(crate) use findings::Findings;
pub(crate) use matrix::{Matrix, axis, combinations, message};
pub(crate) use plan::{Planned, the_why};
pub(crate) use proof::{Proof, Red};
pub(crate) use proving::{Proofs, Proving};
pub(crate) use study::Study;
