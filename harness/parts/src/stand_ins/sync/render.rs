//! The other program: it renders the host list into HAProxy's configuration, and has HAProxy's master process reload where it is another
//! one than before. Exit code 0: the servers are as the list says.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, ensure};
use tokio::time::Instant;

use super::hosts;
use crate::common::files;
use crate::common::haproxy::Runtime;

/// A reload that takes longer has failed: the old process goes on with the old servers.
const RELOADED_WITHIN: Duration = Duration::from_secs(10);
const AGAIN: Duration = Duration::from_millis(50);

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The list: a line of `address:port` for each instance.
    host_list: PathBuf,
    /// The configuration file with the backend; HAProxy has others beside it.
    #[arg(long, env = "RENDERED", default_value = "/rendered/servers.cfg")]
    rendered: PathBuf,
    /// The master process's own Runtime API.
    #[arg(long, env = "MASTER", default_value = "127.0.0.1:9998")]
    master: SocketAddr,
    /// The working process's, which tells what came of it.
    #[arg(long, env = "HAPROXY", default_value = "127.0.0.1:9999")]
    haproxy: SocketAddr,
    #[arg(long, env = "BACKEND")]
    backend: String,
    /// Servers are checked so often; empty: they are not.
    #[arg(long, env = "ADDED_CHECK", default_value = "")]
    check: String,
}

/// # Errors
/// When the file could not be written, or HAProxy did not take it.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let list = hosts::read(&options.host_list)?;
    let text = rendered(&options.backend, &list, &options.check);
    if std::fs::read_to_string(&options.rendered).is_ok_and(|before| before == text) {
        eprintln!("as before: {} servers", list.len());
        return Ok(());
    }
    // Before the list before is overwritten: a machine whose HAProxy does not run has it at its next start.
    files::replace(&options.rendered, text.as_bytes(), files::PUBLIC)?;
    Runtime(options.master).send(&["reload".to_owned()]).await.context("asking HAProxy's master to reload")?;
    let began = Instant::now();
    loop {
        let found = servers(Runtime(options.haproxy), &options.backend).await;
        if found.as_ref().is_ok_and(|found| same(found, &list)) {
            eprintln!("reloaded: {} servers", list.len());
            return Ok(());
        }
        ensure!(
            began.elapsed() < RELOADED_WITHIN,
            "HAProxy does not have the {} servers {} s after its reload: {found:?}",
            list.len(),
            RELOADED_WITHIN.as_secs()
        );
        tokio::time::sleep(AGAIN).await;
    }
}

async fn servers(runtime: Runtime, backend: &str) -> anyhow::Result<Vec<SocketAddr>> {
    Ok(runtime.slots(backend).await?.iter().filter_map(|slot| slot.address).collect())
}

fn same(found: &[SocketAddr], wanted: &[SocketAddr]) -> bool {
    found.len() == wanted.len() && wanted.iter().all(|address| found.contains(address))
}

fn rendered(backend: &str, list: &[SocketAddr], check: &str) -> String {
    let check = if check.is_empty() { String::new() } else { format!(" check inter {check} fall 2 rise 1") };
    let httpchk = if check.is_empty() { "" } else { "    option httpchk GET /healthz\n" };
    let server = |(index, address): (usize, &SocketAddr)| format!("    server {backend}{} {address}{check}\n", index + 1);
    let servers: String = list.iter().enumerate().map(server).collect();
    format!("backend {backend}\n    balance roundrobin\n{httpchk}{servers}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_becomes_a_backend() {
        let list = ["10.0.0.1:80".parse().unwrap(), "10.0.0.2:80".parse().unwrap()];
        let plain = "backend webapp\n    balance roundrobin\n    server webapp1 10.0.0.1:80\n    server webapp2 10.0.0.2:80\n";
        assert_eq!(rendered("webapp", &list, ""), plain);
        assert!(
            rendered("webapp", &list[..1], "300ms")
                .ends_with("    option httpchk GET /healthz\n    server webapp1 10.0.0.1:80 check inter 300ms fall 2 rise 1\n")
        );
    }

    #[test]
    fn servers_are_the_same_in_any_order_and_one_too_many_is_another_list() {
        let [a, b]: [SocketAddr; 2] = ["10.0.0.1:80".parse().unwrap(), "10.0.0.2:80".parse().unwrap()];
        assert!(same(&[a, b], &[b, a]));
        assert!(!same(&[a, b], &[a]) && !same(&[a], &[a, b]) && !same(&[a], &[b]));
    }
}
