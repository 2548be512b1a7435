//! Levels that a step names and that cannot be meant: told before the topology is asked, since of two levels of one factor only one
//! would be told any further.

use super::Script;
use super::finding::{Finding, Kind};
use crate::vocabulary::lab_levels;

/// What is wrong with the levels that a script names.
pub(super) fn check(script: &Script) -> Vec<Finding> {
    let wrong = |step: &gherkin::Step, word: &str, message: String| {
        Finding::new(Kind::Words, script.word(step.position.line, word), message)
    };
    let mut findings = Vec::new();
    for step in &script.steps {
        let levels = lab_levels(&step.value);
        for (index, (factor, level)) in levels.iter().enumerate() {
            if levels.iter().take(index).any(|(other, _)| other == factor) {
                findings.push(wrong(
                    step,
                    factor,
                    format!("the factor `{factor}` is named twice: only one of its levels can be so"),
                ));
            }
            if level.starts_with(['/', '.']) {
                let message = format!(
                    "`{level}` is a path: a step names a level of the topology, and `--set {factor}=FILE` somebody's own file"
                );
                findings.push(wrong(step, level, message));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;

    fn said(step: &str) -> Vec<String> {
        let Ok(folder) = tempfile::tempdir() else { return Vec::new() };
        let path = folder.path().join("f.feature");
        let _ = std::fs::write(&path, format!("Feature: f\n  Scenario: s\n    {step}\n"));
        parse(&path, "f.feature")
            .map_or_else(|finding| vec![finding.to_string()], |parsed| parsed.findings.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn levels_that_cannot_be_meant_are_told_at_their_word() {
        let wrong = [
            ("Given the a lab with x at b and y at c and x at d", "f.feature:3:26: the factor `x` is named twice"),
            ("Given the a lab with x at /etc/shadow", "f.feature:3:31: `/etc/shadow` is a path"),
        ];
        for (step, expected) in wrong {
            let said = said(step);
            assert!(said.len() == 1 && said.iter().all(|said| said.contains(expected)), "{step}: {said:?}");
        }
        assert_eq!(said("Given the a lab with x at b and y at c"), Vec::<String>::new());
    }
}
