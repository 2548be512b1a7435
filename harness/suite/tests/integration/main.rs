//! Tests of the built command, from outside: as its users meet it. All are one program, so that they are compiled and listed once.

// Clippy lets tests unwrap; what `cfg(test)` marks is tests.
#![cfg(test)]

mod bad_engine;
mod bad_input;
mod bad_tiers;
mod common;
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
mod tutorial;
mod unified;
mod volumes;
mod why;

fn main() -> std::process::ExitCode {
    relapse_testing::run(vec![
        bad_engine::tests(),
        bad_input::tests(),
        bad_tiers::tests(),
        elsewhere::tests(),
        engine_away::tests(),
        explain::tests(),
        gaps::tests(),
        github::tests(),
        leftovers::tests(),
        lint::tests(),
        lint_figures::tests(),
        mutations::tests(),
        mutations_alerts::tests(),
        mutations_slack::tests(),
        second_engine::tests(),
        seen_red::tests(),
        shapes::tests(),
        tutorial::tests(),
        unified::tests(),
        volumes::tests(),
        why::tests(),
    ])
}
