//! Networks: those that the file declares, and what each service is attached to.

use std::collections::BTreeMap;

use serde_yaml::Spanned;

use super::refusal::{Refusal, at};
use crate::topology::compose;
use crate::topology::error::TopologyError;
use crate::topology::service::{NetworkAttachment, NetworkMode};
use crate::topology::whole::Network;
use crate::topology::written::Attachments;

/// The networks that the file declares.
pub(super) fn declared(written: BTreeMap<String, Option<compose::Network>>) -> Result<BTreeMap<String, Network>, TopologyError> {
    let network = |(name, written): (String, Option<compose::Network>)| {
        let written = written.unwrap_or_default();
        if let Some(driver) = written.driver.filter(|driver| driver != "bridge") {
            return Err(TopologyError::new(format!("network `{name}`: the driver `{driver}` is not supported; `bridge` is")));
        }
        let pool = written.ipam.config.into_iter().next().unwrap_or_default();
        let (subnet, ip_range, gateway) = (pool.subnet, pool.ip_range, pool.gateway);
        Ok((name, Network { subnet, ip_range, gateway, internal: written.internal, options: written.driver_opts.map() }))
    };
    written.into_iter().map(network).collect()
}

/// What a service is attached to.
pub(super) fn attached(mode: Option<&Spanned<String>>, networks: Attachments) -> Result<NetworkMode, Refusal> {
    let Some(mode) = mode else {
        return Ok(NetworkMode::Networks(match networks {
            Attachments::None => vec![NetworkAttachment::to("default".into())],
            Attachments::Names(names) => names.into_iter().map(NetworkAttachment::to).collect(),
            Attachments::Map(map) => map
                .into_iter()
                .map(|(name, attachment)| {
                    let attachment = attachment.unwrap_or_default();
                    NetworkAttachment { network: name, address: attachment.ipv4_address, aliases: attachment.aliases }
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
