//! `relapse-agent`: the image of the agent, from the binary that this executable carries.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use crate::build::{Build, build};
use crate::context::{ContextError, Entry, EntryKind};
use crate::digest::Inputs;
use crate::error::ImageError;
use crate::event::Report;
use crate::images::Images;
use crate::private;

/// Its tag.
pub(crate) const TAG: &str = "relapse-agent:latest";
/// Its tag before 0.2: a second name of the same image in this release.
pub(crate) const FORMER_TAG: &str = "relapse-parts:latest";

/// Kept beside the other Dockerfiles for people to read, and carried along for repositories that do not have it.
const DOCKERFILE: &str = include_str!("../../../docker/agent/Dockerfile");
/// Put here by this crate's build script; empty on other systems than Linux.
static BINARY: &[u8] = include_bytes!(env!("RELAPSE_AGENT"));

/// Where it is in the image; the second is its path before 0.2.
const PATHS: [&str; 2] = ["relapse-agent", "relapse-parts"];
/// What the Dockerfile unpacks.
const ARCHIVE: &str = "relapse-agent.tar";

/// Whether this executable carries the agent: only where it was built for Linux.
#[must_use]
pub fn carries_agent() -> bool {
    !BINARY.is_empty()
}

/// The digest of what goes into the image. The binary's own was taken when it was embedded.
pub(crate) fn digest() -> String {
    let inputs = Inputs::new().field("dockerfile", DOCKERFILE.as_bytes());
    inputs.field("binary", env!("RELAPSE_AGENT_DIGEST").as_bytes()).finish()
}

/// Name and private tag of the image of this very build.
#[must_use]
pub fn image() -> (String, String) {
    let tag = private::tag(TAG, &digest()).unwrap_or_else(|| TAG.into());
    tag.split_once(':').map_or_else(|| (tag.clone(), "latest".into()), |(name, tag)| (name.into(), tag.into()))
}

pub(crate) async fn make(images: &Images, report: &Report<'_>) -> Result<(), ImageError> {
    if !carries_agent() {
        return Err(ImageError::NoAgent);
    }
    let shown_as = PathBuf::from("docker/agent/Dockerfile");
    let archive = archive(BINARY).map_err(|source| ImageError::Context {
        tag: TAG.into(),
        source: ContextError::Unreadable { path: ARCHIVE.into(), source },
    })?;
    let entry = |path: &str, content: Vec<u8>| Entry { path: path.into(), mode: 0o644, kind: EntryKind::File(content) };
    let entries = vec![entry("Dockerfile", DOCKERFILE.as_bytes().to_vec()), entry(ARCHIVE, archive)];
    let order =
        Build { tag: TAG, dockerfile: "Dockerfile", shown_as, args: &BTreeMap::new(), target: None, digest: &digest(), entries };
    build(images, report, order).await
}

/// The binary under each of its paths, once.
fn archive(binary: &[u8]) -> io::Result<Vec<u8>> {
    let [path, former] = PATHS;
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_mode(0o755);
    header.set_mtime(0);
    header.set_size(binary.len() as u64);
    archive.append_data(&mut header, path, binary)?;
    header.set_entry_type(tar::EntryType::Link);
    header.set_size(0);
    archive.append_link(&mut header, former, path)?;
    archive.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_former_path_is_the_same_file() {
        let bytes = archive(b"binary").unwrap();
        let mut archive = tar::Archive::new(bytes.as_slice());
        let seen: Vec<_> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let target = entry.link_name().unwrap().map(|target| target.display().to_string());
                (entry.path().unwrap().display().to_string(), entry.header().mode().unwrap(), target)
            })
            .collect();
        let linked = Some("relapse-agent".to_owned());
        assert_eq!(seen, [("relapse-agent".into(), 0o755, None), ("relapse-parts".into(), 0o755, linked)]);
    }
}
