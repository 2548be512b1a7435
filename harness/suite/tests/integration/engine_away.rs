//! The engine goes away in the midst of a run: a proxy on its socket is cut. What is judged then is nothing, and what is left is told, and
//! removed once the engine is back. `cargo test -p relapse --test integration engine_away -- --ignored` takes most of a minute.

use std::time::Duration;

use crate::common::behind::{Behind, WITHIN};
use crate::common::{labelled, small, until, with_images};

relapse_testing::tests! {
    #[engine] away_for_a_while_is_inconclusive_and_leaves_nothing,
    #[engine] #[ignore = "takes most of a minute: an engine that does not come back"] away_for_good_is_told_with_what_is_left_and_the_reaper_goes_on,
}

/// A run whose engine went away while `then` was watched.
fn away(then: &str) -> Behind {
    let project = small("goodbye", "@control", "goodbye");
    let feature = project.read("features/small.feature");
    let head = feature.split("    Then").next().unwrap().to_owned();
    project.write("features/small.feature", &format!("{head}    Then {then}\n"));
    // The service says it last: the lab is raised then, and the next step is the Then.
    let behind = Behind::run(project, "features/small.feature", "speaker", "goodbye");
    behind.proxy.cut();
    behind
}

fn away_for_a_while_is_inconclusive_and_leaves_nothing() {
    with_images();
    // A Then that holds unless something is seen: with the engine gone, nothing is.
    let mut away = away("speaker should not be exited throughout 6s");
    std::thread::sleep(Duration::from_secs(2));
    away.proxy.mend();
    let said = away.ended();
    said.expect(3, &["features/small.feature:6: ", &away.proxy.host(), "went away in mid-run", "1 inconclusive"]);
    assert!(!said.all().contains("was not removed"), "the engine was back:\n{}", said.all());
    assert_eq!(labelled(&away.label()), Vec::<String>::new());
}

fn away_for_good_is_told_with_what_is_left_and_the_reaper_goes_on() {
    with_images();
    // A Then that is violated unless something is seen.
    let mut away = away("speaker should be exited within 6s");
    let said = away.ended();
    let words = ["went away in mid-run", "the lab was not removed", "did not say what is left of run r-", "label=relapse.run=r-"];
    said.expect(3, &words).expect(3, &["relapse leaks --remove", "1 inconclusive"]);
    assert!(said.seconds < 50.0, "it took {:.0} s", said.seconds);
    println!("{:.1} s  until a run ends whose engine is gone for good", said.seconds);
    assert!(!labelled(&away.label()).is_empty(), "the engine itself was never away: this test is to see something left");
    away.proxy.mend();
    let gone = until(WITHIN, || labelled(&away.label()).is_empty().then_some(()));
    assert!(gone.is_some(), "left by the reaper: {:?}", labelled(&away.label()));
}
