//! A client for plain http within the lab.

use std::time::Duration;

use anyhow::ensure;
use reqwest::{Client, ClientBuilder, Response};

/// A client that asks nobody's proxy, and trusts nobody's certificate: images of ours have none.
///
/// # Errors
/// When the system has no resources for one.
pub fn client(timeout: Duration) -> anyhow::Result<Client> {
    Ok(builder(timeout).build()?)
}

/// As [`client`], with more to be said of it.
pub fn builder(timeout: Duration) -> ClientBuilder {
    crate::tls::install_provider();
    Client::builder().no_proxy().tls_certs_only([]).timeout(timeout)
}

/// Reads a whole answer of at most `max` bytes.
///
/// # Errors
/// When it is longer, or breaks off.
pub async fn read(mut answer: Response, max: usize) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        ensure!(body.len() + chunk.len() <= max, "the answer has more than {max} bytes");
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
