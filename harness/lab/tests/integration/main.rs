//! Tests of the lab, on an engine.

// Clippy lets tests unwrap; what `cfg(test)` marks is tests.
#![cfg(test)]

mod departures;
mod reaper;

use std::process::ExitCode;

use tokio::runtime::{Builder, Runtime};

fn main() -> ExitCode {
    relapse_lab::reaper::serve_if_asked();
    reaper::be_a_victim_if_asked();
    relapse_testing::run(vec![departures::tests(), reaper::tests()])
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
