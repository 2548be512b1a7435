//! What steps speak to: the lab, the scenario's setting, and the record of what each step came to.

use std::path::PathBuf;
use std::sync::Arc;

use relapse_lab::Lab;
use relapse_lab::act::ActError;
use relapse_lab::engine::Engine;
use relapse_lab::raise::Plan;
use relapse_lab::wait;
use relapse_lab::watch::{Judgement, Watch};
use relapse_model::expect::Expectation;
use relapse_model::expect::deadline::Deadline;
use relapse_model::outcome::{ThenOutcome, Trouble};
use relapse_model::text::clean;
use relapse_model::timeline::{Source, What};

/// What a scenario is run with; the same for all its steps.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) engine: Engine,
    pub(crate) plan: Plan,
    /// The topology's folder: what people push lies in its `apps/`.
    pub(crate) folder: PathBuf,
}

/// What steps speak to.
#[derive(cucumber::World, Default)]
pub struct World {
    pub(crate) setting: Option<Arc<Setting>>,
    pub(crate) lab: Option<Lab>,
    /// The step that runs: its text with variables replaced, and its line.
    pub(crate) step: (String, usize),
    pub(crate) thens: Vec<ThenOutcome>,
    /// The first thing that kept the scenario from being judged.
    pub(crate) trouble: Option<Trouble>,
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
        match Lab::raise(&setting.engine, &setting.plan).await {
            Ok(lab) => {
                lab.read_lists().await;
                self.lab = Some(lab);
            }
            Err(error) => {
                self.trouble(error.is_not_steady(), format!("the lab was not raised: {error}"));
            }
        }
    }

    /// The lab, or the trouble that a step came before it.
    #[must_use]
    pub fn lab(&mut self) -> Option<&Lab> {
        if self.lab.is_none() {
            self.trouble(false, "no lab is raised: `Given the … lab` comes first".into());
        }
        self.lab.as_ref()
    }

    /// Notes whether the harness could act; what came of an attempt is an observation, and no error.
    pub fn acted(&mut self, result: Option<Result<(), ActError>>) {
        if let Some(Err(error)) = result {
            self.trouble(false, error.to_string());
        }
    }

    /// Notes what keeps the scenario from being judged: it will be inconclusive. `not_steady` says that the lab itself could not be
    /// raised. The first trouble is what is told.
    pub fn trouble(&mut self, not_steady: bool, what: String) {
        let line = Some(self.step.1);
        let what = clean(&what);
        self.trouble.get_or_insert(Trouble { not_steady, line, what });
    }

    /// Notes trouble that is told besides an earlier one, since something is to be done about it.
    pub(crate) fn trouble_besides(&mut self, what: String) {
        match &mut self.trouble {
            Some(trouble) if trouble.what.contains(&what) => {}
            Some(trouble) => trouble.what.extend(["\n", &clean(&what)]),
            None => self.trouble(false, what),
        }
    }

    /// Judges an expectation, and records the verdict: a Then never stops a scenario.
    pub async fn expect(&mut self, should: bool, deadline: Deadline, expectation: impl Expectation) {
        let patience = self.patience();
        let Some(lab) = self.lab() else { return };
        let judgement = lab.watch(&expectation, Watch { should, deadline, patience, asked: false }).await;
        self.judged(judgement);
    }

    /// The same of one that may not have been understood, which is trouble.
    pub(super) async fn expect_if<E: Expectation>(&mut self, should: bool, deadline: Deadline, expectation: Result<E, String>) {
        match expectation {
            Ok(expectation) => self.expect(should, deadline, expectation).await,
            Err(why) => self.trouble(false, why),
        }
    }

    /// As [`Self::expect`], while `probe` asks again and again, about `part`, what the expectation looks at. `source` is what it tells: that
    /// it could not be asked is a gap.
    pub(super) async fn expect_probing(
        &mut self,
        should: bool,
        deadline: Deadline,
        expectation: impl Expectation,
        (part, source): (&str, Source),
        probe: impl AsyncFn(&Lab) -> Result<(), ActError>,
    ) {
        let patience = self.patience();
        let Some(lab) = self.lab() else { return };
        let asking = async {
            let mut since_ms = lab.recorder.now_ms();
            loop {
                let asked = probe(lab).await;
                if let Err(error) = asked {
                    lab.not_asked(part, source.clone(), since_ms, &error);
                }
                since_ms = lab.recorder.now_ms();
                wait::next_sample().await;
            }
        };
        let judgement = tokio::select! {
            judgement = lab.watch(&expectation, Watch { should, deadline, patience, asked: true }) => judgement,
            () = asking => return,
        };
        self.judged(judgement);
    }

    fn patience(&self) -> f64 {
        self.setting.as_ref().map_or(1.0, |setting| setting.plan.patience)
    }

    fn judged(&mut self, judgement: Judgement) {
        let (text, line) = self.step.clone();
        let Judgement { verdict, seen, watched_seconds } = judgement;
        let seen = clean(&seen);
        let Some(lab) = self.lab.as_ref() else { return };
        lab.recorder.record(What::Judged { text: text.clone(), verdict, seen: seen.clone() });
        let at_ms = lab.recorder.now_ms();
        self.thens.push(ThenOutcome { text, line, verdict, seen, watched_seconds, at_ms });
    }
}
