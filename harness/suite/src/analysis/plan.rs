//! What `why` varies, and which scenarios of the folder speak of which levels.

use std::sync::Arc;

use relapse_model::ablation::{Cell, Plan, Table, Varied};
use relapse_model::levels::{Choice, Levels};
use relapse_model::topology::Topology;

use super::experiment::job;
use super::unfelt;
use crate::runner::Job;
use crate::script::{Checker, Project, Refused, Script, beside, demand_alone};

/// What is to be found out, before anything is run.
pub(crate) struct Planned {
    pub(crate) script: Script,
    /// The same without what was done to the system, if anything was.
    pub(crate) alone: Option<Script>,
    /// Every factor of the topology, with the day's levels.
    topology: Arc<Topology>,
    /// The factors that are varied, with nothing measured yet.
    pub(crate) table: Table,
    pub(crate) plan: Plan,
    /// The folder's gates, each with the cell that it is at.
    pub(crate) gates: Vec<(Cell, Script)>,
    /// Its scenarios of remedies that are not enough, likewise.
    pub(crate) insufficient: Vec<(Cell, Script)>,
    /// Factors that no service that the scenario raises feels.
    pub(crate) nowhere: Vec<String>,
}

impl Planned {
    pub(crate) fn new(project: &Project, script: Script, only: &[String], sets: bool, at_once: usize) -> Result<Self, Refused> {
        let topology = project
            .topology(&script.lab, &Levels::new())
            .map_err(|error| Refused::Use(format!("{}: {error}", script.place())))?;
        for name in only {
            topology.factor(name).map_err(|error| Refused::Use(format!("--factor {name}: {error}")))?;
        }
        let mut varied = Topology::clone(&topology);
        varied.factors.retain(|factor| only.is_empty() || only.contains(&factor.name));
        let nowhere = unfelt::factors(project, &script, &varied);
        varied.factors.retain(|factor| !nowhere.contains(&factor.name));
        let factors = varied.factors.iter().map(|factor| Varied {
            name: factor.name.clone(),
            about: factor.about.clone(),
            levels: factor.levels.clone(),
        });
        let table = Table { factors: factors.collect(), ..Table::default() };
        let alone = demand_alone(&Checker::new(project), &script, &topology);
        let beside = beside(project, &script)?;
        let at = |tag: &str| -> Vec<(Cell, Script)> {
            let such = beside.iter().filter(|other| other.is(tag) && other.lab == script.lab);
            such.filter_map(|other| Some((cell(&topology, &table, &other.levels)?, other.clone()))).collect()
        };
        let (gates, insufficient) = (at("gate"), at("insufficient"));
        let mut named: Vec<Cell> =
            gates.iter().map(|(cell, _)| cell.clone()).filter(|cell| Table::changed(cell).len() > 1).collect();
        named.sort();
        named.dedup();
        // Of so many factors there are no more, without the day and each factor alone.
        let count = table.factors.len();
        let all = u32::try_from(count).ok().and_then(|count| 2_usize.checked_pow(count)).unwrap_or(usize::MAX);
        let most = (3 * count + 10).min(all.saturating_sub(count + 1));
        let plan = Plan { named, sets, most, at_once };
        Ok(Self { script, alone, topology, table, plan, gates, insufficient, nowhere })
    }

    /// The incident at a cell.
    pub(crate) fn job(&self, cell: &Cell) -> Job {
        job(&self.script, &self.levels(cell))
    }

    /// The incident with demand alone, as on the day.
    pub(crate) fn alone(&self) -> Option<Job> {
        self.alone.as_ref().map(|alone| job(alone, &self.levels(&self.table.day())))
    }

    /// The level of every factor at a cell.
    fn levels(&self, cell: &Cell) -> Levels {
        let mut levels: Levels =
            self.topology.factors.iter().map(|factor| (factor.name.clone(), factor.as_on_the_day().to_owned())).collect();
        for (factor, level) in cell.iter().enumerate() {
            levels.insert(self.table.name(factor).to_owned(), self.table.level(factor, *level).to_owned());
        }
        levels
    }

    /// Scenarios that speak of this cell, as they are written.
    pub(crate) fn at(of: &[(Cell, Script)], cell: &Cell) -> Vec<Job> {
        let all: Vec<&Script> = of.iter().filter(|(own, _)| own == cell).map(|(_, script)| script).collect();
        // One that is too long for every run speaks where no other does.
        let short = all.iter().any(|script| !script.is("nightly"));
        let meant = all.into_iter().filter(|script| !short || !script.is("nightly"));
        meant
            .map(|script| Job { script: script.clone(), choice: Choice { scenario: script.levels.clone(), ..Choice::default() } })
            .collect()
    }

    /// All that is run in any case or may be, to be checked before anything is started.
    pub(crate) fn jobs(&self) -> Vec<Job> {
        let cells = [vec![self.table.day()], self.table.singles(), self.plan.named.clone()].concat();
        let told = |of: &[(Cell, Script)]| cells.iter().flat_map(|cell| Self::at(of, cell)).collect::<Vec<_>>();
        let mut jobs: Vec<Job> = cells.iter().map(|cell| self.job(cell)).chain(self.alone()).collect();
        jobs.extend(told(&self.gates));
        jobs.extend(told(&self.insufficient));
        jobs
    }

    /// The steps that demand alone leaves out.
    pub(crate) fn triggers(&self) -> Vec<String> {
        let kept: Vec<usize> = self.alone.iter().flat_map(|alone| &alone.steps).map(|step| step.position.line).collect();
        let steps = self.script.steps.iter().filter(|step| !kept.contains(&step.position.line));
        steps.map(|step| format!("{} {}", step.keyword.trim(), step.value)).collect()
    }
}

/// The cell that a scenario is at; `None` where it is as on the day, or differs in a factor that is not varied.
fn cell(topology: &Topology, table: &Table, levels: &Levels) -> Option<Cell> {
    let day = |name: &str| topology.factor(name).ok().map(relapse_model::topology::Factor::as_on_the_day);
    let mut changed = Vec::new();
    for (name, level) in levels.iter().filter(|(name, level)| day(name) != Some(level.as_str())) {
        let factor = table.factors.iter().position(|factor| factor.name == *name)?;
        changed.push((factor, table.factors.get(factor)?.levels.iter().position(|own| own == level)?));
    }
    (!changed.is_empty()).then(|| table.with(&changed))
}

/// The one scenario that a folder's incident is.
pub(crate) fn the_why(scripts: Vec<Script>) -> Result<Script, String> {
    let mut whys: Vec<Script> = scripts.into_iter().filter(|script| script.is("why")).collect();
    match (whys.len(), whys.pop()) {
        (1, Some(script)) => Ok(script),
        (0, _) | (_, None) => {
            Err("no scenario there is tagged @why: tag the one @incident scenario whose last Then is the incident".into())
        }
        (_, Some(last)) => {
            let places: Vec<String> = whys.iter().chain([&last]).map(Script::place).collect();
            Err(format!("more than one scenario is tagged @why: {}; name one as FILE:LINE", places.join(", ")))
        }
    }
}
