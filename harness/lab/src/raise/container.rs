//! A service in the engine's words.

use std::collections::{BTreeMap, HashMap};

use bollard::models::{
    ContainerCreateBody, EndpointIpamConfig, EndpointSettings, HealthConfig, HostConfig, HostConfigLogConfig,
    NetworkConnectRequest, NetworkingConfig, ResourcesUlimits, RestartPolicy as Policy, RestartPolicyNameEnum,
};
use bollard::query_parameters::CreateContainerOptionsBuilder;
use relapse_model::topology::{Health, Limits, Mount, NetworkAttachment, NetworkMode, RestartPolicy, Service, Source, Tmpfs};

use super::error::RaiseError;
use relapse_engine::label::{Labels, RunId};
use relapse_engine::name;
use relapse_engine::{Engine, in_full};

/// What a service does not say itself.
pub(super) struct Settings {
    /// The image's id.
    pub(super) image: String,
    /// Labels of the run.
    pub(super) labels: Labels,
    /// The environment, with that of its files.
    pub(super) environment: BTreeMap<String, String>,
}

/// Creates a service's container, attached to all its networks, not started.
pub(super) async fn create(engine: &Engine, run: &RunId, service: &Service, given: Settings) -> Result<(), RaiseError> {
    let refused = |action| {
        let service = service.name.clone();
        move |error: bollard::errors::Error| RaiseError::Engine { service, action, why: in_full(&error) }
    };
    let container = name::of(run, &service.name);
    let options = CreateContainerOptionsBuilder::new().name(&container).build();
    engine.docker().create_container(Some(options), body(run, service, given)).await.map_err(refused("create its container"))?;
    // The engine takes one network when it creates, the others by connecting.
    if let NetworkMode::Networks(attachments) = &service.network {
        for attachment in attachments.iter().skip(1) {
            let request = NetworkConnectRequest {
                container: container.clone(),
                endpoint_config: Some(endpoint(&service.name, attachment)),
            };
            engine
                .docker()
                .connect_network(&name::of(run, &attachment.network), request)
                .await
                .map_err(refused("connect it to a network"))?;
        }
    }
    Ok(())
}

fn endpoint(service: &str, attachment: &NetworkAttachment) -> EndpointSettings {
    let NetworkAttachment { network: _, address, aliases } = attachment;
    let names = std::iter::once(service.to_owned()).chain(aliases.iter().cloned());
    EndpointSettings {
        aliases: Some(names.collect()),
        ipam_config: address.clone().map(|address| EndpointIpamConfig { ipv4_address: Some(address), ..Default::default() }),
        ..Default::default()
    }
}

/// Every key of a service has its place here, or a word on where else it has one: one that is new does not compile until it has, too.
fn body(run: &RunId, service: &Service, given: Settings) -> ContainerCreateBody {
    let Settings { image, labels, environment } = given;
    let Service {
        name: service_name,
        entrypoint,
        command,
        labels: own_labels,
        sysctls,
        mounts,
        tmpfs,
        network,
        dns,
        dns_search,
        dns_options,
        extra_hosts,
        health,
        cap_add,
        cap_drop,
        security_opt,
        read_only,
        hostname,
        domainname,
        restart,
        stop_signal,
        stop_timeout,
        user,
        working_dir,
        groups,
        ipc,
        limits,
        init,
        // In what is given: the image's id, and the environment with that of the files.
        image: _,
        build: _,
        environment: _,
        env_files: _,
        // Whether it is raised at all, and when it is started.
        profiles: _,
        scale: _,
        depends_on: _,
    } = service;
    let (network_mode, endpoints) = match network {
        NetworkMode::None => ("none".to_owned(), None),
        NetworkMode::Of(other) => (format!("container:{}", name::of(run, other)), None),
        NetworkMode::Networks(attachments) => match attachments.first() {
            Some(attachment) => {
                let network = name::of(run, &attachment.network);
                (network.clone(), Some(HashMap::from([(network, endpoint(service_name, attachment))])))
            }
            None => ("none".to_owned(), None),
        },
    };
    let joins = matches!(network, NetworkMode::Of(_));
    let tmpfs = tmpfs.iter().map(|Tmpfs { target, options }| (target.clone(), options.clone()));
    let host_config = HostConfig {
        binds: Some(mounts.iter().filter_map(|mount| bind(run, mount)).collect()),
        tmpfs: Some(tmpfs.collect()),
        network_mode: Some(network_mode),
        dns: some(dns),
        dns_search: some(dns_search),
        dns_options: some(dns_options),
        cap_drop: some(cap_drop),
        security_opt: some(security_opt),
        readonly_rootfs: Some(*read_only),
        group_add: some(groups),
        ipc_mode: ipc.clone(),
        restart_policy: restart_policy(*restart),
        extra_hosts: some(extra_hosts),
        cap_add: some(cap_add),
        sysctls: (!sysctls.is_empty()).then(|| sysctls.clone().into_iter().collect()),
        init: Some(*init),
        log_config: Some(log_config()),
        ..limited(limits)
    };
    ContainerCreateBody {
        image: Some(image),
        hostname: hostname.clone().filter(|_| !joins),
        entrypoint: entrypoint.clone(),
        cmd: command.clone(),
        env: Some(environment.iter().map(|(key, value)| format!("{key}={value}")).collect()),
        labels: Some(all_labels(run, service_name, own_labels, labels)),
        user: user.clone(),
        working_dir: working_dir.clone(),
        stop_signal: stop_signal.clone(),
        stop_timeout: *stop_timeout,
        domainname: domainname.clone(),
        healthcheck: health.as_ref().map(health_config),
        volumes: some(&anonymous(mounts)),
        host_config: Some(host_config),
        networking_config: endpoints.map(|endpoints| NetworkingConfig { endpoints_config: Some(endpoints) }),
        ..Default::default()
    }
}

