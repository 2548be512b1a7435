//! From the file's shape to the topology: every short form said explicitly, every name that is mentioned declared.
//!
//! `service` reads one service, with `limits`, `links`, `mounts`, `network` and `waits`; `consistent` says whether they fit each other.

mod consistent;
mod limits;
mod links;
mod mounts;
mod network;
mod refusal;
mod service;
mod waits;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use consistent::{mentions, order, section, shared, unfit_name};
use refusal::Refusal;
use service::{Around, Placed, service};

use super::compose::File;
use super::engine_socket;
use super::error::TopologyError;
use super::file::ComposeFile;
use super::located::place;
use super::notice::Notices;
use super::service::{NetworkMode, Service};
use super::whole::Topology;
use crate::levels::Levels;

/// With what a file was read.
pub(super) struct Read {
    pub(super) variables: BTreeMap<String, String>,
    pub(super) levels: Levels,
    pub(super) notices: Notices,
}

/// The topology of a file whose variables are replaced.
pub(super) fn topology(file: &Arc<ComposeFile>, mut written: File, read: Read) -> Result<Topology, TopologyError> {
    let Read { variables, levels, mut notices } = read;
    let mut networks = network::declared(written.networks, &mut notices)?;
    let factors = written.section.factors();
    // A level that stands for anyone's own file is the only absolute path of this machine that may be mounted.
    let own_files: Vec<&String> = factors
        .iter()
        .filter(|factor| factor.file.is_some())
        .filter_map(|factor| variables.get(&factor.variable()))
        .filter(|level| level.starts_with('/'))
        .collect();
    let volumes = network::volumes(written.volumes, &mut notices);
    for (kind, name) in networks.keys().map(|name| ("network", name)).chain(volumes.iter().map(|name| ("volume", name))) {
        if let Some(why) = unfit_name(name) {
            return Err(TopologyError::new(format!("the {kind} `{name}`: {why}")));
        }
    }
    let linked = links::linked(&mut written.services)?;
    let (mut services, mut places, mut host_paths, mut bare_sockets) = (Vec::new(), BTreeMap::new(), Vec::new(), Vec::new());
    let declared: BTreeSet<String> = written.services.keys().cloned().collect();
    let around = Around {
        lab: &file.name,
        configs: &written.configs,
        secrets: &written.secrets,
        own_files: &own_files,
        variables: &variables,
        services: &declared,
    };
    for (name, raw) in written.services {
        let whole = place(&raw);
        let error =
            |(message, place): Refusal| TopologyError { message: format!("service `{name}`: {message}"), place: place.or(whole) };
        let Placed { mut service, paths, socket } = unfit_name(&name)
            .map_or(Ok(()), |why| Err((why, None)))
            .and_then(|()| service(&name, raw.value, &around, &mut notices))
            .and_then(|placed| {
                mentions(&placed.service, &networks, &volumes).map_err(|message| (message, None))?;
                Ok(placed)
            })
            .map_err(error)?;
        if service.build.is_some() && engine_socket::is_agent(&service.image) {
            let message = format!("its image `{}` is ours, and is not built: choose another name", service.image);
            return Err(error((message, None)));
        }
        bare_sockets.extend(engine_socket::refused(&service).map(|message| error((message, socket))));
        host_paths.extend(paths);
        links::named(&mut service.network, linked.get(&name).into_iter().flatten());
        places.insert(service.name.clone(), whole);
        services.push(service);
    }
    shared(&services, &host_paths)?;
    let names: Vec<String> = services.iter().map(|service| service.name.clone()).collect();
    order(&services, &names, &places)?;
    let joins_default = |service: &Service| match &service.network {
        NetworkMode::Networks(joined) => joined.iter().any(|attachment| attachment.network == "default"),
        NetworkMode::Of(_) | NetworkMode::None => false,
    };
    if services.iter().any(joins_default) {
        networks.entry("default".into()).or_default();
    }
    section(&written.section, &names)?;
    Ok(Topology {
        name: file.name.clone(),
        about: written.section.about,
        factors,
        logins: written.section.logins,
        workstation: written.section.workstation,
        visitor: written.section.visitor.map(|visitor| visitor.service),
        browser: written.section.browser.map(|browser| browser.service),
        tiers: written.section.tiers,
        flags: written.section.flags,
        speaks: written.section.speaks.into_iter().map(|speaks| speaks.value).collect(),
        services,
        networks,
        volumes,
        host_paths,
        bare_sockets,
        notices: notices.all(),
        variables,
        file: file.clone(),
        levels,
    })
}
