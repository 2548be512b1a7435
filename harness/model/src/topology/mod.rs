//! A topology: a Compose file plus its contributing factors. Reading it is pure: text and variables in, services out.
//!
//! `compose` is the file's shape, `interpolate` its variables, `factor` the factors, `service` what the lab raises, and `assemble` how
//! the one becomes the other: `graph` says that what waits for each other ends, `paths` which files are named, `engine_socket` who
//! may have the engine's.

mod assemble;
mod compose;
mod engine_socket;
pub mod env_file;
mod factor;
mod graph;
mod interpolate;
mod located;
mod paths;
mod service;
mod shapes;
mod tier;
mod units;

use std::collections::{BTreeMap, BTreeSet};

pub use factor::{Factor, Login, Workstation};
pub use paths::{HostPath, PathUse};
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
    /// Every path of the author's machine that it names: what is there is not this crate's to know.
    pub host_paths: Vec<HostPath>,
    /// Services that get the engine's socket and are not our socket proxy: whoever has it is root on the engine's machine.
    pub bare_sockets: Vec<TopologyError>,
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
        let variables = factor::variables(&factors, levels, subnet)?;
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

    /// What stands in a file, what is said of it, and where.
    const REFUSED: &[(&str, &str, (usize, usize))] = &[
        // Two factors that one variable would carry, levels and names that no step can name.
        (
            "x-relapse:\n  factors:\n    gate: { about: a, levels: [a, b] }\n    GATE: { about: a, levels: [a, b] }\nservices: {}\n",
            "${GATE}",
            (4, 5),
        ),
        ("x-relapse:\n  factors:\n    a: { about: a, levels: [x, y, x] }\nservices: {}\n", "the level `x` twice", (3, 35)),
        ("x-relapse:\n  factors:\n    a-b: { about: a, levels: [x, y] }\nservices: {}\n", "lower-case letters", (3, 5)),
        ("x-relapse:\n  factors:\n    relapse_subnet: { about: a, levels: [x, y] }\nservices: {}\n", "are ours", (3, 5)),
        ("x-relapse:\n  factors:\n    a: { about: a, levels: [x, 'y z'] }\nservices: {}\n", "white space", (3, 32)),
        ("x-relapse:\n  factors:\n    a: { about: a, levels: [x] }\nservices: {}\n", "1 level(s)", (3, 5)),
        (
            "x-relapse:\n  factors:\n    a: { about: a, levels: [x, /etc/shadow], file: './{level}' }\nservices: {}\n",
            "--set",
            (3, 32),
        ),
        (
            "x-relapse:\n  factors:\n    a: { about: a, levels: [x, y], sets: { y: { B: '1' } } }\n    b: { about: a, levels: [x, y] }\nservices: {}\n",
            "a factor's",
            (3, 49),
        ),
        (
            "x-relapse:\n  factors:\n    a: { about: a, levels: [x, y], sets: { z: { B: '1' } } }\nservices: {}\n",
            "its levels are x, y",
            (3, 44),
        ),
        (
            "x-relapse:\n  factors:\n    a: { about: a, levels: [x, y], sets: { y: { B: '${C}' } } }\nservices: {}\n",
            "${C} is not set",
            (3, 52),
        ),
        (
            "x-relapse:\n  factors:\n    a: { about: a, levels: [x, y], sets: { y: { V: '1' } } }\n    b: { about: a, levels: [x, y], sets: { y: { V: '1' } } }\nservices: {}\n",
            "`a` sets `V` too",
            (4, 49),
        ),
        // Labels by which things are removed.
        ("services:\n  a:\n    image: x\n    labels: { relapse.run: r-1 }\n", "`relapse.run`", (4, 13)),
        ("services:\n  a:\n    image: x\n    labels:\n      - relapse.readylog=x\n", "`relapse.ready-log`", (5, 7)),
        // Files of whoever runs it.
        ("services:\n  a:\n    image: x\n    env_file: /etc/os-release\n", "within the project", (4, 15)),
        (
            "services:\n  a:\n    image: x\n    configs: [c]\nconfigs: { c: { file: /etc/hostname } }\n",
            "within the project",
            (4, 15),
        ),
        ("services:\n  a:\n    image: x\n    volumes: ['~/.ssh:/x']\n", "within the project", (4, 15)),
        ("services:\n  a:\n    image: x\n    build: /etc\n", "within the project", (4, 12)),
        ("services:\n  a:\n    image: x\n    volumes: ['/var/run:/x']\n", "within the project", (4, 15)),
        // What could not start, or has no name.
        (
            "services:\n  a: { image: x, depends_on: [b] }\n  b: { image: x, network_mode: 'service:c' }\n  c: { image: x, depends_on: [a] }\n",
            "a, then b, then c, then a",
            (2, 6),
        ),
        ("services:\n  a: { image: x, network_mode: 'service:a' }\n", "a, then a", (2, 6)),
        ("services:\n  '': { image: x }\n", "service ``", (2, 7)),
        ("services:\n  a: { image: x }\nvolumes: { '/': }\n", "the volume `/`", (0, 0)),
        ("services:\n  a: { image: x, command: \"sh -c 'x\" }\n", "quote without an end", (2, 27)),
        (
            "services:\n  a: { image: x, volumes: ['./z:/z:ro'] }\n  b: { image: x, volumes: ['./z:/z'] }\n",
            "mounted in `a` as well",
            (3, 28),
        ),
        // Our own image is not made by somebody else.
        ("services:\n  a: { image: relapse-agent, build: ./a }\n", "is ours", (2, 6)),
    ];

    #[test]
    fn what_would_be_another_lab_than_the_one_told_is_refused_at_its_place() {
        for (text, said, place) in REFUSED {
            let refused = error(text);
            assert!(refused.message.contains(said), "{text}\n{refused}");
            assert_eq!(refused.place.unwrap_or_default(), *place, "{text}\n{refused}");
        }
        assert!(Topology::read("t", "services:\n  a: { image: x }\n  a: { image: y }\n", &Levels::new(), "10.99").is_err());
    }

    #[test]
    fn what_a_level_sets_can_have_the_subnet_and_factors_in_it() {
        let text = "
x-relapse:
  factors:
    a: { about: a, levels: [x, y], sets: { x: { PEER: '${RELAPSE_SUBNET}.16.53/${A}' }, y: { PEER: $$none } } }
services:
  web: { image: nginx, environment: { PEER: '${PEER}' } }
";
        let peer = |level: &str| {
            let levels = Levels::from([("a".to_owned(), level.to_owned())]);
            Topology::read("t", text, &levels, "10.99").unwrap().services[0].environment["PEER"].clone()
        };
        assert_eq!((peer("x"), peer("y")), ("10.99.16.53/x".to_owned(), "$none".to_owned()));
    }

    #[test]
    fn only_our_socket_proxy_gets_the_engines_socket() {
        let proxy = "image: relapse-agent, command: [socket-proxy], environment: { LISTEN: /d/docker.sock }, volumes: ['/var/run/docker.sock:/var/run/docker.sock', 'd:/d']";
        let bare = |service: &str| {
            let text = format!("services:\n  a: {{ {service} }}\nvolumes: {{ d: }}\n");
            Topology::read("t", &text, &Levels::new(), "10.99").unwrap().bare_sockets
        };
        assert_eq!(bare(proxy), []);
        for other in [
            proxy.replace("relapse-agent", "docker:cli"),
            proxy.replace("[socket-proxy]", "[visit]"),
            proxy.replace("[socket-proxy]", "[socket-proxy, --role, deployer]"),
            proxy.replace("LISTEN: /d/docker.sock", "ROLE: root"),
            proxy.replace("'d:/d'", "'./evil:/relapse-agent'"),
            format!("{proxy}, entrypoint: [/d/x]"),
            format!("{proxy}, healthcheck: {{ test: [CMD, /d/x] }}"),
            "image: x, volumes: ['/run/docker.sock:/s']".to_owned(),
            "image: x, volumes: ['//var/run/docker.sock:/s']".to_owned(),
            "image: x, volumes: ['/etc/../var/run/./docker.sock:/s']".to_owned(),
            "image: x, volumes: ['${X:-/var/run/docker.sock}:/s']".to_owned(),
            "image: x, volumes: [{ type: bind, source: /var/run/docker.sock, target: /s }]".to_owned(),
        ] {
            let refused = bare(&other);
            assert!(refused.len() == 1 && refused[0].message.contains("--allow-engine-socket"), "{other}: {refused:?}");
            assert_eq!(refused[0].place.unwrap().0, 2, "{other}");
        }
    }

    #[test]
    fn every_path_of_the_machine_is_named_with_its_place() {
        let text = "services:
  a:
    image: x
    build: { context: ../../docker/a, dockerfile: ../Dockerfile }
    env_file:
      - ./a.env
    volumes: ['./b:/b:ro', 'd:/d']
    configs: [c]
volumes: { d: }
configs: { c: { file: ../x } }
";
        let topology = Topology::read("t", text, &Levels::new(), "10.99").unwrap();
        let paths: Vec<(&str, usize)> =
            topology.host_paths.iter().map(|path| (path.path.as_str(), path.place.unwrap().0)).collect();
        let wanted = [("./b", 7), ("../x", 10), ("./a.env", 6), ("../../docker/a", 4), ("../../docker/a/../Dockerfile", 4)];
        assert_eq!(paths, wanted);
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
