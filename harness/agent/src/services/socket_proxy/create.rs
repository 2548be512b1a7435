//! The body of `POST /containers/create`: a plain container on networks of this run, with this run's labels.

use serde_json::{Map, Value};

use super::body::{allow, is_empty};
use super::own::Own;

/// Names a container among the services of a lab.
const SERVICE: &str = "relapse.service";

const FIELDS: [&str; 21] = [
    "AttachStderr",
    "AttachStdin",
    "AttachStdout",
    "Cmd",
    "Domainname",
    "Entrypoint",
    "Env",
    "ExposedPorts",
    "Healthcheck",
    "HostConfig",
    "Hostname",
    "Image",
    "Labels",
    "NetworkingConfig",
    "OpenStdin",
    "StdinOnce",
    "StopSignal",
    "StopTimeout",
    "Tty",
    "User",
    "WorkingDir",
];

const HOST_FIELDS: [&str; 18] = [
    "AutoRemove",
    "CapDrop",
    "CpuPeriod",
    "CpuQuota",
    "CpuShares",
    "Dns",
    "DnsOptions",
    "DnsSearch",
    "Init",
    "LogConfig",
    "Memory",
    "MemoryReservation",
    "MemorySwap",
    "MemorySwappiness",
    "NanoCpus",
    "NetworkMode",
    "PidsLimit",
    "RestartPolicy",
];
const READ_ONLY: &str = "ReadonlyRootfs";

/// A body as it may go to the engine.
#[derive(Debug)]
pub(super) struct Create {
    pub(super) body: Value,
    /// The networks it names: each must turn out to be of this run.
    pub(super) networks: Vec<String>,
}

/// Filters a body, and stamps the run's labels on it.
///
/// # Errors
/// The field that is refused, and why.
pub(super) fn filter(body: Value, own: &Own) -> Result<Create, String> {
    let mut body = allow(body, "container", &FIELDS, why)?;
    let mut networks = Vec::new();

    let host = body.remove("HostConfig").unwrap_or(Value::Null);
    let host = if host.is_null() { Value::Object(Map::new()) } else { host };
    let allowed: Vec<&str> = HOST_FIELDS.into_iter().chain([READ_ONLY]).collect();
    let mut host = allow(host, "HostConfig", &allowed, why)?;
    log_driver(&mut host)?;
    match host.get("NetworkMode").and_then(Value::as_str).unwrap_or_default() {
        "none" => {}
        "" | "default" | "bridge" => {
            return Err("HostConfig.NetworkMode is refused: the engine's default network is everybody's; name a network of \
                        this run, or `none`"
                .into());
        }
        "host" => return Err(format!("HostConfig.NetworkMode is refused: {}", why("NetworkMode"))),
        other if other.contains(':') => {
            return Err(format!("HostConfig.NetworkMode={other} is refused: name a network of this run, or `none`"));
        }
        name => networks.push(name.to_owned()),
    }
    body.insert("HostConfig".into(), Value::Object(host));

    if let Some(config) = body.remove("NetworkingConfig").filter(|config| !is_empty(config)) {
        body.insert("NetworkingConfig".into(), endpoints(config, &mut networks)?);
    }
    let labels = labels(body.remove("Labels"), body.get("Hostname").and_then(Value::as_str), own)?;
    body.insert("Labels".into(), Value::Object(labels));
    Ok(Create { body: Value::Object(body), networks })
}

/// A log driver could send to anywhere, or read the host's files; the default one, and files, cannot.
fn log_driver(host: &mut Map<String, Value>) -> Result<(), String> {
    let Some(config) = host.remove("LogConfig").filter(|config| !is_empty(config)) else { return Ok(()) };
    let config = allow(config, "HostConfig.LogConfig", &["Type", "Config"], why)?;
    match config.get("Type").and_then(Value::as_str) {
        Some("" | "json-file") => {
            host.insert("LogConfig".into(), Value::Object(config));
            Ok(())
        }
        other => Err(format!("HostConfig.LogConfig.Type={other:?} is refused: expected json-file or nothing")),
    }
}

fn endpoints(config: Value, networks: &mut Vec<String>) -> Result<Value, String> {
    let mut config = allow(config, "NetworkingConfig", &["EndpointsConfig"], why)?;
    let Some(Value::Object(all)) = config.remove("EndpointsConfig") else { return Ok(Value::Object(config)) };
    let mut kept = Map::new();
    for (name, endpoint) in all {
        let endpoint = match endpoint {
            Value::Null => Value::Null,
            endpoint => allow(endpoint, "EndpointsConfig", &["Aliases", "IPAMConfig", "MacAddress"], why).map(Value::Object)?,
        };
        networks.push(name.clone());
        kept.insert(name, endpoint);
    }
    config.insert("EndpointsConfig".into(), Value::Object(kept));
    Ok(Value::Object(config))
}

