//! What files of the field have, and how it is taken: as Compose takes it, or otherwise, which is told.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::levels::Levels;

fn read(text: &str) -> Topology {
    Topology::read("shop", text, &Levels::new()).unwrap_or_else(|error| panic!("{error:?}\n{text}"))
}

/// Of one service with these lines.
fn web(lines: &str) -> Service {
    let text = format!("services:\n  web:\n    image: x\n{lines}\n  db: {{ image: y }}\nvolumes: {{ data: }}\n");
    read(&text).service("web").unwrap().clone()
}

#[test]
fn numbers_and_truth_values_are_texts_wherever_pairs_are() {
    let wanted =
        BTreeMap::from([("A", "8080"), ("B", "true"), ("C", "1.5"), ("D", "x"), ("E", "")].map(|(k, v)| (k.into(), v.into())));
    for pairs in ["{ A: 8080, B: true, C: 1.50, D: x, E: '' }", "['A=8080', B=true, C=1.5, D=x, E=]"] {
        assert_eq!(web(&format!("    environment: {pairs}")).environment, wanted);
        assert_eq!(web(&format!("    labels: {pairs}")).labels, wanted);
        assert_eq!(web(&format!("    sysctls: {pairs}")).sysctls, wanted);
        assert_eq!(web(&format!("    build: {{ context: ., args: {pairs} }}")).build.unwrap().args, wanted);
    }
    assert_eq!(web("    command: [sleep, 5]").command.unwrap(), ["sleep", "5"]);
    assert_eq!(web("    user: 1000").user.unwrap(), "1000");
    assert_eq!(web("    cpus: '0.5'").limits.cpus, web("    cpus: 0.5").limits.cpus);
}

#[test]
fn a_key_without_a_value_has_that_of_dot_env_or_is_not_set_and_that_is_told() {
    let text = "services:\n  web:\n    image: 'x:${TAG}'\n    environment: [KNOWN, UNKNOWN, EMPTY=]\n  db: { image: y, environment: { KNOWN: } }\n";
    let environment = BTreeMap::from([("KNOWN", "1"), ("TAG", "7")].map(|(k, v)| (k.to_owned(), v.to_owned())));
    let file = Arc::new(ComposeFile::read("shop", text, &environment).unwrap());
    let topology = Topology::of(&file, &Levels::new()).unwrap();
    let web = topology.service("web").unwrap();
    assert_eq!(web.image, "x:7");
    assert_eq!(web.environment, BTreeMap::from([("EMPTY", ""), ("KNOWN", "1")].map(|(k, v)| (k.to_owned(), v.to_owned()))));
    assert_eq!(topology.service("db").unwrap().environment["KNOWN"], "1");
    let told: Vec<&str> = topology.notices.iter().map(|notice| notice.message.as_str()).collect();
    assert!(told.len() == 1 && told[0].contains("service `web`: `UNKNOWN` has no value"), "{told:?}");
}

#[test]
fn what_has_no_effect_is_told_once_a_file() {
    let text = "
services:
  web:
    image: x
    ports: ['80:80', 443]
    tty: true
    logging: { driver: syslog }
    depends_on: { db: { condition: service_started, restart: true } }
    deploy: { replicas: 1, placement: { constraints: [a] } }
    build: { cache_from: [x] }
  db: { image: y, ports: [{ target: 5432, published: 5432 }], tty: true }
networks: { front: { external: true } }
volumes: { data: { name: shop-data } }
";
    let topology = read(text);
    let told: Vec<(&str, usize)> =
        topology.notices.iter().map(|notice| (notice.message.as_str(), notice.place.unwrap().0)).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].0.starts_with("3 ports are not published") && told[0].1 == 5, "{told:?}");
    let keys = "`build.cache_from`, `depends_on.restart`, `deploy.placement`, `logging`, `networks.external`, `tty` (×2), `volumes.name` have no effect";
    assert!(told[1].0.starts_with(keys) && told[1].1 == 6, "{told:?}");
    assert_eq!(read("services:\n  web: { image: x }\n").notices, []);
}

#[test]
fn a_container_name_and_a_link_are_names_in_the_networks_of_whoever_is_called_so() {
    let text = "services:
  web: { image: x, networks: [front], links: [db, 'db:database'] }
  db: { image: y, container_name: shop-db, networks: [front, back] }
networks: { front: , back: }
";
    let topology = read(text);
    let NetworkMode::Networks(attachments) = &topology.service("db").unwrap().network else { panic!() };
    for attachment in attachments {
        assert_eq!(attachment.aliases, ["shop-db", "database"]);
    }
    assert_eq!(topology.service("web").unwrap().depends_on["db"], Condition::Started);
    let unknown = Topology::read("t", &text.replace("'db:database'", "dbb"), &Levels::new()).unwrap_err();
    assert!(unknown.message.contains("links the service `dbb`") && unknown.place == Some((2, 51)), "{unknown:?}");
}

