//! Files that several processes share: replaced whole, and changed by one process at a time.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;

/// Permissions for a secret.
pub const PRIVATE: u32 = 0o600;
/// Permissions for what everyone may read.
pub const PUBLIC: u32 = 0o644;

/// Puts a file with this content in the place of `path`: a reader sees the old one or the new one, whole.
///
/// # Errors
/// When the directory cannot be written to.
pub fn replace(path: &Path, content: &[u8], mode: u32) -> anyhow::Result<()> {
    write_and_rename(path, content, mode).with_context(|| format!("writing {}", path.display()))
}

fn write_and_rename(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Containers that share a volume may have the same process number: the host name tells them apart.
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let unique = format!(".{name}.{}.{}.{number}", host.trim(), std::process::id());
    let temporary = path.with_file_name(unique);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&temporary)?;
    let written = file.write_all(content).and_then(|()| std::fs::rename(&temporary, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    written
}

/// Does something while no other process holds the same lock file. It blocks: not for an async task.
///
/// # Errors
/// When the lock file cannot be made or locked, or the act fails.
pub fn exclusively<T>(lock: &Path, act: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let file = File::create(lock)
        .with_context(|| format!("making the lock file {}: expected a directory that can be written to", lock.display()))?;
    file.lock().with_context(|| format!("locking {}", lock.display()))?;
    // Closing the file gives the lock back, also when the act fails.
    act()
}

/// A file's content; `None` when it does not exist.
///
/// # Errors
/// When it exists and cannot be read.
pub fn read(path: &Path) -> anyhow::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
    }
}
