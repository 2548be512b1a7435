//! The webhook's end: who signed with the secret may deploy; others change nothing.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::routing::post;
use hmac::{Hmac, Mac};
use hyper::{HeaderMap, StatusCode};
use sha2::Sha256;
use tokio::sync::mpsc;

use super::Settings;
use super::order::{Order, Push};
use crate::common::{access, log, unix_http};

/// The most a webhook may have, in bytes.
const MOST_BODY: usize = 1 << 20;

struct Hook {
    options: Arc<Settings>,
    queue: mpsc::Sender<Order>,
}

pub(super) fn router(options: Arc<Settings>, queue: mpsc::Sender<Order>) -> Router {
    let state = Arc::new(Hook { options, queue });
    Router::new().route("/hook", post(answer)).with_state(state).layer(axum::middleware::from_fn(access::log))
}

async fn answer(State(hook): State<Arc<Hook>>, request: Request) -> (StatusCode, String) {
    let (head, body) = request.into_parts();
    match hook.take(&head.headers, body).await {
        Ok(host) => (StatusCode::ACCEPTED, format!("deploying {host}\n")),
        Err((status, target, why)) => {
            log::action("deploy", &target, "refused", &why);
            (status, format!("{why}\n"))
        }
    }
}

impl Hook {
    /// The host that will be deployed; or a status, the host as far as it can be read, and why nothing is done.
    async fn take(&self, headers: &HeaderMap, body: Body) -> Result<String, (StatusCode, String, String)> {
        let unknown = || "unknown".to_owned();
        let body = unix_http::read(body, MOST_BODY)
            .await
            .map_err(|error| (StatusCode::PAYLOAD_TOO_LARGE, unknown(), error.to_string()))?;
        let push = read(&body);
        let host = push.as_ref().map_or_else(|_| unknown(), |push| push.host(&self.options.app_domain));
        if let Err(why) = signed(headers, &body, &self.options.hook_secret) {
            return Err((StatusCode::FORBIDDEN, host, why.into()));
        }
        let push = push.map_err(|why| (StatusCode::BAD_REQUEST, unknown(), why))?;
        if headers.get("x-gitea-event").is_none_or(|event| event != "push") {
            return Err((StatusCode::BAD_REQUEST, host, "expected a webhook with X-Gitea-Event: push".into()));
        }
        self.queue
            .try_send(Order::Deploy(push))
            .map_err(|error| (StatusCode::SERVICE_UNAVAILABLE, host.clone(), format!("the queue of deploys: {error}")))?;
        Ok(host)
    }
}

fn read(body: &[u8]) -> Result<Push, String> {
    serde_json::from_slice(body).map_err(|error| format!("expected Gitea's push event: {error}"))
}

/// Compares in constant time: `verify_slice` does.
fn signed(headers: &HeaderMap, body: &[u8], secret: &str) -> Result<(), &'static str> {
    let Some(signature) = headers.get("x-gitea-signature").filter(|value| !value.is_empty()) else {
        return Err("the webhook is not signed: expected X-Gitea-Signature");
    };
    let wrong = "the webhook's signature is wrong: it was not signed with this host's secret";
    let signature = hex::decode(signature.as_bytes()).map_err(|_| wrong)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| wrong)?;
    mac.update(body);
    mac.verify_slice(&signature).map_err(|_| wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(signature: Option<&str>) -> Result<(), &'static str> {
        let mut headers = HeaderMap::new();
        if let Some(signature) = signature {
            headers.insert("x-gitea-signature", signature.parse().unwrap());
        }
        // RFC 4231, test case 2.
        signed(&headers, b"what do ya want for nothing?", "Jefe")
    }

    #[test]
    fn only_the_right_signature_is_taken() {
        check(Some("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")).unwrap();
        assert!(check(None).expect_err("none").contains("not signed"));
        assert!(check(Some("")).expect_err("empty").contains("not signed"));
        for wrong in ["5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3844", "5bdcc146", "no hexadecimal"] {
            assert!(check(Some(wrong)).expect_err(wrong).contains("wrong"));
        }
    }

    #[test]
    fn a_push_names_its_host() {
        let push = read(
            br#"{"ref":"refs/heads/master","after":"1","repository":{"name":"Example","full_name":"to-hutohu/Example",
            "clone_url":"http://git/to-hutohu/Example.git","owner":{"id":1,"login":"to-hutohu"}}}"#,
        );
        assert_eq!(push.unwrap().host("trap.show"), "example.to-hutohu.trap.show");
        assert!(read(b"{}").expect_err("empty").contains("expected Gitea's push event"));
    }

    #[test]
    fn an_owner_with_both_names_is_read() {
        // Gitea sends `login` and `username`, with the same value.
        read(br#"{"ref":"r","repository":{"name":"a","clone_url":"u","owner":{"login":"l","username":"l"}}}"#).unwrap();
    }
}
