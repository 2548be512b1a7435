//! A Compose file that was read once: topologies are made of it at any levels and any subnet, without another look at the disk.

use std::collections::BTreeMap;

use super::declared;
use super::error::TopologyError;
use super::factor::Factor;

/// The text of a Compose file, and the factors that it declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComposeFile {
    /// The topology's name: its folder in `fixtures/`.
    pub(super) name: String,
    pub(super) text: String,
    /// The variables of the file `.env` beside it, which are weaker than those of factors.
    pub(super) environment: BTreeMap<String, String>,
    /// In the file's order. Their section has no variables, so that it can say which variables there are.
    pub(super) factors: Vec<Factor>,
}

impl ComposeFile {
    /// Reads the text of the topology `name`, as far as it is the same at all levels; `environment` is what `.env` beside it sets.
    ///
    /// # Errors
    /// With the place in the file: not YAML, or factors that cannot be told apart.
    pub fn read(name: &str, text: &str, environment: &BTreeMap<String, String>) -> Result<Self, TopologyError> {
        let factors = declared::factors(text)?;
        Ok(Self { name: name.to_owned(), text: text.to_owned(), environment: environment.clone(), factors })
    }

    /// As it was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}
