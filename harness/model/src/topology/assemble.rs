//! From the file's shape to the topology: every short form said explicitly, every name that is mentioned declared.

use std::collections::BTreeMap;

use serde_yaml::Spanned;

use super::compose::{
    Attachments, Build as RawBuild, Config, ConfigUse, DependsOn, File, Healthcheck, Mount as RawMount, Service as Raw,
};
use super::located::place;
use super::shapes::{Pairs, Words};
use super::{
    Build, Condition, Health, HostPath, Mount, Network, NetworkMode, Service, Source, Topology, TopologyError, engine_socket,
    graph, paths, units,
};
use crate::levels::Levels;

/// In words, with the place if it is known better than by the service.
type Refusal = (String, Option<(usize, usize)>);

/// Calls what reads a value, and gives its place to what it refuses.
fn at<T, U>(of: &Spanned<T>, read: impl FnOnce(&T) -> Result<U, String>) -> Result<U, Refusal> {
    read(&of.value).map_err(|message| (message, place(of)))
}

pub(super) fn topology(
    name: &str,
    file: File,
    variables: BTreeMap<String, String>,
    levels: Levels,
) -> Result<Topology, TopologyError> {
    let mut networks: BTreeMap<String, Network> = BTreeMap::new();
    for (name, raw) in file.networks {
        let raw = raw.unwrap_or_default();
        if let Some(driver) = raw.driver.filter(|driver| driver != "bridge") {
            return Err(TopologyError::new(format!("network `{name}`: the driver `{driver}` is not supported; `bridge` is")));
        }
        let pool = raw.ipam.config.into_iter().next().unwrap_or_default();
        let (subnet, ip_range, gateway) = (pool.subnet, pool.ip_range, pool.gateway);
        networks.insert(name, Network { subnet, ip_range, gateway, internal: raw.internal, options: raw.driver_opts.map() });
    }
    let factors = file.section.factors();
    // A level that stands for anyone's own file is the only absolute path of this machine that may be mounted.
    let own_files: Vec<&String> = factors
        .iter()
        .filter(|factor| factor.file.is_some())
        .filter_map(|factor| variables.get(&factor.variable()))
        .filter(|level| level.starts_with('/'))
        .collect();
    let volumes: Vec<String> = file.volumes.into_keys().collect();
    for (kind, name) in networks.keys().map(|name| ("network", name)).chain(volumes.iter().map(|name| ("volume", name))) {
        if let Some(why) = unfit_name(name) {
            return Err(TopologyError::new(format!("the {kind} `{name}`: {why}")));
        }
    }
    let (mut services, mut places, mut host_paths, mut bare_sockets) = (Vec::new(), BTreeMap::new(), Vec::new(), Vec::new());
    for (name, raw) in file.services {
        let whole = place(&raw);
        let error =
            |(message, place): Refusal| TopologyError { message: format!("service `{name}`: {message}"), place: place.or(whole) };
        let Placed { service, paths, socket } = unfit_name(&name)
            .map_or(Ok(()), |why| Err((why, None)))
            .and_then(|()| service(&name, raw.value, &file.configs, &own_files))
            .and_then(|placed| {
                check(&placed.service, &networks, &volumes).map_err(|message| (message, None))?;
                Ok(placed)
            })
            .map_err(error)?;
        if service.build.is_some() && engine_socket::is_agent(&service.image) {
            let message = format!("its image `{}` is ours, and is not built: choose another name", service.image);
            return Err(error((message, None)));
        }
        bare_sockets.extend(engine_socket::refused(&service).map(|message| error((message, socket))));
        host_paths.extend(paths);
        places.insert(service.name.clone(), whole);
        services.push(service);
    }
    shared(&services, &host_paths)?;
    let names: Vec<String> = services.iter().map(|service| service.name.clone()).collect();
    for service in &services {
        let of = match &service.network {
            NetworkMode::Of(other) => Some(other),
            _ => None,
        };
        if let Some(other) = service.depends_on.keys().chain(of).find(|other| !names.contains(other)) {
            let near = crate::nearest(other, names.iter().map(String::as_str));
            let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(", ")) };
            return Err(TopologyError {
                message: format!("service `{}` names the service `{other}`, which the file does not declare{hint}", service.name),
                place: places.get(&service.name).copied().flatten(),
            });
        }
    }
    if let Some(circle) = graph::circle(&services) {
        return Err(TopologyError {
            message: format!("these services wait for each other in a circle, so none can start: {}", circle.join(", then ")),
            place: circle.first().and_then(|name| places.get(*name).copied().flatten()),
        });
    }
    if services
        .iter()
        .any(|service| matches!(&service.network, NetworkMode::Networks(of) if of.iter().any(|(name, ..)| name == "default")))
    {
        networks.entry("default".into()).or_default();
    }
    let (tiers, flags) = (file.section.tiers.clone(), file.section.flags.clone());
    let commands =
        tiers.values().flat_map(|tier| tier.lists.values().chain(&tier.scale).chain(&tier.replace)).chain(flags.values());
    if let Some(command) = commands.into_iter().find(|command| !names.contains(&command.part)) {
        return Err(unknown_part(&command.part, &names));
    }
    for tier in tiers.values() {
        if let Some(part) = tier.lists.keys().find(|part| !names.contains(part)) {
            return Err(unknown_part(part, &names));
        }
        if !tier.lists.contains_key(&tier.catalogue) {
            let lists: Vec<&str> = tier.lists.keys().map(String::as_str).collect();
            return Err(TopologyError::new(format!(
                "x-relapse: the catalogue `{}` is none of its lists: {}",
                tier.catalogue,
                lists.join(", ")
            )));
        }
    }
    if let Some(unknown) = file.section.speaks.iter().find(|speaks| !names.contains(&speaks.value)) {
        return Err(TopologyError { place: place(unknown), ..unknown_part(&unknown.value, &names) });
    }
    Ok(Topology {
        name: name.to_owned(),
        about: file.section.about.clone(),
        factors,
        logins: file.section.logins.clone(),
        workstation: file.section.workstation.clone(),
        visitor: file.section.visitor.clone().map(|visitor| visitor.part),
        browser: file.section.browser.clone().map(|browser| browser.part),
        tiers,
        flags,
        speaks: file.section.speaks.iter().map(|speaks| speaks.value.clone()).collect(),
        services,
        networks,
        volumes,
        host_paths,
        bare_sockets,
        variables,
        levels,
    })
}

