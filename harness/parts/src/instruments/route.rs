//! `route default via HOST`: replaces the IPv4 default route of this network namespace, once, and exits.
//! By ioctl and not by `ip`: the image has nothing but this binary.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::common::log;

const TABLE: &str = "/proc/net/route";
/// How long a name may take to appear in Docker's DNS: the host may be starting at this moment.
const RESOLVE_WITHIN: Duration = Duration::from_secs(10);
const RESOLVE_EVERY: Duration = Duration::from_millis(200);
/// `RTF_UP | RTF_GATEWAY` of linux/route.h.
const UP_BY_GATEWAY: libc::c_ushort = 0x1 | 0x2;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// What is routed.
    #[arg(value_parser = ["default"])]
    destination: String,
    /// The word `via`.
    #[arg(value_parser = ["via"])]
    via: String,
    /// The name or IPv4 address of the machine that the route leads through; it must be on a network of this namespace.
    host: String,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let target = format!("{} {} {}", options.destination, options.via, options.host);
    match replace(&options.host).await {
        Ok(detail) => {
            log::action("route", &target, "success", &detail);
            log::ready("route");
            Ok(())
        }
        Err(error) => {
            log::action("route", &target, "failure", &format!("{error:#}"));
            Err(error)
        }
    }
}

async fn replace(host: &str) -> anyhow::Result<String> {
    let gateway = resolve(host).await?;
    let before = defaults(&table()?)?;
    if before == [gateway] {
        return Ok(format!("the default route led through {gateway} already"));
    }
    for old in &before {
        change(libc::SIOCDELRT, *old).with_context(|| format!("removing the default route via {old}"))?;
    }
    if let Err(error) = change(libc::SIOCADDRT, gateway) {
        // Without a route nothing of this namespace would work, and the reason would be far from here.
        for old in &before {
            change(libc::SIOCADDRT, *old).with_context(|| format!("putting the default route via {old} back"))?;
        }
        return Err(error)
            .with_context(|| format!("adding a default route via {gateway}: is it on a network of this namespace?"));
    }
    let after = defaults(&table()?)?;
    if after != [gateway] {
        bail!("expected one default route via {gateway} in {TABLE}, and found {after:?}");
    }
    let before: Vec<String> = before.iter().map(ToString::to_string).collect();
    let before = if before.is_empty() { "none".into() } else { before.join(", ") };
    Ok(format!("the default route leads through {gateway}; before: {before}"))
}

async fn resolve(host: &str) -> anyhow::Result<Ipv4Addr> {
    let until = Instant::now() + RESOLVE_WITHIN;
    loop {
        let last = match tokio::net::lookup_host((host, 0)).await {
            Ok(mut found) => {
                let first = found.find_map(|address| match address.ip() {
                    IpAddr::V4(address) => Some(address),
                    IpAddr::V6(_) => None,
                });
                match first {
                    Some(address) => return Ok(address),
                    None => "no IPv4 address".to_owned(),
                }
            }
            Err(error) => error.to_string(),
        };
        if Instant::now() >= until {
            bail!("{host} did not resolve within {RESOLVE_WITHIN:?}; the last answer: {last}");
        }
        tokio::time::sleep(RESOLVE_EVERY).await;
    }
}

fn table() -> anyhow::Result<String> {
    std::fs::read_to_string(TABLE).with_context(|| format!("reading {TABLE}"))
}

/// The gateways of the default routes in a table like /proc/net/route.
fn defaults(table: &str) -> anyhow::Result<Vec<Ipv4Addr>> {
    let mut gateways = Vec::new();
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, destination, gateway, _, _, _, _, mask, ..] = fields[..] else {
            bail!("{TABLE}: expected at least 8 columns, found {line:?}");
        };
        if destination == "00000000" && mask == "00000000" {
            let raw = u32::from_str_radix(gateway, 16).with_context(|| format!("{TABLE}: the gateway {gateway:?}"))?;
            // The kernel prints the bytes as they lie in memory.
            gateways.push(Ipv4Addr::from(raw.to_ne_bytes()));
        }
    }
    Ok(gateways)
}

/// `struct rtentry` of linux/route.h, which libc does not declare for glibc.
#[repr(C)]
struct Entry {
    pad1: libc::c_ulong,
    destination: libc::sockaddr,
    gateway: libc::sockaddr,
    mask: libc::sockaddr,
    flags: libc::c_ushort,
    pad2: libc::c_short,
    pad3: libc::c_ulong,
    pad4: *mut libc::c_void,
    metric: libc::c_short,
    device: *mut libc::c_char,
    mtu: libc::c_ulong,
    window: libc::c_ulong,
    irtt: libc::c_ushort,
}

/// Adds or removes the default route via `gateway`.
#[allow(unsafe_code)]
fn change(request: libc::Ioctl, gateway: Ipv4Addr) -> std::io::Result<()> {
    // Any socket carries the ioctl; the standard library owns it, so that it is closed.
    let socket = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    let entry = Entry {
        pad1: 0,
        destination: address(Ipv4Addr::UNSPECIFIED),
        gateway: address(gateway),
        mask: address(Ipv4Addr::UNSPECIFIED),
        flags: UP_BY_GATEWAY,
        pad2: 0,
        pad3: 0,
        pad4: std::ptr::null_mut(),
        metric: 0,
        device: std::ptr::null_mut(),
        mtu: 0,
        window: 0,
        irtt: 0,
    };
    // SAFETY: the descriptor is open, and `entry` is what SIOCADDRT and SIOCDELRT read; they write nothing.
    let outcome = unsafe { libc::ioctl(std::os::fd::AsRawFd::as_raw_fd(&socket), request, &raw const entry) };
    if outcome == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
}

/// A `sockaddr_in` in the shape of the `sockaddr` that holds it: port 0, then the address.
fn address(of: Ipv4Addr) -> libc::sockaddr {
    let mut data = [0; 14];
    for (place, octet) in data[2..6].iter_mut().zip(of.octets()) {
        *place = octet as libc::c_char;
    }
    libc::sockaddr { sa_family: libc::AF_INET as libc::sa_family_t, sa_data: data }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const HEAD: &str = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

    #[test]
    fn only_default_routes_count() {
        let table = format!(
            "{HEAD}eth0\t00000000\t0180530A\t0003\t0\t0\t0\t00000000\t0\t0\t0\neth0\t0080530A\t00000000\t0001\t0\t0\t0\t0080FFFF\t0\t0\t0\n"
        );
        assert_eq!(defaults(&table).unwrap(), [Ipv4Addr::new(10, 83, 128, 1)]);
        assert!(defaults(HEAD).unwrap().is_empty());
    }

    #[test]
    fn a_table_of_another_shape_is_refused() {
        assert!(defaults(&format!("{HEAD}eth0 0000\n")).is_err());
    }

    #[tokio::test]
    async fn an_address_needs_no_name_server() {
        assert_eq!(resolve("127.0.0.1").await.unwrap(), Ipv4Addr::LOCALHOST);
    }
}
