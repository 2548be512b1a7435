//! `relapse why`: which contributing factors the incident needed. Each other level of each factor alone, then the smallest sets.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use relapse_model::ablation::{Answers, Effect, Row, Search, Set, happened, row, search};
use relapse_model::levels::Levels;
use relapse_model::outcome::Outcome;
use relapse_model::topology::{Factor, Topology};

use super::experiment::{Experiment, day_but, job, shown};
use super::session::Session;
use super::{Shared, session, unfelt};
use crate::exit::{Exit, Failure};
use crate::report::file::Document;
use crate::report::github::Github;
use crate::report::terminal::{Terminal, heading};
use crate::report::{html, json, why as report};
use crate::runner::Job;
use crate::script::Script;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    shared: Shared,
    /// Runs every level so many times.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    repeat: u16,
    /// Begins no further run after this time (30s, 10m); what is missing then is printed as not run.
    #[arg(long, value_parser = duration)]
    budget: Option<Duration>,
    /// Only these factors; all others stay as on the day.
    #[arg(long = "factor", value_name = "NAME")]
    factors: Vec<String>,
    /// Does not search the smallest sets.
    #[arg(long)]
    no_sets: bool,
    /// Shows what would be run, and runs nothing.
    #[arg(long)]
    dry: bool,
    /// Writes what people can paste in a postmortem.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Writes the tables as a report: one HTML file in this folder, which needs no network.
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    relapse_model::expect::deadline::milliseconds(text).map(Duration::from_millis)
}

/// What `why` found.
pub(crate) struct Findings {
    pub(crate) scenario: Script,
    pub(crate) topology: Topology,
    /// How often it happened as on the day, and of how many times.
    pub(crate) base: (usize, usize),
    pub(crate) rows: Vec<Row>,
    /// The smallest sets, by the factors' names.
    pub(crate) sets: Vec<Vec<String>>,
    /// Why the sets are not all, if they are not.
    pub(crate) sets_cut: Option<String>,
    pub(crate) runs: usize,
    pub(crate) resumed: usize,
    pub(crate) seconds: f64,
}

