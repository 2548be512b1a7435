//! A service's limits, from whichever key says them: its own are stronger than those of `deploy`.

use serde_yaml::Spanned;

use super::refusal::{Refusal, at};
use crate::topology::limits::Limits;
use crate::topology::scalar::Scalar;
use crate::topology::service::RestartPolicy;
use crate::topology::units;
use crate::topology::written::{DeployRestart, Service as Written};

/// What a service may use.
pub(super) fn limits(raw: &Written) -> Result<Limits, Refusal> {
    let deployed = raw.deploy.as_ref().map(|deploy| &deploy.resources.limits);
    let size = |text: Option<&Spanned<String>>| text.map(|text| at(text, |text| units::bytes(text))).transpose();
    let cpus = raw.cpus.as_ref().or_else(|| deployed?.cpus.as_ref());
    let swap = |text: &String| if text == "-1" { Ok(-1) } else { units::bytes(text) };
    Ok(Limits {
        cpus: cpus.map(|cpus| at(cpus, processors)).transpose()?,
        cpu_shares: raw.cpu_shares,
        cpu_period: raw.cpu_period.as_ref().map(|time| at(time, microseconds)).transpose()?,
        cpu_quota: raw.cpu_quota.as_ref().map(|time| at(time, microseconds)).transpose()?,
        cpuset: raw.cpuset.clone(),
        memory: size(raw.mem_limit.as_ref().or_else(|| deployed?.memory.as_ref()))?,
        memory_reservation: size(raw.mem_reservation.as_ref())?,
        memory_swap: raw.memswap_limit.as_ref().map(|text| at(text, swap)).transpose()?,
        memory_swappiness: raw.mem_swappiness,
        oom_kill_disable: raw.oom_kill_disable,
        oom_score_adj: raw.oom_score_adj,
        pids: raw.pids_limit.or_else(|| deployed?.pids),
        shm: size(raw.shm_size.as_ref())?,
        ulimits: raw.ulimits.iter().map(|(name, ulimit)| (name.clone(), ulimit.both())).collect(),
    })
}

fn processors(text: &Scalar) -> Result<f64, String> {
    text.0.parse().map_err(|_| format!("`{}` is no number of processors: write 0.5", text.0))
}

/// A number of microseconds, or a time.
fn microseconds(text: &Scalar) -> Result<i64, String> {
    text.0.parse().or_else(|_| units::nanoseconds(&text.0).map(|nanoseconds| nanoseconds / 1_000))
}

/// What the engine does when the service ends: `restart`, else what `deploy` says of it.
pub(super) fn restart(raw: &Written) -> Result<RestartPolicy, Refusal> {
    if let Some(policy) = &raw.restart {
        return at(policy, |policy| policy.parse());
    }
    let deployed = raw.deploy.as_ref().and_then(|deploy| deploy.restart_policy.as_ref());
    deployed.map_or(Ok(RestartPolicy::No), |policy| at(policy, in_a_swarm))
}

fn in_a_swarm(policy: &DeployRestart) -> Result<RestartPolicy, String> {
    match policy.condition.as_deref().unwrap_or("any") {
        "none" => Ok(RestartPolicy::No),
        "any" => Ok(RestartPolicy::Always),
        "on-failure" => Ok(RestartPolicy::OnFailure { times: policy.max_attempts }),
        other => other.parse().map_err(|_| format!("the condition `{other}`: it is none, on-failure or any")),
    }
}

/// How many containers it is: one, or none, whose image is made alone.
pub(super) fn scale(raw: &Written) -> Result<u32, Refusal> {
    let replicas = raw.deploy.as_ref().and_then(|deploy| deploy.replicas.as_ref());
    raw.scale.as_ref().or(replicas).map_or(Ok(1), |scale| {
        at(scale, |scale| match scale {
            0 | 1 => Ok(*scale),
            more => Err(format!("scale {more}: a service is one container; 0 builds the image only")),
        })
    })
}
