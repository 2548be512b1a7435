//! What a name means here: `getaddrinfo`, which asks whatever resolver this machine is set up with.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use relapse_wire::resolve::Resolution;

use relapse_service::log;

/// As long as a resolver's own two tries, of five seconds each.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The name to resolve.
    name: String,
}

/// Prints one [`Resolution`] as JSON. That there is no answer is an answer too.
///
/// # Errors
/// When standard output is closed.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let (addresses, error) = match ipv4(&options.name).await {
        Ok(addresses) => (addresses, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    Ok(log::line(&Resolution { name: options.name, addresses, error })?)
}

/// The IPv4 addresses of a name, in the resolver's order.
///
/// # Errors
/// The resolver's own words.
pub(crate) async fn ipv4(name: &str) -> Result<Vec<IpAddr>, String> {
    let found = match tokio::time::timeout(TIMEOUT, tokio::net::lookup_host((name, 0))).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            let words = error.to_string();
            let own = words.strip_prefix("failed to lookup address information: ");
            return Err(own.unwrap_or(&words).to_owned());
        }
        Err(_) => return Err(format!("the resolver was silent for {} s", TIMEOUT.as_secs())),
    };
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in found.filter(SocketAddr::is_ipv4).map(|socket| socket.ip()) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.is_empty() { Err("it has no IPv4 address".into()) } else { Ok(addresses) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_means_itself() {
        assert_eq!(ipv4("127.0.0.1").await, Ok(vec!["127.0.0.1".parse().unwrap()]));
    }

    #[tokio::test]
    async fn no_answer_has_the_resolver_s_words() {
        assert!(!ipv4("no-such-name.invalid").await.unwrap_err().is_empty());
    }
}
