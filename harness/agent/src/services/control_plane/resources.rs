//! What an Envoy is told: a listener (LDS) whose routes lead to one cluster (CDS), whose endpoints are Consul's instances (EDS).

use std::net::SocketAddr;

use envoy_types::pb::envoy::config::accesslog::v3::{AccessLog, access_log};
use envoy_types::pb::envoy::config::cluster::v3::{Cluster, cluster};
use envoy_types::pb::envoy::config::core::v3::{
    Address, AggregatedConfigSource, ApiVersion, ConfigSource, DataSource, HealthCheck, SocketAddress, SubstitutionFormatString,
    address, config_source, data_source, health_check, socket_address, substitution_format_string,
};
use envoy_types::pb::envoy::config::endpoint::v3::{
    ClusterLoadAssignment, Endpoint, LbEndpoint, LocalityLbEndpoints, lb_endpoint,
};
use envoy_types::pb::envoy::config::listener::v3::{Filter, FilterChain, Listener, filter};
use envoy_types::pb::envoy::config::route::v3::{
    RetryPolicy, Route, RouteAction, RouteConfiguration, RouteMatch, VirtualHost, retry_policy, route, route_action, route_match,
};
use envoy_types::pb::envoy::extensions::access_loggers::stream::v3::{StdoutAccessLog, stdout_access_log};
use envoy_types::pb::envoy::extensions::filters::http::router::v3::Router;
use envoy_types::pb::envoy::extensions::filters::network::http_connection_manager::v3::{
    HttpConnectionManager, HttpFilter, http_connection_manager, http_filter,
};
use envoy_types::pb::envoy::extensions::retry::host::previous_hosts::v3::PreviousHostsPredicate;
use envoy_types::pb::envoy::r#type::v3::Percent;
use envoy_types::pb::google::protobuf::{Any, Duration, UInt32Value};
use prost::{Message, Name};

/// One line of JSON a request, as `relapse_wire::log::Access`. Not `UPSTREAM_HOSTS_ATTEMPTED`: it has only those that a connection was made to.
const LOG_FORMAT: &str = "{\"access\":{\"at\":%START_TIME(%s.%3f)%,\"id\":\"%REQ(X-REQUEST-ID)%\",\"host\":\"%REQ(:AUTHORITY)%\",\
    \"method\":\"%REQ(:METHOD)%\",\"path\":\"%REQ(:PATH)%\",\"status\":%RESPONSE_CODE%,\"upstream\":\"%UPSTREAM_HOST%\",\"attempts\":%UPSTREAM_REQUEST_ATTEMPT_COUNT%,\"session\":\"%RESPONSE_FLAGS%\"}}\n";
const LISTENER: &str = "http";

// What flattens it has a group of the same name.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub(super) struct Options {
    /// Consul's service, and the cluster's name.
    #[arg(long, env = "SERVICE")]
    service: String,
    /// Where Envoys listen for requests.
    #[arg(long, env = "PORT", default_value_t = 80)]
    port: u16,
    #[arg(long, env = "CONNECT_TIMEOUT_MS", default_value_t = 300)]
    connect_timeout_ms: u32,
    /// Within this an answer has come.
    #[arg(long, env = "ANSWER_TIMEOUT_MS", default_value_t = 3000)]
    answer_timeout_ms: u32,
    /// After a connection that failed or was lost, as often again, to another endpoint.
    #[arg(long, env = "RETRIES", default_value_t = 3)]
    retries: u32,
    /// Envoys check their endpoints at this path; empty: they do not.
    #[arg(long, env = "HEALTH_PATH", default_value = "")]
    health_path: String,
    #[arg(long, env = "HEALTH_INTERVAL_MS", default_value_t = 300)]
    health_interval_ms: u32,
    /// Where less than this share of endpoints is healthy, Envoys send to all of them: `healthy_panic_threshold`, in percent.
    #[arg(long, env = "PANIC_THRESHOLD", default_value_t = 50.0)]
    panic_threshold: f64,
}

/// A kind of resource, by its URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Listener,
    Cluster,
    Endpoints,
}

impl Kind {
    pub(super) fn of(url: &str) -> Option<Self> {
        [Self::Listener, Self::Cluster, Self::Endpoints].into_iter().find(|kind| kind.url() == url)
    }

    pub(super) fn url(self) -> String {
        match self {
            Self::Listener => Listener::type_url(),
            Self::Cluster => Cluster::type_url(),
            Self::Endpoints => ClusterLoadAssignment::type_url(),
        }
    }
}

impl Options {
    pub(super) fn service(&self) -> &str {
        &self.service
    }

    /// The one resource of that kind.
    pub(super) fn resource(&self, kind: Kind, addresses: &[SocketAddr]) -> Any {
        match kind {
            Kind::Listener => any(&self.listener()),
            Kind::Cluster => any(&self.cluster()),
            Kind::Endpoints => any(&self.endpoints(addresses)),
        }
    }

    fn listener(&self) -> Listener {
        let manager = HttpConnectionManager {
            stat_prefix: LISTENER.into(),
            route_specifier: Some(http_connection_manager::RouteSpecifier::RouteConfig(self.routes())),
            http_filters: vec![HttpFilter {
                name: "envoy.filters.http.router".into(),
                config_type: Some(http_filter::ConfigType::TypedConfig(any(&Router::default()))),
                ..HttpFilter::default()
            }],
            access_log: vec![access_log()],
            ..HttpConnectionManager::default()
        };
        let filter = Filter {
            name: "envoy.filters.network.http_connection_manager".into(),
            config_type: Some(filter::ConfigType::TypedConfig(any(&manager))),
        };
        Listener {
            name: LISTENER.into(),
            address: Some(address(([0, 0, 0, 0], self.port).into())),
            filter_chains: vec![FilterChain { filters: vec![filter], ..FilterChain::default() }],
            ..Listener::default()
        }
    }

