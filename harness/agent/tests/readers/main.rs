//! Each reader against the server that it reads: one real container, started by testcontainers, of each release that Debian's suites (for
//! Envoy: the Python registry) have. What the server was told is what the reader has to say of it.
//!
//! A file a server; `image` makes the image and starts the container, `agent` runs the agent's own commands, `access` reads access lines.
//! Without an engine every test is ignored; with `RELAPSE_REQUIRE_ENGINE=1` it fails. Nightly ones run with `--include-ignored`; a filter
//! such as `haproxy` picks a server.

#![cfg(test)]

mod access;
mod agent;
mod caddy;
mod consul;
mod dns;
mod envoy;
mod git;
mod haproxy;
mod image;
mod nginx;
mod prometheus;

use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use relapse_engine::Engine;

use crate::image::{Image, Release};

/// How many containers run side by side.
const AT_ONCE: usize = 2;

type Body = fn(Image) -> Pin<Box<dyn Future<Output = ()>>>;

/// A server, its releases, and the test that every one of them has to pass.
const SERVERS: &[(&str, &[Release], Body)] = &[
    ("caddy", caddy::RELEASES, |image| Box::pin(caddy::test(image))),
    ("consul", consul::RELEASES, |image| Box::pin(consul::test(image))),
    ("dns", dns::RELEASES, |image| Box::pin(dns::test(image))),
    ("envoy", envoy::RELEASES, |image| Box::pin(envoy::test(image))),
    ("git", git::RELEASES, |image| Box::pin(git::test(image))),
    ("haproxy", haproxy::RELEASES, |image| Box::pin(haproxy::test(image))),
    ("nginx", nginx::RELEASES, |image| Box::pin(nginx::test(image))),
    ("prometheus", prometheus::RELEASES, |image| Box::pin(prometheus::test(image))),
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(arguments.test_threads.unwrap_or(AT_ONCE).min(AT_ONCE));
    let runtime = Arc::new(tokio::runtime::Runtime::new().unwrap());
    let engine = runtime.block_on(Engine::connect()).map_err(|error| format!("there is no engine: {error}"));
    let is_required = std::env::var_os("RELAPSE_REQUIRE_ENGINE").is_some_and(|value| value == "1");
    if let (Err(why), false) = (&engine, is_required) {
        println!("every test is ignored: {}", why.lines().next().unwrap_or_default());
    }
    let is_there = engine.is_ok() || is_required;
    let trial = |server: &'static str, release: &'static Release, body: Body| {
        let (runtime, engine) = (runtime.clone(), engine.clone());
        let run = move || {
            runtime.block_on(body(Image::of(engine?, server, release)));
            Ok(())
        };
        Trial::test(format!("{server}_{}", release.version), run).with_ignored_flag(release.is_nightly || !is_there)
    };
    let trials = SERVERS.iter().flat_map(|(server, releases, body)| releases.iter().map(move |one| (*server, one, *body)));
    let trials = trials.map(|(server, release, body)| trial(server, release, body)).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    let left = engine.map_or_else(|_| Vec::new(), |engine| runtime.block_on(image::left(&engine)));
    assert!(left.is_empty(), "containers are left: {left:?}");
    conclusion.exit_code()
}
