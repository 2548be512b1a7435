//! `why` at work: the day, demand alone, every cell that the table needs, and then what the folder's own scenarios say at those cells.

use relapse_model::ablation::{Cell, Effect, Next, Plan, Seen, Table, happened, levels, next, seen};
use relapse_model::outcome::Outcome;
use relapse_model::verdict::Verdict;

use super::DemandAlone;
use super::experiment::{Bench, Experiment};
use super::plan::Planned;
use crate::runner::Job;
use crate::script::Script;

pub(crate) struct Study<'a> {
    bench: Bench<'a>,
    planned: &'a Planned,
    thens: usize,
    pub(crate) experiment: Experiment<'a>,
    pub(crate) table: Table,
    /// Whether everything was run that was to be, so far.
    pub(crate) asked_all: bool,
}

impl<'a> Study<'a> {
    pub(crate) fn new(bench: Bench<'a>, planned: &'a Planned) -> Self {
        let others = planned.gates.iter().chain(&planned.insufficient).map(|(_, script)| script);
        let about: Vec<&Script> = std::iter::once(&planned.script).chain(&planned.alone).chain(others).collect();
        let experiment = Experiment::new(bench, &about);
        if experiment.resumed > 0 {
            bench.listener.note(&format!("taking up {} runs of an interrupted command", experiment.resumed));
        }
        Self { bench, planned, thens: planned.script.thens(), experiment, table: planned.table.clone(), asked_all: true }
    }

    /// The incident as on the day.
    pub(crate) fn day(&mut self) -> Seen {
        let day = self.table.day();
        let seen = self.measure(std::slice::from_ref(&day)).pop().unwrap_or_default();
        self.table.cells.insert(day, seen.clone());
        seen
    }

    /// The same without what was done to the system.
    pub(crate) fn demand_alone(&mut self) -> DemandAlone {
        let Some(job) = self.planned.alone() else { return DemandAlone::NotAsked };
        let thens = self.thens;
        self.run(&[(job.clone(), "with demand alone".into())], |outcome| of_incident(outcome, thens));
        let seen = seen(&[], &self.experiment.outcomes(&job), thens, self.bench.repeats);
        self.asked_all &= seen.effect != Effect::NotRun;
        DemandAlone::of(&seen)
    }

    /// Fills the table, and then asks the folder's own scenarios. Gives what contradicts the table.
    pub(crate) fn explore_and_ask_gates(&mut self) -> Vec<String> {
        self.explore();
        self.ask_gates()
    }

    /// Asks until everything is known that the plan wants, or nothing can be asked any more.
    fn explore(&mut self) {
        let mut table = std::mem::take(&mut self.table);
        let all = explore(&mut table, &self.planned.plan, |cells| (!self.bench.stopped()).then(|| self.measure(cells)));
        self.table = table;
        self.asked_all &= all;
    }

    /// Where it does not happen, runs the gates that say so, and the scenarios that say otherwise. Gives what contradicts the table.
    fn ask_gates(&mut self) -> Vec<String> {
        let mut contradictions = Vec::new();
        let told: Vec<Cell> = self.table.singles().into_iter().chain(self.planned.plan.named.iter().cloned()).collect();
        let told: Vec<Cell> = told.into_iter().filter(|cell| *self.table.effect(cell) == Effect::DoesNotHappen).collect();
        let of = |scripts| told.iter().flat_map(|cell| Planned::at(scripts, cell)).collect::<Vec<Job>>();
        let jobs = [of(&self.planned.gates), of(&self.planned.insufficient)].concat();
        let named: Vec<(Job, String)> = jobs.iter().map(|job| (job.clone(), job.script.place())).collect();
        self.run(&named, |outcome| outcome.verdict.word());
        for cell in &told {
            let at = levels(&self.table, cell);
            let gates = Planned::at(&self.planned.gates, cell);
            let held = gates.iter().filter(|job| self.came_to(job) == Some(Verdict::Held)).map(|job| job.script.place());
            let held: Vec<String> = held.collect();
            let violated = gates.iter().filter(|job| self.came_to(job) == Some(Verdict::Violated));
            contradictions.extend(violated.map(|job| {
                format!("{} is a gate at {at}, where the incident does not happen, and it is violated", job.script.place())
            }));
            let all_held = held.len() == gates.len();
            if let Some(seen) = self.table.cells.get_mut(cell).filter(|_| all_held) {
                seen.held_gates = held;
            }
            let not_enough = Planned::at(&self.planned.insufficient, cell);
            let happens = not_enough.iter().filter(|job| self.came_to(job) == Some(Verdict::Held));
            contradictions.extend(happens.map(|job| {
                format!("{} is @insufficient at {at} and held, and there the incident does not happen", job.script.place())
            }));
        }
        self.asked_all &= jobs.iter().all(|job| self.experiment.outcomes(job).len() == self.bench.repeats);
        contradictions
    }

