//! Each reader against the server that it reads: one real container, started by testcontainers, of each release that Debian's suites (for
//! Envoy: the Python registry) have. What the server was told is what the reader has to say of it.
//!
//! A file a server; `image` makes the image and starts the container, `agent` runs the agent's own commands, `access` reads access lines.
//! Nightly ones run with `--include-ignored`; a filter such as `haproxy` picks a server.

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

use relapse_engine::Engine;
use relapse_testing::{Completion, Module, Test};
use tokio::runtime::Runtime;

use crate::image::{Image, Release};

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
    let runtime = Arc::new(Runtime::new().unwrap());
    let test = |server: &'static str, release: &'static Release, body: Body| {
        let runtime = runtime.clone();
        let run = move || {
            runtime.block_on(async { body(Image::of(Engine::connect().await.unwrap(), server, release)).await });
            Completion::Completed
        };
        let test = Test::new(release.version, run).engine();
        if release.is_nightly { test.ignore("an older or a newer release: --include-ignored asks it too") } else { test }
    };
    let module = |(server, releases, body): &(&'static str, &'static [Release], Body)| {
        Module::named(server, releases.iter().map(|release| test(server, release, *body)).collect())
    };
    let code = relapse_testing::run(SERVERS.iter().map(module).collect());
    let left = runtime.block_on(async {
        match Engine::connect().await {
            Ok(engine) => image::left(&engine).await,
            Err(_) => Vec::new(),
        }
    });
    assert!(left.is_empty(), "containers are left: {left:?}");
    code
}
