//! Whether the pieces of a topology fit each other: every name that is mentioned is declared, and nothing is two things.

use std::collections::BTreeMap;

use crate::topology::error::TopologyError;
use crate::topology::graph;
use crate::topology::located::place;
use crate::topology::paths::HostPath;
use crate::topology::section::Section;
use crate::topology::service::{NetworkMode, Service, Source};
use crate::topology::whole::Network;

/// Where each service stands in the file.
pub(super) type Places = BTreeMap<String, Option<(usize, usize)>>;

/// Why something cannot have this name, if so: as in Compose, since the engine's names are made of it.
pub(super) fn unfit_name(name: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    (!begins || !name.chars().all(fits))
        .then(|| "a name is of letters, digits, `.`, `_` and `-`, and begins with none of the last".into())
}

/// Every network and volume that is mentioned exists.
pub(super) fn mentions(service: &Service, networks: &BTreeMap<String, Network>, volumes: &[String]) -> Result<(), String> {
    let unknown = |kind: &str, what: &str| format!("it names the {kind} `{what}`, which the file does not declare");
    if let NetworkMode::Networks(of) = &service.network
        && let Some(unmet) = of.iter().find(|own| own.network != "default" && !networks.contains_key(&own.network))
    {
        return Err(unknown("network", &unmet.network));
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

/// What two services write to is one thing in Compose, and would be two here, since a lab copies files in.
pub(super) fn shared(services: &[Service], host_paths: &[HostPath]) -> Result<(), TopologyError> {
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

/// Services wait for, and join, services of the file, and none of them for itself in the end.
pub(super) fn order(services: &[Service], names: &[String], places: &Places) -> Result<(), TopologyError> {
    for service in services {
        let of = match &service.network {
            NetworkMode::Of(other) => Some(other),
            _ => None,
        };
        if let Some(other) = service.depends_on.keys().chain(of).find(|other| !names.contains(other)) {
            return Err(TopologyError {
                message: format!(
                    "service `{}` names the service `{other}`, which the file does not declare{}",
                    service.name,
                    hint(other, names)
                ),
                place: places.get(&service.name).copied().flatten(),
            });
        }
    }
    match graph::circle(services) {
        None => Ok(()),
        Some(circle) => Err(TopologyError {
            message: format!("these services wait for each other in a circle, so none can start: {}", circle.join(", then ")),
            place: circle.first().and_then(|name| places.get(*name).copied().flatten()),
        }),
    }
}

/// What our own section names is declared.
pub(super) fn section(section: &Section, names: &[String]) -> Result<(), TopologyError> {
    let (tiers, flags) = (&section.tiers, &section.flags);
    let commands =
        tiers.values().flat_map(|tier| tier.lists.values().chain(&tier.scale).chain(&tier.replace)).chain(flags.values());
    if let Some(command) = commands.into_iter().find(|command| !names.contains(&command.service)) {
        return Err(unknown_service(&command.service, names));
    }
    for tier in tiers.values() {
        if let Some(service) = tier.lists.keys().find(|service| !names.contains(service)) {
            return Err(unknown_service(service, names));
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
    match section.speaks.iter().find(|speaks| !names.contains(&speaks.value)) {
        Some(unknown) => Err(TopologyError { place: place(unknown), ..unknown_service(&unknown.value, names) }),
        None => Ok(()),
    }
}

fn unknown_service(service: &str, names: &[String]) -> TopologyError {
    TopologyError::new(format!(
        "x-relapse names the service `{service}`, which the file does not declare{}",
        hint(service, names)
    ))
}

fn hint(word: &str, names: &[String]) -> String {
    let near = crate::nearest(word, names.iter().map(String::as_str));
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(", ")) }
}
