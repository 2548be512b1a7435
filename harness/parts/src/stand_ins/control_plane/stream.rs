//! The talk with one Envoy: it asks for kinds of resources, is answered, and accepts or refuses each answer, which is asking again. Whoever
//! has asked for endpoints is told each time that they are others. The state of the world is told, as `api_type: GRPC` wants it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use envoy_types::pb::envoy::service::discovery::v3::{DiscoveryRequest, DiscoveryResponse};
use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::sync::watch;
use tonic::{Status, Streaming};

use super::Endpoints;
use super::known::Known;
use super::resources::{Kind, Options};
use crate::common::log;

pub(super) struct Talk {
    told: Arc<Options>,
    endpoints: watch::Receiver<Endpoints>,
    known: Arc<Known>,
    stream: u64,
    node: String,
    nonce: u64,
    sent: BTreeMap<Kind, Sent>,
}

/// The latest answer of a kind.
struct Sent {
    nonce: String,
    addresses: Vec<SocketAddr>,
}

impl Talk {
    pub(super) fn new(told: Arc<Options>, endpoints: watch::Receiver<Endpoints>, known: Arc<Known>) -> Self {
        let stream = known.begun();
        Self { told, endpoints, known, stream, node: String::new(), nonce: 0, sent: BTreeMap::new() }
    }

    /// Ends when the Envoy goes.
    pub(super) fn answers(self, requests: Streaming<DiscoveryRequest>) -> impl Stream<Item = Result<DiscoveryResponse, Status>> {
        unfold((self, requests), |(mut talk, mut requests)| async move {
            loop {
                let answer = tokio::select! {
                    request = requests.message() => talk.asked(&request.ok().flatten()?),
                    changed = talk.endpoints.changed() => {
                        changed.ok()?;
                        talk.sent.contains_key(&Kind::Endpoints).then(|| talk.answer(Kind::Endpoints))
                    }
                };
                if let Some(answer) = answer {
                    return Some((Ok(answer), (talk, requests)));
                }
            }
        })
    }

    /// What a request is answered; nothing where it only says what came of the latest answer.
    fn asked(&mut self, request: &DiscoveryRequest) -> Option<DiscoveryResponse> {
        if let Some(node) = &request.node {
            self.node.clone_from(&node.id);
        }
        let kind = Kind::of(&request.type_url)?;
        let Some(sent) = self.sent.get(&kind) else { return Some(self.answer(kind)) };
        // One that is of an older answer is not waited for.
        if request.response_nonce == sent.nonce {
            if let Some(error) = &request.error_detail {
                log::action("discovery", &self.node, "refused", &format!("{}: {}", request.type_url, error.message));
            } else if kind == Kind::Endpoints {
                self.known.accepted(self.stream, sent.addresses.clone());
                log::action("discovery", &self.node, "success", &format!("{} endpoints", sent.addresses.len()));
            }
        }
        None
    }

    fn answer(&mut self, kind: Kind) -> DiscoveryResponse {
        // Only an answer with endpoints has told that they are others.
        let endpoints = if kind == Kind::Endpoints { self.endpoints.borrow_and_update() } else { self.endpoints.borrow() };
        let Endpoints { version, addresses } = endpoints.clone();
        drop(endpoints);
        self.nonce += 1;
        let nonce = self.nonce.to_string();
        let response = DiscoveryResponse {
            version_info: if kind == Kind::Endpoints { version.to_string() } else { "1".into() },
            resources: vec![self.told.resource(kind, &addresses)],
            type_url: kind.url(),
            nonce: nonce.clone(),
            ..DiscoveryResponse::default()
        };
        self.sent.insert(kind, Sent { nonce, addresses });
        response
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.known.ended(self.stream);
    }
}