pub(super) fn run(root: Option<PathBuf>, options: Options) -> Result<Exit, Failure> {
    let began = Instant::now();
    let (project, scripts) = session::scripts(root, &options.shared, None)?;
    let script = the_why(scripts)?;
    let mut topology =
        project.topology(&script.lab, &Levels::new()).map_err(|error| Failure::usage(format!("{}: {error}", script.place())))?;
    for name in &options.factors {
        topology.factor(name).map_err(|error| Failure::usage(format!("--factor {name}: {error}")))?;
    }
    topology.factors.retain(|factor| options.factors.is_empty() || options.factors.contains(&factor.name));
    let nowhere = unfelt::factors(&project, &script, &topology);
    topology.factors.retain(|factor| !nowhere.contains(&factor.name));
    let base = day_but(&topology, &[]);
    let mut singles: Vec<(String, String, Levels)> = Vec::new();
    for factor in &topology.factors {
        for level in factor.levels.iter().skip(1) {
            singles.push((factor.name.clone(), level.clone(), day_but(&topology, &[(&factor.name, level)])));
        }
    }
    let repeats = usize::from(options.repeat);
    let terminal = Terminal::new();
    terminal.line(&format!("why  {}", heading(&script)));
    let most_sets = 3 * topology.factors.len() + 10;
    terminal.line(&format!(
        "{} factors, {} other levels, {repeats} repeat(s): {} runs{}\n",
        topology.factors.len(),
        singles.len(),
        (singles.len() + 1) * repeats,
        if options.no_sets { String::new() } else { format!(", then at most {most_sets} sets of factors") }
    ));
    if !nowhere.is_empty() {
        terminal.line(&format!("left out, since no part that this scenario raises differs: {}\n", nowhere.join(", ")));
    }
    if options.dry {
        terminal.line("as on the day");
        for (name, level, _) in &singles {
            terminal.line(&format!("{name} at {level}"));
        }
        return Ok(Exit::Held);
    }
    options.report.as_deref().map_or(Ok(()), html::check)?;
    options.markdown.as_deref().map_or(Ok(()), |path| markdown(path).check())?;
    let jobs: Vec<Job> =
        std::iter::once(&base).chain(singles.iter().map(|(.., levels)| levels)).map(|levels| job(&script, levels)).collect();
    let session = Session::begin(&project, &options.shared, &jobs, &terminal)?;
    let until = options.budget.map(|budget| Instant::now() + budget);
    let mut experiment = Experiment::new(&session, &script, repeats, options.shared.at_once(), until);
    if experiment.resumed > 0 {
        terminal.line(&format!("taking up {} runs of an interrupted command", experiment.resumed));
    }
    let thens = script.steps.iter().filter(|step| step.ty == gherkin::StepType::Then).count();
    let tell = |levels: &Levels, outcome: &Outcome| {
        terminal.line(&format!("  {:7.1} s  {}", outcome.seconds, told(&topology, levels, outcome, thens)))
    };
    experiment.run(std::slice::from_ref(&base), tell);
    let base_row = row("", "", &experiment.outcomes(&base), thens, repeats);
    if !matches!(base_row.effect, Effect::NotNeeded | Effect::Weaker) {
        if session.interrupted() {
            return Ok(Exit::Interrupted);
        }
        return Err(Failure::inconclusive(format!(
            "{}: with every factor as on the day it happened in {} of {} runs: there is nothing to explain\n  {}",
            script.place(),
            base_row.occurred,
            base_row.of,
            base_row.instead.unwrap_or_default()
        )));
    }
    let levels: Vec<Levels> = singles.iter().map(|(.., levels)| levels.clone()).collect();
    experiment.run(&levels, tell);
    let rows: Vec<Row> =
        singles.iter().map(|(name, level, levels)| row(name, level, &experiment.outcomes(levels), thens, repeats)).collect();
    let (sets, sets_cut) = if options.no_sets {
        (Vec::new(), Some("not asked for".into()))
    } else {
        smallest_sets(&mut experiment, &topology, &rows, thens, most_sets, options.shared.at_once(), &tell)
    };
    let whole = !experiment.stopped() && rows.iter().all(|row| row.effect != Effect::NotRun);
    let findings = Findings {
        scenario: script.clone(),
        base: (base_row.occurred, base_row.of),
        rows,
        sets: sets.iter().map(|set| names(&topology, set)).collect(),
        sets_cut,
        runs: experiment.runs,
        resumed: experiment.resumed,
        seconds: began.elapsed().as_secs_f64(),
        topology: topology.clone(),
    };
    terminal.line(&report::terminal(&findings));
    let text = report::markdown(&findings);
    if let Some(github) = Github::here(&project.root) {
        github.summary(&text);
    }
    if let Some(path) = &options.markdown {
        markdown(path).write(text.as_bytes());
    }
    if let Some(folder) = &options.report {
        html::write_why(folder, &findings);
    }
    if let Some(path) = &options.shared.json {
        json::write(path, &json::Why::of(&findings));
    }
    if session.interrupted() {
        terminal.line("interrupted: the same command takes up here");
        return Ok(Exit::Interrupted);
    }
    let judged = findings.rows.iter().all(|row| !matches!(row.effect, Effect::Inconclusive(_)));
    if whole {
        experiment.finish();
    } else {
        terminal.line("the budget ended before every level was run: the table is not whole; the same command takes up here");
    }
    let sets_whole = options.no_sets || findings.sets_cut.is_none();
    Ok(if whole && judged && sets_whole { Exit::Held } else { Exit::Inconclusive })
}

/// The file of `--markdown`.
fn markdown(path: &Path) -> Document<'_> {
    Document { option: "--markdown", path }
}

/// The one scenario that a folder's incident is.
pub(super) fn the_why(scripts: Vec<Script>) -> Result<Script, Failure> {
    let mut whys: Vec<Script> = scripts.into_iter().filter(|script| script.is("why")).collect();
    match (whys.len(), whys.pop()) {
        (1, Some(script)) => Ok(script),
        (0, _) | (_, None) => Err(Failure::usage(
            "no scenario there is tagged @why: tag the one @incident scenario whose last Then is the incident",
        )),
        (_, Some(last)) => {
            let places: Vec<String> = whys.iter().chain([&last]).map(Script::place).collect();
            Err(Failure::usage(format!("more than one scenario is tagged @why: {}; name one as FILE:LINE", places.join(", "))))
        }
    }
}

