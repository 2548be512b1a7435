//! A topology: what a lab is to be, with everything said.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::error::TopologyError;
use super::factor::{self, Factor};
use super::file::ComposeFile;
use super::notice::Notice;
use super::paths::HostPath;
use super::section::{Login, Workstation};
use super::service::Service;
use super::tier::{Command, Tier};
use crate::levels::Levels;

/// The declared shape of a lab.
#[derive(Debug, Clone)]
pub struct Topology {
    /// The folder's name in `fixtures/`.
    pub name: String,
    /// What it is, in words.
    pub about: String,
    /// The contributing factors, in the file's order.
    pub factors: Vec<Factor>,
    /// Who can log in where.
    pub logins: BTreeMap<String, Login>,
    /// The service people work on.
    pub workstation: Option<Workstation>,
    /// The service people browse with.
    pub visitor: Option<String>,
    /// The service with a real browser.
    pub browser: Option<String>,
    /// What can be scaled.
    pub tiers: BTreeMap<String, Tier>,
    /// What sets a flag's percentage.
    pub flags: BTreeMap<String, Command>,
    /// The services whose log lines in our form are records; of all others a log is text.
    pub speaks: BTreeSet<String>,
    /// The services, by their names.
    pub services: Vec<Service>,
    /// By name. Addresses are empty where Docker may choose.
    pub networks: BTreeMap<String, Network>,
    /// Names of volumes.
    pub volumes: Vec<String>,
    /// Every path of the author's machine that it names: what is there is not this crate's to know.
    pub host_paths: Vec<HostPath>,
    /// Services that get the engine's socket and are not our socket proxy: whoever has it is root on the engine's machine.
    pub bare_sockets: Vec<TopologyError>,
    /// What is otherwise in a lab than the file says.
    pub notices: Vec<Notice>,
    /// The variables it was read with: `RELAPSE_SUBNET`, one for each factor, and those of `.env`.
    pub variables: BTreeMap<String, String>,
    /// What it was read from.
    pub(super) file: Arc<ComposeFile>,
    pub(super) levels: Levels,
}

/// A network; its addresses in CIDR.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// The whole network.
    pub subnet: Option<String>,
    /// The part of it from which containers get theirs.
    pub ip_range: Option<String>,
    /// The bridge's own address.
    pub gateway: Option<String>,
    /// Nothing outside can be reached from it.
    pub internal: bool,
    /// The bridge driver's options.
    pub options: BTreeMap<String, String>,
}

impl Topology {
    /// The factor of that name.
    ///
    /// # Errors
    /// Naming the nearest factors.
    pub fn factor(&self, name: &str) -> Result<&Factor, TopologyError> {
        factor::find(&self.factors, name)
    }

    /// The service of that name.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }

    /// The services that a lab raises which has these profiles.
    #[must_use]
    pub fn raised(&self, profiles: &BTreeSet<String>) -> Vec<&Service> {
        let asked_for =
            |service: &&Service| service.profiles.is_empty() || service.profiles.iter().any(|profile| profiles.contains(profile));
        self.services.iter().filter(|service| service.scale > 0).filter(asked_for).collect()
    }

    /// Whether a lab with these profiles is the same as that of `other`: whatever differs is not raised, and no step can name it.
    #[must_use]
    pub fn same_lab(&self, other: &Self, profiles: &BTreeSet<String>) -> bool {
        self.raised(profiles) == other.raised(profiles)
            && self.networks == other.networks
            && self.volumes == other.volumes
            && (&self.tiers, &self.flags, &self.logins, &self.speaks)
                == (&other.tiers, &other.flags, &other.logins, &other.speaks)
            && (&self.workstation, &self.visitor, &self.browser) == (&other.workstation, &other.visitor, &other.browser)
    }

    /// The text that it was read from.
    #[must_use]
    pub fn text(&self) -> &str {
        self.file.text()
    }

    /// Every factor with the level it was read with.
    #[must_use]
    pub fn levels(&self) -> Levels {
        self.levels.clone()
    }
}
