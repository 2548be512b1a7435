//! A service as a Compose file writes it, in any of Compose's forms. What is not named here is refused.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml::Spanned;

use super::shapes::{EnvFiles, Hosts, OneOrMany, Pairs, Words};

/// A service of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Service {
    pub(super) image: Option<String>,
    pub(super) build: Option<Spanned<Build>>,
    pub(super) command: Option<Spanned<Words>>,
    pub(super) entrypoint: Option<Spanned<Words>>,
    #[serde(default)]
    pub(super) environment: Pairs,
    pub(super) env_file: Option<Spanned<EnvFiles>>,
    pub(super) labels: Option<Spanned<Pairs>>,
    #[serde(default)]
    pub(super) sysctls: Pairs,
    #[serde(default)]
    pub(super) volumes: Vec<Spanned<Mount>>,
    #[serde(default)]
    pub(super) configs: Vec<Spanned<ConfigUse>>,
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
    pub(super) cpus: Option<f64>,
    pub(super) mem_limit: Option<Spanned<String>>,
    pub(super) pids_limit: Option<i64>,
    pub(super) deploy: Option<Deploy>,
    pub(super) shm_size: Option<Spanned<String>>,
    pub(super) init: Option<bool>,
    /// Says which ports an image listens on, and does nothing, as in Compose.
    #[serde(default, rename = "expose")]
    pub(super) _expose: Vec<String>,
}

/// Limits, as newer Compose files write them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deploy {
    #[serde(default)]
    pub(super) resources: Resources,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Resources {
    #[serde(default)]
    pub(super) limits: Limits,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) cpus: Option<Spanned<String>>,
    pub(super) memory: Option<Spanned<String>>,
    pub(super) pids: Option<i64>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "a folder, or a map with `context`, `dockerfile`, `args` and `target`")]
pub(super) enum Build {
    Context(String),
    Full(FullBuild),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FullBuild {
    pub(super) context: String,
    pub(super) dockerfile: Option<String>,
    #[serde(default)]
    pub(super) args: Pairs,
    pub(super) target: Option<String>,
}

/// `SOURCE:TARGET:ro`, or the long form.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "`SOURCE:TARGET`, or a map with `type`, `source`, `target`, `read_only` and `tmpfs`")]
pub(super) enum Mount {
    Short(String),
    Long(LongMount),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LongMount {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) source: Option<String>,
    pub(super) target: String,
    #[serde(default)]
    pub(super) read_only: bool,
    #[serde(default)]
    pub(super) tmpfs: TmpfsOptions,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TmpfsOptions {
    pub(super) size: Option<String>,
    pub(super) mode: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "a config's name, or a map with `source` and `target`")]
pub(super) enum ConfigUse {
    Short(String),
    Long(LongConfigUse),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LongConfigUse {
    pub(super) source: String,
    pub(super) target: Option<String>,
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
    #[serde(default = "started")]
    pub(super) condition: String,
    #[serde(default = "yes")]
    pub(super) required: bool,
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
