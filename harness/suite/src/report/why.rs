//! What `why` found, for a terminal and for a postmortem. The words come from the factors' own `about`.

use std::fmt::Write;

use relapse_model::ablation::{Effect, Row};

use super::terminal::heading;
use crate::command::why::Findings;

/// The table and the closing paragraph.
pub(crate) fn terminal(findings: &Findings) -> String {
    let mut text = format!("\nas on the day it happens: {} of {}\n\n", findings.base.0, findings.base.1);
    let width = |get: fn(&Row) -> &str| findings.rows.iter().map(|row| get(row).len()).max().unwrap_or(0);
    let (name, level) = (width(|row| &row.name), width(|row| &row.level));
    for row in &findings.rows {
        let _ = writeln!(
            text,
            "  {:name$}  {:level$}  {:20}  happened {} of {}",
            row.name,
            row.level,
            row.effect.word(),
            row.occurred,
            row.of
        );
        for (label, value) in details(row) {
            let _ = writeln!(text, "  {:name$}  {:level$}    {label} {value}", "", "");
        }
    }
    let _ = write!(text, "\n{}", paragraphs(findings).join("\n\n"));
    text
}

/// The same, as Markdown.
pub(crate) fn markdown(findings: &Findings) -> String {
    let mut text = format!("## What it needed: {}\n\n`{}`\n\n", findings.scenario.name, heading(&findings.scenario));
    let _ = writeln!(text, "As on the day it happened in {} of {} runs.\n", findings.base.0, findings.base.1);
    text.push_str("| factor | level | alone | happened | broke at | instead |\n|---|---|---|---|---|---|\n");
    for row in &findings.rows {
        let cell = |value: &Option<String>| value.as_deref().unwrap_or("").replace('|', "\\|").replace('\n', " ");
        let broke = if matches!(row.effect, Effect::Prevents | Effect::Weaker) { cell(&row.broke_at) } else { String::new() };
        let _ = writeln!(
            text,
            "| `{}` | `{}` | {} | {} of {} | {broke} | {} |",
            row.name,
            row.level,
            row.effect.word(),
            row.occurred,
            row.of,
            cell(&row.instead)
        );
    }
    let _ = writeln!(text, "\n{}", paragraphs(findings).join("\n\n"));
    text
}

fn details(row: &Row) -> Vec<(&'static str, String)> {
    let mut details = Vec::new();
    if let (Some(broke), Effect::Prevents | Effect::Weaker) = (&row.broke_at, &row.effect) {
        details.push(("broke at", broke.clone()));
    }
    if let Some(instead) = &row.instead {
        let label = if row.prevents || row.weaker { "instead" } else { "because" };
        // What people need of a part's message is where it says why.
        details.push((label, instead.lines().take(4).map(str::trim).collect::<Vec<_>>().join(" / ")));
    }
    details
}

/// What it amounts to, in plain language, and never more than was seen.
pub(super) fn paragraphs(findings: &Findings) -> Vec<String> {
    let about = |name: &str| {
        let about = findings.topology.factor(name).map(|factor| factor.about.clone()).unwrap_or_default();
        let day = findings.topology.factor(name).map(|factor| factor.as_on_the_day().to_owned()).unwrap_or_default();
        format!("`{name}` at `{day}` ({about})")
    };
    let with = |wanted: fn(&Effect) -> bool| -> Vec<String> {
        findings.rows.iter().filter(|row| wanted(&row.effect)).map(|row| format!("`{}` at `{}`", row.name, row.level)).collect()
    };
    let mut paragraphs = Vec::new();
    match findings.sets.as_slice() {
        [] => {}
        [only] if only.is_empty() => {
            paragraphs.push("It needed none of the factors: it happens with all of them at another level.".into())
        }
        [only] => {
            let list: Vec<String> = only.iter().map(|name| about(name)).collect();
            paragraphs.push(format!(
                "It needed all of: {}. With these as on the day and everything else at its first other level it happens; without any one of them it does not.",
                list.join("; ")
            ));
        }
        many => {
            let list: Vec<String> = many.iter().map(|set| format!("({})", set.join(", "))).collect();
            paragraphs.push(format!("Any of these sets of factors, as on the day, sufficed: {}.", list.join("; ")));
        }
    }
    if let Some(why) = findings.sets_cut.as_ref().filter(|why| *why != "not asked for") {
        paragraphs.push(format!("The smallest sets were not all searched: {why}."));
    }
    let prevents = with(|effect| *effect == Effect::Prevents);
    if !prevents.is_empty() {
        paragraphs.push(format!("Any one of these would have prevented it: {}.", prevents.join(", ")));
    }
    let weaker: Vec<String> = findings
        .rows
        .iter()
        .filter(|row| row.weaker)
        .map(|row| {
            let seen = row.instead.as_deref().and_then(|seen| seen.lines().next()).unwrap_or_default();
            let link = row.broke_at.as_deref().unwrap_or_default();
            format!("`{}` at `{}` would have turned it into a weaker one: {seen} (as on the day: {link})", row.name, row.level)
        })
        .collect();
    paragraphs.extend((!weaker.is_empty()).then(|| format!("{}.", weaker.join("; "))));
    let idle = with(|effect| *effect == Effect::NotNeeded);
    if !idle.is_empty() {
        paragraphs.push(format!(
            "It happens all the same with: {}. Whether they made it worse is not judged here; they were not needed.",
            idle.join(", ")
        ));
    }
    let unknown =
        with(|effect| matches!(effect, Effect::Sometimes | Effect::NotApplicable(_) | Effect::Inconclusive(_) | Effect::NotRun));
    if !unknown.is_empty() {
        paragraphs.push(format!("Nothing can be said of: {} (see the table).", unknown.join(", ")));
    }
    let resumed =
        if findings.resumed > 0 { format!(" and {} of an interrupted command", findings.resumed) } else { String::new() };
    paragraphs.push(format!("Measured in {} runs{resumed}, {:.0} s.", findings.runs, findings.seconds));
    paragraphs
}
