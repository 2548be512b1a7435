//! A build's context: the files of a folder, read once, for the digest and for the engine.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::ignore::Ignore;

/// Larger contexts are a mistake, mostly a build's output or a repository's history.
pub(crate) const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// A context that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ContextError {
    /// A file or folder cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// More than 256 MiB.
    #[error("{} has more than {} MiB; name what is not needed in its .dockerignore", path.display(), MAX_BYTES / 1024 / 1024)]
    TooLarge {
        /// The folder.
        path: PathBuf,
    },
}

/// One file of a context.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Relative to the context, with `/`.
    pub(crate) path: String,
    /// 0o755 or 0o644: whose files they are, and when they were changed, does not count.
    pub(crate) mode: u32,
    pub(crate) kind: EntryKind,
}

#[derive(Debug, Clone)]
pub(crate) enum EntryKind {
    Folder,
    File(Vec<u8>),
    /// A symbolic link, with its target.
    Link(String),
}

impl EntryKind {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::File(_) => "file",
            Self::Link(_) => "link",
        }
    }
}

impl Entry {
    pub(crate) fn content(&self) -> &[u8] {
        match &self.kind {
            EntryKind::Folder => &[],
            EntryKind::File(content) => content,
            EntryKind::Link(target) => target.as_bytes(),
        }
    }
}

/// Reads a folder, in the order of the paths, without what its `.dockerignore` names. `.git` is never part of it.
pub(crate) fn read(folder: &Path, dockerfile: &str) -> Result<Vec<Entry>, ContextError> {
    let ignore = match fs::read_to_string(folder.join(".dockerignore")) {
        Ok(text) => Ignore::parse(&text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ignore::default(),
        Err(source) => return Err(ContextError::Unreadable { path: folder.join(".dockerignore"), source }),
    };
    let mut walk = Walk { root: folder, dockerfile, ignore, entries: Vec::new(), bytes: 0 };
    walk.folder(folder, "")?;
    walk.entries.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(walk.entries)
}

struct Walk<'a> {
    root: &'a Path,
    dockerfile: &'a str,
    ignore: Ignore,
    entries: Vec<Entry>,
    bytes: u64,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, prefix: &str) -> Result<(), ContextError> {
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |source| ContextError::Unreadable { path, source }
        };
        for item in fs::read_dir(folder).map_err(unreadable(folder))? {
            let item = item.map_err(unreadable(folder))?;
            let path = item.path();
            let relative = format!("{prefix}{}", item.file_name().to_string_lossy());
            let excluded = (self.ignore.excludes(&relative) && relative != self.dockerfile) || relative == ".git";
            let metadata = fs::symlink_metadata(&path).map_err(unreadable(&path))?;
            if metadata.is_dir() {
                if !excluded {
                    self.entries.push(Entry { path: relative.clone(), mode: 0o755, kind: EntryKind::Folder });
                }
                if !excluded || (self.ignore.keeps_some() && relative != ".git") {
                    self.folder(&path, &format!("{relative}/"))?;
                }
                continue;
            }
            if excluded {
                continue;
            }
            let kind = if metadata.is_symlink() {
                let target = fs::read_link(&path).map_err(unreadable(&path))?;
                EntryKind::Link(target.to_string_lossy().into_owned())
            } else if metadata.is_file() {
                self.bytes += metadata.len();
                if self.bytes > MAX_BYTES {
                    return Err(ContextError::TooLarge { path: self.root.to_owned() });
                }
                EntryKind::File(fs::read(&path).map_err(unreadable(&path))?)
            } else {
                // Sockets and devices are no part of a build.
                continue;
            };
            self.entries.push(Entry { path: relative, mode: mode_of(&metadata), kind });
        }
        Ok(())
    }
}

#[cfg(unix)]
fn mode_of(metadata: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    if metadata.permissions().mode() & 0o100 == 0 { 0o644 } else { 0o755 }
}

#[cfg(not(unix))]
fn mode_of(_: &fs::Metadata) -> u32 {
    0o644
}

/// The same as a tar archive, as the engine takes it.
pub(crate) fn archive(entries: &[Entry]) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for entry in entries {
        let mut header = tar::Header::new_gnu();
        header.set_mode(entry.mode);
        header.set_mtime(0);
        header.set_size(0);
        match &entry.kind {
            EntryKind::Folder => {
                header.set_entry_type(tar::EntryType::Directory);
                archive.append_data(&mut header, format!("{}/", entry.path), io::empty())?;
            }
            EntryKind::File(content) => {
                header.set_entry_type(tar::EntryType::Regular);
                header.set_size(content.len() as u64);
                archive.append_data(&mut header, &entry.path, content.as_slice())?;
            }
            EntryKind::Link(target) => {
                header.set_entry_type(tar::EntryType::Symlink);
                archive.append_link(&mut header, &entry.path, target)?;
            }
        }
    }
    archive.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_in_order_without_what_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("Dockerfile", "FROM scratch"),
            (".dockerignore", "target\n!target/kept\nDockerfile"),
            ("z/deep.txt", "deep"),
            ("target/big", "big"),
            ("target/kept", "kept"),
            (".git/config", "[core]"),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let entries = read(folder.path(), "Dockerfile").unwrap();
        let paths: Vec<_> = entries.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, [".dockerignore", "Dockerfile", "target/kept", "z", "z/deep.txt"]);

        let bytes = archive(&entries).unwrap();
        let mut read_back = tar::Archive::new(bytes.as_slice());
        let names: Vec<_> =
            read_back.entries().unwrap().map(|entry| entry.unwrap().path().unwrap().display().to_string()).collect();
        assert_eq!(names, [".dockerignore", "Dockerfile", "target/kept", "z/", "z/deep.txt"]);
    }

    #[test]
    fn says_what_cannot_be_read() {
        let error = read(Path::new("/nowhere/at/all"), "Dockerfile").unwrap_err();
        assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
    }
}
