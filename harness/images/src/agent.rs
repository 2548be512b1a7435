//! `relapse-agent`: the image of the agent. A release of relapse carries the binary; a debug build has cargo make it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use crate::build::{Build, build};
use crate::context::{ContextError, Entry, EntryKind};
use crate::digest::Inputs;
use crate::error::ImageError;
use crate::event::{Progress, Report};
use crate::images::Images;
use crate::private;
use crate::program::{self, Order};

/// Its tag.
pub(crate) const TAG: &str = "relapse-agent:latest";
/// Its tag before 0.2: a second name of the same image in this release.
pub(crate) const FORMER_TAG: &str = "relapse-parts:latest";

/// Kept beside the other Dockerfiles for people to read, and carried along for repositories that do not have it.
const DOCKERFILE: &str = include_str!("../../../docker/agent/Dockerfile");
/// Names a prebuilt one.
const VARIABLE: &str = "RELAPSE_AGENT_BINARY";
/// What it is made of.
const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../agent/Cargo.toml");
/// Put here by this crate's build script; empty in debug builds, and on other systems than Linux.
static BINARY: &[u8] = include_bytes!(env!("RELAPSE_AGENT"));

/// Where it is in the image; the second is its path before 0.2.
const PATHS: [&str; 2] = ["relapse-agent", "relapse-parts"];
/// What the Dockerfile unpacks.
const ARCHIVE: &str = "relapse-agent.tar";

/// The program, and the digest of all that goes into its image.
struct Agent {
    /// `None`: carried.
    file: Option<PathBuf>,
    digest: String,
}

static AGENT: OnceCell<Agent> = OnceCell::const_new();

/// Whether this executable carries the agent, or knows a file or a workspace to have it from.
#[must_use]
pub fn has_agent() -> bool {
    !BINARY.is_empty() || named().is_some() || Path::new(MANIFEST).is_file()
}

fn named() -> Option<PathBuf> {
    env::var_os(VARIABLE).filter(|file| !file.is_empty()).map(PathBuf::from)
}

/// Has the program: carried, or a file that was named, or made by cargo. Once in the life of this process: even where nothing changed, cargo
/// takes most of a second to say so.
///
/// # Errors
/// [`ImageError::NoAgent`], with what can be done about it.
pub(crate) async fn have(progress: Progress<'_>) -> Result<(), ImageError> {
    let digest = |binary: &[u8]| {
        Inputs::new().field("dockerfile", DOCKERFILE.as_bytes()).field("binary", &Sha256::digest(binary)).finish()
    };
    let find = async || {
        if !BINARY.is_empty() {
            return Ok(Agent { file: None, digest: digest(BINARY) });
        }
        let file = match named() {
            Some(file) => file,
            None => made(progress).await?,
        };
        let binary = fs::read(&file).map_err(|error| ImageError::NoAgent { why: format!("{}: {error}", file.display()) })?;
        if binary.is_empty() {
            return Err(ImageError::NoAgent { why: format!("{} is empty", file.display()) });
        }
        Ok(Agent { file: Some(file), digest: digest(&binary) })
    };
    AGENT.get_or_try_init(find).await.map(drop)
}

/// By cargo: a debug build carries no agent.
async fn made(progress: Progress<'_>) -> Result<PathBuf, ImageError> {
    let manifest = Path::new(MANIFEST);
    if !manifest.is_file() {
        return Err(ImageError::NoAgent { why: format!("{MANIFEST}, from which it was built, is not there any more") });
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target_folder = Some(Path::new(env!("RELAPSE_TARGET_FOLDER")));
    let order = Order { cargo: &cargo, manifest, target_folder, binary: "relapse-agent" };
    let made = program::build(&order, &Report { progress, tag: TAG }).await;
    made.map_err(|refusal| ImageError::NoAgent { why: refusal.why })
}

/// The digest of what goes into the image; `None` before the agent is had.
pub(crate) fn digest() -> Option<&'static str> {
    AGENT.get().map(|agent| agent.digest.as_str())
}

/// Name and private tag of the image of this very build, once [`Images::ensure`] has had it; before that, of whichever build was the last.
#[must_use]
pub fn image() -> (String, String) {
    let tag = digest().and_then(|digest| private::tag(TAG, digest)).unwrap_or_else(|| TAG.into());
    tag.split_once(':').map_or_else(|| (tag.clone(), "latest".into()), |(name, tag)| (name.into(), tag.into()))
}

pub(crate) async fn make(images: &Images, report: &Report<'_>) -> Result<(), ImageError> {
    have(report.progress).await?;
    let file = AGENT.get().and_then(|agent| agent.file.as_deref());
    let shown_as = PathBuf::from("docker/agent/Dockerfile");
    let archived = match file {
        None => archive(BINARY),
        Some(file) => fs::read(file).and_then(|binary| archive(&binary)),
    };
    let archive = archived.map_err(|source| ImageError::Context {
        tag: TAG.into(),
        source: ContextError::Unreadable { path: file.unwrap_or(Path::new(ARCHIVE)).into(), source },
    })?;
    let entry = |path: &str, content: Vec<u8>| Entry { path: path.into(), mode: 0o644, kind: EntryKind::File(content) };
    let entries = vec![entry("Dockerfile", DOCKERFILE.as_bytes().to_vec()), entry(ARCHIVE, archive)];
    let order = Build {
        tag: TAG,
        dockerfile: "Dockerfile",
        shown_as,
        args: &BTreeMap::new(),
        target: None,
        digest: digest().unwrap_or_default(),
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
