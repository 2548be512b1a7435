//! The links of Slack's day: for each there is a mutation that turns exactly that Then red. See `common::chain`.

use crate::common::Project;
use crate::common::chain::{Chain, Mutation, Red, pretend};

relapse_testing::tests! {
    #[alone] #[ignore = "takes five minutes: eleven days"] each_link_has_a_mutation_that_turns_exactly_it_red,
}

const CHAIN: Chain = Chain { topology: "slack", feature: FEATURE, mutations: MUTATIONS };

const FEATURE: &str = "features/slack/stale_slots.feature";
const COMPOSE: &str = "fixtures/slack/compose.yaml";
const BALANCER: &str = "fixtures/slack/haproxy/balancer.cfg";

const MORNING: &str = "consul should list exactly 8 instances of webapp";
const SLOW: &str = "the median latency of everybody should be above 200ms";
const SCALE_OUT: &str = "the last scale-out of webapp should be success";
const MORE: &str = "consul should list exactly 14 instances of webapp";
const ROLLED_BACK: &str = "the median latency of everybody should be below 50ms";
const SYNC_FAILS: &str = "the last sync of proxy-1 should be failure";
const NO_ERRORS: &str = "the error rate of everybody should be below 1%";
const FROZEN: &str = "proxy-1 should list at least 3 stale instances";
const GROWING: &str = "proxy-1 should list at least 9 stale instances";
const LATER_IS_RIGHT: &str = "proxy-3 should agree with consul";
const OUTAGE: &str = "the rate of 503 of everybody should be above 50%";

const MUTATIONS: &[Mutation] = &[
    Mutation {
        about: "the tier has one instance more in the morning",
        edit: |project| project.set("autoscaler", "INSTANCES", "9"),
        red: Red::Exactly(MORNING),
    },
    Mutation {
        // Half of what users would notice, and an autoscaler that minds it.
        about: "the flag's query waits for a tenth of a second and reads nothing, and the autoscaler wants idle workers",
        edit: |project| {
            project.set("fleet", "FLAG_QUERY", "SELECT SLEEP(0.1)");
            project.replace(
                COMPOSE,
                "      MOST_INSTANCES: \"14\"\n",
                "      MOST_INSTANCES: \"14\"\n      TARGET_BUSY: \"5\"\n",
            );
        },
        red: Red::Exactly(SLOW),
    },
    Mutation {
        about: "an operator adds the instances, and the autoscaler says that it may not",
        edit: |project| {
            pretend(project, COMPOSE, "scale-out", "webapp", "refused");
            project.set("autoscaler", "MOST_INSTANCES", "8");
            let then = format!("    And {SCALE_OUT}");
            project.replace(FEATURE, &then, &format!("    When webapp scales to 14\n    Then {SCALE_OUT}"));
        },
        red: Red::Exactly(SCALE_OUT),
    },
    Mutation {
        // In the afternoon there is one less as well, so that as many of those in the slots are gone.
        about: "the autoscaler may add one instance less",
        edit: |project| {
            project.set("autoscaler", "MOST_INSTANCES", "13");
            afternoon(project, "10");
        },
        red: Red::Exactly(MORE),
    },
    Mutation {
        about: "every request is slow, whatever the flag says",
        edit: |project| project.set("fleet", "QUERY", "SELECT SLEEP(0.1)"),
        red: Red::Exactly(ROLLED_BACK),
    },
    Mutation {
        about: "the sync program of the first machine tells of itself under another name, and somebody under its own that all is well",
        edit: |project| {
            project.replace(COMPOSE, "NAME: proxy-1 }", "NAME: balancer-1 }");
            pretend(project, COMPOSE, "sync", "proxy-1", "success");
        },
        red: Red::Exactly(SYNC_FAILS),
    },
    Mutation {
        // Some failures would not do: of the first ten requests, all can be fine.
        about: "the cloud's load balancer hangs for a while before the afternoon",
        edit: |project| {
            let then = format!("    And {NO_ERRORS} within 10s\n");
            let hangs = format!("    When lb is paused\n    Then {NO_ERRORS} within 20s\n    When lb is resumed\n");
            project.replace(FEATURE, &then, &hangs);
        },
        red: Red::Exactly(NO_ERRORS),
    },
    Mutation {
        about: "in the afternoon there are as many instances as slots",
        edit: |project| afternoon(project, "12"),
        red: Red::Exactly(FROZEN),
    },
    Mutation {
        about: "five instances are replaced, and not eight",
        edit: |project| project.replace(COMPOSE, "hourly: { REPLACED: \"8\" }", "hourly: { REPLACED: \"5\" }"),
        red: Red::Exactly(GROWING),
    },
    Mutation {
        about: "the HAProxy that is started in mid-day has two slots less",
        edit: |project| {
            let service = "  proxy-3:\n    <<: *proxy\n";
            project.replace(
                COMPOSE,
                service,
                &format!("{service}    environment: {{ <<: *proxy-environment, SLOTS: \"10\" }}\n"),
            );
        },
        red: Red::Exactly(LATER_IS_RIGHT),
    },
    Mutation {
        about: "the cloud's load balancer asks each HAProxy for /healthz, and leaves out those that do not answer 200",
        edit: |project| {
            project.replace(BALANCER, "    balance roundrobin\n", "    balance roundrobin\n    option httpchk GET /healthz\n")
        },
        red: Red::Exactly(OUTAGE),
    },
];

fn afternoon(project: &Project, instances: &str) {
    let level = "to-eleven: { AFTERNOON: ";
    project.replace(COMPOSE, &format!("{level}\"11\""), &format!("{level}\"{instances}\""));
}

fn each_link_has_a_mutation_that_turns_exactly_it_red() {
    CHAIN.measure();
}
