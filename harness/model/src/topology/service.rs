//! What the lab raises: services with everything said explicitly, whichever of Compose's short forms the author used.

use std::collections::BTreeMap;

use super::compose::{Attachments, Build as RawBuild, DependsOn, File, Service as Raw};
use super::{Subnet, Topology, TopologyError};

/// A part of a lab.
#[derive(Debug, Clone)]
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
    /// `name:address`.
    pub extra_hosts: Vec<String>,
    /// What must have come first.
    pub depends_on: BTreeMap<String, Condition>,
    /// The health check.
    pub health: Option<Health>,
    /// Capabilities beyond Docker's default.
    pub cap_add: Vec<String>,
    /// The host name; the container's id if none is given, as in Compose.
    pub hostname: Option<String>,
    /// Only raised by a scenario that names one of these.
    pub profiles: Vec<String>,
    /// 0 for an image that is built and never raised by itself.
    pub scale: u32,
    /// The signal that stops it.
    pub stop_signal: Option<String>,
    /// The user.
    pub user: Option<String>,
    /// The working directory.
    pub working_dir: Option<String>,
    /// A share of processors.
    pub cpus: Option<f64>,
    /// Bytes.
    pub memory: Option<i64>,
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
    /// A file or folder beside the Compose file; the lab copies it in.
    Path(String),
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
    /// Failures in a row.
    pub retries: Option<i64>,
}

pub(super) fn topology(name: &str, file: File, variables: BTreeMap<String, String>) -> Result<Topology, TopologyError> {
    let mut networks: BTreeMap<String, Subnet> = BTreeMap::new();
    for (name, network) in file.networks {
        let pool = network.unwrap_or_default().ipam.config.into_iter().next().unwrap_or_default();
        networks.insert(name, Subnet { subnet: pool.subnet, ip_range: pool.ip_range, gateway: pool.gateway });
    }
    let volumes: Vec<String> = file.volumes.into_keys().collect();
    let mut services = Vec::new();
    for (name, raw) in file.services {
        services.push(service(&name, raw).map_err(|message| TopologyError::new(format!("service `{name}`: {message}")))?);
    }
    if services
        .iter()
        .any(|service| matches!(&service.network, NetworkMode::Networks(of) if of.iter().any(|(name, ..)| name == "default")))
    {
        networks.entry("default".into()).or_default();
    }
    let topology = Topology {
        name: name.to_owned(),
        about: file.section.about.clone(),
        factors: file.section.factors(),
        logins: file.section.logins.clone(),
        workstation: file.section.workstation.clone(),
        visitor: file.section.visitor.clone().map(|visitor| visitor.part),
        browser: file.section.browser.clone().map(|browser| browser.part),
        services,
        networks,
        volumes,
        variables,
    };
    check(&topology)?;
    Ok(topology)
}

/// Every name that is mentioned exists.
fn check(topology: &Topology) -> Result<(), TopologyError> {
    let names: Vec<&str> = topology.services.iter().map(|service| service.name.as_str()).collect();
    let unknown = |kind: &str, what: &str, by: &str| {
        TopologyError::new(format!("service `{by}` names the {kind} `{what}`, which the file does not declare"))
    };
    for service in &topology.services {
        let by = &service.name;
        for other in service.depends_on.keys() {
            if !names.contains(&other.as_str()) {
                return Err(unknown("service", other, by));
            }
        }
        match &service.network {
            NetworkMode::Of(other) if !names.contains(&other.as_str()) => return Err(unknown("service", other, by)),
            NetworkMode::Networks(of) => {
                if let Some((network, ..)) = of.iter().find(|(network, ..)| !topology.networks.contains_key(network)) {
                    return Err(unknown("network", network, by));
                }
            }
            _ => {}
        }
        for mount in &service.mounts {
            if let Source::Volume(volume) = &mount.source
                && !topology.volumes.contains(volume)
            {
                return Err(unknown("volume", volume, by));
            }
        }
    }
    Ok(())
}

