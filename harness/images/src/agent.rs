//! `relapse-agent`: the image of the agent, from its `binary`.

mod binary;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use self::binary::Binary;
pub use self::binary::has_agent;
use crate::build::{Build, build};
use crate::context::{ContextError, Entry, EntryKind};
use crate::digest::Inputs;
use crate::error::ImageError;
use crate::event::{Progress, Report};
use crate::images::Images;
use crate::private;

/// Its tag.
pub(crate) const TAG: &str = "relapse-agent:latest";
/// Its tag before 0.2: a second name of the same image in this release.
pub(crate) const FORMER_TAG: &str = "relapse-parts:latest";

/// Kept beside the other Dockerfiles for people to read, and carried along for repositories that do not have it.
const DOCKERFILE: &str = include_str!("../../../docker/agent/Dockerfile");

/// Where it is in the image; the second is its path before 0.2.
const PATHS: [&str; 2] = ["relapse-agent", "relapse-parts"];
/// What the Dockerfile unpacks.
const ARCHIVE: &str = "relapse-agent.tar";

/// Has the binary, which is made where that is needed.
///
/// # Errors
/// [`ImageError::NoAgent`], with what can be done about it.
pub(crate) async fn have(progress: Progress<'_>) -> Result<(), ImageError> {
    binary::have(progress).await.map(drop)
}

/// The digest of what goes into the image; `None` before the binary is had.
pub(crate) fn digest() -> Option<String> {
    binary::had().map(digest_of)
}

fn digest_of(binary: &Binary) -> String {
    Inputs::new().field("dockerfile", DOCKERFILE.as_bytes()).field("binary", &binary.digest).finish()
}

/// Name and private tag of the image of this very build, once [`Images::ensure`] has had it; before that, of whichever build was the last.
#[must_use]
pub fn image() -> (String, String) {
    let tag = digest().and_then(|digest| private::tag(TAG, &digest)).unwrap_or_else(|| TAG.into());
    tag.split_once(':').map_or_else(|| (tag.clone(), "latest".into()), |(name, tag)| (name.into(), tag.into()))
}

pub(crate) async fn make(images: &Images, report: &Report<'_>) -> Result<(), ImageError> {
    let binary = binary::have(report.progress).await?;
    let shown_as = PathBuf::from("docker/agent/Dockerfile");
    let archive = binary.content().and_then(|content| archive(&content)).map_err(|source| ImageError::Context {
        tag: TAG.into(),
        source: ContextError::Unreadable { path: ARCHIVE.into(), source },
    })?;
    let entry = |path: &str, content: Vec<u8>| Entry { path: path.into(), mode: 0o644, kind: EntryKind::File(content) };
    let entries = vec![entry("Dockerfile", DOCKERFILE.as_bytes().to_vec()), entry(ARCHIVE, archive)];
    let order = Build {
        tag: TAG,
        dockerfile: "Dockerfile",
        shown_as,
        args: &BTreeMap::new(),
        target: None,
        digest: &digest_of(binary),
        entries,
    };
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
