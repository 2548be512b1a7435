//! `relapse prove`: the red-proof. A gate is red if, with every factor as on the day, the lab was steady, nothing was inconclusive and its
//! last Then, which is its outcome, was violated. A gate that is not red protects from nothing. An incident that happens with demand alone
//! is none either: its gates would be red whatever was done.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use relapse_model::levels::{Choice, Levels};
use relapse_model::outcome::Outcome;
use relapse_model::verdict::Verdict;

use super::play::{Files, Played, play};
use super::{Shared, session};
use crate::analysis::{Proof, Red};
use crate::exit::{Exit, Failure};
use crate::report::json;
use crate::report::terminal::{Terminal, heading};
use crate::runner::Job;
use crate::script::{Checker, Project, Script, beside, demand_alone, end, folder};
use crate::vocabulary::catalogue::Role;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    shared: Shared,
    /// Runs every gate so many times: it has to be red each time.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    repeat: u16,
    #[command(flatten)]
    files: Files,
}

/// What is played: gates, and incidents with demand alone.
struct Plan {
    jobs: Vec<Job>,
    /// How many of the jobs are gates, each with what its last Then is; the others are incidents with demand alone.
    ends: Vec<Option<Role>>,
    /// Incidents that have no trigger but demand.
    not_asked: Vec<Script>,
}

pub(super) fn run(root: Option<PathBuf>, options: Options) -> Result<Exit, Failure> {
    let (project, scripts) = session::scripts(root, &options.shared, Some("@gate"))?;
    options.files.check()?;
    let plan = plan(&project, &scripts, usize::from(options.repeat))?;
    let terminal = Terminal::new();
    terminal.line("every factor as on the day: each gate's last Then should be violated\n");
    let played = play(&project, &options.shared, &plan.jobs, &terminal, |job, told| {
        if told.outcome.verdict == Verdict::Inconclusive {
            terminal.scenario(job, told);
        }
        terminal.line(&format!("  {:7.1} s  {}: {}", told.outcome.seconds, told.outcome.verdict, job.script.place()));
    })?;
    terminal.line("");
    let (gates, alone) = results(&plan, &played, usize::from(options.repeat));
    for (script, proof) in &gates {
        terminal.line(&heading(script));
        for line in proof.lines() {
            terminal.line(&format!("  {line}"));
        }
    }
    for line in alone.iter().map(Alone::line).chain(plan.not_asked.iter().map(not_asked)) {
        terminal.line(&line);
    }
    let reds = gates.iter().filter(|(_, proof)| proof.is_red()).count();
    let not_run = played.not_run();
    let left = if not_run.is_empty() { String::new() } else { format!(", {} not run", not_run.len()) };
    terminal.line(&format!("\n{reds} of {} gates are red by their last Then{left}", scripts.len()));
    let sentence = |outcome: &Outcome| match outcome_of(&gates, outcome) {
        Some(proof) => proof.sentence(),
        None => alone.iter().find(|alone| alone.is(outcome)).map(Alone::line).unwrap_or_default(),
    };
    let wrong = |outcome: &Outcome| match outcome_of(&gates, outcome) {
        Some(proof) => !proof.is_red(),
        None => alone.iter().any(|alone| alone.is(outcome) && alone.happened != Some(false)),
    };
    played.tell("prove", &options.files, |outcome| Some(sentence(outcome)), wrong);
    if let Some(path) = &options.shared.json {
        let not_run = not_run.into_iter().map(json::NotRun::of).collect();
        let gates = gates.iter().filter_map(|(script, proof)| json::Gate::of(script, proof)).collect();
        let demand_alone =
            alone.iter().map(|alone| json::DemandAlone { scenario: alone.script.place(), happened: alone.happened });
        json::write(path, &json::Prove { gates, demand_alone: demand_alone.collect(), not_run });
    }
    if played.session.interrupted() {
        return Ok(Exit::Interrupted);
    }
    Ok(exit(&gates, &alone))
}

