//! `route DESTINATION via HOST`: puts one IPv4 route into this network namespace, and exits, or stays as the machine whose route it is.
//! By netlink and not by `ip`: the image has nothing but this binary.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rtnetlink::RouteMessageBuilder;

use relapse_service::fleet::network::Range;
use relapse_service::{log, stop};

/// How long a name may take to appear in Docker's DNS: the host may be starting at this moment.
const RESOLVE_WITHIN: Duration = Duration::from_secs(10);
const RESOLVE_EVERY: Duration = Duration::from_millis(200);

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// What is routed: `default`, or a range of addresses such as `10.83.128.0/20`.
    destination: Destination,
    /// The word `via`.
    #[arg(value_parser = ["via"])]
    via: String,
    /// The name or IPv4 address of the machine that the route leads through; it must be on a network of this namespace.
    host: String,
    /// Stays until it is stopped, so that others can share this machine's network.
    #[arg(long)]
    stay: bool,
}

#[derive(Debug, Clone, Copy)]
enum Destination {
    Default,
    Range(Range),
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "default" { Ok(Self::Default) } else { text.parse().map(Self::Range) }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Range(range) => range.fmt(f),
        }
    }
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let target = format!("{} {} {}", options.destination, options.via, options.host);
    match replace(options.destination, &options.host).await {
        Ok(gateway) => log::action("route", &target, "success", &format!("it leads through {gateway}")),
        Err(error) => {
            log::action("route", &target, "failure", &format!("{error:#}"));
            return Err(error);
        }
    }
    if options.stay {
        return stop::idle().await;
    }
    log::ready("route");
    Ok(())
}

/// Puts the route in the place of one to the same destination; the kernel says whether it did.
async fn replace(destination: Destination, host: &str) -> anyhow::Result<Ipv4Addr> {
    let gateway = resolve(host).await?;
    let (connection, handle, _) = rtnetlink::new_connection().context("opening a route socket")?;
    tokio::spawn(connection);
    let mut route = RouteMessageBuilder::<Ipv4Addr>::new().gateway(gateway);
    if let Destination::Range(range) = destination {
        let (first, bits) = range.prefix();
        route = route.destination_prefix(first, bits);
    }
    let replaced = handle.route().add(route.build()).replace().execute().await;
    replaced.with_context(|| {
        format!("a route to {destination} via {gateway}: is it on a network of this namespace, and has this container NET_ADMIN?")
    })?;
    Ok(gateway)
}

async fn resolve(host: &str) -> anyhow::Result<Ipv4Addr> {
    let until = Instant::now() + RESOLVE_WITHIN;
    loop {
        let last = match crate::probes::resolve::ipv4(host).await {
            Ok(addresses) => match addresses.first() {
                Some(IpAddr::V4(address)) => return Ok(*address),
                _ => "no IPv4 address".to_owned(),
            },
            Err(error) => error,
        };
        if Instant::now() >= until {
            bail!("{host} did not resolve within {RESOLVE_WITHIN:?}; the last answer: {last}");
        }
        tokio::time::sleep(RESOLVE_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_is_the_default_or_a_range() {
        assert_eq!("default".parse::<Destination>().unwrap().to_string(), "default");
        assert_eq!("10.83.128.0/20".parse::<Destination>().unwrap().to_string(), "10.83.128.0/20");
        assert!("nginx".parse::<Destination>().is_err());
    }

    #[tokio::test]
    async fn an_address_needs_no_name_server() {
        assert_eq!(resolve("127.0.0.1").await.unwrap(), Ipv4Addr::LOCALHOST);
    }
}
