//! Who is in a list, as Prometheus reads it: a series for each server that the list has to be used. Divergence of two lists is then an
//! expression. What `members` reads, it tells: a list that cannot be read any more, or that nobody has looked at for a while, has no servers
//! here, and `list_readable` says so. An alert on what is not known any more would be an alert on the past.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus::{IntGaugeVec, Opts, Registry, TextEncoder};
use relapse_wire::members::{MAX_SILENT_MS, Reading, Server};
use tokio::time::Instant;

use crate::lists::{self, List};
use relapse_service::{listen, log};

/// What nobody has looked at for so long is not known.
const KNOWN_FOR: Duration = Duration::from_millis(MAX_SILENT_MS);

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Where it listens; figures are at `/metrics`.
    #[arg(long, env = "LISTEN", default_value = "0.0.0.0:9102")]
    listen: listen::Address,
    /// Whose list it is: the label `list`.
    #[arg(long, env = "NAME")]
    name: String,
    #[command(subcommand)]
    list: List,
}

/// The last look at the list: when, and what it has; `None` where it could not be read.
#[derive(Default)]
struct Last {
    looked: Option<Instant>,
    servers: Option<Vec<Server>>,
}

impl Last {
    fn note(&mut self, reading: Reading, now: Instant) {
        self.looked = Some(now);
        match reading {
            Reading::Servers(servers) => self.servers = Some(servers),
            Reading::Unchanged => {}
            Reading::Failed(_) => self.servers = None,
        }
    }

    /// Who is in it, as far as that is known.
    fn listed(&self, now: Instant) -> Option<impl Iterator<Item = SocketAddr>> {
        self.looked.filter(|looked| now.duration_since(*looked) <= KNOWN_FOR)?;
        Some(self.servers.as_ref()?.iter().filter(|server| server.listed).map(|server| server.address))
    }
}

struct Exported {
    name: String,
    last: Mutex<Last>,
}

/// Serves until it is stopped.
///
/// # Errors
/// When the address cannot be listened on, or there are no means to read the list.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let listener = options.listen.bind().await?;
    let exported = Arc::new(Exported { name: options.name, last: Mutex::default() });
    let (tell, mut readings) = lists::readings();
    let noting = async {
        while let Some(reading) = readings.recv().await {
            exported.last.lock().unwrap_or_else(PoisonError::into_inner).note(reading, Instant::now());
        }
        Ok(())
    };
    let router = Router::new().route("/metrics", get(answer)).with_state(exported.clone());
    log::ready("list-exporter");
    tokio::select! {
        outcome = lists::read(&options.list, &tell) => outcome,
        outcome = noting => outcome,
        outcome = listen::serve(listener, router) => outcome,
    }
}

async fn answer(State(exported): State<Arc<Exported>>) -> Response {
    let text = write(&exported.name, &exported.last.lock().unwrap_or_else(PoisonError::into_inner), Instant::now());
    match text {
        Ok(text) => ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response(),
    }
}

fn write(name: &str, last: &Last, now: Instant) -> prometheus::Result<String> {
    let registry = Registry::new();
    let gauge = |metric: &str, help: &str, labels: &[&str]| {
        let gauge = IntGaugeVec::new(Opts::new(metric, help), labels)?;
        registry.register(Box::new(gauge.clone()))?;
        Ok::<_, prometheus::Error>(gauge)
    };
    let servers = gauge("list_server", "A server that the list has to be used.", &["list", "address"])?;
    let readable = gauge("list_readable", "Whether it is known who is in the list.", &["list"])?;
    let listed = last.listed(now);
    readable.with_label_values(&[name]).set(listed.is_some().into());
    for address in listed.into_iter().flatten() {
        servers.with_label_values(&[name, &address.to_string()]).set(1);
    }
    TextEncoder::new().encode_to_string(&registry.gather())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn servers(all: &[(&str, bool)]) -> Reading {
        let server = |(address, listed): &(&str, bool)| Server {
            address: address.parse().unwrap(),
            listed: *listed,
            state: String::new(),
        };
        Reading::Servers(all.iter().map(server).collect())
    }

    fn lines(last: &Last, now: Instant) -> Vec<String> {
        let text = write("haproxy-1", last, now).unwrap();
        text.lines().filter(|line| !line.starts_with('#')).map(ToOwned::to_owned).collect()
    }

    const UNREADABLE: &str = r#"list_readable{list="haproxy-1"} 0"#;

    #[test]
    fn a_series_for_each_server_that_is_to_be_used() {
        let (mut last, now) = (Last::default(), Instant::now());
        assert_eq!(lines(&last, now), [UNREADABLE], "nobody has looked yet");
        last.note(servers(&[("10.0.0.1:80", true), ("10.0.0.2:80", false), ("10.0.0.3:80", true)]), now);
        let listed = |port: &str| format!(r#"list_server{{address="{port}",list="haproxy-1"}} 1"#);
        let readable = r#"list_readable{list="haproxy-1"} 1"#.to_owned();
        assert_eq!(lines(&last, now), [readable.clone(), listed("10.0.0.1:80"), listed("10.0.0.3:80")]);
        last.note(servers(&[("10.0.0.3:80", true)]), now);
        assert_eq!(lines(&last, now), [readable.clone(), listed("10.0.0.3:80")], "who is gone leaves no series");
        last.note(servers(&[]), now);
        assert_eq!(lines(&last, now), [readable], "an empty list is known as well");
    }

    #[test]
    fn what_is_not_known_any_more_has_no_series_and_says_so() {
        let (mut last, now) = (Last::default(), Instant::now());
        last.note(servers(&[("10.0.0.1:80", true)]), now);
        last.note(Reading::Failed("connection refused".into()), now);
        assert_eq!(lines(&last, now), [UNREADABLE]);
        last.note(servers(&[("10.0.0.1:80", true)]), now);
        let later = now + Duration::from_secs(2);
        assert_eq!(lines(&last, later), [UNREADABLE], "its owner hangs, and nobody is told anything");
        last.note(Reading::Unchanged, later);
        assert_eq!(lines(&last, later).len(), 2, "somebody has looked, and it is as before");
    }
}
