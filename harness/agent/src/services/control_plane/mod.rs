//! The control plane of Envoys: it follows Consul's instances of a service, and serves listener, cluster and endpoints over the aggregated
//! discovery service (<https://www.envoyproxy.io/docs/envoy/v1.40.0/api-docs/xds_protocol>).
//!
//! `resources` are what Envoy is told, `stream` the talk with one of them, `known` what each has accepted.

mod known;
mod resources;
mod stream;

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use envoy_types::pb::envoy::service::discovery::v3::aggregated_discovery_service_server::{
    AggregatedDiscoveryService, AggregatedDiscoveryServiceServer,
};
use envoy_types::pb::envoy::service::discovery::v3::{
    DeltaDiscoveryRequest, DeltaDiscoveryResponse, DiscoveryRequest, DiscoveryResponse,
};
use futures_util::Stream;
use tokio::sync::watch;
use tonic::{Request, Response, Status, Streaming};

use known::Known;
use relapse_service::consul::{Consul, Healthy, Index};
use relapse_service::listen::{self, Address};
use relapse_service::{log, stop};

/// While Consul does not answer.
const AGAIN: Duration = Duration::from_millis(200);

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Where Envoys ask.
    #[arg(long, env = "LISTEN", default_value = "0.0.0.0:18000")]
    listen: SocketAddr,
    /// Where the list is that no Envoy is without any more (`GET /hosts`).
    #[arg(long, env = "HOSTS_LISTEN", default_value = "0.0.0.0:9100")]
    hosts_listen: Address,
    #[arg(long, env = "CONSUL", default_value = "http://127.0.0.1:8500")]
    consul: String,
    #[command(flatten)]
    told: resources::Options,
    /// More endpoints than it has room for end it, as a limit of its memory would; empty: there is always room.
    #[arg(long, env = "MOST_ENDPOINTS", default_value = "")]
    most_endpoints: String,
}

/// A service's endpoints, and how many lists there were before.
#[derive(Debug, Clone, Default)]
struct Endpoints {
    version: u64,
    addresses: Vec<SocketAddr>,
}

/// Serves until it is stopped.
///
/// # Errors
/// When an address cannot be listened on, or there are more endpoints than it has room for.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let most = match &*options.most_endpoints {
        "" => usize::MAX,
        text => text.parse().with_context(|| format!("MOST_ENDPOINTS: {text:?} is no number"))?,
    };
    let hosts = options.hosts_listen.bind().await?;
    let (endpoints, followed) = watch::channel(Endpoints::default());
    let known = Arc::new(Known::default());
    let service = Service { told: Arc::new(options.told.clone()), endpoints: followed, known: known.clone() };
    let router = Router::new().route("/hosts", get(accepted)).with_state(known);
    let serving = tonic::transport::Server::builder().add_service(AggregatedDiscoveryServiceServer::new(service));
    tokio::select! {
        outcome = serving.serve(options.listen) => outcome.with_context(|| format!("serving at {}", options.listen)),
        outcome = listen::serve(hosts, router) => outcome,
        outcome = follow(&options, most, &endpoints) => outcome,
        () = stop::stopped() => Ok(()),
    }
}

/// A line of `address:port` for each endpoint that some Envoy has.
async fn accepted(State(known): State<Arc<Known>>) -> String {
    known.addresses().iter().map(|address| format!("{address}\n")).collect()
}

/// Hands on the instances that pass, as soon as they are others.
async fn follow(options: &Options, most: usize, endpoints: &watch::Sender<Endpoints>) -> anyhow::Result<()> {
    let consul = Consul::new(&options.consul)?;
    let (mut index, mut trouble) = (Index::default(), log::Once::default());
    loop {
        let asked = consul.instances(options.told.service(), "", index).await;
        let addresses = asked.and_then(|(next, instances)| {
            index = next;
            let passing = instances.iter().filter(|one| one.state() == "passing");
            passing.map(Healthy::address).collect::<anyhow::Result<Vec<_>>>()
        });
        let mut addresses = match addresses {
            Ok(addresses) => addresses,
            Err(error) => {
                trouble.say("Consul is not followed", &error);
                tokio::time::sleep(AGAIN).await;
                continue;
            }
        };
        trouble.clear();
        addresses.sort_unstable();
        ensure!(addresses.len() <= most, "{} endpoints, and room for {most}", addresses.len());
        let version = endpoints.borrow().version;
        // Before the first instance there is nothing to tell.
        if addresses != endpoints.borrow().addresses {
            let number = addresses.len();
            endpoints.send_replace(Endpoints { version: version + 1, addresses });
            log::action("endpoints", options.told.service(), "success", &format!("{number} instances"));
            if version == 0 {
                log::ready("control-plane");
            }
        }
    }
}

#[derive(Clone)]
struct Service {
    told: Arc<resources::Options>,
    endpoints: watch::Receiver<Endpoints>,
    known: Arc<Known>,
}

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl AggregatedDiscoveryService for Service {
    type StreamAggregatedResourcesStream = Answers<DiscoveryResponse>;
    type DeltaAggregatedResourcesStream = Answers<DeltaDiscoveryResponse>;

    async fn stream_aggregated_resources(
        &self,
        request: Request<Streaming<DiscoveryRequest>>,
    ) -> Result<Response<Self::StreamAggregatedResourcesStream>, Status> {
        let talk = stream::Talk::new(self.told.clone(), self.endpoints.clone(), self.known.clone());
        Ok(Response::new(Box::pin(talk.answers(request.into_inner()))))
    }

    async fn delta_aggregated_resources(
        &self,
        _: Request<Streaming<DeltaDiscoveryRequest>>,
    ) -> Result<Response<Self::DeltaAggregatedResourcesStream>, Status> {
        Err(Status::unimplemented("only the state of the world is told (api_type: GRPC)"))
    }
}
