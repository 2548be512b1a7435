//! One JSON document a command. The shapes:
//! - `run`: `{"run","verdict","seconds","scenarios":[Outcome]}`, see [`relapse_model::outcome::Outcome`];
//! - `prove`: `{"gates":[{"feature","line","name","red","never_violated":[text],"outcome":Outcome}]}`.

use std::path::Path;

use relapse_model::outcome::Outcome;
use relapse_model::verdict::Verdict;
use serde::Serialize;

use crate::exit::Failure;

/// `relapse run --json`.
#[derive(Debug, Serialize)]
pub(crate) struct Run<'a> {
    pub(crate) run: String,
    pub(crate) verdict: Verdict,
    pub(crate) seconds: f64,
    pub(crate) scenarios: Vec<&'a Outcome>,
}

/// `relapse prove --json`.
#[derive(Debug, Serialize)]
pub(crate) struct Prove<'a> {
    pub(crate) gates: Vec<Gate<'a>>,
}

/// One gate with every factor as on the day.
#[derive(Debug, Serialize)]
pub(crate) struct Gate<'a> {
    pub(crate) feature: &'a str,
    pub(crate) line: usize,
    pub(crate) name: &'a str,
    pub(crate) red: bool,
    pub(crate) never_violated: Vec<&'a str>,
    pub(crate) outcome: &'a Outcome,
}

/// Writes a document; a file that exists is replaced only when the new one is whole.
pub(crate) fn write(path: &Path, document: &impl Serialize) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::usage(format!("--json {}: {error}", path.display()));
    let mut text = serde_json::to_vec_pretty(document).map_err(|error| Failure::defect(error.to_string()))?;
    text.push(b'\n');
    let partial = path.with_extension("json.partial");
    std::fs::write(&partial, text).map_err(failed)?;
    std::fs::rename(&partial, path).map_err(failed)
}
