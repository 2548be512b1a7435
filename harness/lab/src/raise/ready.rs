//! Starts a service once what it depends on is there, and knows when it is ready: its health check says so, its log has the text of
//! the label `relapse.ready-log`, or, with neither, it runs.

use std::collections::BTreeSet;
use std::time::Duration;

use relapse_model::timeline::{Record, State, Timeline};
use relapse_model::topology::{Condition, NetworkMode, RestartPolicy, Service, Topology};

use super::error::RaiseError;
use crate::recorder::Recorder;
use crate::wait;
use relapse_engine::label::RunId;
use relapse_engine::name;
use relapse_engine::{Engine, in_full};

/// How long a service may take, unless patience makes it longer.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);
/// The label whose text a service's log has once it is ready.
const READY_LOG: &str = "relapse.ready-log";
/// One that may end again and again runs for as long before it counts as ready.
const STAYS_MS: u64 = 1_000;
/// How long the engine may take to tell that a container has ended.
const EVENT: Duration = Duration::from_secs(2);
/// Lines of a log that an error shows.
const TAIL: usize = 15;

/// Which service is started, and whether it may end again and again.
#[derive(Clone, Copy)]
pub(super) struct Start<'a> {
    pub(super) service: &'a Service,
    pub(super) may_crash: bool,
}

/// No service ends again and again, but for those that may: one can have been there for a moment.
pub(super) fn none_crashes(recorder: &Recorder, raised: &[&Service], may: &BTreeSet<String>) -> Result<(), RaiseError> {
    let crashes = |service: &&&Service| !may.contains(&service.name) && recorder.read(|t| t.crash_loop(&service.name).is_some());
    let Some(service) = raised.iter().find(crashes) else { return Ok(()) };
    let Status::Failed(why) = recorder.read(|timeline| status(timeline, service, Condition::Healthy)) else { return Ok(()) };
    Err(not_ready(recorder, service, why, Condition::Healthy))
}

/// Starts the service after its dependencies, and returns when it is ready.
pub(super) async fn start(
    engine: &Engine,
    run: &RunId,
    topology: &Topology,
    Start { service, may_crash }: Start<'_>,
    recorder: &Recorder,
    limit: Duration,
) -> Result<(), RaiseError> {
    let mut needed = service.depends_on.clone();
    if let NetworkMode::Of(other) = &service.network {
        needed.entry(other.clone()).or_insert(Condition::Started);
    }
    for (other, condition) in &needed {
        // A dependency in a profile that is not raised is not waited for, as in Compose.
        let Some(dependency) =
            topology.service(other).filter(|dependency| recorder.read(|t| t.state(&dependency.name).is_some()))
        else {
            continue;
        };
        let began = recorder.now_ms();
        let met = wait::until(recorder, limit, |timeline| status(timeline, dependency, *condition).decided()).await;
        match met {
            Some(Ok(())) => {}
            // The cause is the other's, whoever is the first to see it.
            Some(Err(why)) => return Err(not_ready(recorder, dependency, why, *condition)),
            None => {
                let Status::Waiting(why) = recorder.read(|timeline| status(timeline, dependency, *condition)) else { continue };
                let why = format!("{why} after {} s, and {} depends on it", seconds_since(recorder, began), service.name);
                return Err(not_ready(recorder, dependency, why, *condition));
            }
        }
    }
    if let Err(error) = engine.docker().start_container(&name::of(run, &service.name), None).await {
        if let NetworkMode::Of(other) = &service.network
            && let Some(owner) = topology.service(other)
        {
            // Nobody can join the namespace of one that has just ended: then that is the cause, and its event is under way.
            let failed = |timeline: &Timeline| status(timeline, owner, Condition::Started).decided()?.err();
            if let Some(why) = wait::until(recorder, EVENT, failed).await {
                return Err(not_ready(recorder, owner, why, Condition::Healthy));
            }
        }
        return Err(RaiseError::Engine { service: service.name.clone(), action: "start it", why: in_full(&error) });
    }
    if may_crash {
        return Ok(());
    }
    let decided = |timeline: &Timeline| {
        let own = status(timeline, service, Condition::Healthy).decided().map(|own| own.map_err(|why| (service, why)));
        own.or_else(|| ended(timeline, topology).map(Err))
    };
    let began = recorder.now_ms();
    match wait::until(recorder, limit, decided).await {
        Some(Ok(())) => Ok(()),
        Some(Err((service, why))) => Err(not_ready(recorder, service, why, Condition::Healthy)),
        None => {
            let Status::Waiting(why) = recorder.read(|timeline| status(timeline, service, Condition::Healthy)) else {
                return Ok(());
            };
            Err(not_ready(recorder, service, format!("{why} after {} s", seconds_since(recorder, began)), Condition::Healthy))
        }
    }
}

/// Awaits that a service that was started again is ready, by what it says from that entry on.
///
/// # Errors
/// In words, why it is not.
pub(crate) async fn again(recorder: &Recorder, service: &Service, from: usize, limit: Duration) -> Result<(), String> {
    let ready = |timeline: &Timeline| status_from(timeline, service, Condition::Healthy, from).decided();
    let began = recorder.now_ms();
    match wait::until(recorder, limit, ready).await {
        Some(ready) => ready,
        None => match recorder.read(|timeline| status_from(timeline, service, Condition::Healthy, from)) {
            Status::Waiting(why) => Err(format!("{why} after {} s", seconds_since(recorder, began))),
            _ => Ok(()),
        },
    }
}

