//! What a service may use of the machine.

use std::collections::BTreeMap;

/// Limits; the engine's own where nothing is said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Limits {
    /// A share of processors.
    pub cpus: Option<f64>,
    /// Its weight beside others, 1024 if nothing is said.
    pub cpu_shares: Option<i64>,
    /// Microseconds in which the quota holds.
    pub cpu_period: Option<i64>,
    /// Microseconds of a processor in each period.
    pub cpu_quota: Option<i64>,
    /// Which processors: `0-2,4`.
    pub cpuset: Option<String>,
    /// Bytes.
    pub memory: Option<i64>,
    /// Bytes that it is pressed to where memory is short.
    pub memory_reservation: Option<i64>,
    /// Bytes of memory and swap together; -1 for no limit.
    pub memory_swap: Option<i64>,
    /// From 0 to 100.
    pub memory_swappiness: Option<i64>,
    /// Nothing is killed for want of memory.
    pub oom_kill_disable: Option<bool>,
    /// From -1000 to 1000: who is killed first for want of memory.
    pub oom_score_adj: Option<i64>,
    /// Processes and threads.
    pub pids: Option<i64>,
    /// Bytes of `/dev/shm`.
    pub shm: Option<i64>,
    /// Soft and hard ones of a process, by name.
    pub ulimits: BTreeMap<String, (i64, i64)>,
}
