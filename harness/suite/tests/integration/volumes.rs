//! Volumes that nobody named: an image with `VOLUME` has one for each of its containers, without a label by which it could be swept.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::common::{docker, run, small};

relapse_testing::tests! {
    #[engine] a_part_that_is_removed_takes_its_anonymous_volume_along,
}

/// The image that this test makes and removes.
const IMAGE: &str = "relapse-test-volume";

fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    format!("{}.{:09}", since.as_secs(), since.subsec_nanos())
}

fn a_part_that_is_removed_takes_its_anonymous_volume_along() {
    let project = small("goodbye", "@control", "goodbye");
    project.write("docker/volume/Dockerfile", "FROM debian:bookworm-slim\nVOLUME /data\n");
    project.replace("fixtures/small/compose.yaml", "image: relapse-runtime", &format!("image: {IMAGE}"));
    project.replace("fixtures/small/compose.yaml", "../../docker/runtime", "../../docker/volume");
    let text = project.read("features/small.feature");
    project.write(
        "features/small.feature",
        &format!("{text}    When speaker is removed\n    Then speaker should be removed within 1s\n"),
    );

    let since = now();
    let said = run(project.relapse().args(["run", "features/small.feature"]));
    said.expect(0, &["1 held"]);
    let until = now();
    let events = |filters: &[&str], format: &str| {
        let filters = filters.iter().flat_map(|filter| ["--filter", *filter]);
        let arguments: Vec<&str> =
            ["events", "--since", &since, "--until", &until, "--format", format].into_iter().chain(filters).collect();
        docker(&arguments)
    };
    // By what the engine told of this run's own containers: others use the engine meanwhile.
    let label = format!("label=relapse.pid={}", said.pid);
    let containers = events(&["type=container", "event=create", &label], "{{.Actor.ID}}");
    let mounted = events(&["type=volume", "event=mount"], "{{.Actor.ID}} {{.Actor.Attributes.container}}");
    let ours: Vec<&str> = mounted
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(_, container)| containers.lines().any(|own| own == *container))
        .map(|(volume, _)| volume)
        .collect();
    assert!(!ours.is_empty(), "the image has a volume; the engine told:\n{mounted}\nof these:\n{containers}");
    let there = docker(&["volume", "ls", "--quiet"]);
    let left: Vec<&str> = ours.into_iter().filter(|volume| there.lines().any(|name| name == *volume)).collect();
    for volume in &left {
        docker(&["volume", "rm", volume]);
    }
    for tag in docker(&["images", IMAGE, "--format", "{{.Repository}}:{{.Tag}}"]).lines() {
        docker(&["rmi", tag]);
    }
    assert_eq!(left, Vec::<&str>::new(), "these stay for ever");
}
