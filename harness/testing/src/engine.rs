//! Whether there is an engine, as a user of this machine finds out: by the `docker` command, which follows `DOCKER_HOST`.

use std::process::{Command, Stdio};

/// Why there is no engine, in one line; nothing if there is one.
pub(crate) fn missing() -> Option<String> {
    let asked = Command::new("docker").args(["version", "--format", "{{.Server.Version}}"]).stdin(Stdio::null()).output();
    match asked {
        Err(error) => Some(format!("the command `docker` cannot be run: {error}")),
        Ok(said) if said.status.success() => None,
        Ok(said) => {
            let words = String::from_utf8_lossy(&said.stderr);
            Some(words.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("`docker version` failed").to_owned())
        }
    }
}
