//! The options that instances have in common, however they are run.

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
    pub(super) check_interval: String,
    /// For how long it waits for the answer.
    #[arg(long, env = "CHECK_TIMEOUT", default_value = "1s")]
    pub(super) check_timeout: String,
    /// `mysql://user@host/database`. Without one, requests run no query.
    #[arg(long, env = "DATABASE")]
    pub(super) database: Option<String>,
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
