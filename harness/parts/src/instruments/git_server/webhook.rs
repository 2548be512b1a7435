//! Delivering a webhook as Gitea does: once, without a retry, signed when there is a secret.

use std::time::Duration;

use anyhow::{Context, bail};
use bytes::Bytes;
use hmac::{Hmac, Mac};
use http_body_util::Full;
use hyper::{Request, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use sha2::Sha256;

use crate::common::{random, unix_http};

/// Gitea's `DELIVER_TIMEOUT`.
const MOST_TIME: Duration = Duration::from_secs(5);
/// The most of an answer that is kept for the log, in bytes.
const MOST_ANSWER: usize = 16 << 10;

pub(super) struct Webhook {
    url: Option<Uri>,
    secret: String,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Webhook {
    /// # Errors
    /// When the URL is not one of plain HTTP.
    pub(super) fn new(url: &str, secret: &str) -> anyhow::Result<Self> {
        let url = if url.is_empty() { None } else { Some(url.parse::<Uri>().with_context(|| format!("HOOK_URL={url}"))?) };
        if let Some(url) = url.as_ref().filter(|url| url.scheme_str() != Some("http") || url.host().is_none()) {
            bail!("HOOK_URL={url}: expected http://HOST[:PORT]/PATH");
        }
        Ok(Self { url, secret: secret.into(), client: Client::builder(TokioExecutor::new()).build_http() })
    }

    /// Sends one event; says what was sent and answered, or nothing where there is no webhook.
    ///
    /// # Errors
    /// When there was no answer, or one that is not 2xx.
    pub(super) async fn deliver(&self, payload: &Value) -> anyhow::Result<Option<String>> {
        let Some(url) = &self.url else { return Ok(None) };
        let body = payload.to_string();
        let signature = sign(&body, &self.secret)?;
        let id = uuid()?;
        let mut request = Request::post(url).header("Content-Type", "application/json").header("User-Agent", "GiteaServer");
        for forge in ["Gitea", "Gogs"] {
            request = request
                .header(format!("X-{forge}-Delivery"), &id)
                .header(format!("X-{forge}-Event"), "push")
                .header(format!("X-{forge}-Signature"), &signature);
        }
        request = request.header("X-GitHub-Delivery", &id).header("X-GitHub-Event", "push");
        let request = request.body(Full::from(body))?;
        let exchange = async {
            let response = self.client.request(request).await?;
            let status = response.status();
            let words = unix_http::read(response.into_body(), MOST_ANSWER).await.unwrap_or_default();
            anyhow::Ok((status, String::from_utf8_lossy(&words).trim().to_owned()))
        };
        let signed = if signature.is_empty() { "unsigned" } else { "signed" };
        let (status, words) = tokio::time::timeout(MOST_TIME, exchange)
            .await
            .with_context(|| format!("POST {url} ({signed}): no answer within {MOST_TIME:?}"))?
            .with_context(|| format!("POST {url} ({signed})"))?;
        if !status.is_success() {
            bail!("POST {url} ({signed}): answered {status}: {words}");
        }
        Ok(Some(format!("POST {url} ({signed}): answered {status}")))
    }
}

/// The HMAC-SHA-256 of a body, in hexadecimal; empty without a secret.
fn sign(body: &str, secret: &str) -> anyhow::Result<String> {
    if secret.is_empty() {
        return Ok(String::new());
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
    mac.update(body.as_bytes());
    Ok(hex::encode(mac.finalize().into_bytes()))
}

/// A random UUID (RFC 9562, version 4).
fn uuid() -> anyhow::Result<String> {
    let text = random::hexadecimal(16)?;
    Ok([&text[..8], &text[8..12], &format!("4{}", &text[13..16]), &format!("a{}", &text[17..20]), &text[20..]].join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_hmac_sha_256() {
        // RFC 4231, test case 2.
        assert_eq!(
            sign("what do ya want for nothing?", "Jefe").unwrap(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(sign("anything", "").unwrap(), "");
    }

    #[test]
    fn an_id_is_a_version_4_uuid() {
        let id = uuid().unwrap();
        assert_eq!((id.len(), id.matches('-').count(), &id[14..15]), (36, 4, "4"));
    }

    #[test]
    fn only_plain_http_is_delivered_to() {
        assert!(Webhook::new("", "").is_ok());
        for url in ["https://x/hook", "/hook", "x"] {
            assert!(Webhook::new(url, "").is_err(), "{url}");
        }
    }
}
