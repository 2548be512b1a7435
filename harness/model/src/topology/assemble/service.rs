//! One service, with everything said.

use std::collections::BTreeMap;

use serde_yaml::Spanned;

use super::mounts::{BESIDE, Mounted, config, elsewhere, mount};
use super::network::attached;
use super::refusal::{Refusal, at};
use super::waits::{depends_on, health};
use crate::topology::compose::Config;
use crate::topology::located::place;
use crate::topology::paths::{self, HostPath};
use crate::topology::service::{Build, Mount, Service, Source, Tmpfs};
use crate::topology::shapes::{Pairs, Words};
use crate::topology::units;
use crate::topology::written::{Build as WrittenBuild, ConfigUse, Service as Written};

/// A service with the places of what others have to look at.
pub(super) struct Placed {
    pub(super) service: Service,
    pub(super) paths: Vec<HostPath>,
    /// Of the mount that is the engine's socket.
    pub(super) socket: Option<(usize, usize)>,
}

pub(super) fn service(
    name: &str,
    raw: Written,
    configs: &BTreeMap<String, Config>,
    own_files: &[&String],
) -> Result<Placed, Refusal> {
    let build = raw.build.as_ref().map(|build| built(build.value.clone()));
    let no_image = || ("it has no `image:`; a service that is built has one too, so that the image has a name".to_owned(), None);
    let image = raw.image.ok_or_else(no_image)?;
    let network = attached(raw.network_mode.as_ref(), raw.networks)?;
    let mut tmpfs: Vec<Tmpfs> = raw.tmpfs.list().iter().map(|text| Tmpfs::read(text)).collect();
    let mut placed = Vec::new();
    for entry in &raw.volumes {
        match at(entry, |entry| mount(entry, own_files))? {
            Mounted::At(mount) => placed.push((mount, place(entry))),
            Mounted::InMemory(own) => tmpfs.push(own),
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
            more => Err(format!("scale {more}: a service is one container; 0 builds the image only")),
        })
    })?;
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
        restart: raw.restart.as_ref().map(|policy| at(policy, |policy| policy.parse())).transpose()?.unwrap_or_default(),
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

fn built(written: WrittenBuild) -> Build {
    match written {
        WrittenBuild::Context(context) => Build { context, dockerfile: "Dockerfile".into(), args: BTreeMap::new(), target: None },
        WrittenBuild::Full(full) => Build {
            context: full.context,
            dockerfile: full.dockerfile.unwrap_or_else(|| "Dockerfile".into()),
            args: full.args.map(),
            target: full.target,
        },
    }
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
