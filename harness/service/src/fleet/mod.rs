//! A fleet: up to a thousand instances of a service in one container, each with an address of its own, finite workers and an identity.
//! Requests can ask a backend; a flag in Consul's key-value store says how many of them ask it for more. A terminated instance goes
//! dark, as a machine does that is gone: no reset, and nobody deregisters it.
//!
//! `network` has the addresses, `instance` one instance, `book` all of them, `site` what they have in common, `serve` answers requests,
//! `socket` WebSockets, `metrics` its figures, `backend` is what a request asks besides, `flag` follows the flag, `control` is how instances are started and terminated.

pub mod backend;
mod book;
mod control;
pub mod flag;
pub mod instance;
mod metrics;
pub mod network;
pub mod serve;
pub mod shared;
pub mod site;
mod socket;

use std::sync::Arc;

use anyhow::Context;
use futures_util::{StreamExt, TryStreamExt};

use crate::listen::{self, Address};
use crate::log;
use backend::Backend;
use book::Book;
use instance::Instance;
use network::Range;
use site::Site;

/// An agent takes them one after the other anyway; more would only wait there.
const REGISTERED_AT_A_TIME: usize = 16;

/// What a fleet is told.
// What flattens it has a group of the same name.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct Options {
    /// The addresses of instances, such as `10.83.128.0/20`: within the lab's network, and apart from those of containers.
    #[arg(long, env = "ADDRESSES")]
    addresses: Range,
    /// Zones, in turn: the first instance is in the first one.
    #[arg(long, env = "ZONES", value_delimiter = ' ', default_value = "a")]
    zones: Vec<String>,
    #[command(flatten)]
    site: shared::Options,
    /// Where instances are started and terminated.
    #[arg(long, env = "CONTROL", default_value = "0.0.0.0:9000")]
    control: Address,
}

/// A running fleet.
pub struct Fleet {
    network: network::Network,
    site: Arc<Site>,
    book: Book,
}

/// Serves until it is stopped.
///
/// # Errors
/// When the addresses are no subnet of their own, or the ports cannot be listened on.
pub async fn run(options: Options, backend: Option<Box<dyn Backend>>) -> anyhow::Result<()> {
    let Options { addresses, zones, site, control } = options;
    let network = network::Network::open().await?;
    network.own(addresses).await?;
    let listener = serve::listen(site.port).await?;
    let control = control.bind().await?;
    let book = Book::new(&site.service, addresses, &zones, site.workers);
    let fleet = Arc::new(Fleet { network, site: Arc::new(Site::new(site, backend)?), book });
    tokio::spawn(flag::follow(fleet.site.clone()));
    let served = fleet.clone();
    // Which instance was asked is the address that the connection was made to.
    tokio::spawn(serve::accept(fleet.site.clone(), listener, move |address| served.book.at(address)));
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
            self.site.register(&instance).await?;
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
