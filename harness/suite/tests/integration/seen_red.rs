//! Thens that neither `prove` nor the chain's mutations turn red: each is shown to fail on a project where what it tells of does not
//! happen.

use std::num::NonZeroU8;

use crate::common::mutate::{PATIENCE, table, violated};
use crate::common::{Project, with_images};

relapse_testing::tests! {
    #[engine] #[ignore = "takes a minute: a lab with Prometheus"] the_tab_in_prometheus,
    #[engine] #[ignore = "takes a minute: a lab of the login loop"] two_bots_and_somebody_else_s_deploy,
    #[engine] #[ignore = "takes a minute: a lab with all alerts"] the_rules_of_slack_s_alerts,
}

struct Row {
    about: &'static str,
    /// The scenario's name, and its feature.
    scenario: (&'static str, &'static str),
    edit: fn(&Project),
    /// What the Thens that have to be red begin with; all others have to hold.
    red: &'static [&'static str],
}

fn the_tab_in_prometheus() {
    red(&Row {
        about: "nobody closes the tab",
        scenario: (
            "features/trap/prometheus.feature",
            "While the tab is open traQ is at its limit, and no longer once it is closed",
        ),
        edit: |project| project.replace("features/trap/prometheus.feature", "    When to-hutohu leaves\n", ""),
        red: &[
            "'rate(container_cpu_usage_seconds_total{name=\"traq\"}[5s])' in prometheus should be below 0.05",
            "'sum(rate(http_requests_total{path=~\"/api/1.0/.+\"}[5s]))' in prometheus should be below 1",
        ],
    });
}

fn two_bots_and_somebody_else_s_deploy() {
    red(&Row {
        about: "the deploy of somebody else does not reload nginx",
        scenario: (
            "features/trap/apps.feature",
            "Somebody else's healthy deploy leads the owners of two dead bots into the circle",
        ),
        edit: |project| {
            project.set("showcase", "RELOAD", "[ -e /etc/nginx/vhosts/home.kaz.trap.show.conf ] || nginx -s reload");
        },
        red: &[
            "nginx should log at least 3 lines",
            "to-hutohu should be answered 302 by showcase",
            "ryoha should be answered 302 by showcase",
            "to-hutohu should still be in a redirect loop",
            "ryoha should still be in a redirect loop",
        ],
    });
}

fn the_rules_of_slack_s_alerts() {
    red(&Row {
        about: "a rule has a figure's old name",
        scenario: ("features/slack/rules.feature", "Every rule fires for what it is for, and the day's one for nothing at all"),
        edit: |project| {
            let rule = "fixtures/slack/prometheus/alert-on-sync-failure.yml";
            project.replace(rule, "sync_runs_total{outcome=\"failure\"}", "sync_failures_total");
        },
        red: &["promtool should log at least 1 lines", "promtool should log exactly 0 lines with \"FAILED\""],
    });
}

fn red(row: &Row) {
    with_images();
    let mut outcome = Ok(());
    // A machine so busy that something was not seen is no evidence: then there is more time.
    for patience in PATIENCE {
        outcome = try_out(row, patience);
        if outcome.is_ok() {
            return;
        }
    }
    if let Err(why) = outcome {
        panic!("{}:\n{why}", row.about);
    }
}

fn try_out(row: &Row, patience: NonZeroU8) -> Result<(), String> {
    let project = Project::copy();
    (row.edit)(&project);
    let (feature, name) = row.scenario;
    let text = project.read(feature);
    let line =
        text.lines().position(|line| line.trim() == format!("Scenario: {name}")).expect("the scenario is in the feature") + 1;
    let thens = violated(&project, &format!("{feature}:{line}"), patience, row.about)?;
    // That the scenario is violated is seen by its exit code. Of one of several, a busy machine can leave something unseen: it does not hold.
    let red: Vec<&str> = thens.iter().filter(|then| then.verdict != "held").map(|then| then.text.as_str()).collect();
    let fits = red.len() == row.red.len() && row.red.iter().zip(&red).all(|(words, text)| text.starts_with(words));
    if fits { Ok(()) } else { Err(table(&thens)) }
}
