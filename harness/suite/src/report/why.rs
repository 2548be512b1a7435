//! What `why` found, for a terminal and for a postmortem. The sentences are the model's: each says what some cells of the table say.

use std::fmt::Write;

use relapse_model::ablation::{Cell, Effect, Seen, claims, levels};
use relapse_model::text::counted;

use super::terminal::heading;
use crate::analysis::{DemandAlone, Findings, Planned};

/// What will be run; with `every`, each of it.
pub(crate) fn planned(planned: &Planned, repeats: usize, every: bool) -> String {
    let (singles, named) = (planned.table.singles(), &planned.plan.named);
    let first = singles.len() + named.len() + 1 + usize::from(planned.alone.is_some());
    let sets = if planned.plan.sets && planned.plan.most > 0 {
        format!(", then at most {}", counted(planned.plan.most, "combination"))
    } else {
        String::new()
    };
    let mut text = format!(
        "{}, {}, {} that gates name, {}: {}{sets}; and the gates at levels at which it does not happen\n",
        counted(planned.table.factors.len(), "factor"),
        counted(singles.len(), "other level"),
        counted(named.len(), "combination"),
        counted(repeats, "repeat"),
        counted(first * repeats, "run")
    );
    if !planned.nowhere.is_empty() {
        text.push_str(&format!(
            "\nleft out, since no service that this scenario raises differs: {}\n",
            planned.nowhere.join(", ")
        ));
    }
    if every {
        text.push_str("\nas on the day\n");
        if planned.alone.is_some() {
            text.push_str(&format!("with demand alone, without: {}\n", planned.triggers().join("; ")));
        }
        for cell in singles.iter().chain(named) {
            text.push_str(&format!("{}\n", levels(&planned.table, cell).replace('`', "")));
        }
    }
    text
}

/// The tables and the closing paragraph.
pub(crate) fn terminal(findings: &Findings) -> String {
    let day = findings.day();
    let mut text = format!("\nas on the day it happens: {} of {}\n", day.occurred, day.of);
    if let Some(figure) = &day.figure {
        let _ = writeln!(text, "  it was seen: {}", short(figure));
    }
    text.push('\n');
    let rows: Vec<(&str, &str, Option<&Seen>)> = findings.singles().collect();
    let width = |get: fn(&(&str, &str, Option<&Seen>)) -> usize| rows.iter().map(get).max().unwrap_or(0);
    let (name, level) = (width(|row| row.0.len()), width(|row| row.1.len()));
    for (factor, at, seen) in &rows {
        push_row(&mut text, &format!("{factor:name$}  {at:level$}"), *seen);
    }
    for (cell, seen) in findings.named() {
        push_row(&mut text, &together(findings, cell), seen);
    }
    let _ = write!(text, "\n{}", paragraphs(findings).join("\n\n"));
    text
}

/// A row, and what it was known by.
fn push_row(text: &mut String, levels: &str, seen: Option<&Seen>) {
    let (occurred, of) = seen.map_or((0, 0), |seen| (seen.occurred, seen.of));
    let _ = writeln!(text, "  {levels}  {:20}  happened {occurred} of {of}", word(seen));
    for (label, value) in seen.map(details).unwrap_or_default() {
        let _ = writeln!(text, "  {:1$}    {label} {value}", "", levels.chars().count());
    }
}

/// The same, as Markdown.
pub(crate) fn markdown(findings: &Findings) -> String {
    let day = findings.day();
    let mut text = format!("## What it needed: {}\n\n`{}`\n\n", findings.scenario.name, heading(&findings.scenario));
    let _ = write!(text, "As on the day it happened in {} of {} runs", day.occurred, day.of);
    let _ = match &day.figure {
        Some(figure) => writeln!(text, "; it was seen: {}.\n", cell(Some(figure))),
        None => writeln!(text, ".\n"),
    };
    text.push_str("| levels | what comes of it | happened | broke at | instead |\n|---|---|---|---|---|\n");
    let single = findings.singles().map(|(name, level, seen)| (format!("`{name}` at `{level}`"), seen));
    let named = findings.named().map(|(cell, seen)| (levels(&findings.table, cell), seen));
    for (levels, seen) in single.chain(named) {
        let (occurred, of) = seen.map_or((0, 0), |seen| (seen.occurred, seen.of));
        let broke = seen.filter(|seen| matches!(seen.effect, Effect::DoesNotHappen | Effect::Otherwise));
        let _ = writeln!(
            text,
            "| {levels} | {} | {occurred} of {of} | {} | {} |",
            word(seen),
            cell(broke.and_then(|seen| seen.broke_at.as_deref())),
            cell(seen.and_then(|seen| seen.instead.as_deref()))
        );
    }
    let _ = writeln!(text, "\n{}", paragraphs(findings).join("\n\n"));
    text
}

fn cell(value: Option<&str>) -> String {
    value.unwrap_or_default().replace('|', "\\|").replace('\n', " ")
}

/// Levels of several factors, for a terminal.
fn together(findings: &Findings, cell: &Cell) -> String {
    levels(&findings.table, cell).replace('`', "")
}

/// What some levels did, in the words that the evidence allows.
pub(super) fn word(seen: Option<&Seen>) -> &'static str {
    match seen {
        None => Effect::NotRun.word(),
        Some(seen) if seen.another_outage.is_some() => "another outage",
        Some(seen) if !seen.held_gates.is_empty() => "would have prevented it",
        Some(seen) => seen.effect.word(),
    }
}

/// What people need of a service's message is where it says why.
fn short(text: &str) -> String {
    text.lines().take(4).map(str::trim).collect::<Vec<_>>().join(" / ")
}

fn details(seen: &Seen) -> Vec<(&'static str, String)> {
    let mut details = Vec::new();
    if let (Some(broke), Effect::DoesNotHappen | Effect::Otherwise) = (&seen.broke_at, &seen.effect) {
        details.push(("broke at", broke.clone()));
    }
    if let Some(instead) = &seen.instead {
        let label = if seen.prevents || seen.weaker || seen.effect == Effect::Sometimes { "instead" } else { "because" };
        details.push((label, short(instead)));
    }
    details.extend(seen.another_outage.iter().map(|failure| ("users", failure.clone())));
    details.extend(seen.held_gates.iter().map(|gate| ("gate", format!("{gate} held"))));
    details
}

/// What it amounts to, in plain language, and never more than was seen.
pub(super) fn paragraphs(findings: &Findings) -> Vec<String> {
    let mut paragraphs: Vec<String> =
        claims(&findings.table, &findings.plan).iter().map(|claim| claim.sentence(&findings.table)).collect();
    paragraphs.push(match &findings.demand_alone {
        alone @ DemandAlone::Happens(..) => format!("{} Left out were: {}.", alone.sentence(), findings.triggers.join("; ")),
        alone => alone.sentence(),
    });
    paragraphs.extend(findings.contradictions.iter().map(|text| format!("The project contradicts itself: {text}.")));
    let resumed =
        if findings.resumed > 0 { format!(" and {} of an interrupted command", findings.resumed) } else { String::new() };
    paragraphs.push(format!("Measured in {} runs{resumed}, {:.0} s.", findings.runs, findings.seconds));
    paragraphs
}
