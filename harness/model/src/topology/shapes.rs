//! The several ways in which Compose lets people write one thing: words, pairs, lists.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::scalar::Scalar;
use super::service::EnvFile;

/// A command: a shell's line, or its words.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a line, or a list of words")]
pub(super) enum Words {
    List(Vec<Scalar>),
    Line(Scalar),
}

impl Words {
    /// The words; those of a line as Compose splits it.
    pub(super) fn list(&self) -> Result<Vec<String>, String> {
        match self {
            Self::List(list) => Ok(list.iter().map(|word| word.0.clone()).collect()),
            Self::Line(line) => split(&line.0),
        }
    }
}

/// Stands for `#` while a line is split: Compose knows no comments in it. Unicode keeps it for such uses.
const HASH: &str = "\u{fdd0}";

/// A line as words, as a shell and Compose split it: at white space, outside quotes. No shell runs it: `&&`, `|` and `$` are words.
///
/// # Errors
/// In words, where a quote or a backslash has no end.
pub fn split(line: &str) -> Result<Vec<String>, String> {
    let words = shlex::split(&line.replace('#', HASH));
    let words = words.ok_or_else(|| format!("`{line}` has a quote without an end, or ends with a backslash"))?;
    Ok(words.into_iter().map(|word| word.replace(HASH, "#")).collect())
}

/// `KEY: value` or `- KEY=value`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(untagged, expecting = "a map of texts, or a list of `KEY=value`")]
pub(super) enum Pairs {
    #[default]
    None,
    Map(BTreeMap<String, Option<Scalar>>),
    List(Vec<Scalar>),
}

impl Pairs {
    /// What it sets; a key without a value is set, and empty.
    pub(super) fn map(&self) -> BTreeMap<String, String> {
        self.given().into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect()
    }

    /// What it sets, where a key without a value has that of the variable of its name; and which of these there are not: they are not set.
    pub(super) fn passed_on(&self, variables: &BTreeMap<String, String>) -> (BTreeMap<String, String>, Vec<String>) {
        let (mut set, mut unset) = (BTreeMap::new(), Vec::new());
        for (key, value) in self.given() {
            match value.or_else(|| variables.get(&key).cloned()) {
                Some(value) => drop(set.insert(key, value)),
                None => unset.push(key),
            }
        }
        (set, unset)
    }

    fn given(&self) -> BTreeMap<String, Option<String>> {
        match self {
            Self::None => BTreeMap::new(),
            Self::Map(map) => map.iter().map(|(key, value)| (key.clone(), value.as_ref().map(|value| value.0.clone()))).collect(),
            Self::List(list) => list
                .iter()
                .map(|pair| match pair.0.split_once('=') {
                    Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
                    None => (pair.0.clone(), None),
                })
                .collect(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(untagged, expecting = "a text, or a list of texts")]
pub(super) enum OneOrMany {
    #[default]
    None,
    Many(Vec<Scalar>),
    One(Scalar),
}

impl OneOrMany {
    pub(super) fn list(self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::One(one) => vec![one.0],
            Self::Many(many) => many.into_iter().map(|one| one.0).collect(),
        }
    }
}

/// Files with one `KEY=value` a line.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(untagged, expecting = "a path, a list of paths, or of maps with `path` and `required`")]
pub(super) enum EnvFiles {
    #[default]
    None,
    One(String),
    Many(Vec<EnvFileEntry>),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "a path, or a map with `path` and `required`")]
pub(super) enum EnvFileEntry {
    Path(String),
    Full(FullEnvFile),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FullEnvFile {
    pub(super) path: String,
    pub(super) required: Option<bool>,
}

impl EnvFiles {
    /// The files, in order.
    pub(super) fn list(&self) -> Vec<EnvFile> {
        let required = |path: &String| EnvFile { path: path.clone(), required: true };
        match self {
            Self::None => Vec::new(),
            Self::One(path) => vec![required(path)],
            Self::Many(many) => many
                .iter()
                .map(|entry| match entry {
                    EnvFileEntry::Path(path) => required(path),
                    EnvFileEntry::Full(full) => EnvFile { path: full.path.clone(), required: full.required.unwrap_or(true) },
                })
                .collect(),
        }
    }
}

/// `name:address`, `name=address`, or a map.
#[derive(Debug, Default, Deserialize)]
#[serde(untagged, expecting = "a list of `name:address`, or a map")]
pub(super) enum Hosts {
    #[default]
    None,
    List(Vec<String>),
    Map(BTreeMap<String, String>),
}

impl Hosts {
    /// As the engine has them: `name:address`.
    pub(super) fn list(self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::List(list) => list.into_iter().map(|host| host.replacen('=', ":", 1)).collect(),
            Self::Map(map) => map.into_iter().map(|(name, address)| format!("{name}:{address}")).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    /// A line, and what `docker-compose config` makes of `command:` with it.
    const LINES: &[(&str, &[&str])] = &[
        ("sh -c 'a b' \"c\"", &["sh", "-c", "a b", "c"]),
        (r#"sh -c "echo \"A B\"""#, &["sh", "-c", "echo \"A B\""]),
        (r"a\ b c", &["a b", "c"]),
        (r#"a'b'"c" ''"#, &["abc", ""]),
        ("echo #1 a#b", &["echo", "#1", "a#b"]),
        (r#"sh -c "a \$B \n""#, &["sh", "-c", r"a $B \n"]),
        (r"sh -c 'a \n \'", &["sh", "-c", r"a \n \"]),
        ("a\n  b\tc", &["a", "b", "c"]),
    ];

    #[test]
    fn a_line_is_split_as_compose_splits_it() {
        for (line, words) in LINES {
            assert_eq!(&super::split(line).unwrap(), words, "{line}");
        }
        for line in ["sh -c 'a", "echo \"a", "a \\"] {
            assert!(super::split(line).unwrap_err().contains("without an end"), "{line}");
        }
    }
}
