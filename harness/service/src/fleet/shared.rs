//! The options that instances have in common, however they are run.

/// What instances are told.
// What flattens it has a group of the same name.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct Options {
    /// The port that every instance listens on.
    #[arg(long, env = "PORT", default_value_t = 8080)]
    pub port: u16,
    /// The service's name in Consul.
    #[arg(long, env = "SERVICE")]
    pub service: String,
    /// How many requests an instance works on at a time; others wait for a worker.
    #[arg(long, env = "WORKERS", default_value_t = 4)]
    pub workers: usize,
    /// The agent of this machine.
    #[arg(long, env = "CONSUL", default_value = "http://127.0.0.1:8500")]
    pub consul: String,
    /// How often the agent asks for /healthz.
    #[arg(long, env = "CHECK_INTERVAL", default_value = "1s")]
    pub(super) check_interval: String,
    /// For how long it waits for the answer.
    #[arg(long, env = "CHECK_TIMEOUT", default_value = "1s")]
    pub(super) check_timeout: String,
    /// The key whose value is the percentage of requests with the flag; without such a key, none has it.
    #[arg(long, env = "FLAG_KEY")]
    pub(super) flag_key: Option<String>,
}
