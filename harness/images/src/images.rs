//! The images of one engine, and whether one is there.

use std::collections::HashMap;

use relapse_engine::{Engine, answer};

use crate::error::ImageError;

/// The images of one engine.
#[derive(Debug, Clone)]
pub struct Images {
    pub(crate) engine: Engine,
}

impl Images {
    /// Of this engine.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self { engine }
    }

    /// The id and labels of an image, if it is there.
    pub(crate) async fn look(&self, tag: &str) -> Result<Option<(String, HashMap<String, String>)>, ImageError> {
        match self.engine.inspect_image(tag).await {
            Ok(seen) => {
                let labels = seen.config.and_then(|config| config.labels).unwrap_or_default();
                Ok(seen.id.map(|id| (id, labels)))
            }
            Err(error) if answer(&error).is_some_and(|(status, _)| status == 404) => Ok(None),
            Err(error) => Err(ImageError::engine(tag, "look at it", &error)),
        }
    }
}
