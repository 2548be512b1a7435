//! What is wanted.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// An image that a lab needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageSpec {
    /// As in Compose: `relapse-nginx:1.22`, `nginx`.
    pub tag: String,
    /// How to build it, if it is built here.
    pub build: Option<BuildSpec>,
}

/// As Compose's `build:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildSpec {
    /// The folder.
    pub context: PathBuf,
    /// Relative to the folder.
    pub dockerfile: String,
    /// Build arguments.
    pub args: BTreeMap<String, String>,
    /// The stage to build; the last one if none is said.
    pub target: Option<String>,
}

impl BuildSpec {
    /// The folder's `Dockerfile`, without arguments.
    #[must_use]
    pub fn of(context: PathBuf) -> Self {
        Self { context, dockerfile: "Dockerfile".into(), args: BTreeMap::new(), target: None }
    }
}