/// Why something cannot have this name, if so: as in Compose, since the engine's names are made of it.
fn unfit_name(name: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    (!begins || !name.chars().all(fits))
        .then(|| "a name is of letters, digits, `.`, `_` and `-`, and begins with none of the last".into())
}

/// What two services write to is one thing in Compose, and would be two here, since a lab copies files in.
fn shared(services: &[Service], host_paths: &[HostPath]) -> Result<(), TopologyError> {
    let mut first: BTreeMap<&str, &Service> = BTreeMap::new();
    for service in services {
        for mount in &service.mounts {
            let Source::Path(path) = &mount.source else { continue };
            let other = *first.entry(path.trim_end_matches('/')).or_insert(service);
            let writable = |of: &Service| of.mounts.iter().any(|own| own.source == mount.source && !own.read_only);
            if other.name != service.name && (writable(other) || writable(service)) {
                let named = |own: &&HostPath| own.service == service.name && own.path == *path;
                return Err(TopologyError {
                    message: format!(
                        "service `{}`: `{path}` is mounted in `{}` as well, and not everywhere `:ro`; a lab copies files in, so neither \
                         would see what the other writes\nwrite `:ro` where it is only read; share what is written in a named volume",
                        service.name, other.name
                    ),
                    place: host_paths.iter().find(named).and_then(|own| own.place),
                });
            }
        }
    }
    Ok(())
}

fn unknown_part(part: &str, names: &[String]) -> TopologyError {
    let near = crate::nearest(part, names.iter().map(String::as_str));
    let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(", ")) };
    TopologyError::new(format!("x-relapse names the service `{part}`, which the file does not declare{hint}"))
}

/// Every network and volume that is mentioned exists.
fn check(service: &Service, networks: &BTreeMap<String, Network>, volumes: &[String]) -> Result<(), String> {
    let unknown = |kind: &str, what: &str| format!("it names the {kind} `{what}`, which the file does not declare");
    if let NetworkMode::Networks(of) = &service.network
        && let Some((network, ..)) = of.iter().find(|(network, ..)| network != "default" && !networks.contains_key(network))
    {
        return Err(unknown("network", network));
    }
    for mount in &service.mounts {
        if let Source::Volume(volume) = &mount.source
            && !volumes.contains(volume)
        {
            return Err(unknown("volume", volume));
        }
    }
    Ok(())
}

