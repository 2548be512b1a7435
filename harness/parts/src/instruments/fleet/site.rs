//! What instances have in common, however they are run: the service, its database, its flag, and the agent that is told of them.

use std::sync::atomic::AtomicU32;

use super::database::Database;
use super::instance::Instance;
use crate::common::consul::{Consul, HttpCheck, Registration};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The port that every instance listens on.
    #[arg(long, env = "PORT", default_value_t = 8080)]
    pub(crate) port: u16,
    /// The service's name in Consul.
    #[arg(long, env = "SERVICE")]
    pub(crate) service: String,
    /// How many requests an instance works on at a time; others wait for a worker.
    #[arg(long, env = "WORKERS", default_value_t = 4)]
    pub(crate) workers: usize,
    /// The agent of this machine.
    #[arg(long, env = "CONSUL", default_value = "http://127.0.0.1:8500")]
    pub(crate) consul: String,
    /// How often the agent asks for /healthz.
    #[arg(long, env = "CHECK_INTERVAL", default_value = "1s")]
    check_interval: String,
    /// For how long it waits for the answer.
    #[arg(long, env = "CHECK_TIMEOUT", default_value = "1s")]
    check_timeout: String,
    /// `mysql://user@host/database`. Without one, requests run no query.
    #[arg(long, env = "DATABASE")]
    database: Option<String>,
    /// What every request asks the database.
    #[arg(long, env = "QUERY", default_value = "SELECT 1")]
    pub(super) query: String,
    /// What a request with the flag asks besides.
    #[arg(long, env = "FLAG_QUERY", default_value = "SELECT 1")]
    pub(super) flag_query: String,
    /// The key whose value is the percentage of requests with the flag; without such a key, none has it.
    #[arg(long, env = "FLAG_KEY")]
    pub(super) flag_key: Option<String>,
}

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
