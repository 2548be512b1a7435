//! The subnets that labs use, and that none of them was free.

/// Subnets are `10.64` to `10.191`: half of the private range, away from its ends that others like.
pub(super) const FIRST: u16 = 64;
pub(super) const COUNT: u16 = 128;

/// The second octets of the subnets that labs use.
pub(crate) const SUBNETS: std::ops::Range<u16> = FIRST..FIRST + COUNT;

/// The whole subnet of one lab, in CIDR.
pub(crate) fn subnet(second: u16) -> String {
    format!("10.{second}.0.0/16")
}

/// No network could be made.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// Every subnet is taken.
    #[error(
        "no free subnet among 10.{FIRST}.0.0/16 to 10.{}.0.0/16 after {tried} tries: {why}\n`relapse leaks --remove` and `docker network prune` free what nobody uses.",
        FIRST + COUNT - 1
    )]
    NoSubnet {
        /// How many were tried.
        tried: usize,
        /// The engine's last words.
        why: String,
    },
    /// The engine refused for another reason.
    #[error("the engine refused to create the network {network}: {why}")]
    Refused {
        /// The network.
        network: String,
        /// The engine's words.
        why: String,
    },
}
