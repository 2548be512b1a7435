//! What relapse puts into labs, as one static binary: `instruments` are general, `stand_ins` replace private software of one incident.
//! Parts are configured by environment variables, so that a Compose file says everything about them; `relapse-parts help` lists them.
//! No part knows an incident or a factor by its name.

mod common;
mod instruments;
mod stand_ins;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "relapse-parts", about, version)]
struct Cli {
    #[command(subcommand)]
    part: Part,
}

#[derive(Subcommand)]
enum Part {
    /// An authoritative name server, one zone file a listening address.
    Dns(instruments::dns::Options),
    /// One visit of one user; JSON in, NDJSON out.
    Visit(instruments::visit::Options),
    /// The same in a real browser, which chromedriver drives.
    Browse(instruments::browse::Options),
    /// One user asks for one thing again and again; JSON in, NDJSON out.
    Poll(instruments::visit::poll::Options),
    /// What a name means here, as JSON.
    Resolve(instruments::resolve::Options),
    /// What the answer of a Prometheus to a question in PromQL is, as JSON.
    Promql(instruments::promql::Options),
    /// A certificate of the run's authority, as files.
    Certificate(instruments::certificate::Options),
    /// What the containers of this run use, for Prometheus.
    Exporter(instruments::exporter::Options),
    /// The Docker API, for containers of this run only.
    SocketProxy(instruments::socket_proxy::Options),
    /// Many instances of a service, each with an address of its own, in one container.
    Fleet(instruments::fleet::Options),
    /// One instance of a service, in a container of its own.
    Webapp(instruments::webapp::Options),
    /// Many users ask for one thing at a fixed rate; JSON in, NDJSON out.
    Load(instruments::load::Options),
    /// One user keeps WebSockets open; JSON in, NDJSON out.
    Hold(instruments::hold::Options),
    /// Gives an HAProxy's Runtime API commands, and prints its answer.
    Runtime(instruments::runtime::Options),
    /// Which servers a list has, Consul's or an HAProxy's, each time that it changes, as NDJSON.
    Members(instruments::members::Options),
    /// Who is in such a list, for Prometheus.
    ListExporter(instruments::list_exporter::Options),
    /// Takes an Alertmanager's webhook, and says each alert in its log.
    AlertReceiver(instruments::alert_receiver::Options),
    /// Sets a route in this network namespace: `route default via HOST`.
    Route(instruments::route::Options),
    /// Real Git over HTTP, with Gitea's push webhook.
    GitServer(instruments::git_server::Options),
    /// Does nothing until it is stopped: a machine for people to work on.
    Idle,
    /// Starts and terminates a fleet's instances, by how busy they are.
    Autoscaler(stand_ins::autoscaler::Options),
    /// Asks the autoscaler of this machine: `scale to 11`, `scale in 2 --zone=b`, `scale replace 8`.
    Scale(stand_ins::autoscaler::ask::Options),
    /// Tells Envoys who is there, by Consul.
    ControlPlane(stand_ins::control_plane::Options),
    /// Writes the host list that a Consul watch brings, and runs the program that puts it into HAProxy's slots.
    Sync(stand_ins::sync::Options),
    /// What the watch runs: hands the list to the sync program's daemon.
    SyncBring(stand_ins::sync::bring::Options),
    /// That program: one run.
    SyncSlots(stand_ins::sync::program::Options),
    /// Another one: it renders the list into HAProxy's configuration, and reloads.
    SyncRender(stand_ins::sync::render::Options),
    /// Showcase, the club's PaaS: relay, deployer and console of one host.
    Showcase(stand_ins::showcase::Options),
    /// traQ, the club's chat and single sign-on.
    Traq(stand_ins::traq::Options),
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let outcome = match Cli::parse().part {
        Part::Dns(options) => instruments::dns::run(options).await,
        Part::Visit(options) => instruments::visit::run(options).await,
        Part::Browse(options) => instruments::browse::run(options).await,
        Part::Poll(options) => instruments::visit::poll::run(options).await,
        Part::Resolve(options) => instruments::resolve::run(options).await,
        Part::Promql(options) => instruments::promql::run(options).await,
        Part::Certificate(options) => instruments::certificate::run(options).await,
        Part::Exporter(options) => instruments::exporter::run(options).await,
        Part::SocketProxy(options) => instruments::socket_proxy::run(options).await,
        Part::Fleet(options) => instruments::fleet::run(options).await,
        Part::Webapp(options) => instruments::webapp::run(options).await,
        Part::Load(options) => instruments::load::run(options).await,
        Part::Hold(options) => instruments::hold::run(options).await,
        Part::Runtime(options) => instruments::runtime::run(options).await,
        Part::Members(options) => instruments::members::run(options).await,
        Part::ListExporter(options) => instruments::list_exporter::run(options).await,
        Part::AlertReceiver(options) => instruments::alert_receiver::run(options).await,
        Part::Route(options) => instruments::route::run(options).await,
        Part::GitServer(options) => instruments::git_server::run(options).await,
        Part::Idle => common::stop::idle().await,
        Part::Autoscaler(options) => stand_ins::autoscaler::run(options).await,
        Part::Scale(options) => stand_ins::autoscaler::ask::run(options).await,
        Part::ControlPlane(options) => stand_ins::control_plane::run(options).await,
        Part::Sync(options) => stand_ins::sync::run(options).await,
        Part::SyncBring(options) => stand_ins::sync::bring::run(options).await,
        Part::SyncSlots(options) => stand_ins::sync::program::run(options).await,
        Part::SyncRender(options) => stand_ins::sync::render::run(options).await,
        Part::Showcase(options) => stand_ins::showcase::run(options).await,
        Part::Traq(options) => stand_ins::traq::run(options).await,
    };
    match outcome {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("relapse-parts: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}
