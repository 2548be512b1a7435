//! The section `x-relapse` of a Compose file, as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml::Spanned;

use super::factor::Factor;
use super::in_order::InFileOrder;
use super::tier::{Command, Tier};

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
    /// The service: its image has git.
    #[serde(alias = "part")]
    pub service: String,
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
    pub(super) factors: InFileOrder<Declared>,
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
    // `part` is the former name, here and in the others.
    #[serde(alias = "part")]
    pub(super) service: String,
}

/// A factor as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Declared {
    about: String,
    pub(super) levels: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) sets: InFileOrder<InFileOrder<Spanned<String>>>,
    #[serde(default)]
    pub(super) file: Option<Spanned<String>>,
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
