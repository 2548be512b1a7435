//! Is this machine fit? Each finding says what was seen, and what the lack of it costs. Nothing is made or changed.

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use bollard::models::SystemInfo;
use bollard::query_parameters::ListNetworksOptions;

use crate::raise::{SUBNETS, subnet};
use crate::sweep::list;
use relapse_engine::label::filter_of_all;
use relapse_engine::{Engine, in_full};
use relapse_images::{Images, has_agent};

/// How grave a finding is, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fitness {
    /// As it should be.
    Fit,
    /// Labs run, and something is worse or cannot be judged.
    Costs,
    /// No lab can be raised.
    Stops,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// For example `disk`.
    pub of: &'static str,
    /// How grave it is.
    pub fitness: Fitness,
    /// What was seen.
    pub seen: String,
    /// What it costs and what to do; empty where all is well.
    pub advice: String,
}

impl Finding {
    fn new(of: &'static str, seen: impl Into<String>) -> Self {
        Self { of, fitness: Fitness::Fit, seen: seen.into(), advice: String::new() }
    }

    /// Worse, where the condition is met.
    fn when(self, is: bool, fitness: Fitness, advice: &str) -> Self {
        if is { Self { fitness, advice: advice.into(), ..self } } else { self }
    }
}

const GIB: u64 = 1 << 30;
/// All images of the trap incident take 2 GB, and as much again while they are made.
const DISK_NEEDED: u64 = 4 * GIB;
const MIN_DISK_BYTES: u64 = GIB;
/// Two labs side by side and a browser.
const MEMORY_NEEDED: u64 = 2 * GIB;
/// What events of the engine may differ from this machine's clock.
const CLOCK: u64 = 2;

/// Looks at the machine behind an engine that answers.
///
/// # Errors
/// In the engine's words, when it stops answering.
pub async fn examine(engine: &Engine) -> Result<Vec<Finding>, String> {
    let info = engine.info().await.map_err(|error| in_full(&error))?;
    let networks = engine.list_networks(None::<ListNetworksOptions>).await.map_err(|error| in_full(&error))?;
    let taken: Vec<String> =
        networks.into_iter().filter_map(|network| network.ipam?.config).flatten().filter_map(|pool| pool.subnet).collect();
    let left = list(engine, filter_of_all()).await.map_err(|error| in_full(&error))?.len();
    let ours = Images::new(engine.clone()).list().await.map_err(|error| error.to_string())?;
    let mut findings = vec![version(engine, &info)];
    findings.extend(limits(&info));
    findings.extend([disk(engine, &info), memory(&info), clock(&info), pools(&taken)]);
    findings.push(Finding::new("agent", if has_agent() { "carried, named, or made by cargo" } else { "not there" }).when(
        !has_agent(),
        Fitness::Stops,
        "labs need the agent, which is a Linux program; install relapse on Linux, or name a binary in RELAPSE_AGENT_BINARY",
    ));
    let megabytes = ours.iter().map(|image| image.bytes).max().unwrap_or_default() / 1_000_000;
    findings.push(Finding::new("images", format!("{} of ours, the largest {megabytes} MB", ours.len())).when(
        ours.is_empty(),
        Fitness::Costs,
        "the first run makes them, which takes minutes; `relapse images` does it now",
    ));
    findings.push(Finding::new("leftovers", format!("{left} things of earlier or present runs")).when(
        left > 0,
        Fitness::Costs,
        "`relapse leaks` says whose they are; `relapse leaks --remove` removes those whose run is gone",
    ));
    Ok(findings)
}

fn version(engine: &Engine, info: &SystemInfo) -> Finding {
    let version = info.server_version.clone().unwrap_or_else(|| "unknown".into());
    let api = engine.docker().client_version();
    Finding::new("engine", format!("Docker {version}, API {api}, at {}", engine.endpoint()))
}

/// What the kernel lets the engine limit.
fn limits(info: &SystemInfo) -> Vec<Finding> {
    let of = |name, has: Option<bool>, advice| {
        let has = has.unwrap_or(true);
        Finding::new(name, if has { "there" } else { "missing in this kernel" }).when(!has, Fitness::Costs, advice)
    };
    vec![
        of(
            "processor limits",
            info.cpu_cfs_quota,
            "`cpus:` has no effect: scenarios about a small machine are not as on the day",
        ),
        of(
            "memory limits",
            info.memory_limit,
            "`mem_limit:` has no effect: scenarios about a small machine are not as on the day",
        ),
        of("process limits", info.pids_limit, "`pids_limit:` has no effect"),
        of(
            "forwarding",
            info.ipv4_forwarding,
            "containers do not reach each other across networks, nor images' builds the outside",
        ),
    ]
}

