//! Who may have the engine's socket. Whoever has it is root on the engine's machine, and a topology can come from anybody's pull
//! request: so only our socket proxy gets it, with nothing in its container that could be run instead.

use super::paths::plain;
use super::service::{Service, Source};

/// The image of our own programs, and its name before 0.2.
const AGENT: [&str; 2] = ["relapse-agent", "relapse-parts"];
const PROXY: &str = "socket-proxy";
/// What the proxy knows; the first is what it is where nothing is said.
const ROLES: [&str; 2] = ["deployer", "exporter"];

/// Whether a path is the engine's socket, as engines call it.
pub(super) fn is_one(path: &str) -> bool {
    path.starts_with('/') && plain(path).ends_with("/docker.sock")
}

/// Whether it is the agent's image.
pub(super) fn is_agent(image: &str) -> bool {
    AGENT.iter().any(|name| image.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')))
}

/// Why a service must not have the engine's socket, if it mounts it and must not.
pub(super) fn refused(service: &Service) -> Option<String> {
    let socket = service.mounts.iter().find_map(|mount| match &mount.source {
        Source::EngineSocket(path) => Some(path),
        _ => None,
    })?;
    let [agent, _] = AGENT;
    let why = if !is_agent(&service.image) || service.build.is_some() || service.entrypoint.is_some() {
        format!("its image is no `{agent}`")
    } else if service.command.as_ref().and_then(|command| command.first()).is_none_or(|word| word != PROXY) {
        format!("its command is no [{PROXY}]")
    } else if service.command.as_ref().is_some_and(|command| command.len() > 1) {
        format!("[{PROXY}] has more words: say LISTEN, UPSTREAM and ROLE in `environment`")
    } else if !service.environment.get("ROLE").is_none_or(|role| ROLES.contains(&role.as_str())) {
        format!("its ROLE is none of {}", ROLES.join(", "))
    } else if service.mounts.iter().any(|mount| matches!(mount.source, Source::Path(_) | Source::Text(_))) {
        "files are put into its container".to_owned()
    } else if service.health.is_some() {
        "its health check runs something else beside the socket".to_owned()
    } else {
        return None;
    };
    Some(format!(
        "it gets the engine's socket {socket}, with which anybody is root on the engine's machine; only our socket proxy may have it \
         (image {agent}, command [{PROXY}], ROLE {}), and here {why}\n`--allow-engine-socket` allows it",
        ROLES.join(" or ")
    ))
}
