//! Delivering a webhook as Gitea does: once, without a retry, signed when there is a secret.

use std::time::Duration;

use anyhow::{Context, bail};
use hmac::{Hmac, Mac};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use serde_json::Value;
use sha2::Sha256;
use uuid::Uuid;

use relapse_service::http;

/// Gitea's `DELIVER_TIMEOUT`.
const MAX_TIME: Duration = Duration::from_secs(5);
/// The most of an answer that is kept for the log, in bytes.
const MAX_ANSWER: usize = 16 << 10;

pub(super) struct Webhook {
    url: Option<Url>,
    secret: String,
    client: Client,
}

impl Webhook {
    /// # Errors
    /// When the URL is not one of plain HTTP.
    pub(super) fn new(url: &str, secret: &str) -> anyhow::Result<Self> {
        let url = if url.is_empty() { None } else { Some(url.parse::<Url>().with_context(|| format!("HOOK_URL={url}"))?) };
        if let Some(url) = url.as_ref().filter(|url| url.scheme() != "http" || !url.has_host()) {
            bail!("HOOK_URL={url}: expected http://HOST[:PORT]/PATH");
        }
        // A webhook is one request: where it is sent on to, nobody gets it.
        let client = http::builder(MAX_TIME).redirect(Policy::none()).build()?;
        Ok(Self { url, secret: secret.into(), client })
    }

    /// Sends one event; says what was sent and answered, or nothing where there is no webhook.
    ///
    /// # Errors
    /// When there was no answer, or one that is not 2xx.
    pub(super) async fn deliver(&self, payload: &Value) -> anyhow::Result<Option<String>> {
        let Some(url) = &self.url else { return Ok(None) };
        let body = payload.to_string();
        let signature = sign(&body, &self.secret)?;
        let id = Uuid::new_v4().to_string();
        let mut request =
            self.client.post(url.clone()).header("Content-Type", "application/json").header("User-Agent", "GiteaServer");
        for forge in ["Gitea", "Gogs"] {
            request = request
                .header(format!("X-{forge}-Delivery"), &id)
                .header(format!("X-{forge}-Event"), "push")
                .header(format!("X-{forge}-Signature"), &signature);
        }
        request = request.header("X-GitHub-Delivery", &id).header("X-GitHub-Event", "push");
        let request = request.body(body);
        let exchange = async {
            let response = request.send().await?;
            let status = response.status();
            let words = http::read(response, MAX_ANSWER).await.unwrap_or_default();
            anyhow::Ok((status, String::from_utf8_lossy(&words).trim().to_owned()))
        };
        let signed = if signature.is_empty() { "unsigned" } else { "signed" };
        let (status, words) = tokio::time::timeout(MAX_TIME, exchange)
            .await
            .with_context(|| format!("POST {url} ({signed}): no answer within {MAX_TIME:?}"))?
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
    fn only_plain_http_is_delivered_to() {
        assert!(Webhook::new("", "").is_ok());
        for url in ["https://x/hook", "/hook", "x"] {
            assert!(Webhook::new(url, "").is_err(), "{url}");
        }
    }
}
