//! What is read of a file and not taken literally: each is told, so that nobody takes a lab for more than it is.

use std::collections::BTreeMap;

use serde_yaml::Spanned;

use super::located::place;
use super::written::Ignored;

/// Something that is read, and is otherwise in a lab than the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it is, and what is there instead.
    pub message: String,
    /// 1-based line and column in the Compose file, when known.
    pub place: Option<(usize, usize)>,
}

/// Collects notices while a file is read.
#[derive(Debug, Default)]
pub(super) struct Notices {
    said: Vec<Notice>,
    /// How many ports are not published, and where the first stands.
    ports: (usize, Option<(usize, usize)>),
    /// How often each key without an effect stands in the file, and where the first does.
    ignored: BTreeMap<String, (usize, Option<(usize, usize)>)>,
}

impl Notices {
    pub(super) fn say(&mut self, message: impl Into<String>, place: Option<(usize, usize)>) {
        self.said.push(Notice { message: message.into(), place });
    }

    pub(super) fn ports<T>(&mut self, ports: &Spanned<Vec<T>>) {
        self.ports.0 += ports.value.len();
        self.ports.1 = first(self.ports.1, place(ports));
    }

    /// Those of these keys that are there; `of` stands before their names.
    pub(super) fn ignored<const N: usize>(&mut self, of: &str, keys: [(&'static str, &Ignored); N]) {
        for (key, value) in keys {
            if let Some(value) = value {
                let (count, at) = self.ignored.entry(format!("{of}{key}")).or_default();
                *count += 1;
                *at = first(*at, place(value));
            }
        }
    }

    /// All of them: one for all ports of the file, and one for all keys that have no effect.
    pub(super) fn all(mut self) -> Vec<Notice> {
        let (ports, at) = self.ports;
        if ports > 0 {
            let are = if ports == 1 { "port is" } else { "ports are" };
            self.say(
                format!("{ports} {are} not published: steps ask from inside, and `relapse up` says how to reach a service"),
                at,
            );
        }
        if !self.ignored.is_empty() {
            let first = self.ignored.values().fold(None, |before, (_, at)| first(before, *at));
            let keys: Vec<String> = self
                .ignored
                .iter()
                .map(|(key, (count, _))| if *count == 1 { format!("`{key}`") } else { format!("`{key}` (×{count})") })
                .collect();
            let has = if keys.len() == 1 { "has" } else { "have" };
            self.say(format!("{} {has} no effect in a lab", keys.join(", ")), first);
        }
        self.said.sort_by_key(|notice| notice.place.unwrap_or_default());
        self.said
    }
}

/// Which of two places is the first in the file. Services are not read in its order.
fn first(one: Option<(usize, usize)>, other: Option<(usize, usize)>) -> Option<(usize, usize)> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
