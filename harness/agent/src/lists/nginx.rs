//! The servers of an nginx's upstream. An open-source nginx tells nobody what it uses, so they are read where it read them: from its
//! configuration file, mounted for the reader as well. That is what nginx uses from its last reload on, and only where the file names
//! addresses; a name in it is looked up by nginx itself, and is refused here.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, ensure};
use relapse_wire::members::Server;
use tokio::time::MissedTickBehavior;

use super::{Tell, server, tell_reading};

const EVERY: Duration = Duration::from_millis(200);
const DEFAULT_PORT: u16 = 80;

#[derive(clap::Args)]
pub(crate) struct Options {
    upstream: String,
    /// The file in which the upstream is.
    file: PathBuf,
}

pub(super) async fn read(options: &Options, tell: &Tell) -> anyhow::Result<()> {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let text = tokio::fs::read_to_string(&options.file).await;
        let text = text.with_context(|| format!("reading {}", options.file.display()));
        if !tell_reading(text.and_then(|text| servers(&text, &options.upstream)), tell, Duration::ZERO).await {
            return Ok(());
        }
    }
}

/// The servers of the block `upstream NAME { … }`.
fn servers(text: &str, upstream: &str) -> anyhow::Result<Vec<Server>> {
    let plain: String = text.lines().map(|line| line.split('#').next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let spaced = plain.replace('{', " { ").replace('}', " } ").replace(';', " ; ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let head = ["upstream", upstream, "{"];
    let begin = words.windows(head.len()).position(|window| window == head);
    let begin = begin.with_context(|| format!("there is no `upstream {upstream}` in the file"))? + head.len();
    let block = words.iter().skip(begin).take_while(|word| **word != "}").copied().collect::<Vec<_>>();
    let statements = block.split(|word| *word == ";").filter(|statement| statement.first() == Some(&"server"));
    let read: anyhow::Result<Vec<Server>> = statements.map(one).collect();
    let read = read?;
    ensure!(!read.is_empty(), "the upstream {upstream} has no servers");
    Ok(read)
}

fn one(statement: &[&str]) -> anyhow::Result<Server> {
    let word = statement.get(1).context("a `server` without an address")?;
    let with_port = if word.contains(':') { (*word).to_owned() } else { format!("{word}:{DEFAULT_PORT}") };
    let address: SocketAddr =
        with_port.parse().with_context(|| format!("server {word}: not an address; nginx alone knows what it means"))?;
    let is_down = statement.contains(&"down");
    Ok(server(address, !is_down, if is_down { "down" } else { "configured" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_of_one_upstream_and_not_those_of_others() {
        let text = "http {\n  upstream other { server 10.0.0.9:80; }\n  upstream webapp { # ours\n    least_conn;\n    \
                    server 10.0.0.1:8080 max_fails=1;\n    server 10.0.0.2;\n    server 10.0.0.3:8080 down;\n  }\n}\n";
        let told: Vec<String> =
            servers(text, "webapp").unwrap().iter().map(|one| format!("{} {} {}", one.address, one.listed, one.state)).collect();
        assert_eq!(told, ["10.0.0.1:8080 true configured", "10.0.0.2:80 true configured", "10.0.0.3:8080 false down"]);
    }

    #[test]
    fn what_only_nginx_knows_is_told() {
        let named = servers("upstream webapp { server app:8080; }", "webapp").unwrap_err();
        assert!(format!("{named:#}").contains("server app:8080: not an address"), "{named:#}");
        assert!(servers("upstream other { server 10.0.0.1; }", "webapp").is_err());
        assert!(servers("upstream webapp { }", "webapp").is_err());
    }
}
