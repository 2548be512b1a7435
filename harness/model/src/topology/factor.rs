//! Contributing factors, as the section `x-relapse` of a Compose file declares them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml::Spanned;

use super::TopologyError;
use super::tier::{Command, Tier};
use crate::levels::Levels;

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

/// How `{user} is logged-in at {host}` is done: a JSON object with two fields is posted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Where to.
    pub url: String,
    /// The field for the user's name.
    pub name: String,
    /// The field for the password, which is the user's name as well.
    pub password: String,
}

/// Where `{user} pushes …` works.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workstation {
    /// The part: its image has git.
    pub part: String,
    /// Where to push; `{user}` and `{app}` stand in it.
    pub remote: String,
}

/// The section `x-relapse`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    #[serde(default)]
    pub(super) about: String,
    #[serde(default)]
    factors: InFileOrder,
    #[serde(default)]
    pub(super) logins: BTreeMap<String, Login>,
    #[serde(default)]
    pub(super) workstation: Option<Workstation>,
    #[serde(default)]
    pub(super) visitor: Option<Visitor>,
    #[serde(default)]
    pub(super) browser: Option<Visitor>,
    #[serde(default)]
    pub(super) tiers: BTreeMap<String, Tier>,
    #[serde(default)]
    pub(super) flags: BTreeMap<String, Command>,
    #[serde(default)]
    pub(super) speaks: Vec<Spanned<String>>,
}

/// Who browses.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Visitor {
    pub(super) part: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    about: String,
    levels: Vec<String>,
    #[serde(default)]
    sets: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    file: Option<String>,
}

/// Factors in the file's order, which a map would lose.
#[derive(Debug, Clone, Default)]
struct InFileOrder(Vec<Factor>);

impl<'de> Deserialize<'de> for InFileOrder {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> serde::de::Visitor<'de> for InOrder {
            type Value = InFileOrder;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("factors: a name each, with `about` and `levels`")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<InFileOrder, A::Error> {
                let mut factors = Vec::new();
                while let Some((name, declared)) = map.next_entry::<String, Declared>()? {
                    let Declared { about, levels, sets, file } = declared;
                    factors.push(Factor { name, about, levels, sets, file });
                }
                Ok(InFileOrder(factors))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[derive(Debug, Default, Deserialize)]
struct OnlySection {
    #[serde(default, rename = "x-relapse")]
    section: Section,
}

/// The factors of a file whose variables are not replaced yet.
pub(super) fn read(text: &str) -> Result<Vec<Factor>, TopologyError> {
    let only: OnlySection = serde_yaml::from_str(text).map_err(|error| super::compose::error(&error))?;
    let factors = only.section.factors.0;
    for factor in &factors {
        if factor.levels.len() < 2 {
            return Err(TopologyError::new(format!(
                "the factor `{}` has {} level(s): it needs the level as on the day and at least one other",
                factor.name,
                factor.levels.len()
            )));
        }
        if factor.file.as_ref().is_some_and(|file| !file.starts_with("./") || !file.contains("{level}")) {
            return Err(TopologyError::new(format!(
                "the factor `{}` has a `file` that is not of the form ./…{{level}}…",
                factor.name
            )));
        }
    }
    Ok(factors)
}

impl Section {
    pub(super) fn factors(&self) -> Vec<Factor> {
        self.factors.0.clone()
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

/// The variables that levels stand for; factors that are not mentioned are as on the day.
pub(super) fn variables(factors: &[Factor], levels: &Levels) -> Result<BTreeMap<String, String>, TopologyError> {
    for (name, level) in levels {
        find(factors, name)?.at(level)?;
    }
    let mut variables = BTreeMap::new();
    for factor in factors {
        let level = levels.get(&factor.name).map_or(factor.as_on_the_day(), String::as_str);
        let value = match &factor.file {
            Some(file) if !level.starts_with('/') => file.replace("{level}", level),
            _ => level.to_owned(),
        };
        variables.insert(factor.variable(), value);
        variables.extend(factor.sets.get(level).cloned().unwrap_or_default());
    }
    Ok(variables)
}
