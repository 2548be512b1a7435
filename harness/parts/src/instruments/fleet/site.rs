//! What instances have in common, however they are run: the service, its database, its flag, and the agent that is told of them.

use std::sync::atomic::AtomicU32;

use super::database::Database;
use super::instance::Instance;
use super::shared::Options;
use crate::common::consul::{Consul, HttpCheck, Registration};

pub(crate) struct Site {
    pub(crate) options: Options,
    pub(super) consul: Consul,
    pub(super) database: Option<Database>,
    /// In percent.
    pub(super) flag: AtomicU32,
}

impl Site {
    /// # Errors
    /// When the database's URL is none.
    pub(crate) fn new(options: Options) -> anyhow::Result<Self> {
        let database = options.database.as_deref().map(|url| Database::new(url, &options)).transpose()?;
        Ok(Self { consul: Consul::new(&options.consul)?, database, flag: AtomicU32::new(0), options })
    }

    /// Tells the agent of an instance.
    ///
    /// # Errors
    /// When the agent is not reached or refuses.
    pub(crate) async fn register(&self, instance: &Instance) -> anyhow::Result<()> {
        let Options { port, service, check_interval, check_timeout, .. } = &self.options;
        let registration = Registration {
            id: &instance.id,
            name: service,
            address: instance.address.into(),
            port: *port,
            tags: vec![format!("zone-{}", instance.zone)],
            check: HttpCheck {
                http: format!("http://{}:{port}/healthz", instance.address),
                interval: check_interval.clone(),
                timeout: check_timeout.clone(),
                // Never within a scenario: what vanishes stays, as critical.
                deregister_critical_service_after: "1h".into(),
            },
        };
        self.consul.register(&registration).await
    }
}
