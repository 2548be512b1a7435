//! A database of an app's own in the host's MariaDB, made with MariaDB's own client in its container.

use anyhow::{Context, bail};

use super::app;
use super::docker::Engine;
use crate::common::random;

/// The variable by which an app knows its password.
const PASSWORD: &str = "MARIADB_PASSWORD";

/// Makes the app's database and its user, if they are not there; answers what the app is told of them, as its environment.
///
/// # Errors
/// When no MariaDB runs, or with its own words.
pub(super) async fn provide(engine: &Engine, service: &str, host: &str) -> anyhow::Result<Vec<(&'static str, String)>> {
    if service.is_empty() {
        bail!("use_mariadb: this host has no MariaDB (MARIADB_SERVICE is empty)");
    }
    let server = app::running(engine, service)
        .await
        .with_context(|| format!("use_mariadb: the service {service} does not run; it is in a Compose profile of its own"))?;
    let password = match known(engine, host).await? {
        Some(password) => password,
        None => random::hexadecimal(16)?,
    };
    let (code, output) = engine.exec(&server.id, &["mariadb", "--batch", "--execute", &statements(host, &password)]).await?;
    if code != 0 {
        bail!("use_mariadb: the client's exit code is {code}: {output}");
    }
    Ok(vec![
        ("MARIADB_HOSTNAME", service.to_owned()),
        ("MARIADB_DATABASE", host.to_owned()),
        ("MARIADB_USERNAME", host.to_owned()),
        (PASSWORD, password),
    ])
}

/// The password that the app's container has: while a new one is tried, the one that serves keeps its database.
async fn known(engine: &Engine, host: &str) -> anyhow::Result<Option<String>> {
    for listed in app::existing(engine, host).await? {
        let env = engine.inspect(&listed.id).await?.config.env.unwrap_or_default();
        let mut pairs = env.iter().filter_map(|pair| pair.split_once('='));
        if let Some((_, password)) = pairs.find(|(name, _)| *name == PASSWORD)
            && !password.is_empty()
            && password.bytes().all(|b| b.is_ascii_hexdigit())
        {
            return Ok(Some(password.to_owned()));
        }
    }
    Ok(None)
}

/// The database and the user have the host's name: letters, digits, hyphens and dots, so that a quote is all they need.
fn statements(host: &str, password: &str) -> String {
    format!(
        "CREATE DATABASE IF NOT EXISTS `{host}` CHARACTER SET utf8mb4; \
         CREATE USER IF NOT EXISTS '{host}'@'%'; \
         ALTER USER '{host}'@'%' IDENTIFIED BY '{password}'; \
         GRANT ALL ON `{host}`.* TO '{host}'@'%';"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_may_use_its_own_database_only() {
        let text = statements("diary.kaz.trap.show", "0a1b");
        assert!(text.contains("GRANT ALL ON `diary.kaz.trap.show`.* TO 'diary.kaz.trap.show'@'%';"), "{text}");
        assert!(text.contains("IDENTIFIED BY '0a1b'") && !text.contains('\n'), "{text}");
    }
}
