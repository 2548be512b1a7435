//! What steps speak to: the lab, the scenario's setting, and the record of what each step came to.

use std::path::PathBuf;
use std::sync::Arc;

use relapse_lab::Lab;
use relapse_lab::act::ActError;
use relapse_lab::raise::{Plan, RaiseError};
use relapse_lab::wait;
use relapse_lab::watch::{Judgement, Watch};
use relapse_model::expect::Expectation;
use relapse_model::expect::deadline::Deadline;
use relapse_model::outcome::{Obstacle, ThenOutcome, Trouble};
use relapse_model::reason::Explain;
use relapse_model::text::clean;
use relapse_model::timeline::{Client, Record, Source};

use super::parameters::Session;

use super::site::{LabHandle, Site};

/// What a scenario is run with; the same for all its steps.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) site: Arc<dyn Site>,
    pub(crate) plan: Plan,
    /// The topology's folder: what people push lies in its `apps/`.
    pub(crate) folder: PathBuf,
}

/// What steps speak to.
#[derive(cucumber::World, Default)]
pub struct World {
    pub(crate) setting: Option<Arc<Setting>>,
    pub(crate) lab: Option<Box<dyn LabHandle>>,
    /// The step that runs: its text with variables replaced, and its line.
    pub(crate) step: (String, usize),
    pub(crate) thens: Vec<ThenOutcome>,
    /// Whether Thens are judged by one look.
    pub(crate) at_once: bool,
    /// The first thing that kept the scenario from being judged.
    pub(crate) trouble: Option<Trouble>,
    /// What each expectation so far rests on, by an example of a timeline.
    #[cfg(test)]
    pub(crate) rested: Vec<Option<Vec<Source>>>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("step", &self.step).field("thens", &self.thens).finish_non_exhaustive()
    }
}

impl World {
    /// Raises the lab.
    pub(super) async fn raise(&mut self) {
        let Some(setting) = self.setting.clone() else { return };
        match setting.site.raise(&setting.plan).await {
            Ok(lab) => self.lab = Some(lab),
            Err(error) => self.troubled(error.is_not_steady(), &not_raised(&error)),
        }
    }

    /// The lab, or the trouble that a step came before it.
    #[must_use]
    pub fn lab(&mut self) -> Option<&Lab> {
        self.handle()?.lab()
    }

    fn handle(&mut self) -> Option<&dyn LabHandle> {
        if self.lab.is_none() {
            self.trouble(&Obstacle::NoLab);
        }
        self.lab.as_deref()
    }

    /// Does something to the lab. What came of it is an observation; that it could not be done is trouble.
    pub async fn act(&mut self, attempt: impl AsyncFnOnce(&Lab) -> Result<(), ActError>) {
        let Some(lab) = self.lab() else { return };
        let result = attempt(lab).await;
        self.acted(Some(result));
    }

    /// Notes whether the harness could act. [`Self::act`] does so by itself.
    #[doc(hidden)]
    pub fn acted(&mut self, result: Option<Result<(), ActError>>) {
        if let Some(Err(error)) = result {
            self.trouble(&Obstacle::CouldNotAct { why: error.to_string() });
        }
    }

    /// Brings a user to have a session at a host, or none.
    pub(super) async fn session(&mut self, client: Client, user: &str, session: Session, host: &str) {
        self.act(async |lab| match session {
            Session::LoggedIn => lab.log_in(client, user, host).await,
            Session::LoggedOut => lab.forget(client, user).await,
        })
        .await;
    }

    /// Notes what keeps the scenario from being judged: it will be inconclusive. The first trouble is what is told.
    pub fn trouble(&mut self, reason: &impl Explain) {
        self.troubled(false, reason);
    }

    /// The same; `not_steady` says that the lab itself could not be raised.
    fn troubled(&mut self, not_steady: bool, reason: &impl Explain) {
        let line = Some(self.step.1);
        self.trouble.get_or_insert_with(|| Trouble::of(reason, not_steady, line));
    }

    /// Notes trouble that is told besides an earlier one, since something is to be done about it.
    pub(crate) fn trouble_besides(&mut self, reason: &impl Explain) {
        let what = clean(&reason.to_string());
        match &mut self.trouble {
            Some(trouble) if trouble.what.contains(&what) => {}
            Some(trouble) => trouble.what.extend(["\n", &what]),
            None => self.trouble(reason),
        }
    }

