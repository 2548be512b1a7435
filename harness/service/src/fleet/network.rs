//! The fleet's addresses. A whole subnet is made local, so that one listener serves all of it and tells instances apart by the address
//! that was asked for; a blackhole route in the kernel's table of local addresses makes one of them dark, without a reset.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use anyhow::Context;
use futures_util::TryStreamExt;
use rtnetlink::packet_route::route::{RouteScope, RouteType};
use rtnetlink::{Handle, RouteMessageBuilder};

/// `RT_TABLE_LOCAL` of linux/rtnetlink.h.
const LOCAL: u32 = 255;

/// A range of addresses: `10.83.128.0/20`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    first: Ipv4Addr,
    bits: u8,
}

impl FromStr for Range {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?}: expected a range of addresses such as 10.83.128.0/20");
        let (first, bits) = text.split_once('/').ok_or_else(wrong)?;
        let (first, bits): (Ipv4Addr, u8) = (first.parse().map_err(|_| wrong())?, bits.parse().map_err(|_| wrong())?);
        let range = Self { first, bits };
        if !(8..=30).contains(&bits) {
            return Err(wrong());
        }
        if u32::from(first) % range.size() != 0 {
            return Err(format!("{text:?}: the first address of a /{bits} is a multiple of its size"));
        }
        Ok(range)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

impl Range {
    fn size(self) -> u32 {
        1 << (32 - u32::from(self.bits))
    }

    /// How many instances it has room for: neither its first address nor its last.
    pub(super) fn hosts(self) -> u32 {
        self.size() - 2
    }

    /// The address of the instance with that number, from 0.
    pub(super) fn host(self, number: u32) -> Option<Ipv4Addr> {
        (number < self.hosts()).then(|| Ipv4Addr::from(u32::from(self.first) + 1 + number))
    }

    /// The first address, and the length of the prefix.
    pub fn prefix(self) -> (Ipv4Addr, u8) {
        (self.first, self.bits)
    }
}

/// This network namespace.
pub(super) struct Network {
    handle: Handle,
    loopback: u32,
}

impl Network {
    /// # Errors
    /// When the kernel does not talk about routes.
    pub(super) async fn open() -> anyhow::Result<Self> {
        let (connection, handle, _) = rtnetlink::new_connection().context("opening a route socket")?;
        tokio::spawn(connection);
        let mut links = handle.link().get().match_name("lo").execute();
        let link = links.try_next().await.context("looking for the loopback interface")?.context("there is no interface lo")?;
        Ok(Self { handle, loopback: link.header.index })
    }

    /// Makes all addresses of a range this machine's own.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub(super) async fn own(&self, range: Range) -> anyhow::Result<()> {
        let route = RouteMessageBuilder::<Ipv4Addr>::new()
            .destination_prefix(range.first, range.bits)
            .output_interface(self.loopback)
            .table_id(LOCAL)
            .scope(RouteScope::Host)
            .kind(RouteType::Local)
            .build();
        let added = self.handle.route().add(route).execute().await;
        added.with_context(|| format!("making {range} local: has this container the capability NET_ADMIN?"))
    }

    /// Makes an address dark.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub(super) async fn darken(&self, address: Ipv4Addr) -> anyhow::Result<()> {
        let route = RouteMessageBuilder::<Ipv4Addr>::new()
            .destination_prefix(address, 32)
            .table_id(LOCAL)
            .kind(RouteType::BlackHole)
            .build();
        self.handle.route().add(route).execute().await.with_context(|| format!("making {address} dark"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_hosts_between_its_first_and_its_last_address() {
        let range: Range = "10.83.128.0/20".parse().unwrap();
        assert_eq!((range.hosts(), range.host(0)), (4094, Some(Ipv4Addr::new(10, 83, 128, 1))));
        assert_eq!(range.host(4093), Some(Ipv4Addr::new(10, 83, 143, 254)));
        assert_eq!(range.host(4094), None);
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for wrong in ["10.83.128.0", "10.83.128.0/40", "10.83.128.1/20", "a/20"] {
            assert!(wrong.parse::<Range>().is_err(), "{wrong}");
        }
    }
}