fn disk(engine: &Engine, info: &SystemInfo) -> Finding {
    let local = engine.endpoint().starts_with("unix://");
    let root = info.docker_root_dir.as_deref().filter(|root| local && Path::new(root).exists());
    let free = root.and_then(|root| nix::sys::statvfs::statvfs(root).ok()).map(|stat| {
        #[expect(clippy::useless_conversion, reason = "their types differ between systems")]
        let (blocks, size) = (u64::from(stat.blocks_available()), u64::from(stat.fragment_size()));
        blocks.saturating_mul(size)
    });
    let Some(free) = free else {
        return Finding::new("disk", "not seen from here: the engine is on another machine");
    };
    Finding::new("disk", format!("{:.1} GiB free at {}", gib(free), root.unwrap_or_default()))
        .when(free < DISK_NEEDED, Fitness::Costs, "making all images takes up to 4 GiB; `docker system df` shows what uses it")
        .when(free < MIN_DISK_BYTES, Fitness::Stops, "not even the base images fit; `docker system df` shows what uses it")
}

fn memory(info: &SystemInfo) -> Finding {
    let total = info.mem_total.and_then(|total| u64::try_from(total).ok()).unwrap_or_default();
    let processors = info.ncpu.unwrap_or_default();
    Finding::new("machine", format!("{processors} processors, {:.1} GiB of memory", gib(total))).when(
        total < MEMORY_NEEDED,
        Fitness::Costs,
        "two labs side by side and a browser want 2 GiB; `--jobs 1` runs one after the other",
    )
}

fn clock(info: &SystemInfo) -> Finding {
    // RFC 3339 in UTC: compared as text to the second, since a calendar is not needed for a difference of a few.
    let Some(engine) = info.system_time.as_deref().and_then(unix_seconds) else {
        return Finding::new("clock", "the engine does not say its time");
    };
    let here = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let apart = here.abs_diff(engine);
    Finding::new("clock", format!("{apart} s from this machine's")).when(
        apart > CLOCK,
        Fitness::Costs,
        "what the engine tells and what the harness does are ordered wrongly on the timeline; set the clocks",
    )
}

/// `2026-11-22T21:37:13.123Z` as seconds of Unix time.
fn unix_seconds(text: &str) -> Option<u64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    // Days since 1970 in the proleptic Gregorian calendar, with years that begin in March.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468;
    let seconds = days * 86_400 + number(11, 13)? * 3_600 + number(14, 16)? * 60 + number(17, 19)?;
    // An offset instead of `Z` would have to be taken off.
    text.ends_with('Z').then_some(seconds).and_then(|seconds| u64::try_from(seconds).ok())
}

fn pools(taken: &[String]) -> Finding {
    let free = SUBNETS.filter(|number| !taken.iter().any(|other| overlap(&subnet(*number), other))).count();
    Finding::new("addresses", format!("{free} of {} subnets free", SUBNETS.count()))
        .when(
            free < 8,
            Fitness::Costs,
            "few labs fit side by side; `relapse leaks --remove` and `docker network prune` free subnets",
        )
        .when(
            free == 0,
            Fitness::Stops,
            "no lab gets addresses; `relapse leaks --remove` and `docker network prune` free subnets",
        )
}

/// Whether two subnets in CIDR share an address.
fn overlap(one: &str, other: &str) -> bool {
    let read = |text: &str| {
        let (address, bits) = text.split_once('/')?;
        Some((u32::from(address.parse::<Ipv4Addr>().ok()?), bits.parse::<u32>().ok().filter(|bits| *bits <= 32)?))
    };
    let (Some((one, bits)), Some((other, others))) = (read(one), read(other)) else { return false };
    let shift = 32 - bits.min(others);
    shift == 32 || one >> shift == other >> shift
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn gib(bytes: u64) -> f64 {
    bytes as f64 / GIB as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_subnet_is_not_free() {
        assert!(overlap("10.64.0.0/16", "10.64.128.0/17"));
        assert!(overlap("10.64.0.0/16", "10.0.0.0/8"));
        assert!(!overlap("10.64.0.0/16", "10.65.0.0/16"));
        assert!(!overlap("10.64.0.0/16", "fd00::/64"));
        let all: Vec<String> = SUBNETS.map(subnet).collect();
        assert_eq!(pools(&all).fitness, Fitness::Stops);
        assert_eq!(pools(&all[4..]).fitness, Fitness::Costs);
        assert_eq!(pools(&[]).fitness, Fitness::Fit);
    }

    #[test]
    fn the_engines_time_is_read() {
        assert_eq!(unix_seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(unix_seconds("2020-02-29T12:00:01.5Z"), Some(1_582_977_601));
        assert_eq!(unix_seconds("soon"), None);
    }

    #[test]
    fn a_missing_limit_is_told_with_its_cost() {
        let info = SystemInfo { cpu_cfs_quota: Some(false), memory_limit: Some(true), ..Default::default() };
        let found = limits(&info);
        assert_eq!((found[0].fitness, found[1].fitness), (Fitness::Costs, Fitness::Fit));
        assert!(found[0].advice.contains("cpus"));
    }
}
