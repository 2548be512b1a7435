//! Tiers that cannot be what is asked of them: more instances than addresses, no slots, a Runtime API that refuses, a catalogue that goes
//! away in mid-run. Each is told with its reason, and is no verdict on the incident.

use crate::common::{Project, Said, run, with_images};

relapse_testing::tests! {
    #[engine] more_instances_than_addresses,
    #[engine] no_slots,
    #[engine] #[ignore = "takes 40 seconds, and is told of as `no_slots` is"] a_runtime_api_that_refuses,
    #[engine] a_catalogue_that_goes_away,
    #[engine] a_catalogue_that_hangs,
}

const COMPOSE: &str = "fixtures/slack/compose.yaml";
const HAPROXY: &str = "fixtures/slack/haproxy/haproxy.cfg";

struct Bad {
    about: &'static str,
    edit: fn(&Project),
    /// After `Given the slack lab`.
    steps: &'static str,
    code: i32,
    said: &'static [&'static str],
}

fn more_instances_than_addresses() {
    expect(&Bad {
        about: "more instances than addresses",
        edit: |project| project.set("fleet", "ADDRESSES", "${RELAPSE_SUBNET:-10.83}.128.0/28"),
        steps: "    When webapp scales to 20\n    Then the last scale of webapp should be success within 1s\n    \
                And consul should list exactly 8 instances of webapp within 2s\n",
        code: 1,
        said: &["the last scale of webapp: failure", "12 more instances are more than there are addresses", "1 violated"],
    });
}

fn no_slots() {
    expect(&Bad {
        about: "no slots",
        edit: |project| project.replace(COMPOSE, "SLOTS: \"${SLOTS:-12}\"", "SLOTS: \"0\""),
        steps: "    Then consul should list exactly 8 instances of webapp within 5s\n",
        code: 3,
        said: &["the lab was not raised: proxy-", "it exited with code 1", "server-template"],
    });
}

fn a_runtime_api_that_refuses() {
    expect(&Bad {
        about: "a Runtime API that refuses",
        edit: |project| project.replace(HAPROXY, "level admin", "level user"),
        steps: "    Then consul should list exactly 8 instances of webapp within 5s\n",
        code: 3,
        said: &["the lab was not raised: sync-", "Permission denied"],
    });
}

fn a_catalogue_that_goes_away() {
    expect(&Bad {
        about: "Consul is gone in mid-run",
        edit: |_| {},
        steps: "    Then every list of webapp should agree with consul within 5s\n    When consul is killed\n    \
                Then every list of webapp should agree with consul throughout 8s\n",
        code: 3,
        said: &["inconclusive", "the webapp list of consul"],
    });
}

fn a_catalogue_that_hangs() {
    expect(&Bad {
        about: "Consul hangs in mid-run, its connections stay open",
        edit: |_| {},
        steps: "    Then every list of webapp should agree with consul within 5s\n    When consul is paused\n    \
                Then every list of webapp should agree with consul throughout 8s\n",
        code: 3,
        said: &["inconclusive", "the webapp list of consul"],
    });
}

fn expect(bad: &Bad) {
    with_images();
    let project = Project::of("slack");
    (bad.edit)(&project);
    project.write("features/bad.feature", &format!("Feature: f\n\n  Scenario: s\n    Given the slack lab\n{}", bad.steps));
    let said: Said = run(project.relapse().args(["run", "features/bad.feature"]));
    println!("{:5.1} s  {}", said.seconds, bad.about);
    said.expect(bad.code, bad.said);
}