/// A service with the places of what others have to look at.
struct Placed {
    service: Service,
    paths: Vec<HostPath>,
    /// Of the mount that is the engine's socket.
    socket: Option<(usize, usize)>,
}

fn service(name: &str, raw: Raw, configs: &BTreeMap<String, Config>, own_files: &[&String]) -> Result<Placed, Refusal> {
    let build = raw.build.as_ref().map(|build| match build.value.clone() {
        RawBuild::Context(context) => Build { context, dockerfile: "Dockerfile".into(), args: BTreeMap::new(), target: None },
        RawBuild::Full(full) => Build {
            context: full.context,
            dockerfile: full.dockerfile.unwrap_or_else(|| "Dockerfile".into()),
            args: full.args.map(),
            target: full.target,
        },
    });
    let no_image = || ("it has no `image:`; a service that is built has one too, so that the image has a name".to_owned(), None);
    let image = raw.image.ok_or_else(no_image)?;
    let network = network(raw.network_mode.as_ref(), raw.networks)?;
    let mut tmpfs = raw.tmpfs.list();
    let mut placed = Vec::new();
    for entry in &raw.volumes {
        match at(entry, |entry| mount(entry, own_files))? {
            Mounted::At(mount) => placed.push((mount, place(entry))),
            Mounted::InMemory(text) => tmpfs.push(text),
        }
    }
    for entry in &raw.configs {
        placed.push((at(entry, |entry| config(entry, configs, own_files))?, place(entry)));
    }
    let named = |entry: &ConfigUse| match entry {
        ConfigUse::Short(name) => configs.get(name).cloned(),
        ConfigUse::Long(long) => configs.get(&long.source).cloned(),
    };
    let named: Vec<Config> = raw.configs.iter().filter_map(|entry| named(&entry.value)).collect();
    let paths = paths::of(name, &placed, &named, raw.env_file.as_ref(), raw.build.as_ref());
    if let Some(wrong) = paths.iter().find(|path| elsewhere(&path.path) && !own_files.contains(&&path.path)) {
        return Err((format!("`{}`: {BESIDE}", wrong.path), wrong.place));
    }
    let is_socket = |mount: &Mount| matches!(mount.source, Source::EngineSocket(_));
    let socket = placed.iter().find(|(mount, _)| is_socket(mount)).and_then(|(_, place)| *place);
    let mounts = placed.into_iter().map(|(mount, _)| mount).collect();
    let words = |words: Option<&Spanned<Words>>| words.map(|words| at(words, Words::list)).transpose();
    let (entrypoint, command) = (words(raw.entrypoint.as_ref())?, words(raw.command.as_ref())?);
    let labels = raw.labels.as_ref().map(|labels| at(labels, own_labels)).transpose()?.unwrap_or_default();
    let limits = raw.deploy.unwrap_or_default().resources.limits;
    let number = |text: &String| text.parse::<f64>().map_err(|_| format!("`{text}` is no number of processors: write 0.5"));
    let cpus = limits.cpus.as_ref().map(|text| at(text, number)).transpose()?;
    let memory = raw.mem_limit.as_ref().or(limits.memory.as_ref());
    let scale = raw.scale.as_ref().map_or(Ok(1), |scale| {
        at(scale, |scale| match scale {
            0 | 1 => Ok(*scale),
            more => Err(format!("scale {more}: a part is one container; 0 builds the image only")),
        })
    })?;
    let restart = |policy: &String| match policy.split_once(':').unwrap_or((policy, "0")) {
        ("no" | "always" | "unless-stopped", "0") => Ok(policy.clone()),
        ("on-failure", times) if times.parse::<u32>().is_ok() => Ok(policy.clone()),
        _ => Err(format!("restart `{policy}`: it is no, always, unless-stopped, on-failure or on-failure:N")),
    };
    let service = Service {
        name: name.to_owned(),
        image,
        build,
        entrypoint,
        command,
        environment: raw.environment.map(),
        env_files: raw.env_file.map(|files| files.value.list()).unwrap_or_default(),
        labels,
        sysctls: raw.sysctls.map(),
        mounts,
        tmpfs,
        network,
        dns: raw.dns.list(),
        dns_search: raw.dns_search.list(),
        dns_options: raw.dns_opt.list(),
        extra_hosts: raw.extra_hosts.list(),
        depends_on: depends_on(raw.depends_on).map_err(|message| (message, None))?,
        health: raw.healthcheck.as_ref().map(|check| at(check, health)).transpose()?.flatten(),
        cap_add: raw.cap_add,
        cap_drop: raw.cap_drop,
        security_opt: raw.security_opt,
        read_only: raw.read_only,
        hostname: raw.hostname,
        domainname: raw.domainname,
        profiles: raw.profiles,
        scale,
        restart: raw.restart.as_ref().map(|policy| at(policy, restart)).transpose()?,
        stop_signal: raw.stop_signal,
        stop_timeout: raw
            .stop_grace_period
            .as_ref()
            .map(|text| at(text, |text| units::nanoseconds(text)))
            .transpose()?
            .map(|nanoseconds| nanoseconds / 1_000_000_000),
        user: raw.user,
        working_dir: raw.working_dir,
        cpus: raw.cpus.or(cpus),
        memory: memory.map(|text| at(text, |text| units::bytes(text))).transpose()?,
        pids: raw.pids_limit.or(limits.pids),
        shm: raw.shm_size.as_ref().map(|text| at(text, |text| units::bytes(text))).transpose()?,
        init: raw.init.unwrap_or_default(),
    };
    Ok(Placed { service, paths, socket })
}

