//! Files that a command writes at its end: whether that will be possible is told before anything is run.

use std::path::{Path, PathBuf};

use crate::exit::Failure;

/// A file that an option names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Document<'a> {
    /// The option, for errors.
    pub(crate) option: &'static str,
    pub(crate) path: &'a Path,
}

impl Document<'_> {
    /// Tells before anything is run that it could not be written afterwards.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.path.is_dir() {
            return Err(self.failed("this is a folder; name a file in it"));
        }
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            return Err(self.failed(format!("there is no folder {}; make it first, or name a file elsewhere", folder.display())));
        }
        let partial = self.partial();
        std::fs::File::create(&partial).and_then(|_| std::fs::remove_file(&partial)).map_err(|error| self.failed(error))
    }

    /// Writes it; a file that exists is replaced only when the new one is whole.
    pub(crate) fn write(&self, content: &[u8]) -> Result<(), Failure> {
        let partial = self.partial();
        std::fs::write(&partial, content).and_then(|()| std::fs::rename(&partial, self.path)).map_err(|error| self.failed(error))
    }

    fn partial(&self) -> PathBuf {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        self.path.with_file_name(name)
    }

    fn failed(&self, why: impl std::fmt::Display) -> Failure {
        Failure::usage(format!("{} {}: {why}", self.option, self.path.display()))
    }
}
