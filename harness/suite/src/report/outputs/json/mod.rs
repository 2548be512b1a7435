//! One JSON document a command. The shapes:
//! - `run`: `{"run","verdict","seconds","scenarios":[Outcome],"not_run":[NotRun]}`, see [`relapse_model::outcome::Outcome`]; a NotRun,
//!   `{"feature","line","name","tags"}`, is a scenario that never began, since Ctrl-C was pressed before;
//! - `why`: `{"scenario","runs","seconds","occurred_as_on_the_day","of","figure_as_on_the_day","demand_alone","factors":[Row],
//!   "combinations":[{"levels",…}],"smallest_sets":[[name]],"smallest_sets_cut","contradictions":[text],"said":[text]}`. A Row is a factor's
//!   `name`, a `level` and what [`relapse_model::ablation::Seen`] has; a combination has `levels` of several factors instead, by name.
//!   `smallest_sets_cut` says why the sets are not all, if they are not; `said` are the sentences of the closing paragraph;
//! - `matrix`: `{"scenario","cells":[{"levels","verdict","held","violated","of","not_applicable","message"}],"change"}`: of so many runs so
//!   many held;
//! - `lint`: `{"files","scenarios","topologies","findings":[{"file","line","column","kind","message","help":[text],"next"}],
//!   "notices":[as findings],"unused":[phrase]}`;
//!   a finding about the command line has no place; kinds are those that `relapse explain` lists, and `next` is the next move;
//! - `prove`: `{"gates":[{"feature","line","name","red","reds","of","red_by_link","ends_with","never_violated":[text],"outcome":Outcome}],
//!   "demand_alone":[{"scenario","happened","said"}],"not_run":[NotRun]}`; `ends_with` is `users`, `told` or `mechanism`.
//!
//! A document's shape has a file of its own, but for that of `lint`, which is [`crate::report::conclusion::Linted`].

mod matrix;
mod played;
mod why;

use std::path::PathBuf;

use serde::Serialize;

use super::format::Format;
use crate::exit::Failure;
use crate::report::conclusion::Conclusion;
use crate::report::file::Document;
use crate::report::reporter::Reporter;

pub(super) const FORMAT: Format = Format {
    option: OPTION,
    value: "FILE",
    help: "Writes one JSON document",
    commands: &["run", "prove", "why", "matrix", "lint"],
    open,
};

const OPTION: &str = "--json";

fn open(path: PathBuf) -> Result<Box<dyn Reporter>, Failure> {
    Ok(Box::new(Json { file: Document::open(OPTION, path)? }))
}

struct Json {
    file: Document,
}

impl Reporter for Json {
    fn conclude(&mut self, conclusion: &Conclusion<'_>) {
        match conclusion {
            Conclusion::Played(played) => match played.proofs {
                Some(proofs) => self.write(&played::Prove::of(proofs, played.not_run())),
                None => self.write(&played::Run::of(*played)),
            },
            Conclusion::Why(findings) => self.write(&why::Why::of(findings)),
            Conclusion::Matrix(matrix) => self.write(&matrix::Matrix::of(matrix)),
            Conclusion::Lint(linted) => self.write(linted),
        }
    }
}

impl Json {
    fn write(&self, document: &impl Serialize) {
        match serde_json::to_vec_pretty(document) {
            Ok(mut text) => {
                text.push(b'\n');
                self.file.write(&text);
            }
            Err(error) => self.file.lost(&error),
        }
    }
}
