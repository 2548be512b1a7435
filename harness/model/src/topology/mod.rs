//! A topology: a Compose file plus its contributing factors. Reading it is pure: text and variables in, services out.
//!
//! `compose` is the file's shape, `interpolate` its variables, `factor` the factors, `service` what the lab raises.

mod compose;
mod factor;
mod interpolate;
mod service;

use std::collections::BTreeMap;

pub use factor::{Factor, Login, Workstation};
pub use service::{Build, Condition, Health, Mount, NetworkMode, Service, Source};

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
    /// The part people work on.
    pub workstation: Option<Workstation>,
    /// The part people browse with.
    pub visitor: Option<String>,
    /// The part with a real browser.
    pub browser: Option<String>,
    /// The parts, in the file's order.
    pub services: Vec<Service>,
    /// Network name to its subnet and the range for containers, in CIDR; empty where Docker may choose.
    pub networks: BTreeMap<String, Subnet>,
    /// Names of volumes.
    pub volumes: Vec<String>,
    /// The variables it was read with: `RELAPSE_SUBNET` and one for each factor.
    pub variables: BTreeMap<String, String>,
}

/// A network's addresses, in CIDR.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subnet {
    /// The whole network.
    pub subnet: Option<String>,
    /// The part of it from which containers get theirs.
    pub ip_range: Option<String>,
    /// The bridge's own address.
    pub gateway: Option<String>,
}

/// What is wrong with a topology, with the place in its file.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("{message}")]
pub struct TopologyError {
    /// What was expected, what was found, what to do.
    pub message: String,
    /// 1-based line and column in the Compose file, when known.
    pub place: Option<(usize, usize)>,
}

impl TopologyError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None }
    }
}

impl Topology {
    /// Reads the Compose file `text` of the topology `name`, with `levels` other than as on the day.
    /// `subnet` is the first two octets of the lab's addresses, for example `10.83`.
    ///
    /// # Errors
    /// With the place in the file: not YAML, an unknown key, an unset variable, an unknown factor or level.
    pub fn read(name: &str, text: &str, levels: &Levels, subnet: &str) -> Result<Self, TopologyError> {
        // The factors' own section has no variables, so that it can say which variables there are.
        let factors = factor::read(text)?;
        let mut variables = factor::variables(&factors, levels)?;
        variables.insert("RELAPSE_SUBNET".into(), subnet.into());
        let file = compose::read(&interpolate::interpolate(text, &variables)?)?;
        service::topology(name, file, variables)
    }

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

    /// Every factor with the level it was read with.
    #[must_use]
    pub fn levels(&self) -> Levels {
        let level = |factor: &Factor| self.variables.get(&factor.variable()).cloned().unwrap_or_default();
        self.factors.iter().map(|factor| (factor.name.clone(), level(factor))).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const FILE: &str = "
x-relapse:
  factors:
    app_port: { about: the port, levels: ['8080', '3000'] }
services:
  web:
    image: nginx:${TAG:-1.22}
    environment: { PORT: '${APP_PORT:-8080}', ADDRESS: '${RELAPSE_SUBNET:-10.83}.0.9' }
    volumes: ['./conf:/etc/conf:ro', 'data:/data']
    networks: { front: { ipv4_address: '${RELAPSE_SUBNET:-10.83}.0.9' } }
networks: { front: {} }
volumes: { data: }
";

    fn read(levels: &[(&str, &str)]) -> Result<Topology, TopologyError> {
        let levels = levels.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        Topology::read("t", FILE, &levels, "10.99")
    }

    #[test]
    fn a_level_and_the_subnet_reach_the_services() {
        let topology = read(&[("app_port", "3000")]).unwrap();
        let web = topology.service("web").unwrap();
        assert_eq!(web.environment["PORT"], "3000");
        assert_eq!(web.environment["ADDRESS"], "10.99.0.9");
        assert_eq!(web.image, "nginx:1.22");
        assert_eq!(topology.levels()["app_port"], "3000");
    }

    #[test]
    fn an_unknown_level_names_the_levels_and_an_unknown_factor_the_nearest() {
        assert!(read(&[("app_port", "81")]).unwrap_err().message.contains("8080, 3000"));
        assert!(read(&[("app_prot", "3000")]).unwrap_err().message.contains("app_port"));
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place() {
        let error = Topology::read("t", "services:\n  web:\n    imag: x\n", &Levels::new(), "10.99").unwrap_err();
        assert!(error.message.contains("imag"), "{error}");
        assert_eq!(error.place.unwrap().0, 3);
    }
}
