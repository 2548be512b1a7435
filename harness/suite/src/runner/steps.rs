//! Plays a script's steps on a world. A Then does not stop it; trouble does, since nothing after it would mean anything.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use cucumber::World as _;
use futures_util::FutureExt;
use gherkin::StepType;
use relapse_lab::wait;
use relapse_model::outcome::ThenOutcome;
use relapse_model::timeline::{StepKind, What};

use crate::script::Script;
use crate::vocabulary::parameters::LONGEST;
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

fn kind(ty: StepType) -> StepKind {
    match ty {
        StepType::Given => StepKind::Given,
        StepType::When => StepKind::When,
        StepType::Then => StepKind::Then,
    }
}

pub(crate) async fn play(
    world: &mut World,
    script: &Script,
    variables: &BTreeMap<String, String>,
    told: impl AsyncFn(Moment<'_>),
) {
    let collection = World::collection();
    let patience = world.setting.as_ref().map_or(1.0, |setting| setting.plan.patience);
    for step in &script.steps {
        world.step = (step.value.clone(), step.position.line);
        // Once there is a lab, its own subnet is the one that is meant.
        let step = match substitute(step, world.lab.as_ref().map_or(variables, |lab| &lab.topology.variables)) {
            Ok(step) => step,
            Err(error) => return world.trouble(false, error),
        };
        world.step.0.clone_from(&step.value);
        told(Moment::Begins(&step)).await;
        if let Some(lab) = &world.lab {
            let text = format!("{} {}", step.keyword.trim(), step.value);
            lab.recorder.record(What::Step { text, line: step.position.line, kind: kind(step.ty) });
        }
        let (function, location, context) = match collection.find(&step) {
            Ok(Some((function, _, location, context))) => (function, location, context),
            Ok(None) => return world.trouble(false, format!("unknown step `{}`", step.value)),
            Err(error) => return world.trouble(false, format!("ambiguous step `{}`: {error}", step.value)),
        };
        // An invariant lasts as long with little patience.
        let limit = LONGEST.mul_f64(patience.max(1.0)) + BESIDE;
        let judged = world.thens.len();
        let recorder = world.lab.as_ref().map(|lab| lab.recorder.clone());
        let lost = async {
            match &recorder {
                Some(recorder) => wait::lost(recorder).await,
                None => std::future::pending().await,
            }
        };
        let ended = tokio::select! {
            // First: what is judged without an engine is judged by what it can no longer tell.
            biased;
            why = lost => return world.trouble(false, why),
            ended = tokio::time::timeout(limit, AssertUnwindSafe(function(world, context)).catch_unwind()) => ended,
        };
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(panic)) => {
                let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
                // Ours, or of the crate that uses the library: the place tells.
                let at = location.map(|location| format!(" (it is at {location})")).unwrap_or_default();
                world.trouble(false, format!("the step panicked{at}: {}", text.unwrap_or("without words")));
            }
            Err(_) => world.trouble(false, format!("the step took longer than {} s", limit.as_secs())),
        }
        for then in world.thens.iter().skip(judged) {
            told(Moment::Judged(then)).await;
        }
        if world.trouble.is_some() {
            return;
        }
    }
}
