//! What the lab raises: services with everything said explicitly, whichever of Compose's short forms the author used.

use std::collections::BTreeMap;

/// A part of a lab.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// The part's name.
    pub name: String,
    /// The image's tag.
    pub image: String,
    /// How the image is built, if it is.
    pub build: Option<Build>,
    /// Replaces the image's entry point.
    pub entrypoint: Option<Vec<String>>,
    /// Replaces the image's command.
    pub command: Option<Vec<String>>,
    /// Environment variables.
    pub environment: BTreeMap<String, String>,
    /// Files beside the Compose file with more of them, in order; `environment` is stronger. A second field says whether it must exist.
    pub env_files: Vec<(String, bool)>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Kernel parameters of its network namespace.
    pub sysctls: BTreeMap<String, String>,
    /// Mounts.
    pub mounts: Vec<Mount>,
    /// Directories in memory, with Docker's options after a colon.
    pub tmpfs: Vec<String>,
    /// Networks, or another part's.
    pub network: NetworkMode,
    /// Resolvers behind Docker's own.
    pub dns: Vec<String>,
    /// Domains in which short names are looked up.
    pub dns_search: Vec<String>,
    /// The resolver's options.
    pub dns_options: Vec<String>,
    /// `name:address`.
    pub extra_hosts: Vec<String>,
    /// What must have come first.
    pub depends_on: BTreeMap<String, Condition>,
    /// The health check.
    pub health: Option<Health>,
    /// Capabilities beyond Docker's default.
    pub cap_add: Vec<String>,
    /// Capabilities of Docker's default that it does not have.
    pub cap_drop: Vec<String>,
    /// As the engine has them.
    pub security_opt: Vec<String>,
    /// No writing outside its mounts.
    pub read_only: bool,
    /// The host name; the container's id if none is given, as in Compose.
    pub hostname: Option<String>,
    /// The domain name.
    pub domainname: Option<String>,
    /// What the engine does when it ends: `no`, `always`, `unless-stopped`, `on-failure` or `on-failure:N`.
    pub restart: Option<String>,
    /// Only raised by a scenario that names one of these.
    pub profiles: Vec<String>,
    /// 0 for an image that is built and never raised by itself.
    pub scale: u32,
    /// The signal that stops it.
    pub stop_signal: Option<String>,
    /// How long it may take to stop, in seconds.
    pub stop_timeout: Option<i64>,
    /// The user.
    pub user: Option<String>,
    /// The working directory.
    pub working_dir: Option<String>,
    /// A share of processors.
    pub cpus: Option<f64>,
    /// Bytes.
    pub memory: Option<i64>,
    /// Processes and threads.
    pub pids: Option<i64>,
    /// Bytes of `/dev/shm`.
    pub shm: Option<i64>,
    /// Docker's own init as process 1.
    pub init: bool,
}

/// How an image is built; paths are relative to the Compose file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The context's folder.
    pub context: String,
    /// The Dockerfile within it.
    pub dockerfile: String,
    /// Build arguments.
    pub args: BTreeMap<String, String>,
    /// A stage.
    pub target: Option<String>,
}

/// A mount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Where it comes from.
    pub source: Source,
    /// Where it goes, absolute.
    pub target: String,
    /// Not writable.
    pub read_only: bool,
}

/// Where a mount comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A volume of the lab.
    Volume(String),
    /// A file or folder beside the Compose file, or anyone's own file that `--set` names; the lab copies it in.
    Path(String),
    /// This text.
    Text(String),
    /// The engine's socket, as the engine's host knows it.
    EngineSocket(String),
}

/// What a part is attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkMode {
    /// Networks of the lab: name to fixed address and aliases.
    Networks(Vec<(String, Option<String>, Vec<String>)>),
    /// Another part's network namespace.
    Of(String),
    /// No network.
    None,
}

/// What a dependency waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// It runs.
    Started,
    /// It is healthy, or its log says ready.
    Healthy,
    /// It ended with 0.
    Completed,
}

/// A health check; durations in nanoseconds, as the Docker API has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Docker's form, beginning with `CMD` or `CMD-SHELL`.
    pub test: Vec<String>,
    /// Between two checks.
    pub interval: Option<i64>,
    /// For one check.
    pub timeout: Option<i64>,
    /// Failures before that do not count.
    pub start_period: Option<i64>,
    /// Between two checks in that time; engines before 25 do not know it.
    pub start_interval: Option<i64>,
    /// Failures in a row.
    pub retries: Option<i64>,
}

impl Health {
    /// Switches the image's own check off.
    pub(super) fn off() -> Self {
        Self { test: vec!["NONE".into()], interval: None, timeout: None, start_period: None, start_interval: None, retries: None }
    }
}
