//! Which servers a list has, each time that it changes: Consul's instances of a service, an HAProxy's servers of a backend, an Envoy's
//! hosts of a cluster, an nginx's servers of an upstream, a Prometheus' targets of a job, a name's addresses. See `relapse_wire::members`. Run it
//! where the list is reached, as whoever uses it would. One file a kind of list: its options, and `read`. `page` is what those have in
//! common that are asked for over HTTP.

mod caddy;
mod consul;
mod dns;
mod envoy;
mod haproxy;
mod nginx;
mod page;
mod prometheus;

use std::net::SocketAddr;
use std::time::Duration;

use clap::Subcommand;
use relapse_wire::members::{HEARTBEAT_MS, Reading, Server};
use tokio::time::Instant;

use crate::input::read_input;
use relapse_service::{log, stop};

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    list: List,
}

/// A list, and how it is read.
#[derive(Subcommand)]
pub(crate) enum List {
    /// The upstreams of a Caddy's reverse proxies.
    Caddy(caddy::Options),
    /// The instances of a service.
    Consul(consul::Options),
    /// The hosts of a cluster that an Envoy uses, with the health that it sees.
    Envoy(envoy::Options),
    /// Those that it was told of.
    EnvoyConfigDump(envoy::Options),
    /// The servers of a backend.
    Haproxy(haproxy::Options),
    /// The servers of an upstream in a configuration file.
    Nginx(nginx::Options),
    /// The targets of a job.
    Prometheus(prometheus::Options),
    /// The addresses of a name.
    Dns(dns::Options),
}

/// Tells until standard input ends or a signal comes.
///
/// # Errors
/// When standard output is closed.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    // Whatever comes there is of no interest; that it ends is.
    let ended = read_input::<serde::de::IgnoredAny>().ended;
    let (tell, mut readings) = readings();
    let reading = read(&options.list, &tell);
    // Only what somebody has looked at is told, that it is as before as well: a list whose owner hangs falls silent.
    let telling = async {
        let mut last = None;
        let mut said = Instant::now();
        while let Some(reading) = readings.recv().await {
            if reading != Reading::Unchanged && last.as_ref() != Some(&reading) {
                log::line(&reading)?;
                last = Some(reading);
            } else if said.elapsed() >= Duration::from_millis(HEARTBEAT_MS / 2) {
                log::line(&Reading::Unchanged)?;
            } else {
                continue;
            }
            said = Instant::now();
        }
        Ok(())
    };
    tokio::select! {
        outcome = reading => outcome,
        outcome = telling => outcome,
        () = stop::stopped() => Ok(()),
        _ = ended => Ok(()),
    }
}

/// Takes what each look at a list has seen.
pub(crate) type Tell = tokio::sync::mpsc::Sender<Reading>;

/// Where readings are told, and where they come.
pub(crate) fn readings() -> (Tell, tokio::sync::mpsc::Receiver<Reading>) {
    tokio::sync::mpsc::channel(8)
}

/// Reads a list again and again, until nobody listens.
///
/// # Errors
/// When there are no means to read it.
pub(crate) async fn read(list: &List, tell: &Tell) -> anyhow::Result<()> {
    match list {
        List::Caddy(options) => caddy::read(options, tell).await,
        List::Consul(options) => consul::read(options, tell).await,
        List::Envoy(options) => envoy::read(options, envoy::From::Clusters, tell).await,
        List::EnvoyConfigDump(options) => envoy::read(options, envoy::From::ConfigDump, tell).await,
        List::Haproxy(options) => haproxy::read(options, tell).await,
        List::Nginx(options) => nginx::read(options, tell).await,
        List::Prometheus(options) => prometheus::read(options, tell).await,
        List::Dns(options) => dns::read(options, tell).await,
    }
}

fn server(address: SocketAddr, listed: bool, state: &str) -> Server {
    Server { address, listed, state: state.to_owned() }
}

/// It is as before. Whether anybody still listens.
async fn same(tell: &Tell) -> bool {
    tell.send(Reading::Unchanged).await.is_ok()
}

/// Whether anybody still listens. After a failure there is a pause.
async fn tell_reading(reading: anyhow::Result<Vec<Server>>, tell: &Tell, pause: Duration) -> bool {
    let failed = reading.is_err();
    let reading = match reading {
        Ok(mut servers) => {
            servers.sort_by_key(|server| server.address);
            Reading::Servers(servers)
        }
        Err(error) => Reading::Failed(format!("{error:#}")),
    };
    if tell.send(reading).await.is_err() {
        return false;
    }
    if failed {
        tokio::time::sleep(pause).await;
    }
    true
}