/// How long it was waited for: longer than its limit, where others used the machine.
fn seconds_since(recorder: &Recorder, began_ms: u64) -> u64 {
    recorder.now_ms().saturating_sub(began_ms) / 1_000
}

enum Status {
    Met,
    Waiting(String),
    Failed(String),
}

impl Status {
    fn decided(self) -> Option<Result<(), String>> {
        match self {
            Self::Met => Some(Ok(())),
            Self::Waiting(_) => None,
            Self::Failed(why) => Some(Err(why)),
        }
    }
}

fn status(timeline: &Timeline, service: &Service, condition: Condition) -> Status {
    status_from(timeline, service, condition, 0)
}

/// The same, by what it says from that entry on.
fn status_from(timeline: &Timeline, service: &Service, condition: Condition, from: usize) -> Status {
    let state = timeline.state(&service.name);
    let ready_log = service.labels.get(READY_LOG);
    let said_ready = || ready_log.is_some_and(|text| logged(timeline, &service.name, text, from));
    if let Some(times) = timeline.crash_loop(&service.name) {
        return Status::Failed(format!("it is in a crash loop: it ended by itself {times} times in a row"));
    }
    match (state, condition) {
        (Some(State::Exited { code: 0 }), Condition::Completed) => Status::Met,
        (Some(State::Exited { code: 0 }), _) if ready_log.is_none() || said_ready() => Status::Met,
        (Some(State::Exited { code }), _) => Status::Failed(format!("it exited with code {code}")),
        (Some(State::Running { .. }), Condition::Started) => Status::Met,
        (Some(State::Running { .. }), Condition::Completed) => Status::Waiting("it is still running".into()),
        (Some(State::Running { .. }), Condition::Healthy) => match (ready_log, &service.health) {
            (Some(_), _) if said_ready() => Status::Met,
            (Some(text), _) => Status::Waiting(format!("it runs, and its log does not have `{text}`")),
            // One that is started again whenever it ends has to stay for a moment: else it ends again and again.
            (None, None) if service.restart != RestartPolicy::No && !has_stayed(timeline, &service.name) => {
                Status::Waiting("it runs, but not for long yet".into())
            }
            (None, None) => Status::Met,
            (None, Some(_)) => match health(timeline, &service.name, from) {
                Some("healthy") => Status::Met,
                other => Status::Waiting(format!("its health check says {}", other.unwrap_or("nothing yet"))),
            },
        },
        (other, _) => Status::Waiting(format!("it is {}", other.map_or("not created", State::word))),
    }
}

/// A service that ended badly and is not started again: one that was there for a moment can be why another one does not become ready.
fn ended<'a>(timeline: &Timeline, topology: &'a Topology) -> Option<(&'a Service, String)> {
    topology.services.iter().filter(|service| service.restart == RestartPolicy::No).find_map(|service| {
        match timeline.state(&service.name) {
            Some(State::Exited { code }) if *code != 0 => Some((service, format!("it exited with code {code}"))),
            _ => None,
        }
    })
}

fn logged(timeline: &Timeline, service: &str, wanted: &str, from: usize) -> bool {
    let mut entries = timeline.entries().iter().skip(from);
    entries.any(|entry| matches!(&entry.what, Record::Log { service: who, text, .. } if who == service && text.contains(wanted)))
}

fn health<'a>(timeline: &'a Timeline, service: &str, from: usize) -> Option<&'a str> {
    timeline.entries().iter().skip(from).rev().find_map(|entry| match &entry.what {
        Record::Health { service: who, status } if who == service => Some(status.as_str()),
        _ => None,
    })
}

/// Whether nothing was heard of its container for a second.
fn has_stayed(timeline: &Timeline, service: &str) -> bool {
    let last = timeline
        .entries()
        .iter()
        .rev()
        .find(|entry| matches!(&entry.what, Record::Container { service: who, .. } if who == service));
    last.is_some_and(|entry| entry.at_ms + STAYS_MS <= timeline.now_ms())
}

fn not_ready(recorder: &Recorder, service: &Service, why: String, condition: Condition) -> RaiseError {
    let awaited = match (condition, service.labels.get(READY_LOG), &service.health) {
        (Condition::Healthy, Some(text), _) => format!("`{text}` in its log"),
        (Condition::Healthy, None, Some(health)) => format!("its health check `{}`", health.test.join(" ")),
        (Condition::Completed, ..) => "that it ends with 0".into(),
        _ => "that it runs".into(),
    };
    let log = recorder.read(|timeline| tail(timeline, &service.name, TAIL)).join("\n");
    let log = if log.is_empty() { "its log is empty".into() } else { format!("the end of its log:\n{log}") };
    RaiseError::NotReady { service: service.name.clone(), image: service.image.clone(), why, awaited, log }
}

/// The last lines of a service's log.
fn tail(timeline: &Timeline, service: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = timeline
        .entries()
        .iter()
        .rev()
        .filter_map(|entry| match &entry.what {
            Record::Log { service: who, text, .. } if who == service => Some(format!("  | {text}")),
            _ => None,
        })
        .take(most)
        .collect();
    lines.reverse();
    lines
}
