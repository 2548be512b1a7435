//! The shape of a Compose file, as far as it is supported. What is not, is refused by name and place: never ignored.
//! Source: the Compose specification.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{TopologyError, factor::Section};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// Only for old Compose tools.
    #[serde(default, rename = "version")]
    pub(super) _version: Option<String>,
    #[serde(default, rename = "name")]
    pub(super) _name: Option<String>,
    #[serde(default, rename = "x-relapse")]
    pub(super) section: Section,
    pub(super) services: BTreeMap<String, Service>,
    #[serde(default)]
    pub(super) networks: BTreeMap<String, Option<Network>>,
    #[serde(default)]
    pub(super) volumes: BTreeMap<String, Option<Empty>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Empty {}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Service {
    pub(super) image: Option<String>,
    pub(super) build: Option<Build>,
    pub(super) command: Option<Words>,
    pub(super) entrypoint: Option<Words>,
    #[serde(default)]
    pub(super) environment: Pairs,
    #[serde(default)]
    pub(super) labels: Pairs,
    #[serde(default)]
    pub(super) sysctls: Pairs,
    #[serde(default)]
    pub(super) volumes: Vec<String>,
    #[serde(default)]
    pub(super) tmpfs: OneOrMany,
    #[serde(default)]
    pub(super) networks: Attachments,
    pub(super) network_mode: Option<String>,
    #[serde(default)]
    pub(super) dns: OneOrMany,
    #[serde(default)]
    pub(super) extra_hosts: OneOrMany,
    #[serde(default)]
    pub(super) depends_on: DependsOn,
    pub(super) healthcheck: Option<Healthcheck>,
    #[serde(default)]
    pub(super) cap_add: Vec<String>,
    pub(super) hostname: Option<String>,
    #[serde(default)]
    pub(super) profiles: Vec<String>,
    pub(super) scale: Option<u32>,
    pub(super) stop_signal: Option<String>,
    pub(super) user: Option<String>,
    pub(super) working_dir: Option<String>,
    pub(super) cpus: Option<f64>,
    pub(super) mem_limit: Option<String>,
    pub(super) shm_size: Option<String>,
    pub(super) init: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Build {
    Context(String),
    Full(FullBuild),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FullBuild {
    pub(super) context: String,
    pub(super) dockerfile: Option<String>,
    #[serde(default)]
    pub(super) args: Pairs,
    pub(super) target: Option<String>,
}

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

fn split(line: &str) -> Vec<String> {
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

#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
pub(super) enum Attachments {
    #[default]
    None,
    Names(Vec<String>),
    Map(BTreeMap<String, Option<Attachment>>),
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Attachment {
    pub(super) ipv4_address: Option<String>,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
pub(super) enum DependsOn {
    #[default]
    None,
    Names(Vec<String>),
    Map(BTreeMap<String, Dependency>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dependency {
    pub(super) condition: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Healthcheck {
    pub(super) test: Words,
    pub(super) interval: Option<String>,
    pub(super) timeout: Option<String>,
    pub(super) start_period: Option<String>,
    pub(super) retries: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Network {
    #[serde(default)]
    pub(super) ipam: Ipam,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ipam {
    #[serde(default)]
    pub(super) config: Vec<Pool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pool {
    pub(super) subnet: Option<String>,
    pub(super) ip_range: Option<String>,
    pub(super) gateway: Option<String>,
}

/// The file's shape, from text whose variables are replaced.
pub(super) fn read(text: &str) -> Result<File, TopologyError> {
    serde_yaml::from_str(text).map_err(|failure| error(&failure))
}

/// A YAML error as one of ours: its place apart from its words.
pub(super) fn error(failure: &serde_yaml::Error) -> TopologyError {
    let place = failure
        .location()
        .and_then(|location| Some((usize::try_from(location.line()).ok()?, usize::try_from(location.column()).ok()?)));
    let text = failure.to_string();
    let first = text.lines().next().unwrap_or_default();
    let message = match first.split_once(": ") {
        Some((head, rest)) if head.contains("line") => rest,
        _ => first,
    };
    TopologyError { message: message.to_owned(), place }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_line_is_split_at_white_space_and_quotes() {
        assert_eq!(super::split("sh -c 'a b' \"c\""), ["sh", "-c", "a b", "c"]);
    }
}
