//! The labels that everything of a lab carries. Nothing without [`RUN`] is ever touched.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// The run's id, on containers, networks and volumes.
pub const RUN: &str = "relapse.run";
/// The service's name in its topology.
pub const SERVICE: &str = "relapse.service";
/// The scenario for which it was made.
pub const SCENARIO: &str = "relapse.scenario";
/// The process that made it.
pub const PID: &str = "relapse.pid";
/// The name of the machine on which that process ran: an engine can be shared.
pub const HOST: &str = "relapse.host";
/// Marks helpers: they are no services, and stay out of the timeline.
pub const HELPER: &str = "relapse.helper";
/// When the labels were written, in seconds of Unix time.
pub const STARTED: &str = "relapse.started";

/// A run's id: `r-<milliseconds of Unix time>-<random>`, both in base 36, so that ids sort by time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RunId(String);

const TIME_DIGITS: usize = 9;
const RANDOM_DIGITS: usize = 4;

impl RunId {
    /// A new one.
    #[must_use]
    pub fn new() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let time = u64::try_from(since.as_millis()).unwrap_or_default();
        // The standard library seeds its hashers from the operating system's randomness.
        let mut hasher = std::collections::hash_map::RandomState::new().build_hasher();
        hasher.write_u32(std::process::id());
        hasher.write_u32(since.subsec_nanos());
        Self(format!("r-{}-{}", base36(time, TIME_DIGITS), base36(hasher.finish(), RANDOM_DIGITS)))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for RunId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A text that is no run id.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no run id; one looks like r-0mhv2k3xc-7f2q")]
pub struct NoRunId(String);

impl FromStr for RunId {
    type Err = NoRunId;

    fn from_str(text: &str) -> Result<Self, NoRunId> {
        let digits = |part: &str, length: usize| {
            part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
        };
        let fits = text
            .strip_prefix("r-")
            .and_then(|rest| rest.split_once('-'))
            .is_some_and(|(time, random)| digits(time, TIME_DIGITS) && digits(random, RANDOM_DIGITS));
        if fits { Ok(Self(text.into())) } else { Err(NoRunId(text.into())) }
    }
}

impl TryFrom<String> for RunId {
    type Error = NoRunId;

    fn try_from(text: String) -> Result<Self, NoRunId> {
        text.parse()
    }
}

impl From<RunId> for String {
    fn from(id: RunId) -> Self {
        id.0
    }
}

/// The last `digits` digits of a number in base 36.
fn base36(mut number: u64, digits: usize) -> String {
    let mut text = vec!['0'; digits];
    for place in text.iter_mut().rev() {
        let digit = u32::try_from(number % 36).unwrap_or_default();
        *place = char::from_digit(digit, 36).unwrap_or('0');
        number /= 36;
    }
    text.into_iter().collect()
}

/// The labels of one thing of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels(HashMap<String, String>);

impl Labels {
    /// What everything of the run carries: the run, and who made it where and when.
    #[must_use]
    pub fn of(run: &RunId) -> Self {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Self(HashMap::from([
            (RUN.into(), run.to_string()),
            (PID.into(), std::process::id().to_string()),
            (HOST.into(), host_name()),
            (STARTED.into(), started.to_string()),
        ]))
    }

    /// And a service.
    #[must_use]
    pub fn service(self, name: &str) -> Self {
        self.with(SERVICE, name)
    }

    /// And a scenario.
    #[must_use]
    pub fn scenario(self, name: &str) -> Self {
        self.with(SCENARIO, name)
    }

    /// And that it is a helper, beside a service.
    #[must_use]
    pub fn helper(self, service: &str) -> Self {
        self.with(HELPER, service)
    }

    /// And another label.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }

    /// As the engine takes them.
    #[must_use]
    pub fn into_map(self) -> HashMap<String, String> {
        self.0
    }
}

/// The engine's filter for everything of one run.
#[must_use]
pub fn filter_of(run: &RunId) -> HashMap<String, Vec<String>> {
    HashMap::from([("label".into(), vec![format!("{RUN}={run}")])])
}

/// The engine's filter for everything of any run.
#[must_use]
pub fn filter_of_all() -> HashMap<String, Vec<String>> {
    HashMap::from([("label".into(), vec![RUN.into()])])
}

/// This machine's name, or an empty text where it cannot be had.
#[must_use]
pub fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .or_else(|_| std::env::var("HOSTNAME"))
        .map(|name| name.trim().to_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_and_are_read_back() {
        let ids: std::collections::BTreeSet<_> = (0..200).map(|_| RunId::new()).collect();
        assert!(ids.len() > 190, "4 random digits in the same millisecond: {}", ids.len());
        for id in ids {
            assert_eq!(id.as_str().parse::<RunId>().unwrap(), id);
        }
    }

    #[test]
    fn ids_sort_by_time() {
        assert_eq!(base36(35, 3), "00z");
        assert!(base36(1_572_220_800_000, TIME_DIGITS) < base36(1_763_769_600_000, TIME_DIGITS));
    }

    #[test]
    fn refuses_what_is_no_id() {
        for text in ["", "r-", "r-abc-def", "x-0mhv2k3xc-7f2q", "r-0mhv2k3xc-7f2Q", "r-0mhv2k3xc-7f2q,relapse.run"] {
            assert!(text.parse::<RunId>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn labels_name_the_run_and_its_maker() {
        let run = RunId::new();
        let labels = Labels::of(&run).service("nginx").scenario("a loop").into_map();
        assert_eq!(labels[RUN], run.to_string());
        assert_eq!(labels[SERVICE], "nginx");
        assert_eq!(labels[PID], std::process::id().to_string());
        assert_eq!(filter_of(&run)["label"], [format!("relapse.run={run}")]);
    }
}