const BESIDE: &str = "only paths within the project (`./…`) and named volumes, so that it is the same everywhere";

/// Whether a path is none beside the Compose file: from a root, of a user's home, or of the net.
fn elsewhere(path: &str) -> bool {
    path.starts_with(['/', '~']) || path.contains("://")
}

/// Labels that begin with `relapse.` are ours to write, since what carries them is removed by them.
fn own_labels(labels: &Pairs) -> Result<BTreeMap<String, String>, String> {
    const READY: &str = "relapse.ready-log";
    let labels = labels.clone().map();
    match labels.keys().find(|label| label.starts_with("relapse.") && *label != READY) {
        Some(label) => {
            Err(format!("the label `{label}`: labels that begin with `relapse.` are ours; the one to write is `{READY}`"))
        }
        None => Ok(labels),
    }
}

fn network(mode: Option<&Spanned<String>>, networks: Attachments) -> Result<NetworkMode, Refusal> {
    let Some(mode) = mode else {
        return Ok(NetworkMode::Networks(match networks {
            Attachments::None => vec![("default".into(), None, Vec::new())],
            Attachments::Names(names) => names.into_iter().map(|name| (name, None, Vec::new())).collect(),
            Attachments::Map(map) => map
                .into_iter()
                .map(|(name, attachment)| {
                    let attachment = attachment.unwrap_or_default();
                    (name, attachment.ipv4_address, attachment.aliases)
                })
                .collect(),
        }));
    };
    at(mode, |mode| match (mode.as_str(), networks) {
        ("none", Attachments::None) => Ok(NetworkMode::None),
        (mode, Attachments::None) => mode
            .strip_prefix("service:")
            .map(|other| NetworkMode::Of(other.to_owned()))
            .ok_or_else(|| format!("network_mode `{mode}`: only `none` and `service:NAME` are supported")),
        _ => Err("it has both `network_mode` and `networks`".into()),
    })
}

fn depends_on(raw: DependsOn) -> Result<BTreeMap<String, Condition>, String> {
    match raw {
        DependsOn::None => Ok(BTreeMap::new()),
        DependsOn::Names(names) => Ok(names.into_iter().map(|name| (name, Condition::Started)).collect()),
        DependsOn::Map(map) => map
            .into_iter()
            .map(|(other, dependency)| {
                if !dependency.required {
                    return Err(format!(
                        "depends_on `{other}`: `required: false` is not supported; put `{other}` into a profile"
                    ));
                }
                let condition = match dependency.condition.as_str() {
                    "service_started" => Condition::Started,
                    "service_healthy" => Condition::Healthy,
                    "service_completed_successfully" => Condition::Completed,
                    unknown => return Err(format!("depends_on `{other}`: the condition `{unknown}` is not one of Compose's")),
                };
                Ok((other, condition))
            })
            .collect(),
    }
}

