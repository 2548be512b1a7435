//! The several ways in which Compose lets people write one thing: words, pairs, lists.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A command: a shell's line, or its words.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Words {
    Line(String),
    List(Vec<String>),
}

impl Words {
    /// The words, split at white space and quotes where it is a line.
    pub(super) fn list(self) -> Vec<String> {
        match self {
            Self::List(list) => list,
            Self::Line(line) => split(&line),
        }
    }
}

/// A line as words: split at white space and quotes, which stand for nothing else.
#[must_use]
pub fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for c in line.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => word.get_or_insert_default().push(c),
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// `KEY: value` or `- KEY=value`.
#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
pub(super) enum Pairs {
    #[default]
    None,
    Map(BTreeMap<String, Option<String>>),
    List(Vec<String>),
}

impl Pairs {
    pub(super) fn map(self) -> BTreeMap<String, String> {
        match self {
            Self::None => BTreeMap::new(),
            Self::Map(map) => map.into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect(),
            Self::List(list) => list
                .into_iter()
                .map(|pair| pair.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned())).unwrap_or((pair, String::new())))
                .collect(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(super) fn list(self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

/// Files with one `KEY=value` a line.
#[derive(Debug, Default, Deserialize)]
#[serde(untagged, expecting = "a path, a list of paths, or of maps with `path` and `required`")]
pub(super) enum EnvFiles {
    #[default]
    None,
    One(String),
    Many(Vec<EnvFile>),
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a path, or a map with `path` and `required`")]
pub(super) enum EnvFile {
    Path(String),
    Full(FullEnvFile),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FullEnvFile {
    pub(super) path: String,
    pub(super) required: Option<bool>,
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
    #[test]
    fn a_line_is_split_at_white_space_and_quotes() {
        assert_eq!(super::split("sh -c 'a b' \"c\""), ["sh", "-c", "a b", "c"]);
    }
}
