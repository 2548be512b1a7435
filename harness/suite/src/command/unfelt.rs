//! Factors that a scenario cannot feel: those of parts that it does not raise.

use std::collections::BTreeMap;

use relapse_model::levels::Levels;
use relapse_model::topology::{Factor, Topology};

use crate::exit::Failure;
use crate::runner::profiles;
use crate::script::{Project, Script};
use crate::vocabulary::substitute;

/// The factors at whose other levels the scenario has the same lab and the same steps as on the day: no run could tell one from another.
pub(super) fn factors(project: &Project, script: &Script, day: &Topology) -> Result<Vec<String>, Failure> {
    let steps = |variables: &BTreeMap<String, String>| -> Result<Vec<_>, String> {
        script.steps.iter().map(|step| substitute(step, variables).map(|step| (step.value, step.docstring, step.table))).collect()
    };
    let profiles = profiles(script, day);
    let same = |factor: &Factor, level: &String| -> Result<bool, String> {
        let levels = Levels::from([(factor.name.clone(), level.clone())]);
        let other = project.topology(&script.lab, &levels).map_err(|error| error.to_string())?;
        Ok(day.same_lab(&other, &profiles) && steps(&day.variables)? == steps(&other.variables)?)
    };
    let mut nowhere = Vec::new();
    for factor in &day.factors {
        let felt = factor.levels.iter().skip(1).map(|level| same(factor, level).map(|same| !same));
        let felt: Vec<bool> =
            felt.collect::<Result<_, _>>().map_err(|error| Failure::usage(format!("{}: {error}", script.place())))?;
        if !felt.contains(&true) {
            nowhere.push(factor.name.clone());
        }
    }
    Ok(nowhere)
}
