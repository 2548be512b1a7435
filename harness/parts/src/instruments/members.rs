//! Which servers a list has, each time that it changes: Consul's instances of a service, or an HAProxy's servers of a backend. See
//! `wire::members`. Run it where the list is reached, as whoever uses it would.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Subcommand;
use relapse_model::wire::members::{HEARTBEAT_MS, Reading, Server};
use tokio::time::{Instant, MissedTickBehavior};

use crate::common::consul::{Consul, Index};
use crate::common::haproxy::Runtime;
use crate::common::{log, stop};
use crate::instruments::visit::read_input;

/// An HAProxy does not tell when something changes.
const HAPROXY_EVERY: Duration = Duration::from_millis(50);
/// While Consul does not answer.
const CONSUL_AGAIN: Duration = Duration::from_millis(200);

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    list: List,
}

#[derive(Subcommand)]
enum List {
    /// The instances of a service.
    Consul {
        service: String,
        #[arg(default_value = "http://127.0.0.1:8500")]
        url: String,
    },
    /// The servers of a backend.
    Haproxy {
        backend: String,
        /// The Runtime API.
        #[arg(default_value = "127.0.0.1:9999")]
        api: SocketAddr,
    },
}

/// Tells until standard input ends or a signal comes.
///
/// # Errors
/// When standard output is closed.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    // Whatever comes there is of no interest; that it ends is.
    let ended = read_input::<serde::de::IgnoredAny>().ended;
    let (tell, mut readings) = tokio::sync::mpsc::channel(8);
    let reading = async {
        match options.list {
            List::Consul { service, url } => consul(&Consul::new(&url)?, &service, &tell).await,
            List::Haproxy { backend, api } => haproxy(Runtime(api), &backend, &tell).await,
        }
        anyhow::Ok(())
    };
    let telling = async {
        let mut last = None;
        let mut said = Instant::now();
        let mut ticks = tokio::time::interval(Duration::from_millis(HEARTBEAT_MS));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                Some(reading) = readings.recv() => {
                    if last.as_ref() != Some(&reading) {
                        log::line(&reading)?;
                        said = Instant::now();
                        last = Some(reading);
                    }
                }
                _ = ticks.tick() => {
                    if last.is_some() && said.elapsed() >= Duration::from_millis(HEARTBEAT_MS / 2) {
                        log::line(&Reading::Unchanged)?;
                        said = Instant::now();
                    }
                }
            }
        }
    };
    tokio::select! {
        outcome = reading => outcome,
        outcome = telling => outcome,
        () = stop::stopped() => Ok(()),
        _ = ended => Ok(()),
    }
}

type Tell = tokio::sync::mpsc::Sender<Reading>;

async fn consul(consul: &Consul, service: &str, tell: &Tell) {
    let mut index = Index::default();
    loop {
        let reading = match consul.instances(service, index).await {
            Ok((next, instances)) => {
                index = next;
                instances.iter().map(|one| Ok(server(one.address()?, one.state() == "passing", one.state()))).collect()
            }
            Err(error) => Err(error),
        };
        if !told(reading, tell, CONSUL_AGAIN).await {
            return;
        }
    }
}

async fn haproxy(runtime: Runtime, backend: &str, tell: &Tell) {
    let mut ticks = tokio::time::interval(HAPROXY_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let reading = runtime.slots(backend).await.map(|slots| {
            let with_address = slots.iter().filter_map(|slot| Some(server(slot.address?, slot.serves(), slot.state())));
            with_address.collect()
        });
        if !told(reading, tell, Duration::ZERO).await {
            return;
        }
    }
}

fn server(address: SocketAddr, listed: bool, state: &str) -> Server {
    Server { address, listed, state: state.to_owned() }
}

/// Whether anybody still listens. After a failure there is a pause.
async fn told(reading: anyhow::Result<Vec<Server>>, tell: &Tell, pause: Duration) -> bool {
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
