//! Reads a feature file into scripts. Errors carry the author's line and column.

use std::path::Path;
use std::sync::Arc;

use cucumber::feature::Ext as _;
use gherkin::{Feature, GherkinEnv, Scenario, Step};

use super::Script;
use super::finding::{Finding, Kind, Place};
use super::regular::regular;
use super::{outline, scan, wording};
use crate::vocabulary::lab_phrase;

/// What a file has: its scripts, and what is wrong with single steps.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) scripts: Vec<Script>,
    pub(crate) findings: Vec<Finding>,
}

/// A feature file that is larger was not written by anybody.
const MAX_BYTES: u64 = 16 << 20;

/// One file; `shown` is its path for people.
pub(crate) fn parse(path: &Path, shown: &str) -> Result<Parsed, Finding> {
    let nowhere = |message: String| Finding::new(Kind::Syntax, Place::file(Path::new(shown)), message);
    let text =
        regular(path, MAX_BYTES).and_then(|()| std::fs::read_to_string(path)).map_err(|error| nowhere(error.to_string()))?;
    let text: Arc<str> = text.trim_start_matches('\u{feff}').into();
    if text.trim().is_empty() {
        return Err(nowhere("the file is empty; a feature begins with `Feature:`".into()));
    }
    if let Some(finding) = scan::check(shown, &text) {
        return Err(finding);
    }
    let mut feature = Feature::parse(scan::known_to_the_parser(&text), GherkinEnv::default())
        .map_err(|error| explain(shown, &text, &error.to_string()))?;
    // Expanding examples needs a path for its own errors.
    feature.path = Some(path.to_path_buf());
    let feature = outline::unrolled(feature, &text).expand_examples().map_err(|error| {
        let place = Place::word(shown, &text, error.pos.line, &format!("<{}>", error.name));
        Finding::new(Kind::Syntax, place, format!("no column of the examples is called `{}`", error.name))
    })?;
    let background = feature.background.as_ref().map(|background| background.steps.clone()).unwrap_or_default();
    let mut scripts = Vec::new();
    for scenario in &feature.scenarios {
        scripts.push(script(shown, &text, scenario, &feature.tags, &background));
    }
    for rule in &feature.rules {
        let tags: Vec<String> = feature.tags.iter().chain(&rule.tags).cloned().collect();
        let own = rule.background.as_ref().map(|background| background.steps.clone()).unwrap_or_default();
        let steps: Vec<Step> = background.iter().cloned().chain(own).collect();
        for scenario in &rule.scenarios {
            scripts.push(script(shown, &text, scenario, &tags, &steps));
        }
    }
    if scripts.is_empty() {
        let place = Place::line(shown, &text, feature.position.line);
        return Err(Finding::new(Kind::Syntax, place, "this feature has no scenario; write one, beginning with `Scenario:`"));
    }
    let findings = scripts.iter().flat_map(wording::check).collect();
    Ok(Parsed { scripts, findings })
}

fn script(shown: &str, source: &Arc<str>, scenario: &Scenario, tags: &[String], background: &[Step]) -> Script {
    let mut steps: Vec<Step> = background.iter().cloned().chain(scenario.steps.iter().cloned()).collect();
    for text in steps.iter_mut().filter_map(|step| step.docstring.as_mut()) {
        *text = scan::doc_string(text);
    }
    let (lab, levels) = steps.iter().find_map(|step| lab_phrase(&step.value)).unwrap_or_default();
    let mut all: Vec<String> = tags.iter().chain(&scenario.tags).cloned().collect();
    all.dedup();
    let last = scenario.steps.iter().map(last_line).max().unwrap_or_default().max(scenario.position.line);
    Script {
        feature: shown.to_owned(),
        source: source.clone(),
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

/// The parser's error as one of ours.
fn explain(shown: &str, text: &str, error: &str) -> Finding {
    let mut numbers = error.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let line: usize = numbers.next().and_then(|digits| digits.parse().ok()).unwrap_or(1);
    let lines = text.lines().count();
    // What is missing at the end is told at the last line. The parser's column is that of the first sign which it did not expect,
    // somewhere in the line: it is the line that does not fit.
    let place = Place::line(shown, text, line.min(lines));
    let said = place.text.trim();
    let message = if line > lines || said.is_empty() {
        format!("this is not Gherkin: `{said}` does not fit here, or something is missing behind it")
    } else {
        format!("this is not Gherkin: `{said}` does not fit here")
    };
    Finding::new(Kind::Syntax, place, message).help(scan::HELP)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An example's row stands below the steps that it fills in.
    #[test]
    fn a_row_is_at_its_line_also_behind_a_comment_and_a_long_table_is_read_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f.feature");
        let begin =
            "Feature: f\n  Scenario Outline: s at <x>\n    Given the a lab\n    Examples:\n\n      # a comment\n      | x |\n";
        let rows: String = (0..4_000).map(|row| format!("      | {row} |\n      # {row}\n")).collect();
        std::fs::write(&path, format!("{begin}{rows}")).unwrap();
        let began = std::time::Instant::now();
        let scripts = parse(&path, "f.feature").map_err(|finding| finding.to_string()).unwrap().scripts;
        assert_eq!((scripts.len(), scripts[3999].line, scripts[3999].name.as_str()), (4_000, 8 + 2 * 3999, "s at 3999"));
        // With all rows in each it took 25 s.
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }

    #[test]
    fn a_scenario_of_an_outline_is_at_its_row() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f.feature");
        let text = "Feature: f\n  Scenario Outline: s at <x>\n    Given the a lab\n    Examples:\n      | x |\n      | 1 |\n      | 2 |\n";
        std::fs::write(&path, text).unwrap();
        let scripts = parse(&path, "f.feature").map_err(|finding| finding.to_string()).unwrap().scripts;
        let places: Vec<(usize, usize)> = scripts.iter().map(|script| (script.line, script.last_line)).collect();
        assert_eq!(places, [(6, 6), (7, 7)]);
    }
}
