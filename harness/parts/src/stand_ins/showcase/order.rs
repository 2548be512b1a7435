//! What the deployer has to do: a deploy that a push asks for, or an app's end.

use serde::Deserialize;
use tokio::sync::oneshot;

/// What there is to do. One thing at a time: a push and its cancel would cross otherwise.
pub(super) enum Order {
    Deploy(Push),
    /// Removes an app.
    Cancel {
        host: String,
        /// Told once it is done, or why it could not be.
        done: oneshot::Sender<Result<(), String>>,
    },
}

/// What of Gitea's push event a deploy needs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Push {
    /// For example `refs/heads/master`.
    #[serde(rename = "ref")]
    pub(super) reference: String,
    pub(super) repository: Repository,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Repository {
    pub(super) name: String,
    pub(super) clone_url: String,
    pub(super) owner: Owner,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Owner {
    pub(super) login: String,
}

impl Push {
    /// Where the app is served.
    pub(super) fn host(&self, domain: &str) -> String {
        format!("{}.{}.{domain}", self.repository.name, self.repository.owner.login).to_lowercase()
    }
}