fn told(topology: &Topology, levels: &Levels, outcome: &Outcome, thens: usize) -> String {
    let what = match happened(outcome, thens) {
        Some(true) => "it happens",
        Some(false) => "it does not happen",
        None if outcome.trouble.as_ref().is_some_and(|trouble| trouble.not_steady) => "the lab is not steady",
        None => "not judged",
    };
    format!("{what}: {}", shown(topology, levels))
}

fn names(topology: &Topology, set: &Set) -> Vec<String> {
    set.iter().filter_map(|index| topology.factors.get(*index)).map(|factor| factor.name.clone()).collect()
}

/// Those factors as on the day, all others at their first counterfactual level.
fn levels_of(topology: &Topology, set: &Set) -> Levels {
    let level = |(index, factor): (usize, &Factor)| {
        let level = if set.contains(&index) { factor.as_on_the_day() } else { factor.first_counterfactual() };
        (factor.name.clone(), level.to_owned())
    };
    topology.factors.iter().enumerate().map(level).collect()
}

/// Asks until the search is done, or cannot go on: then with the reason.
fn smallest_sets(
    experiment: &mut Experiment<'_>,
    topology: &Topology,
    rows: &[Row],
    thens: usize,
    most: usize,
    at_once: usize,
    tell: &impl Fn(&Levels, &Outcome),
) -> (Vec<Set>, Option<String>) {
    let count = topology.factors.len();
    let first = |factor: &Factor| rows.iter().find(|row| row.name == factor.name && row.level == factor.first_counterfactual());
    let hint: Set =
        topology.factors.iter().enumerate().filter(|(_, f)| first(f).is_some_and(|row| row.prevents)).map(|(i, _)| i).collect();
    let mut answers = Answers::new();
    let mut asked = 0;
    let repeats = rows.first().map_or(1, |row| row.of.max(1));
    loop {
        // Asked ahead, as if every open question were answered with no: in the last, longest part of a search most are.
        let mut ahead = answers.clone();
        let mut open: Vec<Set> = Vec::new();
        let found = loop {
            match search(count, &hint, &ahead) {
                Search::Done(sets) if open.is_empty() => return (sets, None),
                Search::Done(sets) | Search::Ask(_, sets) if open.len() >= at_once => break sets,
                Search::Done(sets) => break sets,
                Search::Ask(set, _) => {
                    ahead.insert(set.clone(), false);
                    open.push(set);
                }
            }
        };
        let levels: Vec<Levels> = open.iter().map(|set| levels_of(topology, set)).collect();
        let unknown = levels.iter().filter(|levels| experiment.outcomes(levels).is_empty()).count();
        if asked + unknown > most {
            return (certain(&found, &answers), Some(format!("{most} runs did not suffice")));
        }
        asked += unknown;
        experiment.run(&levels, tell);
        for (set, levels) in open.into_iter().zip(&levels) {
            let outcomes = experiment.outcomes(levels);
            let row = row("", "", &outcomes, thens, repeats);
            let answer = match row.effect {
                Effect::Prevents => false,
                Effect::Weaker | Effect::NotNeeded => true,
                Effect::NotRun => return (certain(&found, &answers), Some("the budget ended".into())),
                other => {
                    let why = row.instead.unwrap_or_default();
                    let at = shown(topology, levels);
                    return (
                        certain(&found, &answers),
                        Some(format!("{}: {at}: {}", other.word(), why.lines().next().unwrap_or_default())),
                    );
                }
            };
            answers.insert(set, answer);
        }
    }
}

/// Of sets that a search assumed, those that were really seen to suffice.
fn certain(found: &[Set], answers: &Answers) -> Vec<Set> {
    found.iter().filter(|set| answers.get(*set) == Some(&true)).cloned().collect()
}
