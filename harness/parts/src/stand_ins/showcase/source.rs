//! A clone of what was pushed, in a directory that goes away with it.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::process::Command;

/// The most one clone may take.
const MOST_TIME: Duration = Duration::from_secs(60);
/// The most that is uploaded of a clone, in bytes.
const MOST_TAR: u64 = 64 << 20;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The files of one commit.
#[derive(Debug)]
pub(super) struct Source {
    directory: PathBuf,
}

impl Drop for Source {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.directory) {
            eprintln!("relapse-parts: a clone is left in {}: {error}", self.directory.display());
        }
    }
}

/// Clones the newest commit of a branch, with the real Git.
///
/// # Errors
/// When the URL is not one of HTTP, or with Git's own words.
pub(super) async fn fetch(url: &str, branch: &str) -> anyhow::Result<Source> {
    if !(url.starts_with("http://") || url.starts_with("https://")) {
        bail!("clone_url: expected http:// or https://, found {url}");
    }
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let directory = std::env::temp_dir().join(format!("deploy-{}-{number}", std::process::id()));
    // A process before this one, with the same number, may have been killed at work.
    if directory.exists() {
        std::fs::remove_dir_all(&directory).with_context(|| format!("clearing {}", directory.display()))?;
    }
    std::fs::create_dir(&directory).with_context(|| format!("making {}", directory.display()))?;
    let source = Source { directory };
    let mut git = Command::new("git");
    git.args(["-c", "gc.auto=0", "clone", "--quiet", "--depth", "1", "--single-branch"])
        .arg(format!("--branch={branch}"))
        .arg("--")
        .arg(url)
        .arg(&source.directory)
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = tokio::time::timeout(MOST_TIME, git.output())
        .await
        .with_context(|| format!("git clone {url}: no end within {MOST_TIME:?}"))?
        .context("starting git")?;
    if !output.status.success() {
        bail!("git clone --branch={branch} {url}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let history = source.directory.join(".git");
    std::fs::remove_dir_all(&history).with_context(|| format!("removing {}", history.display()))?;
    Ok(source)
}

impl Source {
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The text of `showcase.yaml`, or nothing.
    ///
    /// # Errors
    /// When there is one that cannot be read.
    pub(super) fn showcase_yaml(&self) -> anyhow::Result<Option<String>> {
        match std::fs::read_to_string(self.directory.join("showcase.yaml")) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).context("reading showcase.yaml"),
        }
    }

    /// All files, as a tar.
    ///
    /// # Errors
    /// When they are too many bytes, or cannot be read.
    pub(super) async fn tar(&self) -> anyhow::Result<Vec<u8>> {
        let directory = self.directory.clone();
        tokio::task::spawn_blocking(move || pack(&directory)).await?
    }
}

fn pack(directory: &Path) -> anyhow::Result<Vec<u8>> {
    let size = size(directory)?;
    if size > MOST_TAR {
        bail!("the repository has {size} bytes; at most {MOST_TAR} are deployed");
    }
    let mut builder = tar::Builder::new(Vec::new());
    builder.follow_symlinks(false);
    builder.append_dir_all(".", directory).context("packing the clone")?;
    builder.into_inner().context("packing the clone")
}

fn size(directory: &Path) -> anyhow::Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let about = entry.metadata()?;
        sum += if about.is_dir() { size(&entry.path())? } else { about.len() };
    }
    Ok(sum)
}
