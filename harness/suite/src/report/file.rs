//! Files that a command writes at its end: whether that will be possible is told before anything is run. What could not be written then
//! is told, and changes no verdict.

use std::ffi::OsStr;
use std::fs::{File, Permissions};
use std::io::{Error, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::output;
use crate::exit::Failure;

/// A file that an option names. `-` is standard output.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// The option, for errors.
    pub(crate) option: &'static str,
    pub(crate) path: PathBuf,
}

/// What a path leads to.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    StandardOutput,
    StandardError,
    /// A device, a pipe: what is there stays there.
    InPlace(PathBuf),
    /// A file, or nothing yet.
    Replaced(PathBuf),
}

/// Links that lead to links; as the system has it.
const MAX_LINKS: usize = 40;
/// What a new file may be, before the user's mask.
const MODE: u32 = 0o666;

impl Document {
    /// That one, if it can be written.
    ///
    /// # Errors
    /// Before anything is run: why it could not be written afterwards.
    pub(crate) fn open(option: &'static str, path: PathBuf) -> Result<Self, Failure> {
        let document = Self { option, path };
        document.check()?;
        Ok(document)
    }

    /// Tells before anything is run that it could not be written afterwards.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            return Err(self.failed(format!("there is no folder {}; make it first, or name a file elsewhere", folder.display())));
        }
        match self.target().map_err(|error| self.failed(error))? {
            Target::StandardOutput => output::claim(self.option)
                .map_err(|other| self.failed(format!("standard output is the document of {other} already; name a file"))),
            Target::StandardError | Target::InPlace(_) => Ok(()),
            Target::Replaced(path) => partial(&path).map(drop).map_err(|error| self.failed(error)),
        }
    }

    /// Writes it; a file that exists is replaced only when the new one is whole. That it cannot be written is said.
    pub(crate) fn write(&self, content: &[u8]) {
        let written = self.target().and_then(|target| match target {
            Target::StandardOutput => output::document(content),
            Target::StandardError => output::document_aside(content),
            Target::InPlace(path) => File::options().append(true).open(path)?.write_all(content),
            Target::Replaced(path) => {
                let mut partial = partial(&path)?;
                partial.write_all(content)?;
                if let Ok(seen) = path.metadata() {
                    partial.as_file().set_permissions(seen.permissions())?;
                }
                partial.persist(&path).map(drop).map_err(|error| error.error)
            }
        });
        if let Err(error) = written {
            self.lost(&error);
        }
    }

    /// Says that it was not written.
    pub(crate) fn lost(&self, why: &dyn std::fmt::Display) {
        output::aside(&format!("relapse: {} {}: {why}; it is not written", self.option, self.path.display()));
    }

    /// What the path leads to, through links.
    fn target(&self) -> Result<Target, Error> {
        if self.path == Path::new("-") {
            return Ok(Target::StandardOutput);
        }
        let own_streams = PathBuf::from(format!("/proc/{}/fd", std::process::id()));
        let mut path = std::path::absolute(&self.path)?;
        for _ in 0..MAX_LINKS {
            let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Err(is_a_folder()) };
            let folder = folder.canonicalize()?;
            let here = folder.join(name);
            if folder == own_streams {
                return Ok(match name {
                    one if one == OsStr::new("1") => Target::StandardOutput,
                    two if two == OsStr::new("2") => Target::StandardError,
                    _ => Target::InPlace(here),
                });
            }
            match here.symlink_metadata() {
                Ok(seen) if seen.is_symlink() => path = folder.join(here.read_link()?),
                Ok(seen) if seen.is_dir() => return Err(is_a_folder()),
                Ok(seen) if !seen.is_file() => return Ok(Target::InPlace(here)),
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => return Ok(Target::Replaced(here)),
            }
        }
        Err(Error::other("too many links lead from one to the other"))
    }

    fn failed(&self, why: impl std::fmt::Display) -> Failure {
        Failure::usage(format!("{} {}: {why}", self.option, self.path.display()))
    }
}

fn is_a_folder() -> Error {
    Error::other("this is a folder; name a file in it")
}

/// A file in the same folder, which goes when it is dropped.
fn partial(path: &Path) -> Result<tempfile::NamedTempFile, Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    tempfile::Builder::new().prefix(".relapse-").permissions(Permissions::from_mode(MODE)).tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{FileTypeExt, symlink};

    use super::*;

    fn document(path: &Path) -> Document {
        Document { option: "--json", path: path.to_owned() }
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_also_behind_links() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        let (file, link, second) = (folder.join("real/a.json"), folder.join("link"), folder.join("second"));
        fs::create_dir(folder.join("real")).unwrap();
        symlink("real/a.json", &link).unwrap();
        symlink("link", &second).unwrap();
        document(&second).check().unwrap();
        assert!(!file.exists(), "a check makes nothing");
        document(&second).write(b"1");
        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        document(&second).write(b"2");
        assert_eq!((fs::read_to_string(&file).unwrap().as_str(), fs::read_dir(folder.join("real")).unwrap().count()), ("2", 1));
        assert!(link.is_symlink() && second.is_symlink());
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn what_is_no_file_is_written_to_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::read_to_string(pipe).unwrap()
        });
        document(&pipe).check().unwrap();
        document(&pipe).write(b"{}");
        assert_eq!(reader.join().unwrap(), "{}");
        assert!(pipe.metadata().unwrap().file_type().is_fifo());
        // Behind links: what is wrong here must not cost the machine its devices.
        for device in ["null", "full"] {
            let link = folder.path().join(device);
            symlink(Path::new("/dev").join(device), &link).unwrap();
            document(&link).write(b"{}");
            assert!(link.is_symlink() && link.metadata().unwrap().file_type().is_char_device());
        }
    }

    #[test]
    fn standard_output_has_several_names() {
        for name in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
            assert_eq!(document(Path::new(name)).target().unwrap(), Target::StandardOutput, "{name}");
        }
        assert_eq!(document(Path::new("/dev/stderr")).target().unwrap(), Target::StandardError);
        assert!(document(Path::new("/tmp")).target().unwrap_err().to_string().contains("folder"));
    }
}
