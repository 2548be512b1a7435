//! The agent's binary: a release of relapse carries it; a debug build has cargo make it, or is told where it is.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use crate::error::ImageError;
use crate::event::{Progress, Report};
use crate::program::{self, Member, Order};

/// Names a prebuilt one.
const VARIABLE: &str = "RELAPSE_AGENT_BINARY";
/// Where it is made.
const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../agent/Cargo.toml");
/// Put here by this crate's build script; empty in debug builds, and on other systems than Linux.
static CARRIED: &[u8] = include_bytes!(env!("RELAPSE_AGENT"));

static HAD: OnceCell<Binary> = OnceCell::const_new();

/// The binary that this process uses.
pub(super) struct Binary {
    /// `None`: carried.
    file: Option<PathBuf>,
    /// SHA-256 of its bytes.
    pub(super) digest: [u8; 32],
}

impl Binary {
    /// # Errors
    /// When its file cannot be read.
    pub(super) fn content(&self) -> io::Result<Cow<'static, [u8]>> {
        match &self.file {
            None => Ok(CARRIED.into()),
            Some(file) => fs::read(file).map(Cow::from),
        }
    }
}

/// Whether this executable carries the agent, or knows a file or a workspace to have it from.
#[must_use]
pub fn has_agent() -> bool {
    !CARRIED.is_empty() || named().is_some() || Path::new(MANIFEST).is_file()
}

/// `None` before [`have`] has had it.
pub(super) fn had() -> Option<&'static Binary> {
    HAD.get()
}

/// Has it: carried, or a file that was named, or made by cargo. Once in the life of this process: even where nothing changed, cargo takes a
/// quarter of a second to say so.
///
/// # Errors
/// [`ImageError::NoAgent`], with what can be done about it.
pub(super) async fn have(progress: Progress<'_>) -> Result<&'static Binary, ImageError> {
    let find = async || {
        let file = match named() {
            _ if !CARRIED.is_empty() => None,
            Some(file) => Some(file),
            None => Some(made(progress).await?),
        };
        let mut binary = Binary { file, digest: [0; 32] };
        let shown = binary.file.clone().unwrap_or_default();
        let content = binary.content().map_err(|error| ImageError::NoAgent { why: format!("{}: {error}", shown.display()) })?;
        if content.is_empty() {
            return Err(ImageError::NoAgent { why: format!("{} is empty", shown.display()) });
        }
        binary.digest = Sha256::digest(&content).into();
        Ok(binary)
    };
    HAD.get_or_try_init(find).await
}

fn named() -> Option<PathBuf> {
    env::var_os(VARIABLE).filter(|file| !file.is_empty()).map(PathBuf::from)
}

/// By cargo, beside this executable.
async fn made(progress: Progress<'_>) -> Result<PathBuf, ImageError> {
    if !Path::new(MANIFEST).is_file() {
        return Err(ImageError::NoAgent { why: format!("{MANIFEST}, from which it was built, is not there any more") });
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let of = Member { manifest: MANIFEST.into(), workspace: WORKSPACE.into() };
    let target_folder = Some(Path::new(env!("RELAPSE_TARGET_FOLDER")));
    let order = Order { cargo: &cargo, of: &of, target_folder, binary: "relapse-agent" };
    let made = program::build(&order, &Report { progress, tag: super::TAG }).await;
    made.map_err(|refusal| ImageError::NoAgent { why: refusal.why })
}
