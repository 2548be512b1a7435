//! Reads a feature file into scripts. Errors carry the author's line and column.

use std::path::Path;

use cucumber::feature::Ext as _;
use gherkin::{Feature, GherkinEnv, Scenario, Step};

use super::Script;
use crate::vocabulary::lab_phrase;

/// The scripts of one file; `shown` is its path for people.
pub(crate) fn parse(path: &Path, shown: &str) -> Result<Vec<Script>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
    let feature = Feature::parse(&text, GherkinEnv::default()).map_err(|error| explain(shown, &text, &error.to_string()))?;
    let mut feature = feature;
    // Expanding examples needs a path for its own errors.
    feature.path = Some(path.to_path_buf());
    let feature = feature.expand_examples().map_err(|error| format!("{shown}: {error}"))?;
    let background = feature.background.as_ref().map(|background| background.steps.clone()).unwrap_or_default();
    let mut scripts = Vec::new();
    for scenario in &feature.scenarios {
        scripts.push(script(shown, scenario, &feature.tags, &background));
    }
    for rule in &feature.rules {
        let tags: Vec<String> = feature.tags.iter().chain(&rule.tags).cloned().collect();
        let own = rule.background.as_ref().map(|background| background.steps.clone()).unwrap_or_default();
        let steps: Vec<Step> = background.iter().cloned().chain(own).collect();
        for scenario in &rule.scenarios {
            scripts.push(script(shown, scenario, &tags, &steps));
        }
    }
    if scripts.is_empty() {
        return Err(format!("{shown}: this feature has no scenario; write one, beginning with `Scenario:`"));
    }
    Ok(scripts)
}

fn script(shown: &str, scenario: &Scenario, tags: &[String], background: &[Step]) -> Script {
    let steps: Vec<Step> = background.iter().cloned().chain(scenario.steps.iter().cloned()).collect();
    let (lab, levels) = steps.iter().find_map(|step| lab_phrase(&step.value)).unwrap_or_default();
    let mut all: Vec<String> = tags.iter().chain(&scenario.tags).cloned().collect();
    all.dedup();
    let last = scenario.steps.iter().map(last_line).max().unwrap_or(scenario.position.line);
    Script {
        feature: shown.to_owned(),
        line: scenario.position.line,
        last_line: last,
        name: scenario.name.clone(),
        tags: all,
        steps,
        lab,
        levels,
    }
}

fn last_line(step: &Step) -> usize {
    let docstring = step.docstring.as_ref().map_or(0, |text| text.lines().count() + 2);
    let table = step.table.as_ref().map_or(0, |table| table.rows.len());
    step.position.line + docstring + table
}

/// The parser's error with the author's own line under it.
fn explain(shown: &str, text: &str, error: &str) -> String {
    let mut numbers = error.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let line: usize = numbers.next().and_then(|digits| digits.parse().ok()).unwrap_or(1);
    let column: usize = numbers.next().and_then(|digits| digits.parse().ok()).unwrap_or(1);
    let source = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    if text.trim().is_empty() {
        return format!("{shown}: the file is empty; a feature begins with `Feature:`");
    }
    // An unknown word is told at the end of its line.
    let column = if column > source.chars().count() { 1 + source.len() - source.trim_start().len() } else { column };
    let said = error.split_once(": ").map_or(error, |(_, said)| said).replace(['{', '}', '"'], "");
    format!(
        "{shown}:{line}:{column}: this is not Gherkin: {said}\n  {source}\n  {:>column$}\n\
         A line begins with Feature:, Scenario:, Given, When, Then, And, But, @tag, | or #; a doc string stands between lines of \"\"\".",
        "^"
    )
}
