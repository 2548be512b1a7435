//! Files and folders as a tar, written while they are read. Links are followed as far as they may be; what cannot be copied is named.

use std::fs::Metadata;
use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use tokio::sync::mpsc;

/// What one container may get. A lab is raised for each scenario; more is a data set, and belongs into an image.
const MAX_BYTES: u64 = 4 << 30;

/// What could not be copied, and why.
type Refusal = (PathBuf, Error);

/// A tar that is being written.
pub(crate) struct Archive<W: Write> {
    tar: tar::Builder<W>,
    bytes: u64,
    /// The folders under way, without links.
    under_way: Vec<PathBuf>,
}

impl<W: Write> Archive<W> {
    pub(crate) fn new(to: W, mode: tar::HeaderMode) -> Self {
        let mut tar = tar::Builder::new(to);
        tar.mode(mode);
        Self { tar, bytes: 0, under_way: Vec::new() }
    }

    /// A file of this text.
    pub(crate) fn text(&mut self, to: &Path, text: &str, mode: u32) -> Result<(), Error> {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(mode);
        self.tar.append_data(&mut header, to, text.as_bytes())
    }

    /// A file, or a folder with all that is in it. Links lead to where they lead within `allowed`; one that leads nowhere stays a link.
    pub(crate) fn path(&mut self, allowed: &Path, from: &Path, to: &Path) -> Result<(), Refusal> {
        let refused = |error: Error| (from.to_path_buf(), error);
        let seen = from.symlink_metadata().map_err(refused)?;
        if !seen.is_symlink() {
            return self.real(allowed, from, from, &seen, to);
        }
        match from.canonicalize() {
            Ok(real) if !real.starts_with(allowed) => {
                Err(refused(Error::other(format!("it is a link to {}, out of {}", real.display(), allowed.display()))))
            }
            Ok(real) => {
                let seen = real.metadata().map_err(refused)?;
                self.real(allowed, from, &real, &seen, to)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let target = from.read_link().map_err(refused)?;
                let mut header = tar::Header::new_gnu();
                header.set_entry_type(tar::EntryType::Symlink);
                header.set_size(0);
                header.set_mode(0o777);
                self.tar.append_link(&mut header, to, target).map_err(refused)
            }
            Err(error) => Err(refused(error)),
        }
    }

    /// What is no link: `shown` is its name for people.
    fn real(&mut self, allowed: &Path, shown: &Path, real: &Path, seen: &Metadata, to: &Path) -> Result<(), Refusal> {
        let refused = |error: Error| (shown.to_path_buf(), error);
        if seen.is_file() {
            self.bytes = self.bytes.saturating_add(seen.len());
            if self.bytes > MAX_BYTES {
                let size = seen.len() >> 20;
                let why = format!(
                    "with its {size} MiB one container would get more than {} GiB; put it into an image",
                    MAX_BYTES >> 30
                );
                return Err(refused(Error::other(why)));
            }
            return self.tar.append_path_with_name(real, to).map_err(refused);
        }
        if !seen.is_dir() {
            return Err(refused(Error::other("it is neither a file nor a folder, and cannot be copied")));
        }
        let own = real.canonicalize().map_err(refused)?;
        if self.under_way.contains(&own) {
            return Err(refused(Error::other("it is a link to a folder in which it lies, so there is no end to it")));
        }
        self.under_way.push(own);
        self.tar.append_dir(to, real).map_err(refused)?;
        let entries = std::fs::read_dir(real).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(refused)?;
        let mut names: Vec<_> = entries.into_iter().map(|entry| entry.file_name()).collect();
        names.sort();
        for name in names {
            self.path(allowed, &real.join(&name), &to.join(&name))?;
        }
        self.under_way.pop();
        Ok(())
    }

    /// What it was written to.
    pub(crate) fn finish(self) -> Result<W, Error> {
        let mut written = self.tar.into_inner()?;
        written.flush().map(|()| written)
    }
}

