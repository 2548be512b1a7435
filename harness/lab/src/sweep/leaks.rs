//! What earlier runs left behind, and whether whoever made it is still alive.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use backon::{ConstantBuilder, RetryableWithContext};
use relapse_engine::Engine;
use relapse_engine::label::{HOST, PID, RUN, STARTED, filter_of_all, host_name};

use super::listing::{Kind, Thing, list};
use super::remove::{PAUSE, SWEEP_TIMEOUT, remove_all};
use super::swept::{Left, SweepReport};

/// Who made a leak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maker {
    /// The process runs on this machine: it is a lab in use, not a leak.
    Alive,
    /// The process is gone.
    Gone,
    /// It was made on another machine, or does not say.
    Unknown,
}

/// Something that carries the label of a run.
#[derive(Debug, Clone)]
pub struct Leak {
    /// What it is; `thing.kind` and `thing.name` are what people see.
    pub thing: Thing,
    /// The run, as its label says.
    pub run: String,
    /// How old it is, where that is known.
    pub age: Option<Duration>,
    /// Who made it. One thing of a run that says so speaks for the whole run.
    pub maker: Maker,
}

/// Everything of every run, this process's own included: look at [`Leak::maker`].
///
/// # Errors
/// What the engine said.
pub async fn leaks(engine: &Engine) -> Result<Vec<Leak>, bollard::errors::Error> {
    let things = list(engine, filter_of_all()).await?;
    let host = host_name();
    let mut makers: BTreeMap<&str, Maker> = BTreeMap::new();
    for thing in &things {
        if let (Some(run), Some(pid)) = (thing.labels.get(RUN), thing.labels.get(PID)) {
            let here = thing.labels.get(HOST).is_some_and(|made_at| *made_at == host);
            let maker = if here { maker(pid, seconds(&thing.labels)) } else { Maker::Unknown };
            let known = makers.entry(run).or_insert(maker);
            // A run can have several processes; one that lives is enough.
            if maker == Maker::Alive {
                *known = maker;
            }
        }
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut leaks: Vec<_> = things
        .iter()
        .map(|thing| {
            let run = thing.labels.get(RUN).cloned().unwrap_or_default();
            let made = seconds(&thing.labels).or_else(|| thing.created.and_then(|at| u64::try_from(at).ok()));
            Leak {
                maker: makers.get(run.as_str()).copied().unwrap_or(Maker::Unknown),
                age: made.map(|made| Duration::from_secs(now.saturating_sub(made))),
                run,
                thing: thing.clone(),
            }
        })
        .collect();
    leaks.sort_by(|a, b| (&a.run, a.thing.kind, &a.thing.name).cmp(&(&b.run, b.thing.kind, &b.thing.name)));
    Ok(leaks)
}

/// Removes the leaks that were given, containers first; networks and volumes can need several tries. At most 30 s or so.
///
/// # Errors
/// Never for what cannot be removed: that is in [`SweepReport::left`].
pub async fn remove_leaks(engine: &Engine, leaks: &[Leak]) -> Result<SweepReport, bollard::errors::Error> {
    let began = std::time::Instant::now();
    let round = |mut rest: Rest| async move {
        let round = remove_all(engine, rest.things.clone(), &mut rest.removed);
        let failed: HashMap<String, String> = match tokio::time::timeout(SWEEP_TIMEOUT, round).await {
            Ok(failed) => failed.into_iter().collect(),
            Err(_) => rest.things.iter().map(|thing| (thing.id.clone(), "no answer".to_owned())).collect(),
        };
        rest.things.retain(|thing| failed.contains_key(&thing.id));
        let gone = if failed.is_empty() { Ok(()) } else { Err(failed) };
        (rest, gone)
    };
    let things = leaks.iter().map(|leak| leak.thing.clone()).collect();
    let (Rest { things, removed }, gone) = round
        .retry(ConstantBuilder::new().with_delay(PAUSE).without_max_times())
        .when(|_| began.elapsed() + PAUSE <= SWEEP_TIMEOUT)
        .context(Rest { things, removed: BTreeMap::new() })
        .await;
    let why = gone.err().unwrap_or_default();
    let left = things.into_iter().map(|thing| Left { why: why.get(&thing.id).cloned().unwrap_or_default(), thing });
    Ok(SweepReport { removed, left: left.collect(), seconds: began.elapsed().as_secs_f64() })
}

/// What is still to be removed.
struct Rest {
    things: Vec<Thing>,
    removed: BTreeMap<Kind, usize>,
}

fn seconds(labels: &HashMap<String, String>) -> Option<u64> {
    labels.get(STARTED)?.parse().ok()
}

/// A process of this machine that bears the number and is not younger than what it is said to have made.
fn maker(pid: &str, made: Option<u64>) -> Maker {
    let Ok(number) = pid.parse::<i32>() else { return Maker::Unknown };
    // Signal 0 only asks. `EPERM` means that the process is there and somebody else's.
    match nix::sys::signal::kill(nix::unistd::Pid::from_raw(number), None) {
        Ok(()) | Err(nix::errno::Errno::EPERM) => {}
        Err(_) => return Maker::Gone,
    }
    match (began(number), made) {
        // Times of processes are counted in ticks since boot: two seconds cover the rounding.
        (Some(began), Some(made)) if began > made + 2 => Maker::Gone,
        _ => Maker::Alive,
    }
}

/// When a process began, in seconds of Unix time; only Linux says so in this way (`man 5 proc_pid_stat`, field 22).
fn began(pid: i32) -> Option<u64> {
    /// `USER_HZ`, which is 100 on every architecture that Docker runs on.
    const TICKS_PER_SECOND: u64 = 100;
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The command's name, in parentheses, may hold spaces.
    let ticks: u64 = stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()?;
    let boot = std::fs::read_to_string("/proc/stat").ok()?;
    let boot: u64 = boot.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    Some(boot + ticks / TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
    }

    #[test]
    fn this_process_is_alive() {
        assert_eq!(maker(&std::process::id().to_string(), Some(now())), Maker::Alive);
    }

    #[test]
    fn a_number_used_again_is_not_the_maker() {
        if began(1).is_some() {
            assert_eq!(maker(&std::process::id().to_string(), Some(1_000)), Maker::Gone);
        }
    }

    #[test]
    fn a_process_that_ended_is_gone() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        assert_eq!(maker(&child.id().to_string(), Some(now())), Maker::Gone);
    }
}
