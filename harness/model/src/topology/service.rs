//! What the lab raises: services with everything said explicitly, whichever of Compose's short forms the author used.

use std::collections::BTreeMap;

use super::limits::Limits;

/// A service of a lab.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// The service's name.
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
    /// Files beside the Compose file with more of them, in order; `environment` is stronger.
    pub env_files: Vec<EnvFile>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Kernel parameters of its network namespace.
    pub sysctls: BTreeMap<String, String>,
    /// Mounts.
    pub mounts: Vec<Mount>,
    /// Directories in memory.
    pub tmpfs: Vec<Tmpfs>,
    /// Networks, or another service's.
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
    /// What the engine does when it ends.
    pub restart: RestartPolicy,
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
    /// More groups that its process is in.
    pub groups: Vec<String>,
    /// Whose System V memory and semaphores it shares, in the engine's words.
    pub ipc: Option<String>,
    /// What it may use of the machine.
    pub limits: Limits,
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
    /// A volume without a name: the engine makes it with the container, and removes it with it.
    Anonymous,
    /// A file or folder beside the Compose file, or anyone's own file that `--set` names; the lab copies it in.
    Path(String),
    /// This text.
    Text(String),
    /// The engine's socket, as the engine's host knows it.
    EngineSocket(String),
}

/// What a service is attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkMode {
    /// Networks of the lab.
    Networks(Vec<NetworkAttachment>),
    /// Another service's network namespace.
    Of(String),
    /// No network.
    None,
}

/// How a service is attached to a network of the lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkAttachment {
    /// The network's name.
    pub network: String,
    /// A fixed IPv4 address; the engine chooses where there is none.
    pub address: Option<String>,
    /// Names of the service on that network, beside its own.
    pub aliases: Vec<String>,
}

impl NetworkAttachment {
    /// To a network, with nothing else said.
    pub(super) fn to(network: String) -> Self {
        Self { network, address: None, aliases: Vec::new() }
    }
}

/// A file with environment variables, beside the Compose file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvFile {
    /// Relative to the Compose file.
    pub path: String,
    /// Whether it must be there.
    pub required: bool,
}

/// A directory in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tmpfs {
    /// Where it is, absolute.
    pub target: String,
    /// As the engine takes them: `size=16777216,mode=1777`; empty where nothing is said.
    pub options: String,
}

impl Tmpfs {
    /// Reads `TARGET` or `TARGET:OPTIONS`.
    pub(super) fn read(text: &str) -> Self {
        let (target, options) = text.split_once(':').unwrap_or((text, ""));
        Self { target: target.to_owned(), options: options.to_owned() }
    }
}

/// What the engine does when a service ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RestartPolicy {
    /// Nothing: it stays ended.
    #[default]
    No,
    /// Starts it again.
    Always,
    /// Starts it again, unless somebody stopped it.
    UnlessStopped,
    /// Starts it again where it did not end with 0.
    OnFailure {
        /// At most so often; without a bound where none is said.
        times: Option<u32>,
    },
}

impl std::str::FromStr for RestartPolicy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bounded = || text.strip_prefix("on-failure:")?.parse().ok();
        match text {
            "no" => Ok(Self::No),
            "always" => Ok(Self::Always),
            "unless-stopped" => Ok(Self::UnlessStopped),
            "on-failure" => Ok(Self::OnFailure { times: None }),
            _ => bounded()
                .map(|times| Self::OnFailure { times: Some(times) })
                .ok_or_else(|| format!("restart `{text}`: it is no, always, unless-stopped, on-failure or on-failure:N")),
        }
    }
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
