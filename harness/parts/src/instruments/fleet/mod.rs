//! A fleet: up to a thousand instances of a service in one container, each with an address of its own, finite workers and an identity.
//! Requests run a query; a flag in Consul's key-value store says how many of them run another one besides. A terminated instance goes
//! dark, as a machine does that is gone: no reset, and nobody deregisters it.
//!
//! `network` has the addresses, `instance` one instance, `book` all of them, `serve` answers requests, `database` runs the queries, `flag`
//! follows the flag, `control` is how instances are started and terminated.

mod book;
mod control;
mod database;
mod flag;
pub(crate) mod instance;
pub(crate) mod network;
mod serve;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use anyhow::Context;
use futures_util::{StreamExt, TryStreamExt};
use tokio::net::TcpListener;

use crate::common::consul::Consul;
use crate::common::listen::{self, Address};
use crate::common::log;
use book::Book;
use database::Database;
use instance::Instance;
use network::Range;

/// An agent takes them one after the other anyway; more would only wait there.
const REGISTERED_AT_A_TIME: usize = 16;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The addresses of instances, such as `10.83.128.0/20`: within the lab's network, and apart from those of containers.
    #[arg(long, env = "ADDRESSES")]
    addresses: Range,
    /// The port that every instance listens on.
    #[arg(long, env = "PORT", default_value_t = 8080)]
    port: u16,
    /// The service's name in Consul.
    #[arg(long, env = "SERVICE")]
    service: String,
    /// Zones, in turn: the first instance is in the first one.
    #[arg(long, env = "ZONES", value_delimiter = ' ', default_value = "a")]
    zones: Vec<String>,
    /// How many requests an instance works on at a time; others wait for a worker.
    #[arg(long, env = "WORKERS", default_value_t = 4)]
    workers: usize,
    /// The agent of this machine.
    #[arg(long, env = "CONSUL", default_value = "http://127.0.0.1:8500")]
    consul: String,
    /// How often the agent asks for /healthz.
    #[arg(long, env = "CHECK_INTERVAL", default_value = "1s")]
    check_interval: String,
    /// `mysql://user@host/database`. Without one, requests run no query.
    #[arg(long, env = "DATABASE")]
    database: Option<String>,
    /// What every request asks the database.
    #[arg(long, env = "QUERY", default_value = "SELECT 1")]
    query: String,
    /// What a request with the flag asks besides.
    #[arg(long, env = "FLAG_QUERY", default_value = "SELECT 1")]
    flag_query: String,
    /// The key whose value is the percentage of requests with the flag; without such a key, none has it.
    #[arg(long, env = "FLAG_KEY")]
    flag_key: Option<String>,
    /// Where instances are started and terminated.
    #[arg(long, env = "CONTROL", default_value = "0.0.0.0:9000")]
    control: Address,
}

/// A running fleet.
pub(crate) struct Fleet {
    options: Options,
    network: network::Network,
    consul: Consul,
    database: Option<Database>,
    /// In percent.
    flag: AtomicU32,
    book: Book,
}

/// Serves until it is stopped.
///
/// # Errors
/// When the addresses are no subnet of their own, or the ports cannot be listened on.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let network = network::Network::open().await?;
    network.own(options.addresses).await?;
    let listener = TcpListener::bind(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), options.port)).await;
    let listener = listener.with_context(|| format!("listening on port {}", options.port))?;
    let control = options.control.bind().await?;
    let fleet = Arc::new(Fleet {
        network,
        consul: Consul::new(&options.consul)?,
        database: options.database.as_deref().map(|url| Database::new(url, &options)).transpose()?,
        flag: AtomicU32::new(0),
        book: Book::new(&options.service, options.addresses, &options.zones, options.workers),
        options,
    });
    tokio::spawn(flag::follow(fleet.clone()));
    tokio::spawn(serve::accept(fleet.clone(), listener));
    log::ready("fleet");
    listen::serve(control, control::router(fleet)).await
}

impl Fleet {
    /// Tells the agent of new instances, several at a time: a thousand one by one take seconds.
    ///
    /// # Errors
    /// When the agent refuses.
    async fn register(&self, new: &[Arc<Instance>]) -> anyhow::Result<()> {
        let registering = futures_util::stream::iter(new.to_vec()).map(|instance| async move {
            self.consul.register(&instance.registration(&self.options)).await?;
            log::action("start", &instance.id, "success", &format!("at {}, zone {}", instance.address, instance.zone));
            anyhow::Ok(())
        });
        registering.buffered(REGISTERED_AT_A_TIME).try_collect().await
    }

    /// Terminates an instance: its address is dark from now on.
    ///
    /// # Errors
    /// When there is none of that name, or the kernel refuses.
    async fn terminate(&self, id: &str) -> anyhow::Result<()> {
        let found = self.book.all().into_iter().find(|instance| instance.id == id && !instance.is_terminated());
        let instance = found.with_context(|| format!("there is no instance {id}"))?;
        self.network.darken(instance.address).await?;
        instance.terminate();
        log::action("terminate", id, "success", &format!("{} is dark", instance.address));
        Ok(())
    }
}
