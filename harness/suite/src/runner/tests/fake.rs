//! A site that needs no engine, and steps that do what a test wants of them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cucumber::codegen::Regex;
use cucumber::step::{Collection, Context};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use relapse_lab::Lab;
use relapse_lab::lower::LowerError;
use relapse_lab::raise::{Plan, RaiseError};
use relapse_lab::recorder::Recorder;
use relapse_lab::watch::{Judgement, Watch};
use relapse_model::expect::Expectation;
use relapse_model::expect::judge::{Decision, Judge};
use relapse_model::timeline::{Record, State};
use tokio::sync::{Barrier, watch};

use crate::vocabulary::{LabHandle, Site, World};

/// Who is alone waits no longer.
const MEETING_TIMEOUT: Duration = Duration::from_secs(20);

/// What a test says of it, and what it noted.
#[derive(Debug, Default)]
pub(super) struct FakeSite {
    /// What was done with labs, in order: `raised NAME`, `lowered NAME`, `kept NAME`, by their scenarios.
    pub(super) log: Mutex<Vec<String>>,
    /// The most labs that were up at one time.
    pub(super) most: AtomicUsize,
    pub(super) up: AtomicUsize,
    /// A lab of a scenario whose name has this word is up once as many are as meet here.
    pub(super) together: Option<(&'static str, Barrier)>,
    /// Why no lab is raised.
    pub(super) refuses: Option<String>,
    /// Whether something of a lab stays although it was lowered.
    pub(super) leaves: bool,
    /// Turns true while a lab is lowered.
    pub(super) cancels: Option<watch::Sender<bool>>,
    /// A lab of a scenario whose name has this word is lowered once this is true.
    pub(super) waits: Option<(&'static str, watch::Sender<bool>)>,
}

impl FakeSite {
    fn note(&self, what: &str, scenario: &str) {
        self.log.lock().unwrap().push(format!("{what} {scenario}"));
    }
}

impl Site for Arc<FakeSite> {
    fn raise<'a>(&'a self, plan: &'a Plan) -> LocalBoxFuture<'a, Result<Box<dyn LabHandle>, RaiseError>> {
        async move {
            if let Some(why) = self.refuses.clone() {
                return Err(RaiseError::Lost { why });
            }
            let recorder = Recorder::new(&plan.topology.speaks);
            recorder.record(Record::Container { service: "app".into(), state: State::Running { addresses: Vec::new() } });
            self.note("raised", &plan.scenario);
            self.most.fetch_max(self.up.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            if let Some((_, barrier)) = self.together.as_ref().filter(|(word, _)| plan.scenario.contains(word)) {
                let met = tokio::time::timeout(MEETING_TIMEOUT, barrier.wait()).await;
                met.map_err(|_| RaiseError::Lost { why: "nobody else came".into() })?;
            }
            Ok(Box::new(FakeLab { site: self.clone(), scenario: plan.scenario.clone(), recorder }) as Box<dyn LabHandle>)
        }
        .boxed_local()
    }
}

/// A lab with one service, `app`, that runs.
struct FakeLab {
    site: Arc<FakeSite>,
    scenario: String,
    recorder: Recorder,
}

impl LabHandle for FakeLab {
    fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    fn raised_in(&self) -> Duration {
        Duration::from_secs(1)
    }

    /// One look decides: nothing changes any more.
    fn watch<'a>(&'a self, expectation: &'a dyn Expectation, watch: Watch) -> LocalBoxFuture<'a, Judgement> {
        let mut judge = Judge::new(expectation, watch.should, watch.deadline, 0, watch.patience);
        if !watch.awaited {
            judge = judge.at_once();
        }
        let ends_ms = judge.ends_ms();
        let Decision { verdict, seen, reason, is_final, .. } = self.recorder.read(|timeline| match judge.look(timeline, 0) {
            Some(decision) => decision,
            None => judge.end(timeline, ends_ms),
        });
        std::future::ready(Judgement { verdict, seen, reason, watched_seconds: 0.0, is_final, longer_seconds: 0.0 }).boxed_local()
    }

    fn lower(self: Box<Self>) -> LocalBoxFuture<'static, Result<(), LowerError>> {
        async move {
            if let Some(cancelled) = &self.site.cancels {
                cancelled.send_replace(true);
            }
            if let Some((_, gate)) = self.site.waits.as_ref().filter(|(word, _)| self.scenario.contains(word)) {
                let _ = tokio::time::timeout(MEETING_TIMEOUT, gate.subscribe().wait_for(|open| *open)).await;
            }
            // Whoever breaks this off has left a lab.
            tokio::task::yield_now().await;
            self.site.up.fetch_sub(1, Ordering::SeqCst);
            self.site.note("lowered", &self.scenario);
            if self.site.leaves { Err(LowerError::Left(Vec::new())) } else { Ok(()) }
        }
        .boxed_local()
    }

    fn keep(self: Box<Self>) -> LocalBoxFuture<'static, String> {
        self.site.note("kept", &self.scenario);
        std::future::ready(format!("run of {}", self.scenario)).boxed_local()
    }

    fn lab(&self) -> Option<&Lab> {
        None
    }
}

/// The vocabulary, and Whens of tests beside it.
pub(super) fn collection() -> Collection<World> {
    let regex = |text: &str| Regex::new(text).unwrap();
    let vocabulary = <World as cucumber::World>::collection();
    let known = vocabulary.when(None, regex("^it never ends$"), never_ends).when(None, regex("^it panics$"), panics);
    known.when(None, regex("^it is done$"), is_done)
}

fn never_ends(_: &mut World, _: Context) -> LocalBoxFuture<'_, ()> {
    std::future::pending().boxed_local()
}

fn is_done(_: &mut World, _: Context) -> LocalBoxFuture<'_, ()> {
    std::future::ready(()).boxed_local()
}

fn panics(_: &mut World, _: Context) -> LocalBoxFuture<'_, ()> {
    async { panic!("out of cups") }.boxed_local()
}
