//! What instances have in common, however they are run: the service, its backend, its flag, and the agent that is told of them.

use std::sync::atomic::AtomicU32;

use super::backend::Backend;
use super::instance::Instance;
use super::shared::Options;
use crate::consul::{Consul, HttpCheck, Registration};

/// What instances share.
pub struct Site {
    /// What they were told.
    pub options: Options,
    pub(super) consul: Consul,
    pub(super) backend: Option<Box<dyn Backend>>,
    /// In percent.
    pub(super) flag: AtomicU32,
}

impl Site {
    /// # Errors
    /// When the system has no resources for a client of Consul.
    pub fn new(options: Options, backend: Option<Box<dyn Backend>>) -> anyhow::Result<Self> {
        Ok(Self { consul: Consul::new(&options.consul)?, backend, flag: AtomicU32::new(0), options })
    }

    /// Tells the agent of an instance.
    ///
    /// # Errors
    /// When the agent is not reached or refuses.
    pub async fn register(&self, instance: &Instance) -> anyhow::Result<()> {
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
                // It listens already. Consul asks for the first time within an interval, and takes it for critical until then if not told.
                status: "passing",
            },
        };
        self.consul.register(&registration).await
    }
}