#[test]
fn mounts_of_every_short_form() {
    let topology = read(
        "services:\n  web: { image: x, volumes: ['/var/lib/data', './a:/a:z', './b:/b:ro,Z', './c:/c:cached', 'data:/d:rw,nocopy'] }\nvolumes: { data: }\n",
    );
    let web = topology.service("web").unwrap();
    let sources: Vec<_> = web.mounts.iter().map(|mount| (mount.source.clone(), mount.read_only)).collect();
    let volume = |name: &str| Source::Volume(name.into());
    let path = |path: &str| Source::Path(path.into());
    let wanted =
        [(Source::Anonymous, false), (path("./a"), false), (path("./b"), true), (path("./c"), false), (volume("data"), false)];
    assert_eq!(sources, wanted);
    assert_eq!(topology.volumes, ["data"]);
    for wrong in ["'data:/d:rx'", "relative", "'a:b'"] {
        let text = format!("services:\n  web: {{ image: x, volumes: [{wrong}] }}\nvolumes: {{ data: , a: }}\n");
        assert!(Topology::read("t", &text, &Levels::new()).is_err(), "{wrong}");
    }
}

#[test]
fn limits_of_every_key() {
    let limits = web(
        "    mem_limit: 1.5g\n    mem_reservation: 64m\n    memswap_limit: -1\n    cpuset: '0'\n    cpu_shares: 512\n    cpu_period: 100000\n    cpu_quota: 50ms\n    oom_score_adj: -500\n    ulimits: { nproc: 65535, nofile: { soft: 20000, hard: 40000 } }",
    )
    .limits;
    assert_eq!((limits.memory, limits.memory_reservation, limits.memory_swap), (Some(3 << 29), Some(64 << 20), Some(-1)));
    assert_eq!((limits.cpuset.as_deref(), limits.cpu_shares), (Some("0"), Some(512)));
    assert_eq!((limits.cpu_period, limits.cpu_quota), (Some(100_000), Some(50_000)));
    assert_eq!((limits.ulimits["nproc"], limits.ulimits["nofile"]), ((65535, 65535), (20000, 40000)));
    assert_eq!(limits.oom_score_adj, Some(-500));
    let deployed = web(
        "    deploy: { restart_policy: { condition: on-failure, max_attempts: 2, delay: 5s }, resources: { limits: { cpus: 0.25 } } }",
    );
    assert_eq!((deployed.restart, deployed.limits.cpus), (RestartPolicy::OnFailure { times: Some(2) }, Some(0.25)));
}

#[test]
fn a_secret_is_a_file_of_its_own_folder() {
    let text = "services:\n  web: { image: x, secrets: [a, { source: b, target: key }], configs: [c] }\nsecrets: { a: { file: ./a }, b: { environment: B } }\nconfigs: { c: { content: hi } }\n";
    let environment = BTreeMap::from([("B".to_owned(), "hush".to_owned())]);
    let file = Arc::new(ComposeFile::read("t", text, &environment).unwrap());
    let topology = Topology::of(&file, &Levels::new()).unwrap();
    let mounts: Vec<_> = topology.services[0].mounts.iter().map(|mount| (mount.source.clone(), mount.target.as_str())).collect();
    let wanted = [
        (Source::Text("hi".into()), "/c"),
        (Source::Path("./a".into()), "/run/secrets/a"),
        (Source::Text("hush".into()), "/run/secrets/key"),
    ];
    assert_eq!(mounts, wanted);
    let unset = Topology::read("t", text, &Levels::new()).unwrap_err();
    assert!(unset.message.contains("the secret `b`: the variable `B` is not set"), "{unset}");
}

#[test]
fn what_is_not_required_is_waited_for_only_where_it_is_declared() {
    let text = "services:\n  web: { image: x, depends_on: { db: { condition: service_started, required: false }, gone: { condition: service_healthy, required: false } } }\n  db: { image: y }\n";
    assert_eq!(read(text).service("web").unwrap().depends_on, BTreeMap::from([("db".to_owned(), Condition::Started)]));
}

#[test]
fn a_build_without_an_image_has_a_private_name_and_its_context_is_here_unless_it_is_said() {
    let topology = read("services:\n  Web: { build: { target: x } }\n  db: { build: ./db }\n");
    let images: Vec<&str> = topology.services.iter().map(|service| service.image.as_str()).collect();
    assert_eq!(images, ["relapse-built-shop-web", "relapse-built-shop-db"]);
    assert_eq!(topology.service("Web").unwrap().build.as_ref().unwrap().context, ".");
}
