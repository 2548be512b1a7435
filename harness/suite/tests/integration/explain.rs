//! `relapse explain`: from the id of a reason to the next move.

use crate::common::{relapse, run};

relapse_testing::tests! {
    a_reason_is_explained_by_its_id_and_one_that_is_unknown_names_the_nearest,
}

fn a_reason_is_explained_by_its_id_and_one_that_is_unknown_names_the_nearest() {
    let explain = |arguments: &[&str]| run(relapse().arg("explain").args(arguments));
    let one = ["no-samples\n\n  seen      nobody tells of requests of alice", "\n  next      let alice ask first"];
    explain(&["no-samples"]).expect(0, &one);
    let all = ["A Then is inconclusive: Visits\n", "  no-samples  ", "relapse lint has a finding: ", "  does-not-speak  "];
    explain(&[]).expect(0, &all);
    explain(&["no-sampels"]).expect(2, &["`no-sampels` is no reason that relapse knows; did you mean no-samples"]);
}
