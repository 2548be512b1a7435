//! Static sites: files that the proxy serves by itself.

use std::path::Path;

use anyhow::{Context, bail};

/// How deep a site's directories may lie in one another.
const MOST_DEPTH: u32 = 64;

/// Puts the files of `from` in the place of `to`. A symbolic link is not copied: it would mean another file on the proxy.
///
/// # Errors
/// When a file cannot be read or written.
pub(super) fn publish(from: &Path, to: &Path) -> anyhow::Result<()> {
    let new = to.with_extension("new");
    clear(&new)?;
    copy(from, &new, MOST_DEPTH)?;
    clear(to)?;
    std::fs::rename(&new, to).with_context(|| format!("writing {}", to.display()))
}

/// Removes a directory, if there is one.
///
/// # Errors
/// When it cannot be removed.
pub(super) fn clear(directory: &Path) -> anyhow::Result<()> {
    match std::fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("clearing {}", directory.display()))
        }
        _ => Ok(()),
    }
}

fn copy(from: &Path, to: &Path, depth: u32) -> anyhow::Result<()> {
    if depth == 0 {
        bail!("{}: more than {MOST_DEPTH} directories deep", from.display());
    }
    std::fs::create_dir(to).with_context(|| format!("making {}", to.display()))?;
    for entry in std::fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy(&source, &target, depth - 1)?;
        } else if kind.is_file() {
            std::fs::copy(&source, &target).with_context(|| format!("writing {}", target.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_replaces_the_one_before_and_takes_no_links() {
        let base = std::env::temp_dir().join(format!("sites-test-{}", std::process::id()));
        let (from, to) = (base.join("from"), base.join("x.a.example"));
        std::fs::create_dir_all(from.join("sub")).unwrap();
        std::fs::create_dir_all(&to).unwrap();
        std::fs::write(to.join("old.html"), "old").unwrap();
        std::fs::write(from.join("sub/index.html"), "new").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", from.join("secret")).unwrap();
        publish(&from, &to).unwrap();
        assert_eq!(std::fs::read_to_string(to.join("sub/index.html")).unwrap(), "new");
        assert!(!to.join("old.html").exists() && !to.join("secret").exists());
        std::fs::remove_dir_all(&base).unwrap();
    }
}
