//! The links of the alert that stayed silent: for each there is a mutation that turns exactly that Then red. See `common::chain`.

use crate::common::chain::{Chain, Mutation, Red, pretend};

relapse_testing::tests! {
    #[alone] #[ignore = "takes five minutes: nine labs with Prometheus"] each_link_has_a_mutation_that_turns_exactly_it_red,
}

const CHAIN: Chain = Chain { topology: "slack", feature: FEATURE, mutations: MUTATIONS };

const FEATURE: &str = "features/slack/alerts.feature";
const COMPOSE: &str = "fixtures/slack/compose.yaml";
const COMMON: &str = "fixtures/slack/prometheus/common.yml";
const ON_TRIAL: &str = "fixtures/slack/prometheus/on-trial.yml";
const BROKEN: &str = "fixtures/slack/prometheus/alert-broken.yml";

const SWITCH: &str = "the alert \"Watchdog\" should fire within 15s";
const SWITCH_STILL: &str = "the alert \"Watchdog\" should fire within 5s";
const FITS: &str = "every list of webapp should agree with consul";
const SYNC_FAILS: &str = "the last sync of proxy-1 should be failure";
const ON_FAILURE: &str = "the alert \"SyncFails\" should fire";
const ON_AGE: &str = "the alert \"SyncIsOld\" should fire";
const FROZEN: &str = "proxy-1 should list at least 4 stale instances";
const ON_DIVERGENCE: &str = "the alert \"SlotsDiverge\" should fire";
const SILENT: &str = "the alert \"SlotsFrozen\" should not fire";

const MUTATIONS: &[Mutation] = &[
    Mutation {
        // Something else has to be told all the time, else there is no verdict.
        about: "the dead-man's switch waits for half a minute, and another one does not",
        edit: |project| {
            let own = "      - alert: Watchdog\n        expr: vector(1)\n";
            project.replace(COMMON, own, &format!("      - alert: Other\n        expr: vector(1)\n{own}        for: 25s\n"));
        },
        red: Red::Exactly(SWITCH),
    },
    Mutation {
        about: "the dead-man's switch ends with the first stale slot, and another one does not",
        edit: |project| {
            let own = "      - alert: Watchdog\n        expr: vector(1)\n";
            let ends = "      - alert: Watchdog\n        expr: vector(1) unless on () ALERTS{alertname=\"SlotsDiverge\"}\n";
            project.replace(COMMON, own, &format!("      - alert: Other\n        expr: vector(1)\n{ends}"));
        },
        red: Red::Exactly(SWITCH_STILL),
    },
    Mutation {
        about: "an HAProxy has one slot less",
        edit: |project| project.replace(COMPOSE, "levels: [\"12\",", "levels: [\"11\","),
        red: Red::Exactly(FITS),
    },
    Mutation {
        about: "the sync program of one HAProxy says its runs in another's name, and somebody says in its name that all is well",
        edit: |project| {
            project.replace(COMPOSE, "environment: { <<: *sync, NAME: proxy-1 }", "environment: { <<: *sync, NAME: lb-1 }");
            pretend(project, COMPOSE, "sync", "proxy-1", "success");
        },
        red: Red::Exactly(SYNC_FAILS),
    },
    Mutation {
        about: "the rule on failures has the figure's old name as well",
        edit: |project| project.replace(ON_TRIAL, "sync_runs_total{outcome=\"failure\"}", "sync_failures_total"),
        red: Red::Exactly(ON_FAILURE),
    },
    Mutation {
        about: "the rule on the last success has a minute's patience",
        edit: |project| {
            project.replace(ON_TRIAL, "sync_last_success_timestamp_seconds > 6", "sync_last_success_timestamp_seconds > 60")
        },
        red: Red::Exactly(ON_AGE),
    },
    Mutation {
        about: "in the evening fewer go",
        edit: |project| project.replace(FEATURE, "webapp scales to 9", "webapp scales to 12"),
        red: Red::Exactly(FROZEN),
    },
    Mutation {
        about: "nobody reads the catalogue for Prometheus",
        edit: |project| project.replace(COMPOSE, "--name=consul", "--name=catalogue"),
        red: Red::Exactly(ON_DIVERGENCE),
    },
    Mutation {
        about: "somebody told the rule of the figure's new name",
        edit: |project| project.replace(BROKEN, "sync_failures_total[", "sync_runs_total{outcome=\"failure\"}["),
        red: Red::Exactly(SILENT),
    },
];

fn each_link_has_a_mutation_that_turns_exactly_it_red() {
    CHAIN.measure();
}
