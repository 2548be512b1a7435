//! Finds what cannot run before anything is started: unknown and ambiguous steps, unknown labs, factors and levels, a scenario that
//! expects nothing.

use cucumber::World as _;
use relapse_model::levels::{Choice, Levels};

use super::{Project, Script};
use crate::vocabulary::{World, catalogue, lab_phrase, substitute};

/// Everything that is wrong with a script at these levels, each with the author's place.
pub(crate) fn check(project: &Project, script: &Script, choice: &Choice) -> Vec<String> {
    let mut wrong = Vec::new();
    let place = |line: usize| format!("{}:{line}", script.feature);
    if script.lab.is_empty() {
        wrong.push(format!("{}: no step `Given the {{lab}} lab`: a scenario says which topology it runs on", script.place()));
        return wrong;
    }
    let topology = match project.topology(&script.lab, &choice.merged()) {
        Ok(topology) => topology,
        Err(error) => {
            wrong.push(format!("{}{error}", whose(project, script, choice)));
            return wrong;
        }
    };
    if !script.steps.iter().any(|step| step.ty == gherkin::StepType::Then) {
        wrong.push(format!("{}: it expects nothing: a scenario ends with at least one Then", script.place()));
    }
    let collection = World::collection();
    for step in &script.steps {
        let at = place(step.position.line);
        let step = match substitute(step, &topology.variables) {
            Ok(step) => step,
            Err(error) => {
                wrong.push(format!("{at}: {error}"));
                continue;
            }
        };
        match collection.find(&step) {
            Ok(Some(_)) => {}
            Ok(None) => {
                let near = catalogue::nearest(step.ty, &step.value);
                wrong.push(format!(
                    "{at}: unknown step\n    {} {}\n  the nearest:\n    {}",
                    step.keyword.trim(),
                    step.value,
                    near.join("\n    ")
                ));
            }
            Err(ambiguous) => wrong.push(format!("{at}: ambiguous step `{}`\n  {ambiguous}", step.value)),
        }
    }
    wrong
}

/// Who wrote what makes a topology unreadable: the step that names it or its levels, the command line, or, said by the error itself,
/// the topology's own file.
fn whose(project: &Project, script: &Script, choice: &Choice) -> String {
    let reads = |levels: &Levels| project.topology(&script.lab, levels).is_ok();
    if !project.compose_file(&script.lab).is_file() || (reads(&Levels::new()) && !reads(&choice.scenario)) {
        let step = script.steps.iter().find(|step| lab_phrase(&step.value).is_some());
        return format!("{}:{}: ", script.feature, step.map_or(script.line, |step| step.position.line));
    }
    if reads(&choice.scenario) && !choice.set.is_empty() { "--set: ".into() } else { String::new() }
}
