//! What is refused, with its place and with what to do.

use super::*;

#[test]
fn an_unknown_key_is_refused_with_its_place() {
    let error = Topology::read("t", "services:\n  web:\n    imag: x\n", &Levels::new()).unwrap_err();
    assert!(error.message.contains("imag"), "{error}");
    assert_eq!(error.place.unwrap().0, 3);
}

#[test]
fn what_is_refused_has_its_place_and_advice() {
    let refused = error("services:\n  web:\n    image: x\n    privileged: true\n");
    assert_eq!(refused.place.map(|(line, _)| line), Some(4), "{refused}");
    assert!(refused.message.contains("`cap_add`"), "{refused}");
    let refused = error("services:\n  web:\n    image: x\n    volumes:\n      - data:/x\n      - /etc:/y\nvolumes: { data: }\n");
    assert_eq!(refused.place.map(|(line, _)| line), Some(6), "{refused}");
    let refused = error("services:\n  web: { image: x }\ninclude:\n  - a.yaml\n");
    assert_eq!(refused.place, Some((3, 1)), "{refused}");
    assert!(refused.message.contains("one file"), "{refused}");
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
    ("services:\n  a:\n    image: x\n    configs: [c]\nconfigs: { c: { file: /etc/hostname } }\n", "within the project", (4, 15)),
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
    assert!(Topology::read("t", "services:\n  a: { image: x }\n  a: { image: y }\n", &Levels::new()).is_err());
}

#[test]
fn only_our_socket_proxy_gets_the_engines_socket() {
    let proxy = "image: relapse-agent, command: [socket-proxy], environment: { LISTEN: /d/docker.sock }, volumes: ['/var/run/docker.sock:/var/run/docker.sock', 'd:/d']";
    let bare = |service: &str| {
        let text = format!("services:\n  a: {{ {service} }}\nvolumes: {{ d: }}\n");
        Topology::read("t", &text, &Levels::new()).unwrap().bare_sockets
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
