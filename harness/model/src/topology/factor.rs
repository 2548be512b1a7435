//! Contributing factors, and the variables that their levels stand for.

use std::collections::BTreeMap;

use super::error::TopologyError;
use super::interpolate;
use crate::levels::Levels;

/// The subnet of a topology that no lab has raised: it serves to check addresses, and is nobody's.
pub(super) const PLACEHOLDER: &str = "10.83";

/// A contributing factor: one value as on the day, the others counterfactual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    /// Lower case, with underscores.
    pub name: String,
    /// What it decides, in words that can stand in a postmortem.
    pub about: String,
    /// The first is as on the day.
    pub levels: Vec<String>,
    /// What else a level sets: level to variable to value.
    pub sets: BTreeMap<String, BTreeMap<String, String>>,
    /// The file beside the Compose file that a level stands for, with `{level}` in it. The variable is then the file's path, and anyone's
    /// own file, as an absolute path, is a level as well.
    pub file: Option<String>,
}

impl Factor {
    /// The Compose variable that carries it.
    #[must_use]
    pub fn variable(&self) -> String {
        self.name.to_uppercase()
    }

    /// The level as on the day.
    #[must_use]
    pub fn as_on_the_day(&self) -> &str {
        self.levels.first().map_or("", String::as_str)
    }

    /// Whether it has a level: one of its own, or, where it stands for a file, the absolute path of anyone's.
    ///
    /// # Errors
    /// Naming the levels that it has.
    pub fn at(&self, level: &str) -> Result<(), TopologyError> {
        let own_file = self.file.is_some() && level.starts_with('/');
        if own_file || self.levels.iter().any(|own| own == level) {
            return Ok(());
        }
        let known = self.levels.join(", ");
        let file = if self.file.is_some() { ", or a file's path" } else { "" };
        Err(TopologyError::new(format!("the factor `{}` has no level `{level}`; its levels are {known}{file}", self.name)))
    }

    /// The level that stands for "otherwise".
    #[must_use]
    pub fn first_counterfactual(&self) -> &str {
        self.levels.get(1).map_or("", String::as_str)
    }
}

pub(super) fn find<'a>(factors: &'a [Factor], name: &str) -> Result<&'a Factor, TopologyError> {
    factors.iter().find(|factor| factor.name == name).ok_or_else(|| {
        let names = || factors.iter().map(|factor| factor.name.as_str());
        let near = crate::nearest(name, names());
        let hint = if near.is_empty() { names().collect() } else { near };
        TopologyError::new(format!("there is no factor `{name}`; did you mean {}?", hint.join(", ")))
    })
}

/// The variables that levels stand for, and the lab's subnet; factors that are not mentioned are as on the day. What a level sets can
/// have the subnet and the factors' own variables in it.
pub(super) fn variables(factors: &[Factor], levels: &Levels, subnet: &str) -> Result<BTreeMap<String, String>, TopologyError> {
    for (name, level) in levels {
        find(factors, name)?.at(level)?;
    }
    let mut variables = BTreeMap::from([("RELAPSE_SUBNET".to_owned(), subnet.to_owned())]);
    for factor in factors {
        let level = level_of(factor, levels).to_owned();
        let value = match &factor.file {
            Some(file) if !level.starts_with('/') => file.replace("{level}", &level),
            _ => level,
        };
        variables.insert(factor.variable(), value);
    }
    let own = variables.clone();
    for (name, value) in factors.iter().filter_map(|factor| factor.sets.get(level_of(factor, levels))).flatten() {
        variables.insert(name.clone(), interpolate::plain(value, &own).map_err(TopologyError::new)?);
    }
    Ok(variables)
}

/// Every variable that is ours to set, at whichever level.
pub(super) fn names(factors: &[Factor]) -> Vec<String> {
    let set = factors.iter().flat_map(|factor| factor.sets.values().flat_map(BTreeMap::keys).cloned());
    factors.iter().map(Factor::variable).chain(["RELAPSE_SUBNET".to_owned()]).chain(set).collect()
}

/// The level of every factor, also where it is as on the day.
pub(super) fn all_levels(factors: &[Factor], levels: &Levels) -> Levels {
    factors.iter().map(|factor| (factor.name.clone(), level_of(factor, levels).to_owned())).collect()
}

fn level_of<'a>(factor: &'a Factor, levels: &'a Levels) -> &'a str {
    levels.get(&factor.name).map_or(factor.as_on_the_day(), String::as_str)
}
