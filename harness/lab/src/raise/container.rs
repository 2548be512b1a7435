//! A service in the engine's words.

use std::collections::{BTreeMap, HashMap};

use bollard::models::{
    ContainerCreateBody, EndpointIpamConfig, EndpointSettings, HealthConfig, HostConfig, HostConfigLogConfig,
    NetworkConnectRequest, NetworkingConfig, RestartPolicy, RestartPolicyNameEnum,
};
use bollard::query_parameters::CreateContainerOptionsBuilder;
use relapse_model::topology::{NetworkMode, Service, Source};

use super::{RaiseError, network};
use crate::engine::{Engine, in_full};
use crate::label::{Labels, RunId};

/// What the engine calls the container of a part.
pub(crate) fn name(run: &RunId, part: &str) -> String {
    format!("{run}-{part}")
}

/// What a service does not say itself.
pub(super) struct Given {
    /// The image's id.
    pub(super) image: String,
    /// Labels of the run.
    pub(super) labels: Labels,
    /// The environment, with that of its files.
    pub(super) environment: BTreeMap<String, String>,
}

/// Creates a service's container, attached to all its networks, not started.
pub(super) async fn create(engine: &Engine, run: &RunId, service: &Service, given: Given) -> Result<(), RaiseError> {
    let refused = |action| {
        let part = service.name.clone();
        move |error: bollard::errors::Error| RaiseError::Engine { part, action, why: in_full(&error) }
    };
    let name = name(run, &service.name);
    let options = CreateContainerOptionsBuilder::new().name(&name).build();
    engine.docker().create_container(Some(options), body(run, service, given)).await.map_err(refused("create its container"))?;
    // The engine takes one network when it creates, the others by connecting.
    if let NetworkMode::Networks(networks) = &service.network {
        for (network, address, aliases) in networks.iter().skip(1) {
            let request = NetworkConnectRequest {
                container: name.clone(),
                endpoint_config: Some(endpoint(service, address.as_ref(), aliases)),
            };
            engine
                .docker()
                .connect_network(&network::name(run, network), request)
                .await
                .map_err(refused("connect it to a network"))?;
        }
    }
    Ok(())
}

fn endpoint(service: &Service, address: Option<&String>, aliases: &[String]) -> EndpointSettings {
    let mut names = vec![service.name.clone()];
    names.extend(aliases.iter().cloned());
    EndpointSettings {
        aliases: Some(names),
        ipam_config: address.map(|address| EndpointIpamConfig { ipv4_address: Some(address.clone()), ..Default::default() }),
        ..Default::default()
    }
}

fn body(run: &RunId, service: &Service, given: Given) -> ContainerCreateBody {
    let Given { image, labels, environment } = given;
    // Ours over the service's own: by them it is found and removed.
    let ours = labels.service(&service.name).into_map();
    let mut labels: HashMap<String, String> = service.labels.clone().into_iter().collect();
    labels.extend(ours);
    // As Compose writes them, for parts that look for each other by these.
    labels.insert("com.docker.compose.project".into(), run.to_string());
    labels.insert("com.docker.compose.service".into(), service.name.clone());
    let (network_mode, endpoints) = match &service.network {
        NetworkMode::None => (Some("none".to_owned()), None),
        NetworkMode::Of(other) => (Some(format!("container:{}", name(run, other))), None),
        NetworkMode::Networks(networks) => match networks.first() {
            Some((network, address, aliases)) => {
                let network = network::name(run, network);
                (Some(network.clone()), Some(HashMap::from([(network, endpoint(service, address.as_ref(), aliases))])))
            }
            None => (Some("none".to_owned()), None),
        },
    };
    let joins = matches!(service.network, NetworkMode::Of(_));
    let binds = service.mounts.iter().filter_map(|mount| {
        let mode = if mount.read_only { ":ro" } else { "" };
        match &mount.source {
            Source::Volume(volume) => Some(format!("{}:{}{mode}", network::name(run, volume), mount.target)),
            Source::EngineSocket(path) => Some(format!("{path}:{}{mode}", mount.target)),
            Source::Path(_) | Source::Text(_) => None,
        }
    });
    let tmpfs = service.tmpfs.iter().map(|text| {
        let (path, options) = text.split_once(':').unwrap_or((text, ""));
        (path.to_owned(), options.to_owned())
    });
    #[expect(clippy::cast_possible_truncation)]
    let host_config = HostConfig {
        binds: Some(binds.collect()),
        tmpfs: Some(tmpfs.collect()),
        network_mode,
        dns: (!service.dns.is_empty()).then(|| service.dns.clone()),
        dns_search: (!service.dns_search.is_empty()).then(|| service.dns_search.clone()),
        dns_options: (!service.dns_options.is_empty()).then(|| service.dns_options.clone()),
        cap_drop: (!service.cap_drop.is_empty()).then(|| service.cap_drop.clone()),
        security_opt: (!service.security_opt.is_empty()).then(|| service.security_opt.clone()),
        readonly_rootfs: Some(service.read_only),
        pids_limit: service.pids,
        restart_policy: service.restart.as_deref().map(restart),
        extra_hosts: (!service.extra_hosts.is_empty()).then(|| service.extra_hosts.clone()),
        cap_add: (!service.cap_add.is_empty()).then(|| service.cap_add.clone()),
        sysctls: (!service.sysctls.is_empty()).then(|| service.sysctls.clone().into_iter().collect()),
        nano_cpus: service.cpus.map(|cpus| (cpus * 1e9) as i64),
        memory: service.memory,
        memory_swap: service.memory,
        shm_size: service.shm,
        init: Some(service.init),
        log_config: Some(log_config()),
        ..Default::default()
    };
    ContainerCreateBody {
        image: Some(image),
        hostname: service.hostname.clone().filter(|_| !joins),
        entrypoint: service.entrypoint.clone(),
        cmd: service.command.clone(),
        env: Some(environment.iter().map(|(key, value)| format!("{key}={value}")).collect()),
        labels: Some(labels),
        user: service.user.clone(),
        working_dir: service.working_dir.clone(),
        stop_signal: service.stop_signal.clone(),
        stop_timeout: service.stop_timeout,
        domainname: service.domainname.clone(),
        healthcheck: service.health.as_ref().map(|health| HealthConfig {
            test: Some(health.test.clone()),
            interval: health.interval,
            timeout: health.timeout,
            start_period: health.start_period,
            start_interval: health.start_interval,
            retries: health.retries,
        }),
        host_config: Some(host_config),
        networking_config: endpoints.map(|endpoints| NetworkingConfig { endpoints_config: Some(endpoints) }),
        ..Default::default()
    }
}

/// A log that is never rotated, whatever the engine does by default: a rotation loses lines for whoever reads, and repeats others.
fn log_config() -> HostConfigLogConfig {
    let options = [("max-size", "1t"), ("max-file", "1"), ("compress", "false")];
    let options = options.map(|(name, value)| (name.to_owned(), value.to_owned()));
    HostConfigLogConfig { typ: Some("json-file".into()), config: Some(HashMap::from(options)) }
}

/// The model has checked that it is one of these.
fn restart(policy: &str) -> RestartPolicy {
    let (name, times) = policy.split_once(':').unwrap_or((policy, ""));
    let name = match name {
        "always" => RestartPolicyNameEnum::ALWAYS,
        "unless-stopped" => RestartPolicyNameEnum::UNLESS_STOPPED,
        "on-failure" => RestartPolicyNameEnum::ON_FAILURE,
        _ => RestartPolicyNameEnum::NO,
    };
    RestartPolicy { name: Some(name), maximum_retry_count: times.parse().ok() }
}
