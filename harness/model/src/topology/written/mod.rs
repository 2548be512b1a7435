//! A service as a Compose file writes it, in any of Compose's forms. What is not named here, or in `limits` and `mounts`, is refused.

use std::collections::BTreeMap;

mod limits;
mod mounts;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_yaml::Spanned;

pub(super) use limits::{Deploy, DeployRestart, UlimitsByName};
pub(super) use mounts::{Build, ConfigUse, Mount, Uses};

use super::scalar::Scalar;
use super::shapes::{EnvFiles, Hosts, OneOrMany, Pairs, Words};

/// What is read, and has no effect on a lab: whether it is there, and where.
pub(super) type Ignored = Option<Spanned<IgnoredAny>>;

/// A service of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Service {
    pub(super) image: Option<String>,
    pub(super) build: Option<Spanned<Build>>,
    pub(super) command: Option<Spanned<Words>>,
    pub(super) entrypoint: Option<Spanned<Words>>,
    pub(super) environment: Option<Spanned<Pairs>>,
    pub(super) env_file: Option<Spanned<EnvFiles>>,
    pub(super) labels: Option<Spanned<Pairs>>,
    #[serde(default)]
    pub(super) sysctls: Pairs,
    #[serde(default)]
    pub(super) volumes: Vec<Spanned<Mount>>,
    #[serde(default)]
    pub(super) configs: Uses,
    #[serde(default)]
    pub(super) secrets: Uses,
    #[serde(default)]
    pub(super) tmpfs: OneOrMany,
    #[serde(default)]
    pub(super) networks: Attachments,
    pub(super) network_mode: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) dns: OneOrMany,
    #[serde(default)]
    pub(super) dns_search: OneOrMany,
    #[serde(default)]
    pub(super) dns_opt: OneOrMany,
    #[serde(default)]
    pub(super) extra_hosts: Hosts,
    #[serde(default)]
    pub(super) depends_on: DependsOn,
    pub(super) healthcheck: Option<Spanned<Healthcheck>>,
    #[serde(default)]
    pub(super) cap_add: Vec<String>,
    #[serde(default)]
    pub(super) cap_drop: Vec<String>,
    #[serde(default)]
    pub(super) security_opt: Vec<String>,
    #[serde(default)]
    pub(super) read_only: bool,
    pub(super) hostname: Option<String>,
    pub(super) domainname: Option<String>,
    #[serde(default)]
    pub(super) profiles: Vec<String>,
    pub(super) scale: Option<Spanned<u32>>,
    pub(super) restart: Option<Spanned<String>>,
    pub(super) stop_signal: Option<String>,
    pub(super) stop_grace_period: Option<Spanned<String>>,
    pub(super) user: Option<String>,
    pub(super) working_dir: Option<String>,
    pub(super) cpus: Option<Spanned<Scalar>>,
    pub(super) cpu_shares: Option<i64>,
    pub(super) cpu_period: Option<Spanned<Scalar>>,
    pub(super) cpu_quota: Option<Spanned<Scalar>>,
    pub(super) cpuset: Option<String>,
    pub(super) mem_limit: Option<Spanned<String>>,
    pub(super) mem_reservation: Option<Spanned<String>>,
    pub(super) memswap_limit: Option<Spanned<String>>,
    pub(super) mem_swappiness: Option<i64>,
    pub(super) oom_kill_disable: Option<bool>,
    pub(super) oom_score_adj: Option<i64>,
    pub(super) pids_limit: Option<i64>,
    #[serde(default)]
    pub(super) ulimits: UlimitsByName,
    #[serde(default)]
    pub(super) group_add: Vec<String>,
    pub(super) ipc: Option<Spanned<String>>,
    pub(super) deploy: Option<Deploy>,
    pub(super) shm_size: Option<Spanned<String>>,
    pub(super) init: Option<bool>,
    pub(super) container_name: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) links: Vec<Spanned<String>>,
    pub(super) ports: Option<Spanned<Vec<IgnoredAny>>>,
    /// Says which ports an image listens on, and does nothing, as in Compose.
    #[serde(default, rename = "expose")]
    pub(super) _expose: Vec<String>,
    pub(super) annotations: Ignored,
    pub(super) attach: Ignored,
    pub(super) develop: Ignored,
    pub(super) logging: Ignored,
    pub(super) platform: Ignored,
    pub(super) pull_policy: Ignored,
    pub(super) stdin_open: Ignored,
    pub(super) tty: Ignored,
}

impl Service {
    /// What has no effect on a lab.
    pub(super) fn ignored(&self) -> [(&'static str, &Ignored); 8] {
        [
            ("annotations", &self.annotations),
            ("attach", &self.attach),
            ("develop", &self.develop),
            ("logging", &self.logging),
            ("platform", &self.platform),
            ("pull_policy", &self.pull_policy),
            ("stdin_open", &self.stdin_open),
            ("tty", &self.tty),
        ]
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
    #[serde(rename = "priority")]
    _priority: Ignored,
    #[serde(rename = "gw_priority")]
    _gw_priority: Ignored,
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
    #[serde(default = "started")]
    pub(super) condition: String,
    #[serde(default = "yes")]
    pub(super) required: bool,
    pub(super) restart: Ignored,
}

impl Dependency {
    /// That it was started, and nothing else.
    pub(super) fn started() -> Self {
        Self { condition: started(), required: true, restart: None }
    }
}

fn started() -> String {
    "service_started".into()
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Healthcheck {
    pub(super) test: Option<Words>,
    #[serde(default)]
    pub(super) disable: bool,
    pub(super) interval: Option<String>,
    pub(super) timeout: Option<String>,
    pub(super) start_period: Option<String>,
    pub(super) start_interval: Option<String>,
    pub(super) retries: Option<i64>,
}