/// Written bytes on their way to somebody who awaits them.
pub(super) struct Pipe {
    sender: mpsc::Sender<Result<Bytes, Error>>,
    buffer: Vec<u8>,
}

/// How many bytes go at once.
const PIECE: usize = 256 << 10;

impl Pipe {
    pub(super) fn new(sender: mpsc::Sender<Result<Bytes, Error>>) -> Self {
        Self { sender, buffer: Vec::with_capacity(PIECE) }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Error> {
        let piece = std::mem::replace(&mut self.buffer, Vec::with_capacity(PIECE));
        if piece.is_empty() {
            return Ok(());
        }
        self.sender.blocking_send(Ok(piece.into())).map_err(|_| Error::from(ErrorKind::BrokenPipe))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// What is in the archive of a folder: names, and what links lead to.
    fn archived(folder: &Path) -> Result<Vec<String>, String> {
        let mut bytes = Vec::new();
        let mut archive = Archive::new(&mut bytes, tar::HeaderMode::Deterministic);
        archive.path(folder, folder, Path::new("x")).map_err(|(path, error)| format!("{}: {error}", path.display()))?;
        archive.finish().unwrap();
        let mut read = tar::Archive::new(bytes.as_slice());
        let entries = read.entries().unwrap().map(|entry| {
            let entry = entry.unwrap();
            let link = entry.link_name().unwrap().map(|to| format!(" -> {}", to.display())).unwrap_or_default();
            format!("{}{link}", entry.path().unwrap().display())
        });
        Ok(entries.collect())
    }

    #[test]
    fn links_within_are_followed_and_what_leads_nowhere_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("a")).unwrap();
        std::fs::write(root.join("a/b"), "b").unwrap();
        symlink("a", root.join("c")).unwrap();
        symlink("nowhere", root.join("d")).unwrap();
        assert_eq!(archived(&root).unwrap(), ["x", "x/a", "x/a/b", "x/c", "x/c/b", "x/d -> nowhere"]);
    }

    #[test]
    fn what_cannot_be_copied_is_named() {
        let said = |make: &dyn Fn(&Path)| {
            let folder = tempfile::tempdir().unwrap();
            let root = folder.path().canonicalize().unwrap();
            make(&root);
            archived(&root).unwrap_err()
        };
        let out = said(&|root| symlink("/etc/hostname", root.join("out")).unwrap());
        assert!(out.contains("/out: it is a link to /etc/hostname, out of"), "{out}");
        let circle = said(&|root| symlink(".", root.join("loop")).unwrap());
        assert!(circle.contains("/loop: ") && circle.contains("no end"), "{circle}");
        let socket = said(&|root| drop(std::os::unix::net::UnixListener::bind(root.join("s")).unwrap()));
        assert!(socket.contains("/s: it is neither"), "{socket}");
        let large = said(&|root| std::fs::File::create(root.join("large")).unwrap().set_len(MAX_BYTES + 1).unwrap());
        assert!(large.contains("/large: ") && large.contains("4 GiB"), "{large}");
    }

    #[test]
    fn a_large_file_is_passed_on_in_pieces() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("f");
        let content: Vec<u8> = (0..3 * PIECE).map(|at| u8::try_from(at % 251).unwrap()).collect();
        std::fs::write(&file, &content).unwrap();
        let (sender, mut receiver) = mpsc::channel(1);
        let writer = std::thread::spawn(move || {
            let mut archive = Archive::new(Pipe::new(sender), tar::HeaderMode::Deterministic);
            archive.path(&file, &file, Path::new("f")).unwrap();
            archive.finish().unwrap();
        });
        let (mut bytes, mut pieces) = (Vec::new(), 0);
        while let Some(piece) = receiver.blocking_recv() {
            bytes.extend_from_slice(&piece.unwrap());
            pieces += 1;
        }
        writer.join().unwrap();
        assert!(pieces >= 3, "{pieces}");
        let mut read = tar::Archive::new(bytes.as_slice());
        let mut entry = read.entries().unwrap().next().unwrap().unwrap();
        let mut back = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut back).unwrap();
        assert!(back == content);
    }
}