/// Violated is what a gate should be here. Gravest first: a gate that was seen not to be red comes before one that cannot be judged.
fn exit(gates: &[(&Script, Proof<'_>)], alone: &[Alone<'_>]) -> Exit {
    let not_red = || gates.iter().map(|(_, proof)| proof.red).filter(|red| *red != Red::Outcome);
    let seen = not_red().any(|red| red != Red::NotJudged) || alone.iter().any(|alone| alone.happened == Some(true));
    let unknown = not_red().next().is_some() || alone.iter().any(|alone| alone.happened.is_none());
    match (seen, unknown) {
        (true, _) => Exit::Violated,
        (false, true) => Exit::Inconclusive,
        (false, false) => Exit::Held,
    }
}

fn plan(project: &Project, gates: &[Script], repeats: usize) -> Result<Plan, Failure> {
    let checker = Checker::new(project);
    let (mut jobs, mut ends) = (Vec::new(), Vec::new());
    let mut folders: BTreeMap<String, &Script> = BTreeMap::new();
    for script in gates {
        let topology = project
            .topology(&script.lab, &Levels::new())
            .map_err(|error| Failure::usage(format!("{}: {error}", script.place())))?;
        let choice = Choice { scenario: script.levels.clone(), forced: topology.levels(), ..Choice::default() };
        let job = Job { script: script.clone(), choice };
        jobs.extend(std::iter::repeat_n(job, repeats));
        ends.push(end(&checker, script, &topology));
        if let Some(folder) = folder(&script.feature) {
            folders.entry(folder.to_owned()).or_insert(script);
        }
    }
    let mut not_asked = Vec::new();
    for gate in folders.into_values() {
        for why in beside(project, gate)?.into_iter().filter(|script| script.is("why")) {
            let topology = project
                .topology(&why.lab, &Levels::new())
                .map_err(|error| Failure::usage(format!("{}: {error}", why.place())))?;
            match demand_alone(&checker, &why, &topology) {
                None => not_asked.push(why),
                Some(script) => {
                    let choice = Choice { forced: topology.levels(), ..Choice::default() };
                    jobs.push(Job { script, choice });
                }
            }
        }
    }
    Ok(Plan { jobs, ends, not_asked })
}

/// An incident with demand alone.
struct Alone<'a> {
    script: &'a Script,
    /// `None` where it could not be judged.
    happened: Option<bool>,
}

impl Alone<'_> {
    fn is(&self, outcome: &Outcome) -> bool {
        (&outcome.feature, outcome.line) == (&self.script.feature, self.script.line)
    }

    fn line(&self) -> String {
        let said = match self.happened {
            Some(false) => "with demand alone, without its triggers, it does not happen",
            Some(true) => "WITH DEMAND ALONE IT HAPPENS: the trigger is not needed, and its gates are red whatever was done",
            None => "whether it happens with demand alone could not be judged",
        };
        format!("{}\n  {said}", heading(self.script))
    }
}

fn not_asked(script: &Script) -> String {
    format!("{}\n  no step of it is a trigger: whether demand alone is enough was not asked", heading(script))
}

/// What became of each gate that was run, and of each incident with demand alone.
fn results<'a>(plan: &'a Plan, played: &'a Played<'_>, repeats: usize) -> (Vec<(&'a Script, Proof<'a>)>, Vec<Alone<'a>>) {
    let (gates, alone) = plan.jobs.split_at(plan.ends.len() * repeats);
    let told: Vec<Option<&Outcome>> = played.each().map(|told| told.map(|told| &told.outcome)).collect();
    let (of_gates, of_alone) = told.split_at(gates.len().min(told.len()));
    let gates = gates.chunks(repeats).zip(of_gates.chunks(repeats)).zip(&plan.ends).filter_map(|((jobs, told), end)| {
        let outcomes: Vec<&Outcome> = told.iter().copied().flatten().collect();
        let script = &jobs.first()?.script;
        (!outcomes.is_empty()).then(|| (script, Proof::of(script, outcomes, repeats, *end)))
    });
    let alone = alone.iter().zip(of_alone).filter_map(|(job, told)| {
        let script = &job.script;
        let thens = script.steps.iter().filter(|step| step.ty == gherkin::StepType::Then).count();
        Some(Alone { script, happened: relapse_model::ablation::happened((*told)?, thens) })
    });
    (gates.collect(), alone.collect())
}

fn outcome_of<'a>(gates: &'a [(&Script, Proof<'_>)], outcome: &Outcome) -> Option<&'a Proof<'a>> {
    let is = |script: &Script| (&script.feature, script.line, &script.name) == (&outcome.feature, outcome.line, &outcome.name);
    gates.iter().find(|(script, _)| is(script)).map(|(_, proof)| proof)
}
