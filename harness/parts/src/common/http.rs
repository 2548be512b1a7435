//! A client for plain http within the lab.

use std::time::Duration;

/// A client that asks nobody's proxy, and trusts nobody's certificate: images of ours have none.
///
/// # Errors
/// When the system has no resources for one.
pub(crate) fn client(timeout: Duration) -> anyhow::Result<reqwest::Client> {
    super::tls::install_provider();
    Ok(reqwest::Client::builder().no_proxy().tls_certs_only([]).timeout(timeout).build()?)
}