    fn routes(&self) -> RouteConfiguration {
        let elsewhere = retry_policy::RetryHostPredicate {
            name: "envoy.retry_host_predicates.previous_hosts".into(),
            config_type: Some(retry_policy::retry_host_predicate::ConfigType::TypedConfig(any(&PreviousHostsPredicate {}))),
        };
        let action = RouteAction {
            timeout: Some(milliseconds(self.answer_timeout_ms)),
            cluster_specifier: Some(route_action::ClusterSpecifier::Cluster(self.service.clone())),
            retry_policy: Some(RetryPolicy {
                retry_on: "connect-failure,reset".into(),
                num_retries: Some(UInt32Value { value: self.retries }),
                retry_host_predicate: vec![elsewhere],
                host_selection_retry_max_attempts: 5,
                ..RetryPolicy::default()
            }),
            ..RouteAction::default()
        };
        let every = RouteMatch { path_specifier: Some(route_match::PathSpecifier::Prefix("/".into())), ..RouteMatch::default() };
        let route = Route { r#match: Some(every), action: Some(route::Action::Route(action)), ..Route::default() };
        let host =
            VirtualHost { name: self.service.clone(), domains: vec!["*".into()], routes: vec![route], ..VirtualHost::default() };
        RouteConfiguration { name: LISTENER.into(), virtual_hosts: vec![host], ..RouteConfiguration::default() }
    }

    fn cluster(&self) -> Cluster {
        let source = ConfigSource {
            resource_api_version: ApiVersion::V3.into(),
            config_source_specifier: Some(config_source::ConfigSourceSpecifier::Ads(AggregatedConfigSource {})),
            ..ConfigSource::default()
        };
        let common = cluster::CommonLbConfig {
            healthy_panic_threshold: Some(Percent { value: self.panic_threshold }),
            ..cluster::CommonLbConfig::default()
        };
        Cluster {
            name: self.service.clone(),
            cluster_discovery_type: Some(cluster::ClusterDiscoveryType::Type(cluster::DiscoveryType::Eds.into())),
            eds_cluster_config: Some(cluster::EdsClusterConfig { eds_config: Some(source), service_name: String::new() }),
            connect_timeout: Some(milliseconds(self.connect_timeout_ms)),
            lb_policy: cluster::LbPolicy::RoundRobin.into(),
            health_checks: if self.health_path.is_empty() { Vec::new() } else { vec![self.health_check()] },
            common_lb_config: Some(common),
            // A machine that is gone says nothing: what waits for it is sent elsewhere.
            close_connections_on_host_health_failure: true,
            ..Cluster::default()
        }
    }

    fn health_check(&self) -> HealthCheck {
        let count = |value| Some(UInt32Value { value });
        let http = health_check::HttpHealthCheck { path: self.health_path.clone(), ..health_check::HttpHealthCheck::default() };
        HealthCheck {
            timeout: Some(milliseconds(self.connect_timeout_ms)),
            interval: Some(milliseconds(self.health_interval_ms)),
            // Else an endpoint that gets no requests is checked once a minute.
            no_traffic_interval: Some(milliseconds(self.health_interval_ms)),
            unhealthy_threshold: count(2),
            healthy_threshold: count(1),
            health_checker: Some(health_check::HealthChecker::HttpHealthCheck(http)),
            ..HealthCheck::default()
        }
    }

    fn endpoints(&self, addresses: &[SocketAddr]) -> ClusterLoadAssignment {
        let endpoint = |at: &SocketAddr| LbEndpoint {
            host_identifier: Some(lb_endpoint::HostIdentifier::Endpoint(Endpoint {
                address: Some(address(*at)),
                ..Endpoint::default()
            })),
            ..LbEndpoint::default()
        };
        let all =
            LocalityLbEndpoints { lb_endpoints: addresses.iter().map(endpoint).collect(), ..LocalityLbEndpoints::default() };
        ClusterLoadAssignment { cluster_name: self.service.clone(), endpoints: vec![all], ..ClusterLoadAssignment::default() }
    }
}

fn access_log() -> AccessLog {
    let text = DataSource { specifier: Some(data_source::Specifier::InlineString(LOG_FORMAT.into())), ..DataSource::default() };
    let format = SubstitutionFormatString {
        format: Some(substitution_format_string::Format::TextFormatSource(text)),
        ..SubstitutionFormatString::default()
    };
    let log = StdoutAccessLog { access_log_format: Some(stdout_access_log::AccessLogFormat::LogFormat(format)) };
    AccessLog {
        name: "envoy.access_loggers.stdout".into(),
        config_type: Some(access_log::ConfigType::TypedConfig(any(&log))),
        ..AccessLog::default()
    }
}

fn address(at: SocketAddr) -> Address {
    let socket = SocketAddress {
        address: at.ip().to_string(),
        port_specifier: Some(socket_address::PortSpecifier::PortValue(at.port().into())),
        ..SocketAddress::default()
    };
    Address { address: Some(address::Address::SocketAddress(socket)) }
}

fn milliseconds(ms: u32) -> Duration {
    let nanos = i32::try_from(ms % 1000).unwrap_or_default() * 1_000_000;
    Duration { seconds: (ms / 1000).into(), nanos }
}

fn any<T: Message + Name>(message: &T) -> Any {
    Any { type_url: T::type_url(), value: message.encode_to_vec() }
}
