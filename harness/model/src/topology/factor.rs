//! Contributing factors, as the section `x-relapse` of a Compose file declares them.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::Deserialize;
use serde_yaml::Spanned;

use super::tier::{Command, Tier};
use super::{TopologyError, interpolate};
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
    factors: InFileOrder<Declared>,
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
    levels: Vec<Spanned<String>>,
    #[serde(default)]
    sets: InFileOrder<InFileOrder<Spanned<String>>>,
    #[serde(default)]
    file: Option<Spanned<String>>,
}

/// A map in the file's order, with the places of its keys.
#[derive(Debug, Clone)]
struct InFileOrder<T>(Vec<(Spanned<String>, T)>);

impl<T> Default for InFileOrder<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for InFileOrder<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> serde::de::Visitor<'de> for InOrder<T> {
            type Value = InFileOrder<T>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map: of factors, a name each, with `about` and `levels`; or of what a level sets")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<InFileOrder<T>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(InFileOrder(entries))
            }
        }
        deserializer.deserialize_map(InOrder(PhantomData))
    }
}

#[derive(Debug, Default, Deserialize)]
struct OnlySection {
    #[serde(default, rename = "x-relapse")]
    section: Section,
}

/// The factors of a file whose variables are not replaced yet: each can be told from the others, and named in a step.
pub(super) fn read(text: &str) -> Result<Vec<Factor>, TopologyError> {
    let only: OnlySection = serde_yaml::from_str(text).map_err(|error| super::located::error(&error))?;
    let declared = &only.section.factors.0;
    let names: Vec<String> = declared.iter().map(|(name, _)| name.value.to_uppercase()).collect();
    let mut set_by: BTreeMap<&str, &str> = BTreeMap::new();
    for (index, (name, factor)) in declared.iter().enumerate() {
        if let Some(why) = unfit_name(&name.value, names.get(..index).unwrap_or_default()) {
            return Err(at(name, format!("the factor `{}`: {why}", name.value)));
        }
        let refused = |of: &Spanned<String>, why: &str| Err(at(of, format!("the factor `{}`: {why}", name.value)));
        if factor.levels.len() < 2 {
            let why = format!("it has {} level(s): it needs the level as on the day and at least one other", factor.levels.len());
            return refused(name, &why);
        }
        for (index, level) in factor.levels.iter().enumerate() {
            if let Some(why) = unfit_level(&level.value) {
                return refused(level, &format!("the level `{}` {why}", level.value));
            }
            if factor.levels.iter().take(index).any(|other| other.value == level.value) {
                return refused(level, &format!("it has the level `{}` twice", level.value));
            }
        }
        if let Some(file) = factor.file.as_ref().filter(|file| !file.value.starts_with("./") || !file.value.contains("{level}")) {
            return refused(file, "its `file` is not of the form ./…{level}…");
        }
        for (level, variables) in &factor.sets.0 {
            if !factor.levels.iter().any(|own| own.value == level.value) {
                let levels: Vec<&str> = factor.levels.iter().map(|level| level.value.as_str()).collect();
                let why = format!("`sets` names the level `{}`; its levels are {}", level.value, levels.join(", "));
                return refused(level, &why);
            }
            for (variable, _) in &variables.0 {
                let named = variable.value.as_str();
                if named.starts_with(RESERVED) || names.iter().any(|own| own == named) {
                    let why = format!(
                        "`sets` cannot set `{named}`: that is {}",
                        if named.starts_with(RESERVED) { "ours" } else { "a factor's" }
                    );
                    return refused(variable, &why);
                }
                let first = *set_by.entry(named).or_insert(&name.value);
                if first != name.value {
                    return refused(variable, &format!("the factor `{first}` sets `{named}` too: one of them would be in vain"));
                }
            }
        }
    }
    let factors = only.section.factors();
    // What levels set can have variables in it: whatever does not read is told at its place.
    let day = variables(&factors, &Levels::new(), "10.83")?;
    for (_, factor) in declared {
        for (_, value) in factor.sets.0.iter().flat_map(|(_, set)| &set.0) {
            interpolate::plain(&value.value, &day).map_err(|why| at(value, why))?;
        }
    }
    Ok(factors)
}

/// Variables that begin so are ours.
const RESERVED: &str = "RELAPSE_";

fn at(of: &Spanned<String>, message: String) -> TopologyError {
    TopologyError { message, place: super::located::place(of) }
}

/// Why a factor cannot have this name, if so; `others` are the names before it, as variables.
fn unfit_name(name: &str, others: &[String]) -> Option<String> {
    let variable = name.to_uppercase();
    if others.contains(&variable) {
        return Some(format!("another factor has the variable ${{{variable}}} as well"));
    }
    if variable.starts_with(RESERVED) {
        return Some(format!("names that begin with {} are ours", RESERVED.to_lowercase()));
    }
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    (!begins || !name.chars().all(fits)).then(|| {
        "a name is of lower-case letters, digits and underscores: steps name it, and in capitals it is a variable".into()
    })
}

/// Why no step could name this level, if so.
fn unfit_level(level: &str) -> Option<&'static str> {
    if level.is_empty() || level.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Some("cannot be named in a step: it is empty, or has white space in it");
    }
    level.starts_with(['/', '.']).then_some("begins as a path does: only `--set` names somebody's own file")
}

impl Section {
    pub(super) fn factors(&self) -> Vec<Factor> {
        let set = |set: &InFileOrder<Spanned<String>>| {
            set.0.iter().map(|(name, value)| (name.value.clone(), value.value.clone())).collect()
        };
        let factor = |(name, declared): &(Spanned<String>, Declared)| Factor {
            name: name.value.clone(),
            about: declared.about.clone(),
            levels: declared.levels.iter().map(|level| level.value.clone()).collect(),
            sets: declared.sets.0.iter().map(|(level, variables)| (level.value.clone(), set(variables))).collect(),
            file: declared.file.as_ref().map(|file| file.value.clone()),
        };
        self.factors.0.iter().map(factor).collect()
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
    let level_of = |factor: &Factor| levels.get(&factor.name).map_or(factor.as_on_the_day(), String::as_str).to_owned();
    let mut variables = BTreeMap::from([("RELAPSE_SUBNET".to_owned(), subnet.to_owned())]);
    for factor in factors {
        let level = level_of(factor);
        let value = match &factor.file {
            Some(file) if !level.starts_with('/') => file.replace("{level}", &level),
            _ => level,
        };
        variables.insert(factor.variable(), value);
    }
    let own = variables.clone();
    for (name, value) in factors.iter().filter_map(|factor| factor.sets.get(&level_of(factor))).flatten() {
        variables.insert(name.clone(), interpolate::plain(value, &own).map_err(TopologyError::new)?);
    }
    Ok(variables)
}