fn labels(given: Option<Value>, hostname: Option<&str>, own: &Own) -> Result<Map<String, Value>, String> {
    let mut labels = match given {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(labels)) => labels,
        Some(_) => return Err("container.Labels: expected a JSON object".into()),
    };
    if let Some(hostname) = hostname.filter(|name| !name.is_empty()) {
        labels.entry(SERVICE).or_insert_with(|| hostname.into());
    }
    // Last, so that a caller cannot put its own in their place.
    labels.extend(own.stamps.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))));
    Ok(labels)
}

fn why(field: &str) -> &'static str {
    match field {
        "Binds" | "Mounts" | "VolumesFrom" | "Volumes" | "VolumeDriver" => {
            "files of the host, and of other containers, stay out of reach; upload files with PUT …/archive"
        }
        "Privileged" | "CapAdd" | "SecurityOpt" | "MaskedPaths" | "ReadonlyPaths" => "it would reach the host's kernel",
        "Devices" | "DeviceRequests" | "DeviceCgroupRules" => "devices are the host's",
        "PidMode" | "NetworkMode" | "IpcMode" | "UsernsMode" | "UTSMode" | "CgroupnsMode" | "Cgroup" | "CgroupParent" => {
            "a container of this run has namespaces of its own"
        }
        "PortBindings" | "PublishAllPorts" => "nothing of a run is published by its services",
        _ => "this field is not known here",
    }
}

#[cfg(test)]
mod tests {
    use super::super::own::tests::own;
    use super::*;
    use serde_json::json;

    fn plain() -> Value {
        json!({"Image": "relapse-runtime", "Hostname": "a.b.example", "Cmd": ["true"], "HostConfig": {"NetworkMode": "r1_apps"}})
    }

    #[test]
    fn a_plain_container_is_stamped() {
        let create = filter(plain(), &own()).unwrap();
        assert_eq!(create.networks, ["r1_apps"]);
        assert_eq!(
            create.body["Labels"],
            json!({
                "relapse.service": "a.b.example", "relapse.run": "r1", "relapse.pid": "7",
                "com.docker.compose.project": "trap",
            })
        );
        assert_eq!(create.body["Cmd"], json!(["true"]));
    }

    #[test]
    fn a_caller_keeps_its_own_labels_but_not_the_runs() {
        let mut body = plain();
        body["Labels"] = json!({"relapse.service": "mine", "x": "y", "relapse.run": "another"});
        let labels = filter(body, &own()).unwrap().body["Labels"].clone();
        assert_eq!((&labels["relapse.service"], &labels["x"]), (&json!("mine"), &json!("y")));
        assert_eq!(labels["relapse.run"], "r1");
    }

    #[test]
    fn what_reaches_the_host_is_refused_by_name() {
        let dangerous = [
            ("Binds", json!(["/:/host"])),
            ("Mounts", json!([{"Type": "bind", "Source": "/", "Target": "/host"}])),
            ("VolumesFrom", json!(["other"])),
            ("Privileged", json!(true)),
            ("privileged", json!(true)),
            ("CapAdd", json!(["NET_ADMIN"])),
            ("Devices", json!([{"PathOnHost": "/dev/sda"}])),
            ("PidMode", json!("host")),
            ("IpcMode", json!("host")),
            ("UsernsMode", json!("host")),
            ("SecurityOpt", json!(["seccomp=unconfined"])),
            ("NetworkMode", json!("host")),
            ("NetworkMode", json!("container:x")),
            ("NetworkMode", json!("bridge")),
            ("PortBindings", json!({"80/tcp": [{"HostPort": ""}]})),
            ("Unknown", json!(1)),
        ];
        for (field, value) in dangerous {
            let mut body = plain();
            body["HostConfig"][field] = value;
            let error = filter(body, &own()).expect_err(field);
            assert!(error.contains(&format!("HostConfig.{field}")), "{error}");
        }
        for field in ["Volumes", "hostconfig", "NetworkDisabled"] {
            let mut body = plain();
            body[field] = json!({"Privileged": true});
            filter(body, &own()).expect_err(field);
        }
    }

    #[test]
    fn empty_fields_are_dropped_not_passed_on() {
        let mut body = plain();
        body["HostConfig"]["Binds"] = Value::Null;
        // An empty list unmasks /proc; nothing leaves the engine's default.
        body["HostConfig"]["MaskedPaths"] = json!([]);
        body["HostConfig"]["LogConfig"] = json!({"Type": "", "Config": {}});
        let body = filter(body, &own()).unwrap().body;
        assert!(body["HostConfig"].get("Binds").is_none() && body["HostConfig"].get("MaskedPaths").is_none());
    }

    #[test]
    fn every_named_network_is_to_be_checked() {
        let mut body = plain();
        body["NetworkingConfig"] = json!({"EndpointsConfig": {"r1_apps": {"Aliases": ["x"]}, "other": null}});
        assert_eq!(filter(body.clone(), &own()).unwrap().networks, ["r1_apps", "other", "r1_apps"]);
        body["NetworkingConfig"] = json!({"endpointsconfig": {"other": {}}});
        filter(body, &own()).expect_err("the engine ignores case");
    }
}
