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
use relapse_service::log;

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

#[cfg(test)]
mod tests {
    use clap::{Args, FromArgMatches};
    use envoy_types::pb::envoy::config::endpoint::v3::ClusterLoadAssignment;
    use envoy_types::pb::google::rpc;
    use prost::Message;

    use super::*;

    fn request(kind: Kind, nonce: &str) -> DiscoveryRequest {
        DiscoveryRequest { type_url: kind.url(), response_nonce: nonce.into(), ..DiscoveryRequest::default() }
    }

    fn talk() -> (Talk, watch::Sender<Endpoints>) {
        let command = Options::augment_args(clap::Command::new("control-plane").no_binary_name(true));
        let told = Options::from_arg_matches(&command.get_matches_from(["--service=webapp"])).unwrap();
        let addresses = vec!["10.0.0.1:80".parse().unwrap(), "10.0.0.2:80".parse().unwrap()];
        let (tell, endpoints) = watch::channel(Endpoints { version: 1, addresses });
        (Talk::new(Arc::new(told), endpoints, Arc::default()), tell)
    }

    #[test]
    fn each_kind_is_answered_when_it_is_first_asked_for_and_accepting_is_not_asking() {
        let (mut talk, _tell) = talk();
        for kind in [Kind::Cluster, Kind::Endpoints, Kind::Listener] {
            let answer = talk.asked(&request(kind, "")).unwrap();
            assert_eq!((answer.type_url.as_str(), answer.resources[0].type_url.as_str()), (&*kind.url(), &*kind.url()));
            assert!(talk.asked(&request(kind, &answer.nonce)).is_none());
        }
        assert!(talk.asked(&DiscoveryRequest { type_url: "type.googleapis.com/a".into(), ..Default::default() }).is_none());
    }

    #[test]
    fn endpoints_are_known_once_they_are_accepted_and_not_when_they_are_refused() {
        let (mut talk, tell) = talk();
        let first = talk.asked(&request(Kind::Endpoints, "")).unwrap();
        let told = ClusterLoadAssignment::decode(first.resources[0].value.as_slice()).unwrap();
        assert_eq!((told.cluster_name.as_str(), told.endpoints[0].lb_endpoints.len()), ("webapp", 2));
        assert!(talk.known.addresses().is_empty());
        talk.asked(&request(Kind::Endpoints, &first.nonce));
        assert_eq!(talk.known.addresses().len(), 2);

        tell.send_replace(Endpoints { version: 2, addresses: Vec::new() });
        let second = talk.answer(Kind::Endpoints);
        assert_eq!(second.version_info, "2");
        let error_detail = Some(rpc::Status { message: "no".into(), ..Default::default() });
        talk.asked(&DiscoveryRequest { error_detail, ..request(Kind::Endpoints, &second.nonce) });
        assert_eq!(talk.known.addresses().len(), 2, "what was refused is not known");
        talk.asked(&request(Kind::Endpoints, &first.nonce));
        assert_eq!(talk.known.addresses().len(), 2, "that is of the answer before");
        talk.asked(&request(Kind::Endpoints, &second.nonce));
        assert!(talk.known.addresses().is_empty());
    }

    #[test]
    fn an_answer_without_endpoints_does_not_hide_that_they_are_others() {
        let (mut talk, tell) = talk();
        talk.answer(Kind::Endpoints);
        tell.send_replace(Endpoints { version: 2, addresses: Vec::new() });
        talk.answer(Kind::Listener);
        assert!(talk.endpoints.has_changed().unwrap());
    }
}
