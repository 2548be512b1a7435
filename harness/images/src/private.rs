//! Private tags, one for each digest of inputs: builds from different sources live side by side on one engine, and each finds its own
//! again without making it anew.

use bollard::query_parameters::{RemoveImageOptions, TagImageOptions};

use crate::error::ImageError;
use crate::images::Images;
use crate::mark::{INPUTS, TAG};
use relapse_engine::Engine;

/// How many builds of one image are kept.
const KEPT: usize = 3;
/// How many digits of the digest a private tag shows.
const DIGITS: usize = 12;

/// `relapse-nginx:1.22` made from inputs `0123…` is also `relapse-nginx:1.22-0123…`. None where the tag is a digest already.
pub(crate) fn tag(tag: &str, inputs: &str) -> Option<String> {
    if tag.contains('@') { None } else { Some(format!("{tag}-{}", inputs.get(..DIGITS)?)) }
}

/// Gives an image one more tag.
pub(crate) async fn name(engine: &Engine, id: &str, tag: &str) -> Result<(), ImageError> {
    let (repo, version) = tag.rsplit_once(':').unwrap_or((tag, "latest"));
    let options = TagImageOptions { repo: Some(repo.into()), tag: Some(version.into()) };
    engine.tag_image(id, Some(options)).await.map_err(|error| ImageError::engine(tag, "name it", &error))
}

impl Images {
    /// Removes all but the youngest builds of an image; one that a container uses stays.
    pub(super) async fn thin_out(&self, of: &str) -> Result<(), ImageError> {
        let mut builds: Vec<_> = self.labelled(false).await?;
        builds.retain(|image| image.labels.get(TAG).is_some_and(|tag| tag == of));
        builds.sort_by_key(|image| std::cmp::Reverse(image.created));
        for image in builds.into_iter().skip(KEPT) {
            let private = image.labels.get(INPUTS).and_then(|inputs| tag(of, inputs));
            let Some(private) = private.filter(|tag| image.repo_tags.contains(tag)) else { continue };
            if let Err(error) = self.engine.remove_image(&private, None::<RemoveImageOptions>, None).await {
                tracing::debug!(image = private, %error, "an old build stays");
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_tag_names_the_inputs() {
        assert_eq!(tag("relapse-nginx:1.22", "0123456789abcdef").unwrap(), "relapse-nginx:1.22-0123456789ab");
        assert_eq!(tag("nginx@sha256:00", "0123456789abcdef"), None);
    }
}
