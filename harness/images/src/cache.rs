//! The folder in which relapse keeps what it fetched, and the lock in it under which images are made.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use backon::{ConstantBuilder, Retryable};

use crate::error::ImageError;

/// How the names of files begin that are not to outlive the making of images.
pub(crate) const ASIDE: &str = "aside-";

const MINUTES: u64 = 30;
const POLL: Duration = Duration::from_millis(200);
/// So often in that time.
const POLLS: usize = 30 * 60 * 5;

/// `$XDG_CACHE_HOME/relapse` or `~/.cache/relapse`, created.
pub(crate) fn folder() -> Result<PathBuf, ImageError> {
    let named = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let folder = named.or_else(home).unwrap_or_else(std::env::temp_dir).join("relapse");
    std::fs::create_dir_all(&folder).map_err(|source| ImageError::Cache { path: folder.clone(), source })?;
    Ok(folder)
}

/// Waits until no other process of this user makes images; `waiting` is called once if one does. Dropping the file ends the lock,
/// and so does the end of the process.
pub(crate) async fn lock(waiting: impl Fn()) -> Result<File, ImageError> {
    let path = folder()?.join("images.lock");
    let failed = |source: io::Error| ImageError::Cache { path: path.clone(), source };
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    let mut said = false;
    // Polled, not awaited in a thread: a thread that waits for a lock could not be cancelled.
    let locked = (|| std::future::ready(file.try_lock()))
        .retry(ConstantBuilder::new().with_delay(POLL).with_max_times(POLLS))
        .when(|error| matches!(error, TryLockError::WouldBlock))
        .notify(|_, _| {
            if !std::mem::replace(&mut said, true) {
                waiting();
            }
        })
        .await;
    match locked {
        Ok(()) => {
            clear(&path);
            Ok(file)
        }
        Err(TryLockError::Error(source)) => Err(failed(source)),
        Err(TryLockError::WouldBlock) => Err(ImageError::Locked { path, minutes: MINUTES }),
    }
}

/// Removes what processes that were killed left here. Only under the lock.
fn clear(lock: &Path) {
    let items = lock.parent().and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    for path in items.filter(|item| item.file_name().to_string_lossy().starts_with(ASIDE)).map(|item| item.path()) {
        let removed = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        if let Err(error) = removed {
            tracing::debug!(path = %path.display(), %error, "not removed");
        }
    }
}
