//! `relapse-parts`: the image of our own parts, from the binary that this executable carries.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::build::{Build, build};
use super::context::{Entry, EntryKind};
use super::digest::Inputs;
use super::error::ImageError;
use super::{Images, Report, private};

/// Its tag.
pub(crate) const TAG: &str = "relapse-parts:latest";

/// Kept beside the other Dockerfiles for people to read, and carried along for repositories that do not have it.
const DOCKERFILE: &str = include_str!("../../../docker/parts/Dockerfile");

/// Put here by this crate's build script; empty on other systems than Linux.
static BINARY: &[u8] = include_bytes!(env!("RELAPSE_PARTS"));

/// Whether this executable carries our parts: only where it was built for Linux.
#[must_use]
pub fn carries_parts() -> bool {
    !BINARY.is_empty()
}

/// The digest of what goes into the image. The binary's own was taken when it was embedded.
pub(crate) fn digest() -> String {
    let inputs = Inputs::new().field("dockerfile", DOCKERFILE.as_bytes());
    inputs.field("binary", env!("RELAPSE_PARTS_DIGEST").as_bytes()).finish()
}

/// Name and private tag of the image of this very build.
#[must_use]
pub fn image() -> (String, String) {
    let tag = private::tag(TAG, &digest()).unwrap_or_else(|| TAG.into());
    tag.split_once(':').map_or_else(|| (tag.clone(), "latest".into()), |(name, tag)| (name.into(), tag.into()))
}

pub(crate) async fn make(images: &Images, report: &Report<'_>) -> Result<(), ImageError> {
    if !carries_parts() {
        return Err(ImageError::NoParts);
    }
    let entry = |path: &str, mode, content: &[u8]| Entry { path: path.into(), mode, kind: EntryKind::File(content.to_vec()) };
    let entries = vec![entry("Dockerfile", 0o644, DOCKERFILE.as_bytes()), entry("relapse-parts", 0o755, BINARY)];
    let order = Build {
        tag: TAG,
        dockerfile: "Dockerfile",
        shown_as: PathBuf::from("docker/parts/Dockerfile"),
        args: &BTreeMap::new(),
        target: None,
        digest: &digest(),
        entries,
    };
    build(images, report, order).await
}
