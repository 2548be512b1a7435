//! The shape of a Compose file, as far as it is supported. What is not, is refused by name and place: never ignored.
//! Source: the Compose specification.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_yaml::Spanned;

use super::error::TopologyError;
use super::section::Section;
use super::shapes::Pairs;
use super::written::{Ignored, Service};

/// Keys that begin with `x-` are the author's own, as in Compose; [`read`] refuses any other that is not named here.
#[derive(Debug, Deserialize)]
pub(super) struct File {
    /// Only for old Compose tools.
    #[serde(default, rename = "version")]
    pub(super) _version: Option<String>,
    #[serde(default, rename = "name")]
    pub(super) _name: Option<String>,
    #[serde(default, rename = "x-relapse")]
    pub(super) section: Section,
    pub(super) services: BTreeMap<String, Spanned<Service>>,
    #[serde(default)]
    pub(super) networks: BTreeMap<String, Spanned<Option<Network>>>,
    #[serde(default)]
    pub(super) volumes: BTreeMap<String, Spanned<Option<Volume>>>,
    #[serde(default)]
    pub(super) configs: BTreeMap<String, Spanned<Config>>,
    #[serde(default)]
    pub(super) secrets: BTreeMap<String, Spanned<Config>>,
    #[serde(flatten)]
    rest: BTreeMap<String, IgnoredAny>,
}

/// A named volume.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Volume {
    pub(super) name: Ignored,
    pub(super) external: Ignored,
    pub(super) driver: Ignored,
    pub(super) driver_opts: Ignored,
    #[serde(default, rename = "labels")]
    pub(super) _labels: Pairs,
}

impl Volume {
    /// What has no effect on the volume that a lab makes.
    pub(super) fn ignored(&self) -> [(&'static str, &Ignored); 4] {
        [("name", &self.name), ("external", &self.external), ("driver", &self.driver), ("driver_opts", &self.driver_opts)]
    }
}

/// A file that services get: a config or a secret.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    pub(super) file: Option<Spanned<String>>,
    pub(super) content: Option<String>,
    pub(super) environment: Option<String>,
    #[serde(rename = "name")]
    pub(super) _name: Ignored,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Network {
    #[serde(default)]
    pub(super) ipam: Ipam,
    pub(super) driver: Option<String>,
    #[serde(default)]
    pub(super) driver_opts: Pairs,
    #[serde(default)]
    pub(super) internal: bool,
    pub(super) name: Ignored,
    pub(super) external: Ignored,
    pub(super) attachable: Ignored,
    pub(super) enable_ipv6: Ignored,
    #[serde(default, rename = "labels")]
    pub(super) _labels: Pairs,
}

impl Network {
    /// What has no effect on the network that a lab makes.
    pub(super) fn ignored(&self) -> [(&'static str, &Ignored); 4] {
        [("name", &self.name), ("external", &self.external), ("attachable", &self.attachable), ("enable_ipv6", &self.enable_ipv6)]
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ipam {
    #[serde(default, rename = "driver")]
    pub(super) _driver: Option<String>,
    #[serde(default)]
    pub(super) config: Vec<Pool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pool {
    pub(super) subnet: Option<String>,
    pub(super) ip_range: Option<String>,
    pub(super) gateway: Option<String>,
}

/// The file's shape, from text whose variables are replaced.
pub(super) fn read(text: &str) -> Result<File, TopologyError> {
    let file: File = super::yaml::read(text)?;
    match file.rest.keys().find(|key| !key.starts_with("x-")) {
        None => Ok(file),
        Some(key) => {
            let message =
                format!("unknown field `{key}`; a Compose file has services, networks, volumes, configs, secrets and x-…");
            // A key of the file itself begins its line.
            let line = text.lines().position(|line| line.trim_start_matches(['"', '\'']).starts_with(key.as_str()));
            Err(TopologyError { message: super::located::advised(message), place: line.map(|line| (line + 1, 1)) })
        }
    }
}
