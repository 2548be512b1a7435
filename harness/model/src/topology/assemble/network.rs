//! Networks: those that the file declares, and what each service is attached to.

use std::collections::BTreeMap;

use serde_yaml::Spanned;

use super::refusal::{Refusal, at};
use crate::topology::compose;
use crate::topology::error::TopologyError;
use crate::topology::located::place;
use crate::topology::notice::Notices;
use crate::topology::service::{NetworkAttachment, NetworkMode};
use crate::topology::whole::Network;
use crate::topology::written::Attachments;

/// The networks that the file declares.
pub(super) fn declared(
    written: BTreeMap<String, Spanned<Option<compose::Network>>>,
    notices: &mut Notices,
) -> Result<BTreeMap<String, Network>, TopologyError> {
    let network = |(name, written): (String, Spanned<Option<compose::Network>>)| {
        let place = place(&written);
        let written = written.value.unwrap_or_default();
        if let Some(driver) = written.driver.as_ref().filter(|driver| *driver != "bridge") {
            return Err(TopologyError {
                message: format!("network `{name}`: the driver `{driver}` is not supported; `bridge` is"),
                place,
            });
        }
        notices.ignored("networks.", written.ignored());
        let pool = written.ipam.config.into_iter().next().unwrap_or_default();
        let (subnet, ip_range, gateway) = (pool.subnet, pool.ip_range, pool.gateway);
        Ok((name, Network { subnet, ip_range, gateway, internal: written.internal, options: written.driver_opts.map() }))
    };
    written.into_iter().map(network).collect()
}

/// The volumes that the file declares.
pub(super) fn volumes(written: BTreeMap<String, Spanned<Option<compose::Volume>>>, notices: &mut Notices) -> Vec<String> {
    let name = |(name, volume): (String, Spanned<Option<compose::Volume>>)| {
        notices.ignored("volumes.", volume.value.unwrap_or_default().ignored());
        name
    };
    written.into_iter().map(name).collect()
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