/// None where it is switched off.
fn health(check: &Healthcheck) -> Result<Option<Health>, String> {
    let time = |text: &Option<String>| text.as_deref().map(units::nanoseconds).transpose();
    let test = match &check.test {
        _ if check.disable => return Ok(Some(Health::off())),
        None => return Err("the health check has no `test`".into()),
        Some(Words::Line(line)) => vec!["CMD-SHELL".into(), line.clone()],
        Some(Words::List(list)) => list.clone(),
    };
    if test.first().is_some_and(|word| word == "NONE") {
        return Ok(Some(Health::off()));
    }
    Ok(Some(Health {
        test,
        interval: time(&check.interval)?,
        timeout: time(&check.timeout)?,
        start_period: time(&check.start_period)?,
        start_interval: time(&check.start_interval)?,
        retries: check.retries,
    }))
}

enum Mounted {
    At(Mount),
    /// As `tmpfs:` has it.
    InMemory(String),
}

fn mount(entry: &RawMount, own_files: &[&String]) -> Result<Mounted, String> {
    let (source, target, read_only) = match entry {
        RawMount::Short(text) => {
            let mut pieces = text.split(':');
            let (Some(source), Some(target)) = (pieces.next(), pieces.next()) else {
                return Err(format!("volume `{text}`: write SOURCE:TARGET or SOURCE:TARGET:ro"));
            };
            let read_only = match pieces.next() {
                None | Some("rw") => false,
                Some("ro") => true,
                Some(mode) => return Err(format!("volume `{text}`: the mode `{mode}` is not supported; `ro` and `rw` are")),
            };
            (source.to_owned(), target.to_owned(), read_only)
        }
        RawMount::Long(long) => {
            let source = long.source.clone().ok_or_else(|| format!("the {} at `{}` has no `source`", long.kind, long.target));
            match long.kind.as_str() {
                "tmpfs" => {
                    let size = long.tmpfs.size.as_deref().map(units::bytes).transpose()?.map(|bytes| format!("size={bytes}"));
                    let mode = long.tmpfs.mode.as_ref().map(|mode| format!("mode={mode}"));
                    let options: Vec<String> = size.into_iter().chain(mode).collect();
                    let colon = if options.is_empty() { "" } else { ":" };
                    return Ok(Mounted::InMemory(format!("{}{colon}{}", long.target, options.join(","))));
                }
                "bind" | "volume" => (source?, long.target.clone(), long.read_only),
                kind => return Err(format!("type `{kind}`: it is bind, volume or tmpfs")),
            }
        }
    };
    let source = match source.as_str() {
        path if engine_socket::is_one(path) => Source::EngineSocket(engine_socket::normal(path)),
        path if path.starts_with('.') || own_files.iter().any(|own| *own == path) => Source::Path(path.into()),
        path if elsewhere(path) => return Err(format!("volume `{path}`: {BESIDE}")),
        volume => Source::Volume(volume.into()),
    };
    Ok(Mounted::At(Mount { source, target, read_only }))
}

fn config(entry: &ConfigUse, configs: &BTreeMap<String, Config>, own_files: &[&String]) -> Result<Mount, String> {
    let (name, target) = match entry {
        ConfigUse::Short(name) => (name, None),
        ConfigUse::Long(long) => (&long.source, long.target.clone()),
    };
    let config = configs.get(name).ok_or_else(|| format!("it names the config `{name}`, which the file does not declare"))?;
    let source = match (&config.file, &config.content) {
        (Some(path), None) if elsewhere(&path.value) && !own_files.contains(&&path.value) => {
            return Err(format!("the config `{name}`: `{}`: {BESIDE}", path.value));
        }
        (Some(path), None) => Source::Path(path.value.clone()),
        (None, Some(text)) => Source::Text(text.clone()),
        _ => return Err(format!("the config `{name}` has either `file` or `content`")),
    };
    Ok(Mount { source, target: target.unwrap_or_else(|| format!("/{name}")), read_only: true })
}
