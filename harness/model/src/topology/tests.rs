//! What is read of a Compose file.

mod refused;
mod taken;

use std::collections::BTreeSet;

use super::*;
use crate::levels::Levels;

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
    Topology::read("t", FILE, &levels)?.on("10.99")
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
fn another_subnet_is_put_into_what_was_read_and_nothing_else_changes() {
    let checked = read(&[("app_port", "3000")]).unwrap();
    let raised = checked.on("10.70").unwrap();
    assert_eq!(raised.service("web").unwrap().environment["ADDRESS"], "10.70.0.9");
    assert_eq!(raised.levels(), checked.levels());
    assert_eq!(raised.on("10.99").unwrap().services, checked.services);
}

#[test]
fn the_former_name_of_service_in_the_section_still_works_and_both_at_once_are_refused() {
    let section = |key: &str| {
        format!(
            "x-relapse:
  visitor: {{ {key}: web }}
  browser: {{ {key}: web }}
  workstation: {{ {key}: web, remote: 'http://git/{{user}}' }}
  tiers: {{ t: {{ catalogue: web, lists: {{ web: {{ {key}: web, command: [members] }} }} }} }}
  flags: {{ slow: {{ {key}: web, command: ['{{percent}}'] }} }}
services: {{ web: {{ image: nginx }} }}
"
        )
    };
    let read = |text: &str| Topology::read("t", text, &Levels::new());
    let (now, before) = (read(&section("service")).unwrap(), read(&section("part")).unwrap());
    assert_eq!((now.visitor.as_deref(), now.browser.as_deref()), (Some("web"), Some("web")));
    assert_eq!((now.visitor, now.browser, now.workstation), (before.visitor, before.browser, before.workstation));
    assert_eq!((now.tiers, now.flags), (before.tiers, before.flags));
    let both = read(&section("service").replace("{ service: web }", "{ service: web, part: web }")).unwrap_err();
    assert!(both.message.contains("duplicate field `service`"), "{}", both.message);
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
    let at =
        |factor: &str, level: &str| Topology::read("t", text, &Levels::from([(factor.to_owned(), level.to_owned())])).unwrap();
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
    let right = Topology::read("t", &text.replace("porxy", "proxy"), &Levels::new()).unwrap();
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

pub(super) fn error(text: &str) -> TopologyError {
    Topology::read("t", text, &Levels::new()).unwrap_err()
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
    let topology = Topology::read("t", text, &Levels::new()).unwrap();
    let web = topology.service("web").unwrap();
    assert_eq!(web.restart, RestartPolicy::OnFailure { times: Some(3) });
    assert_eq!(web.cap_drop, ["ALL"]);
    let env_file = |path: &str, required| EnvFile { path: path.into(), required };
    assert_eq!(web.env_files, [env_file("a.env", true), env_file("b.env", false)]);
    let sources: Vec<_> = web.mounts.iter().map(|mount| (mount.source.clone(), mount.target.as_str())).collect();
    let expected = [
        (Source::Path("./conf".into()), "/conf"),
        (Source::Volume("data".into()), "/data"),
        (Source::Text("hello".into()), "/motd"),
        (Source::Path("./site.conf".into()), "/etc/site.conf"),
    ];
    assert_eq!(sources, expected);
    assert_eq!(web.tmpfs, [Tmpfs { target: "/scratch".into(), options: "size=16777216".into() }]);
    assert_eq!((web.limits.cpus, web.limits.memory, web.limits.pids), (Some(0.5), Some(64 << 20), Some(50)));
    assert_eq!((web.stop_timeout, web.read_only), (Some(3), true));
    assert_eq!(web.extra_hosts, ["other:10.0.0.9"]);
    assert_eq!(web.health.as_ref().unwrap().test, ["NONE"]);
    assert!(topology.networks["inner"].internal);
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
        Topology::read("t", text, &levels).unwrap().on("10.99").unwrap().services[0].environment["PEER"].clone()
    };
    assert_eq!((peer("x"), peer("y")), ("10.99.16.53/x".to_owned(), "$none".to_owned()));
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
    let topology = Topology::read("t", text, &Levels::new()).unwrap();
    let paths: Vec<(&str, usize)> = topology.host_paths.iter().map(|path| (path.path.as_str(), path.place.unwrap().0)).collect();
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
        let topology = Topology::read("t", text, &levels)?;
        assert_eq!(topology.levels()["conf"], level);
        Ok::<_, TopologyError>(topology.services[0].mounts[0].source.clone())
    };
    assert_eq!(source("fixed").unwrap(), Source::Path("./nginx/fixed.conf".into()));
    assert_eq!(source("/home/me/nginx.conf").unwrap(), Source::Path("/home/me/nginx.conf".into()));
    assert!(source("other").unwrap_err().message.contains("or a file's path"));
}
