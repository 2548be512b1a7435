//! Tests of the built command, from outside: as its users meet it. All are one program, so that they are compiled and listed once.

// Clippy lets tests unwrap; what `cfg(test)` marks is tests.
#![cfg(test)]

mod bad_engine;
mod bad_input;
mod bad_labs;
mod bad_tiers;
mod busy;
mod common;
mod documents;
mod elsewhere;
mod engine_away;
mod explain;
mod gaps;
mod github;
mod leftovers;
mod lint;
mod lint_figures;
mod mutations;
mod mutations_alerts;
mod mutations_slack;
mod second_engine;
mod seen_red;
mod shapes;
mod taken;
mod tutorial;
mod unified;
mod volumes;
mod why;

fn main() -> std::process::ExitCode {
    // The longest first: so none of them is left at the end alone.
    relapse_testing::run(vec![
        tutorial::tests(),
        elsewhere::tests(),
        mutations::tests(),
        why::tests(),
        leftovers::tests(),
        seen_red::tests(),
        bad_labs::tests(),
        bad_input::tests(),
        bad_engine::tests(),
        bad_tiers::tests(),
        busy::tests(),
        documents::tests(),
        engine_away::tests(),
        explain::tests(),
        gaps::tests(),
        github::tests(),
        lint::tests(),
        lint_figures::tests(),
        mutations_alerts::tests(),
        mutations_slack::tests(),
        second_engine::tests(),
        shapes::tests(),
        taken::tests(),
        unified::tests(),
        volumes::tests(),
    ])
}
