//! Removes everything of a run, however much of it there is and whoever is still adding to it.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use backon::{ConstantBuilder, RetryableWithContext};
use relapse_engine::label::{RunId, filter_of};
use relapse_engine::{Engine, in_full};

use super::listing::{Kind, list};
use super::remove::{PAUSE, SWEEP_TIMEOUT, remove_all};
use super::swept::{Left, SweepError, SweepReport};

/// How long the last listing may take, when time is up.
const LAST_LOOK: Duration = Duration::from_secs(5);

/// Removes everything that carries the run's label: containers, then networks and volumes, again and again until a listing is
/// empty, for at most 30 s or so. What is being created meanwhile (by a service that holds the engine's socket) is caught too.
///
/// # Errors
/// [`SweepError`] if the engine does not answer. What it refuses to remove is in [`SweepReport::left`].
pub async fn sweep(engine: &Engine, run: &RunId) -> Result<SweepReport, SweepError> {
    sweep_within(engine, run, SWEEP_TIMEOUT).await
}

pub(crate) async fn sweep_within(engine: &Engine, run: &RunId, patience: Duration) -> Result<SweepReport, SweepError> {
    let began = Instant::now();
    let deadline = tokio::time::Instant::now() + patience;
    let round = |mut so_far: SoFar| async move {
        let gone = tokio::time::timeout_at(deadline, so_far.round(engine, run)).await;
        (so_far, gone.unwrap_or(Err(NotYet)))
    };
    let (SoFar { removed, refused, problem }, gone) = round
        .retry(ConstantBuilder::new().with_delay(PAUSE).without_max_times())
        .when(|_| tokio::time::Instant::now() + PAUSE < deadline)
        .context(SoFar::default())
        .await;
    let mut left = Vec::new();
    if gone.is_err() {
        let failed = |why| SweepError { run: run.clone(), endpoint: engine.endpoint().into(), why };
        let rest = tokio::time::timeout(LAST_LOOK, list(engine, filter_of(run))).await;
        let rest = rest.map_err(|_| failed(problem.unwrap_or_else(|| "no answer".into())))?;
        let rest = rest.map_err(|error| failed(in_full(&error)))?;
        let why = |id: &str| refused.get(id).cloned().unwrap_or_else(|| "it was made while the run was being removed".into());
        left.extend(rest.into_iter().map(|thing| Left { why: why(&thing.id), thing }));
    }
    Ok(SweepReport { removed, left, seconds: began.elapsed().as_secs_f64() })
}

/// Something of it is still there, or nobody says.
struct NotYet;

/// What the rounds of a sweep have come to.
#[derive(Default)]
struct SoFar {
    removed: BTreeMap<Kind, usize>,
    /// Why each thing was not removed, by its id.
    refused: HashMap<String, String>,
    /// Why the engine did not say what there is.
    problem: Option<String>,
}

impl SoFar {
    /// Removes all that is listed, until nothing is.
    async fn round(&mut self, engine: &Engine, run: &RunId) -> Result<(), NotYet> {
        loop {
            let things = list(engine, filter_of(run)).await.map_err(|error| {
                self.problem = Some(in_full(&error));
                NotYet
            })?;
            if things.is_empty() {
                return Ok(());
            }
            let failed = remove_all(engine, things, &mut self.removed).await;
            if !failed.is_empty() {
                self.refused.extend(failed);
                return Err(NotYet);
            }
        }
    }
}
