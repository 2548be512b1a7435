//! What an image was made from, as one number: equal inputs need no second build. Pure.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::context::Entry;

/// Raised when the way images are made changes, so that all are made anew.
const RECIPE: &str = "relapse-image-1";

/// Takes in named fields; the names and lengths keep neighbours apart.
#[derive(Clone)]
pub(crate) struct Inputs(Sha256);

impl Inputs {
    pub(crate) fn new() -> Self {
        Self(Sha256::new()).field("recipe", RECIPE.as_bytes())
    }

    pub(crate) fn field(mut self, name: &str, value: &[u8]) -> Self {
        for part in [name.as_bytes(), value] {
            self.0.update((part.len() as u64).to_be_bytes());
            self.0.update(part);
        }
        self
    }

    /// The digest, in hexadecimal digits.
    pub(crate) fn finish(self) -> String {
        hex::encode(self.0.finalize())
    }
}

/// The digest of a built image: its Dockerfile, context, arguments, target, and the ids of the images that it starts from.
pub(crate) fn of_build(
    dockerfile: &str,
    context: &[Entry],
    args: &BTreeMap<String, String>,
    target: Option<&str>,
    bases: &[(String, String)],
) -> String {
    let mut inputs = Inputs::new().field("dockerfile", dockerfile.as_bytes());
    for entry in context {
        inputs = inputs
            .field("path", entry.path.as_bytes())
            .field("mode", &entry.mode.to_be_bytes())
            .field("kind", entry.kind.name().as_bytes())
            .field("content", entry.content());
    }
    for (name, value) in args {
        inputs = inputs.field("argument", name.as_bytes()).field("value", value.as_bytes());
    }
    if let Some(target) = target {
        inputs = inputs.field("target", target.as_bytes());
    }
    for (image, id) in bases {
        inputs = inputs.field("base", image.as_bytes()).field("id", id.as_bytes());
    }
    inputs.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::{Entry, EntryKind};

    fn file(path: &str, content: &str) -> Entry {
        Entry { path: path.into(), mode: 0o644, kind: EntryKind::File(content.as_bytes().to_vec()) }
    }

    #[test]
    fn every_input_counts() {
        let none = BTreeMap::new();
        let args = BTreeMap::from([("SUITE".to_owned(), "sid".to_owned())]);
        let base = [("debian:sid-slim".to_owned(), "sha256:1".to_owned())];
        let other_base = [("debian:sid-slim".to_owned(), "sha256:2".to_owned())];
        let script = Entry { mode: 0o755, ..file("a", "1") };
        let all = [
            of_build("FROM a", &[], &none, None, &[]),
            of_build("FROM b", &[], &none, None, &[]),
            of_build("FROM a", &[file("a", "1")], &none, None, &[]),
            of_build("FROM a", &[file("a", "2")], &none, None, &[]),
            of_build("FROM a", &[file("b", "1")], &none, None, &[]),
            of_build("FROM a", &[script], &none, None, &[]),
            of_build("FROM a", &[], &args, None, &[]),
            of_build("FROM a", &[], &none, Some("x"), &[]),
            of_build("FROM a", &[], &none, None, &base),
            of_build("FROM a", &[], &none, None, &other_base),
        ];
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
        assert_eq!(all[0], of_build("FROM a", &[], &none, None, &[]));
        assert_eq!(all[0].len(), 64);
    }

    #[test]
    fn neighbours_do_not_run_together() {
        let one = Inputs::new().field("a", b"bc").field("d", b"").finish();
        let two = Inputs::new().field("a", b"b").field("cd", b"").finish();
        assert_ne!(one, two);
    }
}
