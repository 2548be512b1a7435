//! More names of services: `links` gives another service a name, `container_name` the service itself. Both are names in its networks.

use std::collections::BTreeMap;

use serde_yaml::Spanned;

use crate::topology::error::TopologyError;
use crate::topology::located::place;
use crate::topology::service::NetworkMode;
use crate::topology::written::{Dependency, DependsOn, Service};

/// Of each service that is linked, the names by which it is; whoever links waits for its start, as in Compose.
pub(super) fn linked(services: &mut BTreeMap<String, Spanned<Service>>) -> Result<BTreeMap<String, Vec<String>>, TopologyError> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let declared: Vec<String> = services.keys().cloned().collect();
    for (own, service) in services {
        for link in std::mem::take(&mut service.value.links) {
            let (other, name) = link.value.split_once(':').unwrap_or((&link.value, &link.value));
            if !declared.iter().any(|known| known == other) {
                let message = format!("service `{own}`: it links the service `{other}`, which the file does not declare");
                return Err(TopologyError { message, place: place(&link) });
            }
            if name != other {
                names.entry(other.to_owned()).or_default().push(name.to_owned());
            }
            waits_for(&mut service.value.depends_on, other);
        }
    }
    Ok(names)
}

fn waits_for(depends_on: &mut DependsOn, other: &str) {
    match depends_on {
        DependsOn::None => *depends_on = DependsOn::Names(vec![other.to_owned()]),
        DependsOn::Names(names) => names.push(other.to_owned()),
        DependsOn::Map(map) => drop(map.entry(other.to_owned()).or_insert_with(Dependency::started)),
    }
}

/// Gives a service more names in each of its networks.
pub(super) fn named<'a>(network: &mut NetworkMode, names: impl Iterator<Item = &'a String>) {
    let NetworkMode::Networks(attachments) = network else { return };
    for name in names {
        for attachment in attachments.iter_mut().filter(|attachment| !attachment.aliases.contains(name)) {
            attachment.aliases.push(name.clone());
        }
    }
}
