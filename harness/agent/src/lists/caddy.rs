//! A Caddy's upstreams, by its admin interface: those of all its reverse proxies, since Caddy does not say of which one an upstream is.
//! <https://caddyserver.com/docs/api#get-reverse-proxyupstreams>.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use relapse_wire::members::Server;
use serde::Deserialize;

use super::{Tell, page, server};

const EVERY: Duration = Duration::from_millis(100);

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The admin interface.
    #[arg(default_value = "http://127.0.0.1:2019")]
    url: String,
}

#[derive(Deserialize)]
struct Upstream {
    address: String,
    /// Within the last `fail_duration`; none are counted where the configuration has no such duration.
    fails: u64,
}

pub(super) async fn read(options: &Options, tell: &Tell) -> anyhow::Result<()> {
    let url = format!("{}/reverse_proxy/upstreams", options.url.trim_end_matches('/'));
    page::read(&url, EVERY, upstreams, tell).await
}

fn upstreams(text: &str) -> anyhow::Result<Vec<Server>> {
    let all: Vec<Upstream> = serde_json::from_str(text)?;
    let one = |upstream: &Upstream| {
        let address: SocketAddr = upstream.address.parse().with_context(|| {
            format!("the upstream {} has no address but a name; Caddy alone knows what it means", upstream.address)
        })?;
        Ok(server(address, true, if upstream.fails == 0 { "well" } else { "failing" }))
    };
    all.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_address_is_told_and_not_left_out() {
        let named = upstreams(r#"[{ "address": "app:8080", "num_requests": 0, "fails": 0 }]"#).unwrap_err();
        assert!(format!("{named:#}").contains("app:8080"), "{named:#}");
        assert!(upstreams("<html>").is_err());
    }
}