fn service(name: &str, raw: Raw) -> Result<Service, String> {
    let build = raw.build.map(|build| match build {
        RawBuild::Context(context) => Build { context, dockerfile: "Dockerfile".into(), args: BTreeMap::new(), target: None },
        RawBuild::Full(full) => Build {
            context: full.context,
            dockerfile: full.dockerfile.unwrap_or_else(|| "Dockerfile".into()),
            args: full.args.map(),
            target: full.target,
        },
    });
    let image = raw.image.ok_or("it has no `image:`; a service that is built has one too, so that the image has a name")?;
    let network = match (raw.network_mode.as_deref(), raw.networks) {
        (None, Attachments::None) => NetworkMode::Networks(vec![("default".into(), None, Vec::new())]),
        (None, Attachments::Names(names)) => {
            NetworkMode::Networks(names.into_iter().map(|name| (name, None, Vec::new())).collect())
        }
        (None, Attachments::Map(map)) => NetworkMode::Networks(
            map.into_iter()
                .map(|(name, attachment)| {
                    let attachment = attachment.unwrap_or_default();
                    (name, attachment.ipv4_address, attachment.aliases)
                })
                .collect(),
        ),
        (Some("none"), Attachments::None) => NetworkMode::None,
        (Some(mode), Attachments::None) => match mode.strip_prefix("service:") {
            Some(other) => NetworkMode::Of(other.to_owned()),
            None => return Err(format!("network_mode `{mode}`: only `none` and `service:NAME` are supported")),
        },
        (Some(_), _) => return Err("it has both `network_mode` and `networks`".into()),
    };
    let health = raw.healthcheck.map(|check| -> Result<Health, String> {
        let seconds = |text: Option<String>| text.map(|text| nanoseconds(&text)).transpose();
        let test = match check.test {
            super::compose::Words::Line(line) => vec!["CMD-SHELL".into(), line],
            super::compose::Words::List(list) => list,
        };
        Ok(Health {
            test,
            interval: seconds(check.interval)?,
            timeout: seconds(check.timeout)?,
            start_period: seconds(check.start_period)?,
            retries: check.retries,
        })
    });
    let depends_on = match raw.depends_on {
        DependsOn::None => BTreeMap::new(),
        DependsOn::Names(names) => names.into_iter().map(|name| (name, Condition::Started)).collect(),
        DependsOn::Map(map) => {
            let mut conditions = BTreeMap::new();
            for (other, dependency) in map {
                let condition = match dependency.condition.as_str() {
                    "service_started" => Condition::Started,
                    "service_healthy" => Condition::Healthy,
                    "service_completed_successfully" => Condition::Completed,
                    unknown => return Err(format!("depends_on `{other}`: the condition `{unknown}` is not one of Compose's")),
                };
                conditions.insert(other, condition);
            }
            conditions
        }
    };
    Ok(Service {
        name: name.to_owned(),
        image,
        build,
        entrypoint: raw.entrypoint.map(super::compose::Words::list),
        command: raw.command.map(super::compose::Words::list),
        environment: raw.environment.map(),
        labels: raw.labels.map(),
        sysctls: raw.sysctls.map(),
        mounts: raw.volumes.iter().map(|text| mount(text)).collect::<Result<_, _>>()?,
        tmpfs: raw.tmpfs.list(),
        network,
        dns: raw.dns.list(),
        extra_hosts: raw.extra_hosts.list(),
        depends_on,
        health: health.transpose()?,
        cap_add: raw.cap_add,
        hostname: raw.hostname,
        profiles: raw.profiles,
        scale: raw.scale.unwrap_or(1),
        stop_signal: raw.stop_signal,
        user: raw.user,
        working_dir: raw.working_dir,
        cpus: raw.cpus,
        memory: raw.mem_limit.as_deref().map(bytes).transpose()?,
        shm: raw.shm_size.as_deref().map(bytes).transpose()?,
        init: raw.init.unwrap_or_default(),
    })
}

fn mount(text: &str) -> Result<Mount, String> {
    let mut pieces = text.split(':');
    let (Some(source), Some(target)) = (pieces.next(), pieces.next()) else {
        return Err(format!("volume `{text}`: write SOURCE:TARGET or SOURCE:TARGET:ro"));
    };
    let read_only = match pieces.next() {
        None | Some("rw") => false,
        Some("ro") => true,
        Some(mode) => return Err(format!("volume `{text}`: the mode `{mode}` is not supported; `ro` and `rw` are")),
    };
    let source = match source {
        path if path.ends_with("/docker.sock") && path.starts_with('/') => Source::EngineSocket(path.into()),
        path if path.starts_with('.') => Source::Path(path.into()),
        path if path.starts_with(['/', '~']) => {
            return Err(format!(
                "volume `{path}`: only paths beside the Compose file (`./…`) and named volumes, so that it is the same everywhere"
            ));
        }
        volume => Source::Volume(volume.into()),
    };
    Ok(Mount { source, target: target.to_owned(), read_only })
}

/// `512m`, `64k`, `1g`, or a number of bytes.
fn bytes(text: &str) -> Result<i64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1 << 10,
        "m" | "mb" => 1 << 20,
        "g" | "gb" => 1 << 30,
        _ => return Err(format!("`{text}` is no size: write 512m, 64k or 1g")),
    };
    digits.parse::<i64>().map(|number| number * factor).map_err(|_| format!("`{text}` is no size: write 512m, 64k or 1g"))
}

/// `200ms`, `10s`, `1m`.
fn nanoseconds(text: &str) -> Result<i64, String> {
    crate::expect::deadline::milliseconds(text).map(|ms| i64::try_from(ms).unwrap_or(i64::MAX).saturating_mul(1_000_000))
}
