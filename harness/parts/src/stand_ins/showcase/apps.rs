//! A user's apps, as the console lists them: by their virtual hosts, their containers, and the deploys that failed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::app;
use super::docker::Engine;

/// The deploys that failed and were not followed by a better one, with the reason; by host. Kept in memory, as a deploy's log is.
#[derive(Debug, Default)]
pub(super) struct Failures(Mutex<BTreeMap<String, String>>);

impl Failures {
    pub(super) fn note(&self, host: &str, why: &str) {
        self.all().insert(host.to_owned(), why.to_owned());
    }

    pub(super) fn forget(&self, host: &str) {
        self.all().remove(host);
    }

    pub(super) fn has(&self, host: &str) -> bool {
        self.all().contains_key(host)
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One app in its owner's list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) host: String,
    /// `failed`, or what its container is: `running`, `exited`; `static` without one.
    pub(super) state: String,
    /// Why its last deploy failed.
    pub(super) failure: Option<String>,
}

/// Whether a host is one of that user's.
pub(super) fn is_of(host: &str, user: &str, domain: &str) -> bool {
    host.ends_with(&format!(".{user}.{domain}").to_lowercase())
}

/// All apps of a user, by host.
///
/// # Errors
/// When the containers cannot be listed.
pub(super) async fn of(
    user: &str,
    domain: &str,
    vhosts: &Path,
    engine: &Engine,
    failures: &Failures,
) -> anyhow::Result<Vec<Row>> {
    let containers = engine.with_label(app::SERVICE).await?.into_iter();
    let containers = containers.filter_map(|listed| Some((listed.labels.get(app::SERVICE)?.clone(), listed.state)));
    let failed = failures.all().clone();
    let all = merge(published(vhosts), containers, failed).into_iter();
    Ok(all.filter(|row| is_of(&row.host, user, domain)).collect())
}

/// The hosts that have a virtual host.
fn published(directory: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.filter_map(|name| name.strip_suffix(".conf").map(str::to_owned)).collect()
}

fn merge(
    published: Vec<String>,
    containers: impl Iterator<Item = (String, String)>,
    failed: BTreeMap<String, String>,
) -> Vec<Row> {
    let mut states: BTreeMap<String, String> = published.into_iter().map(|host| (host, "static".to_owned())).collect();
    for (host, state) in containers {
        let known = states.entry(host).or_default();
        // Of two, the one that runs is the one that is served.
        if known != "running" {
            *known = state;
        }
    }
    states.extend(failed.keys().map(|host| (host.clone(), "failed".to_owned())));
    let row = |(host, state): (String, String)| Row { failure: failed.get(&host).cloned(), host, state };
    states.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_is_what_was_last_heard_of_it() {
        let rows = merge(
            vec!["dead.a.example".into(), "site.a.example".into()],
            [("dead.a.example", "exited"), ("live.a.example", "running"), ("live.a.example", "created")]
                .into_iter()
                .map(|(host, state)| (host.to_owned(), state.to_owned())),
            [("new.a.example".to_owned(), "it exited".to_owned())].into(),
        );
        let told: Vec<String> = rows.iter().map(|row| format!("{} {}", row.host, row.state)).collect();
        assert_eq!(told, ["dead.a.example exited", "live.a.example running", "new.a.example failed", "site.a.example static"]);
        assert_eq!(rows[2].failure.as_deref(), Some("it exited"));
    }

    #[test]
    fn an_app_is_its_owners_only() {
        assert!(is_of("x.to-hutohu.trap.show", "to-hutohu", "trap.show"));
        for host in ["x.kaz.trap.show", "to-hutohu.trap.show", "x.not-to-hutohu.trap.show", "showcase"] {
            assert!(!is_of(host, "to-hutohu", "trap.show"), "{host}");
        }
    }
}
