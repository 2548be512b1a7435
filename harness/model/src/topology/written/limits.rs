//! How a service's limits are written: by keys of its own, and below `deploy`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml::Spanned;

use super::Ignored;
use crate::topology::scalar::Scalar;

/// Limits, as newer Compose files write them, and what a swarm does with a service.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::topology) struct Deploy {
    #[serde(default)]
    pub(in crate::topology) resources: Resources,
    pub(in crate::topology) restart_policy: Option<Spanned<DeployRestart>>,
    pub(in crate::topology) replicas: Option<Spanned<u32>>,
    pub(in crate::topology) mode: Ignored,
    pub(in crate::topology) endpoint_mode: Ignored,
    pub(in crate::topology) labels: Ignored,
    pub(in crate::topology) placement: Ignored,
    pub(in crate::topology) update_config: Ignored,
    pub(in crate::topology) rollback_config: Ignored,
}

impl Deploy {
    /// What has no effect on one machine.
    pub(in crate::topology) fn ignored(&self) -> [(&'static str, &Ignored); 7] {
        [
            ("deploy.mode", &self.mode),
            ("deploy.endpoint_mode", &self.endpoint_mode),
            ("deploy.labels", &self.labels),
            ("deploy.placement", &self.placement),
            ("deploy.update_config", &self.update_config),
            ("deploy.rollback_config", &self.rollback_config),
            ("deploy.resources.reservations", &self.resources.reservations),
        ]
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::topology) struct Resources {
    #[serde(default)]
    pub(in crate::topology) limits: Limits,
    pub(in crate::topology) reservations: Ignored,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::topology) struct Limits {
    pub(in crate::topology) cpus: Option<Spanned<Scalar>>,
    pub(in crate::topology) memory: Option<Spanned<String>>,
    pub(in crate::topology) pids: Option<i64>,
}

/// `restart`, in a swarm's words.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::topology) struct DeployRestart {
    pub(in crate::topology) condition: Option<String>,
    pub(in crate::topology) max_attempts: Option<u32>,
    #[serde(rename = "delay")]
    pub(in crate::topology) _delay: Ignored,
    #[serde(rename = "window")]
    pub(in crate::topology) _window: Ignored,
}

/// One number for both, or each.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a number, or a map with `soft` and `hard`")]
pub(in crate::topology) enum Ulimit {
    Both(i64),
    Each(Ulimits),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::topology) struct Ulimits {
    pub(in crate::topology) soft: i64,
    pub(in crate::topology) hard: i64,
}

impl Ulimit {
    /// The soft and the hard one.
    pub(in crate::topology) fn both(&self) -> (i64, i64) {
        match self {
            Self::Both(both) => (*both, *both),
            Self::Each(each) => (each.soft, each.hard),
        }
    }
}

/// By name, for example `nofile`.
pub(in crate::topology) type UlimitsByName = BTreeMap<String, Ulimit>;
