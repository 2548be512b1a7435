//! Plays a script's steps on a world. A Then does not stop it; trouble does, since nothing after it would mean anything.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use cucumber::World as _;
use cucumber::step::Collection;
use futures_util::FutureExt;
use gherkin::StepType;
use relapse_lab::wait;
use relapse_model::outcome::{Obstacle, ThenOutcome};
use relapse_model::timeline::{Missed, Record, StepKind};
use relapse_model::verdict::Verdict;

use super::Event;
use crate::script::Script;
use crate::vocabulary::parameters::MAX_DEADLINE;
use crate::vocabulary::{World, substitute};

/// What a step may take beside its deadline: the last look, and what is asked for it.
const BESIDE: Duration = Duration::from_secs(10);

/// What is told while a script is played.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Moment<'a> {
    /// A step is about to begin; it does once its teller is done.
    Begins(&'a gherkin::Step),
    /// A Then was judged.
    Judged(&'a ThenOutcome),
}

impl From<Moment<'_>> for Event {
    fn from(moment: Moment<'_>) -> Self {
        match moment {
            Moment::Begins(step) => Self::Step { text: text(step), line: step.position.line },
            Moment::Judged(then) => Self::Judged(then.clone()),
        }
    }
}

/// A step's text, with its keyword.
fn text(step: &gherkin::Step) -> String {
    format!("{} {}", step.keyword.trim(), step.value)
}

fn kind(ty: StepType) -> StepKind {
    match ty {
        StepType::Given => StepKind::Given,
        StepType::When => StepKind::When,
        StepType::Then => StepKind::Then,
    }
}

/// The steps that there are, and what one may take.
#[derive(Debug, Clone)]
pub(crate) struct Steps {
    pub(super) all: Arc<Collection<World>>,
    /// The longest time that a deadline may name.
    pub(super) longest: Duration,
    pub(super) beside: Duration,
    /// Whether only the last Then is awaited, once one is violated and nothing more is done.
    pub(super) for_the_last_then: bool,
}

impl Default for Steps {
    fn default() -> Self {
        Self { all: Arc::new(World::collection()), longest: MAX_DEADLINE, beside: BESIDE, for_the_last_then: false }
    }
}

impl Steps {
    /// Plays a script on a world until its end, or the first trouble.
    pub(crate) async fn play(
        &self,
        world: &mut World,
        script: &Script,
        variables: &BTreeMap<String, String>,
        told: impl AsyncFn(Moment<'_>),
    ) {
        let patience = world.setting.as_ref().map_or(1.0, |setting| setting.plan.patience);
        let last_when = script.steps.iter().rposition(|step| step.ty == StepType::When);
        for (at, step) in script.steps.iter().enumerate() {
            // What a When does could rest on what the Thens before it waited for.
            let nothing_follows = last_when.is_none_or(|when| at > when) && at + 1 < script.steps.len();
            let is_broken = world.thens.iter().any(|then| then.verdict == Verdict::Violated);
            world.at_once = self.for_the_last_then && nothing_follows && is_broken;
            world.step = (step.value.clone(), step.position.line);
            // Once there is a lab, its own subnet is the one that is meant.
            let of_lab = world.lab.as_ref().and_then(|lab| lab.lab()).map(|lab| &lab.topology.variables);
            let step = match substitute(step, of_lab.unwrap_or(variables)) {
                Ok(step) => step,
                Err(why) => return world.trouble(&Obstacle::NotUnderstood { why }),
            };
            world.step.0.clone_from(&step.value);
            told(Moment::Begins(&step)).await;
            if let Some(lab) = &world.lab {
                lab.recorder().record(Record::Step { text: text(&step), line: step.position.line, kind: kind(step.ty) });
            }
            let (function, location, context) = match self.all.find(&step) {
                Ok(Some((function, _, location, context))) => (function, location, context),
                Ok(None) => return world.trouble(&Obstacle::UnknownStep { step: step.value.clone() }),
                Err(error) => {
                    return world.trouble(&Obstacle::AmbiguousStep { step: step.value.clone(), why: error.to_string() });
                }
            };
            // An invariant lasts as long with little patience.
            let limit = self.longest.mul_f64(patience.max(1.0)) + self.beside;
            let judged = world.thens.len();
            let recorder = world.lab.as_ref().map(|lab| lab.recorder().clone());
            let lost = async {
                match &recorder {
                    Some(recorder) => wait::lost(recorder).await,
                    None => std::future::pending().await,
                }
            };
            let ended = tokio::select! {
                // First: what is judged without an engine is judged by what it can no longer tell.
                biased;
                why = lost => return world.trouble(&Missed::EngineLost { why }),
                ended = AssertUnwindSafe(function(world, context)).catch_unwind() => Some(ended),
                () = wait::step_elapsed(recorder.as_ref(), limit) => None,
            };
            match ended {
                Some(Ok(())) => {}
                Some(Err(panic)) => {
                    let text =
                        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
                    // Ours, or of the crate that uses the library: the place tells.
                    let at = location.map(|location| format!(" (it is at {location})")).unwrap_or_default();
                    let text = text.unwrap_or("without words").to_owned();
                    world.trouble(&Obstacle::StepPanicked { at, text });
                }
                None => world.trouble(&Obstacle::StepTooLong { seconds: limit.as_secs() }),
            }
            for then in world.thens.iter().skip(judged) {
                told(Moment::Judged(then)).await;
            }
            if world.trouble.is_some() {
                return;
            }
        }
    }
}
