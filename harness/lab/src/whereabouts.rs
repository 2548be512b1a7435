//! Where the services of a lab are: for people who want to look at it themselves.

use bollard::query_parameters::InspectContainerOptions;
use relapse_model::topology::NetworkMode;

use crate::lab::Lab;
use relapse_engine::name;
use relapse_engine::{answer, in_full};

/// Where one service is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    /// The service.
    pub service: String,
    /// What the engine calls its container.
    pub container: String,
    /// Its image, as in Compose.
    pub image: String,
    /// `running`, `exited`, …
    pub state: String,
    /// Its networks and its address in each; another service's, where it has none of its own.
    pub addresses: Vec<(String, String)>,
}

impl Lab {
    /// Where the services are that were raised, in the file's order.
    ///
    /// # Errors
    /// In the engine's words.
    pub async fn whereabouts(&self) -> Result<Vec<Whereabouts>, String> {
        let mut found = Vec::new();
        for service in &self.topology.services {
            let container = name::of(&self.run, &service.name);
            let seen = match self.engine.inspect_container(&container, None::<InspectContainerOptions>).await {
                Ok(seen) => seen,
                // It is in a profile that was not asked for.
                Err(error) if answer(&error).is_some_and(|(status, _)| status == 404) => continue,
                Err(error) => return Err(in_full(&error)),
            };
            let joined = seen.network_settings.and_then(|settings| settings.networks).unwrap_or_default();
            let prefix = format!("{}-", self.run);
            let mut addresses: Vec<(String, String)> = joined
                .into_iter()
                .filter_map(|(network, endpoint)| {
                    let address = endpoint.ip_address.filter(|address| !address.is_empty())?;
                    Some((network.trim_start_matches(&prefix).to_owned(), address))
                })
                .collect();
            addresses.sort();
            if let NetworkMode::Of(other) = &service.network {
                addresses.push(("as".into(), other.clone()));
            }
            let state = seen.state.and_then(|state| state.status).map_or_else(|| "unknown".into(), |state| state.to_string());
            found.push(Whereabouts { service: service.name.clone(), container, image: service.image.clone(), state, addresses });
        }
        Ok(found)
    }
}
