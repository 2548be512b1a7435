//! One service, with everything said.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::Spanned;

use super::mounts::{BESIDE, Files, Mounted, elsewhere, mount};
use super::network::attached;
use super::refusal::{Refusal, at};
use super::waits::{depends_on, health};
use super::{limits, links};
use crate::topology::compose::Config;
use crate::topology::located::place;
use crate::topology::notice::Notices;
use crate::topology::paths::{self, HostPath};
use crate::topology::service::{Build, Mount, Service, Source, Tmpfs};
use crate::topology::shapes::{Pairs, Words};
use crate::topology::units;
use crate::topology::written::{Build as WrittenBuild, Service as Written};

/// A service with the places of what others have to look at.
pub(super) struct Placed {
    pub(super) service: Service,
    pub(super) paths: Vec<HostPath>,
    /// Of the mount that is the engine's socket.
    pub(super) socket: Option<(usize, usize)>,
}

/// What of the file a service needs to know.
pub(super) struct Around<'a> {
    /// The topology's name.
    pub(super) lab: &'a str,
    pub(super) configs: &'a BTreeMap<String, Spanned<Config>>,
    pub(super) secrets: &'a BTreeMap<String, Spanned<Config>>,
    pub(super) own_files: &'a [&'a String],
    pub(super) variables: &'a BTreeMap<String, String>,
    pub(super) services: &'a BTreeSet<String>,
}

pub(super) fn service(name: &str, raw: Written, around: &Around<'_>, notices: &mut Notices) -> Result<Placed, Refusal> {
    let Around { configs, secrets, own_files, variables, .. } = *around;
    notices.ignored("", raw.ignored());
    if let Some(deploy) = &raw.deploy {
        notices.ignored("", deploy.ignored());
    }
    if let Some(ports) = &raw.ports {
        notices.ports(ports);
    }
    let build = raw.build.as_ref().map(|build| built(build.value.clone(), variables, notices));
    let image = match (raw.image.clone(), &build) {
        (Some(image), _) => image,
        (None, Some(_)) => private_image(around.lab, name),
        (None, None) => return Err(("it has neither `image` nor `build`".into(), None)),
    };
    let (limits, restart, scale) = (limits::limits(&raw)?, limits::restart(&raw)?, limits::scale(&raw)?);
    let mut network = attached(raw.network_mode.as_ref(), raw.networks)?;
    links::named(&mut network, raw.container_name.iter().map(|name| &name.value));
    let mut tmpfs: Vec<Tmpfs> = raw.tmpfs.list().iter().map(|text| Tmpfs::read(text)).collect();
    let mut placed = Vec::new();
    for entry in &raw.volumes {
        match at(entry, |entry| mount(entry, own_files))? {
            Mounted::At(mount) => placed.push((mount, place(entry))),
            Mounted::InMemory(own) => tmpfs.push(own),
        }
    }
    let of_configs = Files { kind: "config", declared: configs, folder: "", own_files, variables };
    let of_secrets = Files { kind: "secret", declared: secrets, folder: "/run/secrets", own_files, variables };
    let uses = raw.configs.iter().map(|entry| (entry, &of_configs)).chain(raw.secrets.iter().map(|entry| (entry, &of_secrets)));
    let mut named = Vec::new();
    for (entry, files) in uses {
        placed.push((at(entry, |entry| files.mount(entry))?, place(entry)));
        named.extend(files.declared.get(entry.value.named().0).map(|config| config.value.clone()));
    }
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
    let service = Service {
        name: name.to_owned(),
        image,
        build,
        entrypoint,
        command,
        environment: environment(name, raw.environment.as_ref(), variables, notices),
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
        depends_on: depends_on(raw.depends_on, around.services, notices).map_err(|message| (message, None))?,
        health: raw.healthcheck.as_ref().map(|check| at(check, health)).transpose()?.flatten(),
        cap_add: raw.cap_add,
        cap_drop: raw.cap_drop,
        security_opt: raw.security_opt,
        read_only: raw.read_only,
        hostname: raw.hostname,
        domainname: raw.domainname,
        profiles: raw.profiles,
        scale,
        restart,
        stop_signal: raw.stop_signal,
        stop_timeout: raw
            .stop_grace_period
            .as_ref()
            .map(|text| at(text, |text| units::nanoseconds(text)))
            .transpose()?
            .map(|nanoseconds| nanoseconds / 1_000_000_000),
        user: raw.user,
        working_dir: raw.working_dir,
        groups: raw.group_add,
        ipc: raw.ipc.as_ref().map(|ipc| at(ipc, |ipc| own_memory(ipc))).transpose()?,
        limits,
        init: raw.init.unwrap_or_default(),
    };
    Ok(Placed { service, paths, socket })
}

/// What it sets; a key that has no value anywhere is told.
fn environment(
    name: &str,
    pairs: Option<&Spanned<Pairs>>,
    variables: &BTreeMap<String, String>,
    notices: &mut Notices,
) -> BTreeMap<String, String> {
    let Some(pairs) = pairs else { return BTreeMap::new() };
    let (set, unset) = pairs.value.passed_on(variables);
    for key in unset {
        notices.say(format!("service `{name}`: `{key}` has no value here and in `.env`, so it is not set"), place(pairs));
    }
    set
}

/// A name for the image of a service that is built and says none.
fn private_image(lab: &str, service: &str) -> String {
    let fits = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    format!("relapse-built-{lab}-{service}").chars().map(fits).collect()
}

/// Whose memory it shares: nobody's outside of the lab.
fn own_memory(ipc: &str) -> Result<String, String> {
    match ipc {
        "private" | "shareable" | "none" => Ok(ipc.to_owned()),
        other => Err(format!("ipc `{other}`: only `private`, `shareable` and `none` are supported")),
    }
}

fn built(written: WrittenBuild, variables: &BTreeMap<String, String>, notices: &mut Notices) -> Build {
    match written {
        WrittenBuild::Context(context) => Build { context, dockerfile: "Dockerfile".into(), args: BTreeMap::new(), target: None },
        WrittenBuild::Full(full) => {
            notices.ignored("", full.ignored());
            Build {
                args: full.args.passed_on(variables).0,
                context: full.context,
                dockerfile: full.dockerfile.unwrap_or_else(|| "Dockerfile".into()),
                target: full.target,
            }
        }
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
