//! From the file's shape to the topology: every short form said explicitly, every name that is mentioned declared.
//!
//! `service` reads one service, with `mounts`, `network` and `waits`; `consistent` says whether they fit each other.

mod consistent;
mod mounts;
mod network;
mod refusal;
mod service;
mod waits;

use std::collections::BTreeMap;
use std::sync::Arc;

use consistent::{mentions, order, section, shared, unfit_name};
use refusal::Refusal;
use service::{Placed, service};

use super::compose::File;
use super::engine_socket;
use super::error::TopologyError;
use super::file::ComposeFile;
use super::located::place;
use super::service::{NetworkMode, Service};
use super::whole::Topology;
use crate::levels::Levels;

/// The topology of a file whose variables are replaced.
pub(super) fn topology(
    file: &Arc<ComposeFile>,
    written: File,
    variables: BTreeMap<String, String>,
    levels: Levels,
) -> Result<Topology, TopologyError> {
    let mut networks = network::declared(written.networks)?;
    let factors = written.section.factors();
    // A level that stands for anyone's own file is the only absolute path of this machine that may be mounted.
    let own_files: Vec<&String> = factors
        .iter()
        .filter(|factor| factor.file.is_some())
        .filter_map(|factor| variables.get(&factor.variable()))
        .filter(|level| level.starts_with('/'))
        .collect();
    let volumes: Vec<String> = written.volumes.into_keys().collect();
    for (kind, name) in networks.keys().map(|name| ("network", name)).chain(volumes.iter().map(|name| ("volume", name))) {
        if let Some(why) = unfit_name(name) {
            return Err(TopologyError::new(format!("the {kind} `{name}`: {why}")));
        }
    }
    let (mut services, mut places, mut host_paths, mut bare_sockets) = (Vec::new(), BTreeMap::new(), Vec::new(), Vec::new());
    for (name, raw) in written.services {
        let whole = place(&raw);
        let error =
            |(message, place): Refusal| TopologyError { message: format!("service `{name}`: {message}"), place: place.or(whole) };
        let Placed { service, paths, socket } = unfit_name(&name)
            .map_or(Ok(()), |why| Err((why, None)))
            .and_then(|()| service(&name, raw.value, &written.configs, &own_files))
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
        variables,
        file: file.clone(),
        levels,
    })
}
