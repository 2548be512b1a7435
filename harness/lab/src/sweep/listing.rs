//! What the engine has of a run: containers, networks and volumes, by label.

use std::collections::HashMap;
use std::fmt;

use bollard::errors::Error;
use bollard::query_parameters::{ListContainersOptions, ListNetworksOptions, ListVolumesOptions};

use relapse_engine::Engine;

/// What a thing on the engine is. The order is the order of removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A container, running or not.
    Container,
    /// A network.
    Network,
    /// A volume.
    Volume,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Container => "container",
            Self::Network => "network",
            Self::Volume => "volume",
        })
    }
}

/// One thing on the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// What it is.
    pub kind: Kind,
    /// The engine's id; a volume's is its name.
    pub id: String,
    /// The name that people see.
    pub name: String,
    /// Its labels.
    pub labels: HashMap<String, String>,
    /// When it was made, in seconds of Unix time, where the engine lists that as a number.
    pub created: Option<i64>,
}

/// Everything that the filter finds: containers, then networks, then volumes.
pub(crate) async fn list(engine: &Engine, filter: HashMap<String, Vec<String>>) -> Result<Vec<Thing>, Error> {
    let containers =
        engine.list_containers(Some(ListContainersOptions { all: true, filters: Some(filter.clone()), ..Default::default() }));
    let networks = engine.list_networks(Some(ListNetworksOptions { filters: Some(filter.clone()) }));
    let volumes = engine.list_volumes(Some(ListVolumesOptions { filters: Some(filter) }));
    let (containers, networks, volumes) = futures_util::try_join!(containers, networks, volumes)?;

    let containers = containers.into_iter().filter_map(|container| {
        let id = container.id?;
        let name = container.names.and_then(|names| names.into_iter().next());
        Some(Thing {
            kind: Kind::Container,
            name: name.map_or_else(|| id.clone(), |name| name.trim_start_matches('/').to_owned()),
            id,
            labels: container.labels.unwrap_or_default(),
            created: container.created,
        })
    });
    let networks = networks.into_iter().filter_map(|network| {
        let id = network.id?;
        Some(Thing {
            kind: Kind::Network,
            name: network.name.unwrap_or_else(|| id.clone()),
            id,
            labels: network.labels.unwrap_or_default(),
            created: None,
        })
    });
    let volumes = volumes.volumes.unwrap_or_default().into_iter().map(|volume| Thing {
        kind: Kind::Volume,
        id: volume.name.clone(),
        name: volume.name,
        labels: volume.labels,
        created: None,
    });
    Ok(containers.chain(networks).chain(volumes).collect())
}
