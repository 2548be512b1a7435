//! An app's container, beside the proxy's, on the network that they share.

use anyhow::{Context, bail};
use serde_json::json;

use super::docker::{Engine, Listed};
use super::showcase_yaml::Runtime;

/// Names a container among the parts of a lab.
pub(super) const SERVICE: &str = "relapse.service";
/// The same, as Compose writes it.
const COMPOSE_SERVICE: &str = "com.docker.compose.service";
/// Where an app's files lie in its container.
pub(super) const DIRECTORY: &str = "/srv/app";
/// How much of a run's name a container's name ends with.
const MOST_SUFFIX: usize = 12;

/// The proxy's container, and the network that apps join.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Proxy {
    pub(super) id: String,
    pub(super) network: String,
}

/// Finds the proxy's container by its service, and the one of its networks whose name ends as it should.
///
/// # Errors
/// When there is no such container that runs, or not exactly one such network.
pub(super) async fn proxy(engine: &Engine, service: &str, network: &str) -> anyhow::Result<Proxy> {
    let running = running(engine, service).await?;
    let names: Vec<&str> = running.network_settings.networks.keys().map(String::as_str).collect();
    let network = pick(&names, network)?;
    Ok(Proxy { id: running.id, network })
}

/// The container of a service, as it runs.
///
/// # Errors
/// When there is no such container that runs.
pub(super) async fn running(engine: &Engine, service: &str) -> anyhow::Result<Listed> {
    let mut found = engine.labelled(SERVICE, service).await?;
    if found.is_empty() {
        found = engine.labelled(COMPOSE_SERVICE, service).await?;
    }
    let running = found.into_iter().find(|container| container.state == "running");
    running.with_context(|| {
        format!("expected a running container with the label {SERVICE}={service} or {COMPOSE_SERVICE}={service}")
    })
}

fn pick(names: &[&str], end: &str) -> anyhow::Result<String> {
    let fitting: Vec<&&str> = names.iter().filter(|name| name.ends_with(end)).collect();
    match fitting[..] {
        [name] => Ok((*name).to_owned()),
        _ => bail!("expected one network of the proxy whose name ends with {end}; its networks are: {}", names.join(", ")),
    }
}

/// The containers that an app has, from deploys before.
pub(super) async fn existing(engine: &Engine, host: &str) -> anyhow::Result<Vec<Listed>> {
    engine.labelled(SERVICE, host).await
}

/// A name that is unique on the engine, and that only Docker's DNS can know: the host, and the end of the run's name.
pub(super) fn name(host: &str, network: &str, end: &str, taken: &[Listed]) -> String {
    let run = network.strip_suffix(end).unwrap_or(network).trim_end_matches(['_', '-', '.']);
    let skipped = run.chars().count().saturating_sub(MOST_SUFFIX);
    let suffix: String = run.chars().skip(skipped).collect();
    let suffix = suffix.trim_start_matches(['_', '-', '.']);
    let name = if suffix.is_empty() { host.to_owned() } else { format!("{host}-{suffix}") };
    // While a new container is tried, the one that serves keeps its name.
    let is_taken = taken.iter().flat_map(|listed| &listed.names).any(|other| other.trim_start_matches('/') == name);
    if is_taken { format!("{name}-2") } else { name }
}

/// What is asked of the engine for an app: what `docker run -d` asks. `given` is the environment that the host adds to the app's own.
pub(super) fn body(
    host: &str,
    image: &str,
    network: &str,
    work_dir: &str,
    runtime: &Runtime,
    given: &[(&str, String)],
) -> serde_json::Value {
    // A name twice would be read differently by different programs.
    let own = runtime.envs.iter().filter(|(name, _)| !given.iter().any(|(other, _)| other == name));
    let own = own.map(|(name, value)| format!("{name}={value}"));
    let mut env: Vec<String> = own.chain(given.iter().map(|(name, value)| format!("{name}={value}"))).collect();
    if let Some(port) = runtime.port {
        env.push(format!("PORT={port}"));
    }
    let directory = format!("{DIRECTORY}/{}", work_dir.trim_start_matches("./"));
    json!({
        "Image": image,
        "Hostname": host,
        "Cmd": ["sh", "-c", runtime.command],
        "Env": env,
        "WorkingDir": directory.trim_end_matches('/'),
        "Labels": { SERVICE: host },
        "HostConfig": { "NetworkMode": network, "RestartPolicy": { "Name": "no" } },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_is_the_one_with_the_right_end() {
        assert_eq!(pick(&["r1_internet", "r1_apps"], "apps").unwrap(), "r1_apps");
        assert!(pick(&["r1_internet"], "apps").expect_err("none").to_string().contains("r1_internet"));
        assert!(pick(&["a_apps", "b_apps"], "apps").is_err());
    }

    #[test]
    fn a_name_ends_with_the_runs() {
        assert_eq!(name("a.b.example", "trap_apps", "apps", &[]), "a.b.example-trap");
        assert_eq!(name("a.b.example", "relapse-0123456789_apps", "apps", &[]), "a.b.example-e-0123456789");
        assert_eq!(name("a.b.example", "apps", "apps", &[]), "a.b.example");
        let taken = Listed {
            id: "1".into(),
            names: vec!["/a.b.example-trap".into()],
            state: "running".into(),
            labels: Default::default(),
            network_settings: Default::default(),
        };
        assert_eq!(name("a.b.example", "trap_apps", "apps", &[taken]), "a.b.example-trap-2");
    }

    #[test]
    fn an_app_is_asked_for_as_docker_run_does() {
        let envs = [("A".into(), "b".into())].into();
        let runtime = Runtime { command: "exec python3 bot.py".into(), port: Some(8080), envs, mariadb: false };
        let given = [("MARIADB_HOSTNAME", "mariadb".to_owned())];
        let body = body("a.b.example", "relapse-runtime", "trap_apps", "./sub/", &runtime, &given);
        assert_eq!(body["Cmd"], json!(["sh", "-c", "exec python3 bot.py"]));
        assert_eq!(body["Env"], json!(["A=b", "MARIADB_HOSTNAME=mariadb", "PORT=8080"]));
        assert_eq!(body["WorkingDir"], "/srv/app/sub");
        assert_eq!(body["Hostname"], "a.b.example");
    }
}
