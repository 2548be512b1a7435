//! What a service's log can say to the lab: lines of JSON among others. Any service may speak it, a real nginx through its `log_format`.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// A line that the lab understands. Other lines are kept as text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// `{"access":{…}}`: a request was answered.
    Access(Access),
    /// `{"action":{…}}`: something was attempted, and this came of it.
    Action(Action),
    /// `{"alert":{…}}`: somebody was told of an alert.
    Alert(Alert),
}

impl Line {
    /// Reads a line of a log; `None` is one that is only text.
    ///
    /// # Errors
    ///
    /// If it begins as one of these does, and is none.
    pub fn read(text: &str) -> Result<Option<Self>, serde_json::Error> {
        match serde_json::from_str(text) {
            Ok(line) => Ok(Some(line)),
            Err(error) if begins_as_line(text) => Err(error),
            Err(_) => Ok(None),
        }
    }
}

/// Whether a text begins as each [`Line`] does: an object with its name as the first key. The rest need not be JSON.
fn begins_as_line(text: &str) -> bool {
    let key = text.trim_start().strip_prefix('{').and_then(|rest| rest.trim_start().strip_prefix('"'));
    let named = key.and_then(|key| key.split_once('"'));
    named.is_some_and(|(name, rest)| matches!(name, "access" | "action" | "alert") && rest.trim_start().starts_with(':'))
}

/// One answered request, as the service that answered it saw it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct Access {
    /// Unix time of the answer, in seconds with a fraction, as nginx's `$msec`.
    pub at: f64,
    /// `X-Request-Id`, or empty.
    pub id: String,
    /// The `Host` that was asked for.
    pub host: String,
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The status.
    pub status: u16,
    /// Who answered: the address to which the service passed the request on, as nginx writes `$upstream_addr`; empty when it answered by
    /// itself. Where there is no `tried`, these are the addresses tried in turn, whether or not one answered. `?` stands for those that the
    /// writer does not name.
    pub upstream: String,
    /// The addresses tried in turn, where the service writes them apart from who answered.
    pub tried: Option<String>,
    /// Seconds spent.
    pub seconds: f64,
    /// Who was logged in, or empty.
    pub user: String,
}

impl Access {
    /// The addresses tried in turn. HAProxy names the last one only, and `-` where it had none.
    pub fn upstreams(&self) -> impl Iterator<Item = SocketAddr> {
        self.tried.as_ref().unwrap_or(&self.upstream).split([',', ' ']).filter_map(|piece| piece.parse().ok())
    }

    /// Whether it was sent to addresses that are not named, before those that are.
    #[must_use]
    pub fn was_tried_elsewhere(&self) -> bool {
        self.tried.as_ref().unwrap_or(&self.upstream).starts_with(UNNAMED)
    }

    /// Unix time at which it was sent, in seconds. nginx dates a line when it answers; HAProxy, which says no `seconds`, when it accepts.
    #[must_use]
    pub fn sent_at(&self) -> f64 {
        self.at - self.seconds
    }
}

const UNNAMED: &str = "?";

/// A line as it is written. HAProxy's `%rc` in it, `+2`, says that a request went elsewhere when connecting failed; Envoy's count of attempts
/// does, where there was more than one.
#[derive(Deserialize)]
struct Written {
    at: f64,
    #[serde(default)]
    id: String,
    host: String,
    method: String,
    path: String,
    status: u16,
    #[serde(default)]
    upstream: String,
    #[serde(default)]
    tried: Option<String>,
    #[serde(default)]
    retries: String,
    #[serde(default)]
    attempts: u32,
    #[serde(default)]
    seconds: f64,
    #[serde(default)]
    user: String,
}

impl From<Written> for Access {
    fn from(line: Written) -> Self {
        let Written { at, id, host, method, path, status, mut upstream, mut tried, retries, attempts, seconds, user } = line;
        if retries.starts_with('+') || attempts > 1 {
            let tried = tried.as_mut().unwrap_or(&mut upstream);
            *tried = format!("{UNNAMED}, {tried}");
        }
        Self { at, id, host, method, path, status, upstream, tried, seconds, user }
    }
}

/// An attempt and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// For example `deploy`.
    pub name: String,
    /// What it was done to, for example `example.to-hutohu.trap.show`.
    pub target: String,
    /// `success`, `failure` or `refused`.
    pub outcome: String,
    /// Why, and what was done, in words.
    #[serde(default)]
    pub detail: String,
}

/// An alert as it reached whoever is to be told: one of the `alerts` of an Alertmanager's webhook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Its label `alertname`.
    pub name: String,
    /// `firing` or `resolved`.
    pub state: String,
    /// All its labels.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Its annotation `summary`, or empty.
    #[serde(default)]
    pub summary: String,
    /// Since when it fires: `startsAt`, as Unix time in seconds.
    pub starts_at: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_begins_as_one_and_is_none_is_an_error_and_all_others_are_text() {
        for (name, whole) in [
            ("access", r#"{"at":1.0,"host":"a","method":"GET","path":"/","status":200}"#),
            ("action", r#"{"name":"deploy","target":"a","outcome":"success"}"#),
            ("alert", r#"{"name":"Down","state":"firing","starts_at":1.0}"#),
        ] {
            let read = |value: &str| Line::read(&format!("{{ \"{name}\" : {value}}}"));
            assert!(matches!(read(whole), Ok(Some(_))), "{name}");
            for value in ["{}", r#"{"at":1.0,"path":"\x22"}"#, r#"{"at":, "#, "1"] {
                assert!(read(value).is_err(), "{name} {value}");
            }
        }
        for text in ["", "GET /", "{}", r#"{"level":"info"}"#, r#"{"accesses":{}}"#, r#"{"access" denied"#, r#""access":{}"#] {
            assert!(matches!(Line::read(text), Ok(None)), "{text}");
        }
    }

    #[test]
    fn where_a_request_was_tried_is_told_apart_from_who_answered() {
        let text = r#"{"access":{"at":1.5,"host":"a","method":"GET","path":"/","status":504,"upstream":"","tried":"10.0.0.1:80, 10.0.0.2:80"}}"#;
        let Line::Access(access) = serde_json::from_str(text).unwrap() else { unreachable!("it is one") };
        assert_eq!((access.upstream.as_str(), access.upstreams().count()), ("", 2));
    }

    #[test]
    fn a_request_that_went_elsewhere_first_says_so_in_envoys_words_as_well() {
        let tried = |attempts: u8| {
            let text = format!(
                r#"{{"access":{{"at":1.5,"host":"a","method":"GET","path":"/","status":200,"upstream":"10.0.0.1:80","attempts":{attempts}}}}}"#
            );
            let Line::Access(access) = serde_json::from_str(&text).unwrap() else { unreachable!("it is one") };
            (access.was_tried_elsewhere(), access.upstreams().count())
        };
        assert_eq!((tried(1), tried(2)), ((false, 1), (true, 1)));
    }
}
