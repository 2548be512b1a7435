//! One instance in a container of its own, at that container's address: killing the container is terminating the instance. It serves as
//! a fleet's instances do, and tells its agent of itself. Nobody deregisters it.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use relapse_service::fleet::flag;
use relapse_service::fleet::instance::Instance;
use relapse_service::fleet::serve;
use relapse_service::fleet::shared;
use relapse_service::fleet::site::Site;
use relapse_service::{log, stop};

/// The agent may be starting at this moment.
const REGISTERED_WITHIN: Duration = Duration::from_secs(20);
const AGAIN: Duration = Duration::from_millis(200);

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    site: shared::Options,
    /// Which instance it is, in Consul and in `X-Served-By`.
    #[arg(long, env = "ID")]
    id: String,
    /// Its zone.
    #[arg(long, env = "ZONE", default_value = "a")]
    zone: String,
    /// Its address: that of this machine's own name, unless one is given, as on a machine with several networks.
    #[arg(long, env = "ADDRESS")]
    address: Option<Ipv4Addr>,
    /// This machine's name, as Docker sets it.
    #[arg(long, env = "HOSTNAME")]
    hostname: String,
}

/// Serves until it is stopped.
///
/// # Errors
/// When it has no address, the port cannot be listened on, or no agent takes it.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let Options { site, id, zone, address, hostname } = options;
    let address = match address {
        Some(address) => address,
        None => own(&hostname).await?,
    };
    let instance = Arc::new(Instance::new(id, address, zone, site.workers));
    let listener = serve::listen(site.port).await?;
    let site = Arc::new(Site::new(site, None)?);
    tokio::spawn(flag::follow(site.clone()));
    let served = instance.clone();
    tokio::spawn(serve::accept(site.clone(), listener, move |_| Some(served.clone())));
    register(&site, &instance).await?;
    log::action("start", &instance.id, "success", &format!("at {address}, zone {}", instance.zone));
    log::ready("webapp");
    stop::stopped().await;
    Ok(())
}

async fn own(hostname: &str) -> anyhow::Result<Ipv4Addr> {
    let addresses = crate::probes::resolve::ipv4(hostname).await;
    match addresses.as_deref() {
        Ok([IpAddr::V4(address)]) => Ok(*address),
        Ok(several) => bail!("{hostname} has the addresses {several:?}: say which one is the instance's in ADDRESS"),
        Err(error) => bail!("{hostname}, which is this machine's name, has no address: {error}"),
    }
}

async fn register(site: &Site, instance: &Instance) -> anyhow::Result<()> {
    let until = Instant::now() + REGISTERED_WITHIN;
    loop {
        match site.register(instance).await {
            Ok(()) => return Ok(()),
            Err(error) if Instant::now() >= until => {
                return Err(error).with_context(|| format!("telling {} of {}", site.options.consul, instance.id));
            }
            Err(_) => tokio::time::sleep(AGAIN).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn its_address_is_that_of_its_machine_s_name() {
        assert_eq!(own("127.0.0.1").await.unwrap(), Ipv4Addr::LOCALHOST);
        assert!(own("no-such-name.invalid").await.unwrap_err().to_string().contains("no-such-name.invalid"));
    }
}
