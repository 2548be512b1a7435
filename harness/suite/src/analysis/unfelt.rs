//! Factors that a scenario cannot feel: those of services that it does not raise.

use relapse_model::levels::Levels;
use relapse_model::topology::{Factor, Topology};

use crate::runner::profiles;
use crate::script::{Project, Script};
use crate::vocabulary::substitute;

/// The factors at whose other levels the scenario has the same lab and the same steps, as on the day and where any one of the others is at
/// the level that sets of factors are tried with.
pub(super) fn factors(project: &Project, script: &Script, day: &Topology) -> Vec<String> {
    let profiles = profiles(script, day);
    let steps = |topology: &Topology| {
        let step = |step| substitute(step, &topology.variables).map(|step| (step.value, step.docstring, step.table));
        script.steps.iter().map(step).collect::<Result<Vec<_>, _>>()
    };
    let same = |context: &Levels, factor: &Factor, level: &str| {
        let mut levels = context.clone();
        levels.insert(factor.name.clone(), level.to_owned());
        match (project.topology(&script.lab, context), project.topology(&script.lab, &levels)) {
            (Ok(one), Ok(other)) => one.same_lab(&other, &profiles) && steps(&one) == steps(&other),
            // Whoever runs it is told why.
            _ => false,
        }
    };
    let felt = |factor: &&Factor| {
        let others = day.factors.iter().filter(|other| other.name != factor.name);
        let others = others.map(|other| Levels::from([(other.name.clone(), other.first_counterfactual().to_owned())]));
        let mut contexts = std::iter::once(Levels::new()).chain(others);
        contexts.any(|context| factor.levels.iter().skip(1).any(|level| !same(&context, factor, level)))
    };
    day.factors.iter().filter(|factor| !felt(factor)).map(|factor| factor.name.clone()).collect()
}