    /// Judges an expectation, and records the verdict: a Then never stops a scenario.
    pub async fn expect(&mut self, should: bool, deadline: Deadline, expectation: impl Expectation) {
        #[cfg(test)]
        self.rested.push(expectation.sources(&super::evidence::tests::timeline()));
        let (patience, awaited) = (self.patience(), !self.at_once);
        let Some(lab) = self.handle() else { return };
        let judgement = lab.watch(&expectation, Watch { should, deadline, patience, awaited, asked: false }).await;
        self.judged(judgement);
    }

    /// The same of one that may not have been understood, which is trouble.
    pub(super) async fn expect_if<E: Expectation>(&mut self, should: bool, deadline: Deadline, expectation: Result<E, String>) {
        match expectation {
            Ok(expectation) => self.expect(should, deadline, expectation).await,
            Err(why) => self.trouble(&Obstacle::NotUnderstood { why }),
        }
    }

    /// As [`Self::expect`], while `probe` asks `service` again and again about what the expectation looks at, and writes the answers on the
    /// timeline. That it could not be asked is a gap of what the expectation says that it rests on.
    ///
    /// ```
    /// use relapse::World;
    /// use relapse::lab::Lab;
    /// use relapse::model::expect::processes::Processes;
    /// use relapse::parameters::{Comparison, Deadline, Service, Should};
    ///
    /// relapse::step! {
    ///     /// So many processes were left behind by a reload.
    ///     Mechanism: "{service} {should} have {comparison} processes after the reload {deadline}",
    ///     example: "proxy should have at most 3 processes after the reload within 5s",
    ///     rests_on: [Processes],
    ///     async fn left(world: &mut World, service: Service, should: Should, comparison: Comparison, deadline: Deadline) {
    ///         let expectation = Processes { service: service.0.clone(), comparison: comparison.0 };
    ///         let probe = async |lab: &Lab| lab.processes(&service.0).await;
    ///         world.expect_probing(should.0, deadline.0, expectation, &service.0, probe).await;
    ///     }
    /// }
    /// ```
    pub async fn expect_probing(
        &mut self,
        should: bool,
        deadline: Deadline,
        expectation: impl Expectation,
        service: &str,
        probe: impl AsyncFn(&Lab) -> Result<(), ActError>,
    ) {
        #[cfg(test)]
        self.rested.push(expectation.sources(&super::evidence::tests::timeline()));
        let (patience, awaited) = (self.patience(), !self.at_once);
        let Some(lab) = self.lab() else { return };
        let asking = async {
            let mut since_ms = lab.recorder.now_ms();
            loop {
                if let Err(error) = probe(lab).await {
                    for source in probes(lab, &expectation, service) {
                        lab.not_asked(service, source, since_ms, &error);
                    }
                }
                since_ms = lab.recorder.now_ms();
                wait::next_sample().await;
            }
        };
        let judgement = tokio::select! {
            judgement = lab.watch(&expectation, Watch { should, deadline, patience, awaited, asked: true }) => judgement,
            () = asking => return,
        };
        self.judged(judgement);
    }

    fn patience(&self) -> f64 {
        self.setting.as_ref().map_or(1.0, |setting| setting.plan.patience)
    }

    fn judged(&mut self, judgement: Judgement) {
        let (text, line) = self.step.clone();
        let Judgement { verdict, seen, reason, watched_seconds, is_final, longer_seconds } = judgement;
        let seen = clean(&seen);
        let Some(lab) = self.lab.as_ref() else { return };
        let recorder = lab.recorder();
        recorder.record(Record::Judged { text: text.clone(), verdict, seen: seen.clone() });
        let at_ms = recorder.now_ms();
        self.thens.push(ThenOutcome { text, line, verdict, seen, watched_seconds, is_final, longer_seconds, at_ms, reason });
    }
}

/// Why a lab was not raised, as far as one service is the reason.
fn not_raised(error: &RaiseError) -> Obstacle {
    let why = error.to_string();
    let cause = match error {
        RaiseError::Left { cause, .. } => cause,
        other => other,
    };
    match cause {
        RaiseError::NotReady { service, .. } => Obstacle::ServiceNotReady { service: service.clone(), why },
        RaiseError::Engine { service, .. } => Obstacle::EngineRefused { service: service.clone(), why },
        _ => Obstacle::LabNotRaised { why },
    }
}

/// Which probes an expectation rests on.
fn probes(lab: &Lab, expectation: &impl Expectation, service: &str) -> Vec<Source> {
    match lab.recorder.read(|timeline| expectation.sources(timeline)) {
        Some(sources) => sources.into_iter().filter(|source| matches!(source, Source::Probe { .. })).collect(),
        // One that names nobody rests on all.
        None => vec![Source::Probe { about: format!("what {service} answers") }],
    }
}
