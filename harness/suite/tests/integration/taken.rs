//! A Compose file as people have it, raised: what it says is so in the container, what a lab has otherwise is noted.

use crate::common::{Project, run, with_images};

relapse_testing::tests! {
    #[engine] what_a_file_of_the_field_says_is_so_in_the_lab,
    what_a_lab_has_otherwise_is_noted_and_strictly_it_is_a_finding,
}

const COMPOSE: &str = r#"x-asked: &asked
  image: relapse-runtime
  build: ../../docker/runtime
  command: ["sh", "-c", "for name in shop-db database; do getent hosts $$name | sed s/^/found:/; done; cat /run/secrets/key; ulimit -n; env | sort | grep ^IT_; echo kept: $(mount | grep -c ' /var/kept '); id -G; exec sleep 600"]
services:
  web:
    <<: *asked
    ports: ['8080:80']
    tty: true
    links: ['db:database']
    environment: { IT_NUMBER: 8080, IT_TRUE: true, IT_KNOWN: , IT_UNKNOWN: , IT_UNSET: 'x${NOT_SET}y' }
    secrets: [key]
    volumes: [/var/kept]
    group_add: ['4242']
    ulimits: { nofile: { soft: 777, hard: 888 } }
    stop_grace_period: 1s
  db:
    image: relapse-runtime
    container_name: shop-db
    command: [sleep, 600]
    stop_grace_period: 1s
secrets: { key: { file: ./key.txt } }
"#;

fn project() -> Project {
    let project = Project::copy();
    project.write("fixtures/shop/compose.yaml", COMPOSE);
    project.write("fixtures/shop/.env", "IT_KNOWN=from a file\n");
    project.write("fixtures/shop/key.txt", "a secret of its own\n");
    let lines = [
        "a secret of its own",
        "777",
        "IT_NUMBER=8080",
        "IT_TRUE=true",
        "IT_KNOWN=from a file",
        "IT_UNSET=xy",
        "4242",
        "kept: 1",
    ];
    let thens = lines.map(|line| format!("    Then web should log at least 1 lines with \"{line}\" within 15s\n")).concat();
    let feature = format!(
        "Feature: f\n\n  @control\n  Scenario: s\n    Given the shop lab\n    Then web should log at least 2 lines with \"found:\" within 15s\n{thens}    Then web should not log at least 1 lines with \"IT_UNKNOWN\" throughout 1s\n"
    );
    project.write("features/shop.feature", &feature);
    project
}

fn what_a_file_of_the_field_says_is_so_in_the_lab() {
    with_images();
    let said = run(project().relapse().args(["run", "features/shop.feature"]));
    said.expect(0, &["1 held", "note: fixtures/shop/compose.yaml:11:88: `${NOT_SET}` is not set"]);
}

fn what_a_lab_has_otherwise_is_noted_and_strictly_it_is_a_finding() {
    let project = project();
    let lint = |more: &[&str]| run(project.relapse().args(["lint", "fixtures/shop"]).args(more));
    let notes = [
        "fixtures/shop/compose.yaml:8:12: 1 port is not published",
        "fixtures/shop/compose.yaml:9:10: `tty` has no effect in a lab",
        "fixtures/shop/compose.yaml:11:88: `${NOT_SET}` is not set, here and in `.env`, so it is empty",
        "fixtures/shop/compose.yaml:11:18: service `web`: `IT_UNKNOWN` has no value here and in `.env`, so it is not set",
    ];
    let said = lint(&[]);
    said.expect(0, &notes);
    said.expect(0, &["note: fixtures/shop/compose.yaml:8:12", "1 topology: 0 findings"]);
    lint(&["--strict"]).expect(2, &["1 topology: 4 findings", "error: 1 port is not published", "`relapse explain not-literal`"]);
    // What a link of `.env` leads to is not the project's.
    std::fs::remove_file(project.path().join("fixtures/shop/.env")).unwrap();
    std::os::unix::fs::symlink("/etc/os-release", project.path().join("fixtures/shop/.env")).unwrap();
    lint(&[]).expect(2, &["fixtures/shop/.env", "out of the project"]);
}