/// What it may use.
fn limited(limits: &Limits) -> HostConfig {
    let Limits {
        cpus,
        cpu_shares,
        cpu_period,
        cpu_quota,
        cpuset,
        memory,
        memory_reservation,
        memory_swap,
        memory_swappiness,
        oom_kill_disable,
        oom_score_adj,
        pids,
        shm,
        ulimits,
    } = limits;
    let ulimit = |(name, (soft, hard)): (&String, &(i64, i64))| ResourcesUlimits {
        name: Some(name.clone()),
        soft: Some(*soft),
        hard: Some(*hard),
    };
    #[expect(clippy::cast_possible_truncation)]
    let nano_cpus = cpus.map(|cpus| (cpus * 1e9) as i64);
    HostConfig {
        nano_cpus,
        cpu_shares: *cpu_shares,
        cpu_period: *cpu_period,
        cpu_quota: *cpu_quota,
        cpuset_cpus: cpuset.clone(),
        memory: *memory,
        memory_reservation: *memory_reservation,
        // No more than the memory, unless it is said.
        memory_swap: memory_swap.or(*memory),
        memory_swappiness: *memory_swappiness,
        oom_kill_disable: *oom_kill_disable,
        oom_score_adj: *oom_score_adj,
        pids_limit: *pids,
        shm_size: *shm,
        ulimits: (!ulimits.is_empty()).then(|| ulimits.iter().map(ulimit).collect()),
        ..Default::default()
    }
}

/// The engine's own default where nothing is said.
fn some(list: &[String]) -> Option<Vec<String>> {
    (!list.is_empty()).then(|| list.to_vec())
}

/// Ours over the service's own: by them it is found and removed.
fn all_labels(run: &RunId, service: &str, own: &BTreeMap<String, String>, ours: Labels) -> HashMap<String, String> {
    let mut labels: HashMap<String, String> = own.clone().into_iter().collect();
    labels.extend(ours.service(service).into_map());
    // As Compose writes them, for services that look for each other by these.
    labels.insert("com.docker.compose.project".into(), run.to_string());
    labels.insert("com.docker.compose.service".into(), service.to_owned());
    labels
}

/// The targets of volumes without a name.
fn anonymous(mounts: &[Mount]) -> Vec<String> {
    let without = mounts.iter().filter(|mount| mount.source == Source::Anonymous);
    without.map(|mount| mount.target.clone()).collect()
}

/// What the engine mounts itself; files and texts are copied in.
fn bind(run: &RunId, Mount { source, target, read_only }: &Mount) -> Option<String> {
    let mode = if *read_only { ":ro" } else { "" };
    match source {
        Source::Volume(volume) => Some(format!("{}:{target}{mode}", name::of(run, volume))),
        Source::EngineSocket(path) => Some(format!("{path}:{target}{mode}")),
        Source::Anonymous | Source::Path(_) | Source::Text(_) => None,
    }
}

fn health_config(health: &Health) -> HealthConfig {
    let Health { test, interval, timeout, start_period, start_interval, retries } = health;
    HealthConfig {
        test: Some(test.clone()),
        interval: *interval,
        timeout: *timeout,
        start_period: *start_period,
        start_interval: *start_interval,
        retries: *retries,
    }
}

/// A log that is never rotated, whatever the engine does by default: a rotation loses lines for whoever reads, and repeats others.
fn log_config() -> HostConfigLogConfig {
    let options = [("max-size", "1t"), ("max-file", "1"), ("compress", "false")];
    let options = options.map(|(name, value)| (name.to_owned(), value.to_owned()));
    HostConfigLogConfig { typ: Some("json-file".into()), config: Some(HashMap::from(options)) }
}

fn restart_policy(restart: RestartPolicy) -> Option<Policy> {
    let (name, times) = match restart {
        RestartPolicy::No => return None,
        RestartPolicy::Always => (RestartPolicyNameEnum::ALWAYS, None),
        RestartPolicy::UnlessStopped => (RestartPolicyNameEnum::UNLESS_STOPPED, None),
        RestartPolicy::OnFailure { times } => (RestartPolicyNameEnum::ON_FAILURE, times),
    };
    Some(Policy { name: Some(name), maximum_retry_count: times.map(i64::from) })
}
