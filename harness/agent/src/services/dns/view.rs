//! The zone file in force at one listening address: read anew when it changes; a file with a fault leaves the last good one in force.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context;

use super::parse::parse;
use super::zone::Zone;

/// A zone file and what was last read from it.
pub(crate) struct View {
    file: PathBuf,
    state: Mutex<State>,
}

struct State {
    zone: Arc<Zone>,
    stamp: Option<Stamp>,
}

/// What changes when a file is written to or replaced, also twice within a second or with an older date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl View {
    /// Reads a zone file.
    ///
    /// # Errors
    /// When it cannot be read or understood: with the file and the line.
    pub(crate) fn open(file: PathBuf) -> anyhow::Result<Self> {
        let stamp = stamp(&file);
        let zone = Arc::new(read(&file)?);
        Ok(Self { file, state: Mutex::new(State { zone, stamp }) })
    }

    /// Where it is read from.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// The zone in force, after a look whether the file has changed.
    pub(crate) fn current(&self) -> Arc<Zone> {
        let mut state = self.state();
        let stamp = stamp(&self.file);
        if stamp != state.stamp {
            self.read_into(&mut state, stamp);
        }
        state.zone.clone()
    }

    /// Reads the file again, changed or not.
    pub(crate) fn reload(&self) {
        self.read_into(&mut self.state(), stamp(&self.file));
    }

    fn read_into(&self, state: &mut State, stamp: Option<Stamp>) {
        // Also after a fault: the same fault is told once.
        state.stamp = stamp;
        match read(&self.file) {
            Ok(zone) => {
                state.zone = Arc::new(zone);
                eprintln!("dns: {} was read again", self.file.display());
            }
            Err(error) => eprintln!("dns: {error:#}; what was read before stays in force"),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stamp(file: &Path) -> Option<Stamp> {
    let found = std::fs::metadata(file).ok()?;
    Some(Stamp {
        inode: found.ino(),
        size: found.size(),
        modified: (found.mtime(), found.mtime_nsec()),
        changed: (found.ctime(), found.ctime_nsec()),
    })
}

fn read(file: &Path) -> anyhow::Result<Zone> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("reading the zone file {shown}"))?;
    let serial = stamp(file).map_or(1, |stamp| stamp.modified.0);
    // A serial number is 32 bits of any origin, as long as it grows.
    let serial = u32::try_from(serial).unwrap_or(u32::MAX);
    parse(&text, serial, &|name| std::env::var(name).ok())
        .map_err(|fault| anyhow::anyhow!("{shown}:{}: {}", fault.line, fault.what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hickory_server::proto::rr::RecordType;
    use relapse_service::files;

    #[test]
    fn a_changed_file_is_in_force_at_the_next_query_and_a_faulty_one_never() {
        let kept = tempfile::tempdir().unwrap();
        let directory = kept.path();
        let file = directory.join("a.zone");
        let write = |text: &str| files::replace(&file, text.as_bytes(), files::PUBLIC).unwrap();
        write("a.trap.jp. 5 A 10.0.0.1\n");
        let view = View::open(file.clone()).unwrap();
        let address = || {
            let outcome = view.current().lookup(&"a.trap.jp.".parse().unwrap(), RecordType::A);
            outcome.answers[0].data.to_string()
        };
        assert_eq!(address(), "10.0.0.1");
        write("a.trap.jp. 5 A 10.0.0.2\n");
        assert_eq!(address(), "10.0.0.2");
        write("a.trap.jp. 5 A nonsense\n");
        assert_eq!(address(), "10.0.0.2");
        std::fs::remove_file(&file).unwrap();
        assert_eq!(address(), "10.0.0.2");
    }
}
