//! A topology: a Compose file plus its contributing factors. Reading it is pure: text and variables in, services out.
//!
//! `compose` is the file's shape, `interpolate` its variables, `factor` the factors, `service` what the lab raises, and `assemble` how
//! the one becomes the other.

mod assemble;
mod compose;
pub mod env_file;
mod factor;
mod interpolate;
mod service;
mod shapes;
mod tier;
mod units;

use std::collections::{BTreeMap, BTreeSet};

pub use factor::{Factor, Login, Workstation};
pub use service::{Build, Condition, Health, Mount, NetworkMode, Service, Source};
pub use shapes::split as words;
pub use tier::{Command, Direction, EACH_ZONE, Order, Scaling, Tier};

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
    /// What can be scaled.
    pub tiers: BTreeMap<String, Tier>,
    /// What sets a flag's percentage.
    pub flags: BTreeMap<String, Command>,
    /// The services whose log lines in our form are records; of all others a log is text.
    pub speaks: BTreeSet<String>,
    /// The parts, by their names.
    pub services: Vec<Service>,
    /// By name. Addresses are empty where Docker may choose.
    pub networks: BTreeMap<String, Network>,
    /// Names of volumes.
    pub volumes: Vec<String>,
    /// The variables it was read with: `RELAPSE_SUBNET` and one for each factor.
    pub variables: BTreeMap<String, String>,
    levels: Levels,
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
        let chosen = |factor: &Factor| levels.get(&factor.name).map_or(factor.as_on_the_day(), String::as_str).to_owned();
        let levels = factors.iter().map(|factor| (factor.name.clone(), chosen(factor))).collect();
        assemble::topology(name, file, variables, levels)
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

    /// Every factor with the level it was read with.
    #[must_use]
    pub fn levels(&self) -> Levels {
        self.levels.clone()
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
    fn a_lab_is_the_same_where_only_what_is_not_raised_differs() {
        let text = "
x-relapse:
  factors:
    port: { about: the port, levels: ['8080', '3000'] }
    rule: { about: the rule, levels: [broken, mended] }
services:
  web: { image: nginx, environment: { PORT: '${PORT:-8080}' } }
  prometheus: { image: prometheus, profiles: [alerts], command: ['${RULE:-broken}'] }
";
        let at = |factor: &str, level: &str| {
            Topology::read("t", text, &Levels::from([(factor.to_owned(), level.to_owned())]), "10.99").unwrap()
        };
        let (day, mended, port) = (at("port", "8080"), at("rule", "mended"), at("port", "3000"));
        let (none, alerts) = (BTreeSet::new(), BTreeSet::from(["alerts".to_owned()]));
        assert!(day.same_lab(&mended, &none));
        assert!(!day.same_lab(&mended, &alerts));
        assert!(!day.same_lab(&port, &none));
        let names: Vec<&str> = day.raised(&alerts).iter().map(|service| service.name.as_str()).collect();
        assert_eq!((day.raised(&none).len(), names), (1, vec!["prometheus", "web"]));
    }

    #[test]
    fn who_speaks_is_a_service_of_the_file_and_nobody_does_unless_it_says_so() {
        assert!(read(&[]).unwrap().speaks.is_empty());
        let text = "x-relapse:\n  speaks:\n    - web\n    - porxy\nservices:\n  web: { image: x }\n  proxy: { image: x }\n";
        let right = Topology::read("t", &text.replace("porxy", "proxy"), &Levels::new(), "10.99").unwrap();
        assert_eq!(right.speaks, ["proxy", "web"].map(str::to_owned).into());
        let refused = error(text);
        assert_eq!(refused.place, Some((4, 7)), "{refused}");
        assert!(refused.message.contains("`porxy`") && refused.message.contains("did you mean proxy?"), "{refused}");
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

    fn error(text: &str) -> TopologyError {
        Topology::read("t", text, &Levels::new(), "10.99").unwrap_err()
    }

    #[test]
    fn what_compose_files_of_the_field_have() {
        let text = "
x-common: &common { restart: 'on-failure:3', cap_drop: [ALL] }
services:
  web:
    <<: *common
    image: nginx
    env_file: [a.env, { path: b.env, required: false }]
    volumes:
      - { type: bind, source: ./conf, target: /conf, read_only: true }
      - { type: volume, source: data, target: /data }
      - { type: tmpfs, target: /scratch, tmpfs: { size: 16m } }
    configs: [motd, { source: site, target: /etc/site.conf }]
    deploy: { resources: { limits: { cpus: '0.5', memory: 64m, pids: 50 } } }
    extra_hosts: { other: 10.0.0.9 }
    stop_grace_period: 3s
    healthcheck: { disable: true }
    read_only: true
    networks: { inner: { aliases: [www] } }
networks: { inner: { internal: true, driver: bridge, driver_opts: { com.docker.network.bridge.name: b0 } } }
volumes: { data: }
configs: { motd: { content: hello }, site: { file: ./site.conf } }
";
        let topology = Topology::read("t", text, &Levels::new(), "10.99").unwrap();
        let web = topology.service("web").unwrap();
        assert_eq!(web.restart.as_deref(), Some("on-failure:3"));
        assert_eq!(web.cap_drop, ["ALL"]);
        assert_eq!(web.env_files, [("a.env".to_owned(), true), ("b.env".to_owned(), false)]);
        let sources: Vec<_> = web.mounts.iter().map(|mount| (mount.source.clone(), mount.target.as_str())).collect();
        let expected = [
            (Source::Path("./conf".into()), "/conf"),
            (Source::Volume("data".into()), "/data"),
            (Source::Text("hello".into()), "/motd"),
            (Source::Path("./site.conf".into()), "/etc/site.conf"),
        ];
        assert_eq!(sources, expected);
        assert_eq!(web.tmpfs, ["/scratch:size=16777216"]);
        assert_eq!((web.cpus, web.memory, web.pids), (Some(0.5), Some(64 << 20), Some(50)));
        assert_eq!((web.stop_timeout, web.read_only), (Some(3), true));
        assert_eq!(web.extra_hosts, ["other:10.0.0.9"]);
        assert_eq!(web.health.as_ref().unwrap().test, ["NONE"]);
        assert!(topology.networks["inner"].internal);
    }

    #[test]
    fn what_is_refused_has_its_place_and_advice() {
        let refused = error("services:\n  web:\n    image: x\n    container_name: y\n");
        assert_eq!(refused.place.map(|(line, _)| line), Some(4), "{refused}");
        assert!(refused.message.contains("run side by side"), "{refused}");
        let refused =
            error("services:\n  web:\n    image: x\n    volumes:\n      - data:/x\n      - /etc:/y\nvolumes: { data: }\n");
        assert_eq!(refused.place.map(|(line, _)| line), Some(6), "{refused}");
        let refused = error("services:\n  web: { image: x }\nsecrets:\n  a: {}\n");
        assert_eq!(refused.place, Some((3, 1)), "{refused}");
        assert!(refused.message.contains("configs"), "{refused}");
        let refused = error("services:\n  web:\n    image: x\n    mem_limit: much\n");
        assert_eq!(refused.place.map(|(line, _)| line), Some(4), "{refused}");
    }

    #[test]
    fn a_level_can_stand_for_a_file_and_so_can_anyones_own() {
        let text = "
x-relapse:
  factors:
    conf: { about: the configuration, levels: [day, fixed], file: './nginx/{level}.conf' }
services:
  web: { image: nginx, volumes: ['${CONF:-./nginx/day.conf}:/etc/nginx.conf:ro'] }
";
        let source = |level: &str| {
            let levels = Levels::from([("conf".to_owned(), level.to_owned())]);
            let topology = Topology::read("t", text, &levels, "10.99")?;
            assert_eq!(topology.levels()["conf"], level);
            Ok::<_, TopologyError>(topology.services[0].mounts[0].source.clone())
        };
        assert_eq!(source("fixed").unwrap(), Source::Path("./nginx/fixed.conf".into()));
        assert_eq!(source("/home/me/nginx.conf").unwrap(), Source::Path("/home/me/nginx.conf".into()));
        assert!(source("other").unwrap_err().message.contains("or a file's path"));
    }
}
