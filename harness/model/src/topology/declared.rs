//! The factors that a file declares: each can be told from the others, and named in a step.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml::Spanned;

use super::error::TopologyError;
use super::factor::{self, Factor, PLACEHOLDER};
use super::interpolate;
use super::section::Section;
use crate::levels::Levels;

/// A file of which only our section is read.
#[derive(Debug, Default, Deserialize)]
struct OnlySection {
    #[serde(default, rename = "x-relapse")]
    section: Section,
}

/// The factors of a file whose variables are not replaced yet: each can be told from the others, and named in a step.
pub(super) fn factors(text: &str) -> Result<Vec<Factor>, TopologyError> {
    let only: OnlySection = super::yaml::read(text)?;
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
    let day = factor::variables(&factors, &Levels::new(), PLACEHOLDER)?;
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
