//! The images that we made: listed, and removed. An image is ours if it bears our label and the tag that we gave it.

use std::collections::HashMap;

use bollard::models::ImageSummary;
use bollard::query_parameters::{ListImagesOptions, RemoveImageOptions};

use crate::error::ImageError;
use crate::images::Images;
use crate::mark::{IMAGE, INPUTS, TAG};
use crate::{agent, private};
use relapse_engine::{Engine, answer, in_full};

/// One image of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OurImage {
    /// For example `relapse-nginx:1.22`.
    pub tag: String,
    /// All that we gave it: the one in Compose, unless a younger build has taken it over, and a private one.
    pub tags: Vec<String>,
    /// The engine's id.
    pub id: String,
    /// Its size with all that it starts from.
    pub bytes: u64,
    /// When it was made, in seconds of Unix time.
    pub created: i64,
    /// The digest of its inputs; a base image has none.
    pub inputs: Option<String>,
}

/// What a removal did.
#[derive(Debug, Clone, Default)]
#[must_use = "something may have been kept"]
pub struct Removal {
    /// The tags that are gone.
    pub removed: Vec<String>,
    /// What the engine would not remove.
    pub kept: Vec<Kept>,
}

/// An image that could not be removed.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its tag.
    pub tag: String,
    /// What the engine said, for example that a container uses it.
    pub why: String,
}

impl Images {
    /// The images that we made, by tag.
    ///
    /// # Errors
    /// What the engine said.
    pub async fn list(&self) -> Result<Vec<OurImage>, ImageError> {
        let seen = self.labelled(false).await?;
        let mut images: Vec<_> = seen
            .into_iter()
            .filter_map(|image| {
                let tag = image.labels.get(TAG)?;
                let private = image.labels.get(INPUTS).and_then(|inputs| private::tag(tag, inputs));
                let former = (tag == agent::TAG).then(|| agent::FORMER_TAG.to_owned());
                // An older build has its private tag only.
                let tags = [Some(tag.clone()), private, former].into_iter().flatten();
                let tags: Vec<String> = tags.filter(|tag| image.repo_tags.contains(tag)).collect();
                Some(OurImage {
                    tag: tags.first()?.clone(),
                    tags,
                    bytes: u64::try_from(image.size).unwrap_or_default(),
                    created: image.created,
                    inputs: image.labels.get(INPUTS).cloned(),
                    id: image.id,
                })
            })
            .collect();
        images.sort_by(|a, b| a.tag.cmp(&b.tag));
        Ok(images)
    }

    pub(super) async fn labelled(&self, dangling: bool) -> Result<Vec<ImageSummary>, ImageError> {
        let mut filters = HashMap::from([("label".to_owned(), vec![format!("{IMAGE}=1")])]);
        if dangling {
            filters.insert("dangling".into(), vec!["true".into()]);
        }
        let options = ListImagesOptions { filters: Some(filters), ..Default::default() };
        let seen = self.engine.list_images(Some(options)).await;
        seen.map_err(|error| ImageError::engine("relapse", "list its images", &error))
    }

    /// Removes the images that we made, and nameless ones that replaced images left; images in use stay.
    ///
    /// # Errors
    /// What the engine said when it was asked which there are. What it would not remove is in [`Removal::kept`].
    pub async fn remove(&self) -> Result<Removal, ImageError> {
        let mut removal = Removal::default();
        let mut rest = self.list().await?;
        // The youngest first: an image is younger than what it starts from.
        rest.sort_by_key(|image| std::cmp::Reverse(image.created));
        loop {
            removal.kept.clear();
            let before = rest.len();
            let mut still = Vec::new();
            for image in rest {
                match self.remove_tags(&image.tags).await {
                    Ok(()) => removal.removed.push(image.tag),
                    Err(error) => {
                        removal.kept.push(Kept { tag: image.tag.clone(), why: in_full(&error) });
                        still.push(image);
                    }
                }
            }
            if still.is_empty() || still.len() == before {
                for nameless in self.labelled(true).await? {
                    forget(&self.engine, &nameless.id).await;
                }
                return Ok(removal);
            }
            rest = still;
        }
    }
}

impl Images {
    async fn remove_tags(&self, tags: &[String]) -> Result<(), bollard::errors::Error> {
        for tag in tags {
            match self.engine.remove_image(tag, None::<RemoveImageOptions>, None).await {
                Err(error) if answer(&error).is_none_or(|(status, _)| status != 404) => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Removes an image that was replaced under its tag, if nothing uses it and nobody else named it.
pub(crate) async fn forget(engine: &Engine, id: &str) {
    match engine.inspect_image(id).await {
        Ok(seen) if seen.repo_tags.as_ref().is_none_or(Vec::is_empty) => {}
        _ => return,
    }
    if let Err(error) = engine.remove_image(id, None::<RemoveImageOptions>, None).await {
        tracing::debug!(id, %error, "the replaced image stays");
    }
}
