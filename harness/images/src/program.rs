//! A binary that a Dockerfile copies and that is no file of its context: the Cargo package beside the Dockerfile makes it.
//!
//! A topology is read as if an enemy wrote it, and cargo runs build scripts. So cargo is called only where it started this process, and only
//! for members of the very workspace that it runs: their code runs anyway. Elsewhere a prebuilt binary can be named.
//!
//! `means` decides, `workspace` says what belongs to what cargo runs, `cargo` calls it. The agent is made by it too.

mod cargo;
mod means;
mod workspace;

use std::collections::HashMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use tokio::sync::Mutex;

pub(crate) use self::cargo::{Member, Order, build};
use self::means::Means;
pub(crate) use self::means::Refusal;
use crate::context::{ContextError, Entry, EntryKind};
use crate::dockerfile::copied;
use crate::error::ImageError;
use crate::event::{Progress, Report};

/// A binary, and where it is once it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Program {
    /// As the Dockerfile copies it.
    name: String,
    file: PathBuf,
}

impl Program {
    /// As a file of the context.
    pub(crate) fn entry(&self) -> Result<Entry, ContextError> {
        let content = fs::read(&self.file).map_err(|source| ContextError::Unreadable { path: self.file.clone(), source })?;
        Ok(Entry { path: self.name.clone(), mode: 0o755, kind: EntryKind::File(content) })
    }
}

/// What a Dockerfile copies that is no file, and can be a binary of the Cargo package in its context. It is still to be made.
pub(crate) fn missing(context: &Path, dockerfile: &str) -> Option<Program> {
    let is_plain = |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') && !name.is_empty();
    let name = copied(dockerfile).into_iter().find(|name| is_plain(name) && !context.join(name).exists())?;
    context.join("Cargo.toml").is_file().then_some(Program { name, file: PathBuf::new() })
}

/// Has the binary that an image needs. Each is made once in the life of this process: even where nothing changed, cargo takes a quarter
/// of a second to say so.
///
/// # Errors
/// [`ImageError::NoProgram`], with what can be done about it.
pub(crate) async fn make(program: &mut Program, tag: &str, context: &Path, progress: Progress<'_>) -> Result<(), ImageError> {
    static MADE: Mutex<Option<HashMap<(PathBuf, String), PathBuf>>> = Mutex::const_new(None);
    let key = (context.to_owned(), program.name.clone());
    let mut made = MADE.lock().await;
    let made = made.get_or_insert_default();
    if !made.contains_key(&key) {
        let refused = |refusal: Refusal| refusal.of(tag, &program.name, context);
        let file = match means::of(&program.name, &|name| env::var_os(name)).map_err(refused)? {
            Means::Prebuilt(file) => file,
            Means::Cargo { cargo, workspace } => {
                let binary = program.name.as_str();
                let of = workspace::member(&cargo, &workspace, context, binary).await.map_err(refused)?;
                let order = Order { cargo: &cargo, of: &of, target_folder: None, binary };
                build(&order, &Report { progress, tag }).await.map_err(refused)?
            }
        };
        made.insert(key.clone(), file);
    }
    program.file = made.get(&key).cloned().unwrap_or_default();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_name_that_is_no_file_beside_a_cargo_package_is_a_program() {
        let folder = tempfile::tempdir().unwrap();
        let of = |text: &str| missing(folder.path(), text).map(|program| program.name);
        let text = "FROM scratch\nCOPY app /app";
        assert_eq!(of(text), None, "there is no package");
        fs::write(folder.path().join("Cargo.toml"), "").unwrap();
        assert_eq!(of(text).as_deref(), Some("app"));
        assert_eq!(of("FROM scratch\nCOPY target/release/app *.toml $APP ../app /\nCOPY --from=build app /app"), None);
        fs::write(folder.path().join("app"), "").unwrap();
        assert_eq!(of(text), None, "it is a file");
    }
}
