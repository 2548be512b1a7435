//! Which lab it is. Both are read before the scenario starts, by `lab_phrase`; here the words only have to be of the right form.

use std::str::FromStr;

use cucumber::Parameter;

use crate::parameter;

/// A topology's name.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "lab", regex = r"[a-z0-9-]+")]
pub(in crate::vocabulary) struct LabName;

parameter!(LabName names Topology);

/// Levels other than as on the day: `app_port at 3000 and deploy_gate at answers-first`.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "levels", regex = r"[a-z0-9_]+ at \S+(?: and [a-z0-9_]+ at \S+)*")]
pub(in crate::vocabulary) struct LevelList;

parameter!(LevelList names Levels);

impl FromStr for LabName {
    type Err = String;

    fn from_str(_: &str) -> Result<Self, String> {
        Ok(Self)
    }
}

impl FromStr for LevelList {
    type Err = String;

    fn from_str(_: &str) -> Result<Self, String> {
        Ok(Self)
    }
}
