//! Whom probes trust: the authority of the run, and nobody else.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use relapse_service::{authority, tls};
use reqwest::Url;
use rustls::ClientConfig;

/// Trusts the run's authority only. It is read for each visit: the authority may have been made since.
pub(super) fn trust(directory: &Path) -> anyhow::Result<Arc<ClientConfig>> {
    tls::install_provider();
    let roots = authority::trusted(directory)?;
    let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// [`trust`], where a URL of that scheme needs it: whoever asks again and again would otherwise take a fault of his own for the server's.
///
/// # Errors
/// When there is no authority yet.
pub(super) fn trust_for(url: &Url, directory: &Path) -> anyhow::Result<Option<Arc<ClientConfig>>> {
    if !matches!(url.scheme(), "https" | "wss") {
        return Ok(None);
    }
    trust(directory).map(Some).with_context(|| format!("{url} cannot be asked"))
}
