//! What relapse puts into labs, as one static binary: `probes` look as a user or an operator would, `services` run beside the system under
//! test, `lists` read which servers somebody has. Services are configured by environment variables, so that a Compose file says everything
//! about them; `relapse-agent help` lists them. None knows an incident or a factor by its name.
//!
//! A library, so that it is compiled once for the binary in containers, which is linked statically, and for the tests.

mod input;
mod lists;
mod probes;
mod services;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "relapse-agent", about, version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// An authoritative name server, one zone file a listening address.
    Dns(services::dns::Options),
    /// One visit of one user; JSON in, NDJSON out.
    Visit(probes::visit::Options),
    /// The same in a real browser, which chromedriver drives.
    Browse(probes::browse::Options),
    /// One user asks for one thing again and again; JSON in, NDJSON out.
    Poll(probes::poll::Options),
    /// What a name means here, as JSON.
    Resolve(probes::resolve::Options),
    /// What the answer of a Prometheus to a question in PromQL is, as JSON.
    Promql(probes::promql::Options),
    /// A certificate of the run's authority, as files.
    Certificate(services::certificate::Options),
    /// What the containers of this run use, for Prometheus.
    Exporter(services::exporter::Options),
    /// The Docker API, for containers of this run only.
    SocketProxy(services::socket_proxy::Options),
    /// Many instances of a service, each with an address of its own, in one container.
    Fleet(services::fleet::Options),
    /// One instance of a service, in a container of its own.
    Webapp(services::webapp::Options),
    /// Many users ask for one thing at a fixed rate; JSON in, NDJSON out.
    Load(probes::load::Options),
    /// One user keeps WebSockets open; JSON in, NDJSON out.
    Hold(probes::hold::Options),
    /// Gives an HAProxy's Runtime API commands, and prints its answer.
    Runtime(probes::runtime::Options),
    /// Which servers a list has, Consul's or an HAProxy's, each time that it changes, as NDJSON.
    Members(lists::Options),
    /// Who is in such a list, for Prometheus.
    ListExporter(services::list_exporter::Options),
    /// Takes an Alertmanager's webhook, and says each alert in its log.
    AlertReceiver(services::alert_receiver::Options),
    /// Sets a route in this network namespace: `route default via HOST`.
    Route(services::route::Options),
    /// Real Git over HTTP, with Gitea's push webhook.
    GitServer(services::git_server::Options),
    /// Does nothing until it is stopped: a machine for people to work on.
    Idle,
    /// Tells Envoys who is there, by Consul.
    ControlPlane(services::control_plane::Options),
}

/// What the command line asks for.
#[must_use]
#[tokio::main]
pub async fn main() -> std::process::ExitCode {
    let outcome = match Cli::parse().command {
        Command::Dns(options) => services::dns::run(options).await,
        Command::Visit(options) => probes::visit::run(options).await,
        Command::Browse(options) => probes::browse::run(options).await,
        Command::Poll(options) => probes::poll::run(options).await,
        Command::Resolve(options) => probes::resolve::run(options).await,
        Command::Promql(options) => probes::promql::run(options).await,
        Command::Certificate(options) => services::certificate::run(options).await,
        Command::Exporter(options) => services::exporter::run(options).await,
        Command::SocketProxy(options) => services::socket_proxy::run(options).await,
        Command::Fleet(options) => services::fleet::run(options).await,
        Command::Webapp(options) => services::webapp::run(options).await,
        Command::Load(options) => probes::load::run(options).await,
        Command::Hold(options) => probes::hold::run(options).await,
        Command::Runtime(options) => probes::runtime::run(options).await,
        Command::Members(options) => lists::run(options).await,
        Command::ListExporter(options) => services::list_exporter::run(options).await,
        Command::AlertReceiver(options) => services::alert_receiver::run(options).await,
        Command::Route(options) => services::route::run(options).await,
        Command::GitServer(options) => services::git_server::run(options).await,
        Command::Idle => relapse_service::stop::idle().await,
        Command::ControlPlane(options) => services::control_plane::run(options).await,
    };
    relapse_service::stop::ended("relapse-agent", outcome)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_command_line_is_one_that_clap_can_read() {
        Cli::command().debug_assert();
    }
}
