//! Whether a path is a file that can be read.

use std::path::Path;

/// That a path is a file that can be read to its end, and not too long to be one of ours.
pub(super) fn regular(path: &Path, most: u64) -> std::io::Result<()> {
    let seen = path.metadata()?;
    if !seen.is_file() {
        return Err(std::io::Error::other("it is no regular file"));
    }
    if seen.len() > most {
        return Err(std::io::Error::other(format!("it has {} MiB; at most {} are read", seen.len() >> 20, most >> 20)));
    }
    Ok(())
}