    /// What a scenario of the folder came to: the gravest of its repeats.
    fn came_to(&self, job: &Job) -> Option<Verdict> {
        Verdict::gravest(self.experiment.outcomes(job).into_iter().map(|outcome| outcome.verdict))
    }

    /// Runs the incident at some cells.
    fn measure(&mut self, cells: &[Cell]) -> Vec<Seen> {
        let jobs: Vec<(Job, String)> =
            cells.iter().map(|cell| (self.planned.job(cell), levels(&self.planned.table, cell).replace('`', ""))).collect();
        let thens = self.thens;
        self.run(&jobs, |outcome| of_incident(outcome, thens));
        let day = self.experiment.outcomes(&self.planned.job(&self.planned.table.day()));
        jobs.iter().map(|(job, _)| seen(&day, &self.experiment.outcomes(job), thens, self.bench.repeats)).collect()
    }

    /// Runs jobs, each with its name for people, and tells of each run.
    fn run(&mut self, named: &[(Job, String)], what: impl Fn(&Outcome) -> &'static str) {
        let jobs: Vec<Job> = named.iter().map(|(job, _)| job.clone()).collect();
        let listener = self.bench.listener;
        self.experiment.run(&jobs, |job, outcome| {
            let same = |own: &Job| own.choice == job.choice && own.script.place() == job.script.place();
            let name = named.iter().find(|(own, _)| same(own)).map_or("", |(_, name)| name.as_str());
            listener.note(&format!("  {:7.1} s  {}: {name}", outcome.seconds, what(outcome)));
        });
    }

    /// Forgets what was kept for taking up.
    pub(crate) fn finish(self) {
        self.experiment.finish();
    }
}

/// Fills a table until everything is known that the plan wants. `ask` measures cells, unless it is stopped before. Whether all was measured.
fn explore(table: &mut Table, plan: &Plan, mut ask: impl FnMut(&[Cell]) -> Option<Vec<Seen>>) -> bool {
    let mut all = true;
    while let Next::Ask(cells) = next(table, plan) {
        let Some(seen) = ask(&cells) else { return false };
        all &= seen.iter().all(|seen| seen.effect != Effect::NotRun);
        table.cells.extend(cells.into_iter().zip(seen));
    }
    all
}

/// What a run of the incident came to, for people.
fn of_incident(outcome: &Outcome, thens: usize) -> &'static str {
    match happened(outcome, thens) {
        Some(true) => "it happens",
        Some(false) => "it does not happen",
        None if outcome.trouble.as_ref().is_some_and(|trouble| trouble.not_steady) => "the lab is not steady",
        None => "not judged",
    }
}

#[cfg(test)]
mod tests {
    use relapse_model::ablation::Varied;

    use super::*;

    /// A table of one factor, and when the budget ends: after so many questions.
    fn explored(ends_after: usize) -> bool {
        let factor = Varied { name: "a".into(), about: String::new(), levels: vec!["a0".into(), "a1".into()] };
        let mut table = Table { factors: vec![factor], ..Table::default() };
        let plan = Plan { sets: true, most: 9, at_once: 2, ..Plan::default() };
        let mut asked = 0;
        explore(&mut table, &plan, |cells| {
            if asked >= ends_after {
                return None;
            }
            asked += 1;
            let effect = |cell: &Cell| if *cell == [0] { Effect::Happens } else { Effect::DoesNotHappen };
            Some(cells.iter().map(|cell| Seen { effect: effect(cell), ..Seen::default() }).collect())
        })
    }

    #[test]
    fn a_budget_that_ends_during_the_last_run_leaves_a_whole_table() {
        assert!(!explored(1));
        assert!(explored(2), "there is nothing more to ask");
        assert!(explored(3));
    }
}
