//! The images that a lab uses.

use std::collections::BTreeMap;

use crate::plan;

/// The engine's ids of images, by their tags as in Compose. A lab uses these: another relapse, built from other sources, may take the
/// tags over at any time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageIds(pub(crate) BTreeMap<String, String>);

impl ImageIds {
    /// The id of a tag as Compose says it; the tag itself if it was not asked for.
    #[must_use]
    pub fn of(&self, tag: &str) -> String {
        self.0.get(&plan::normal(tag)).cloned().unwrap_or_else(|| tag.to_owned())
    }
}
