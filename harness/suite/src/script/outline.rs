//! Scenario outlines before they are filled in: one scenario a row, each with its row alone, at its line. With all rows in each, reading
//! a file of thousands of rows took the square of that.

use gherkin::{Examples, Feature, Scenario};

use super::shape::{Shape, lines};

/// A feature in which no table of examples has more than one row below its head.
pub(super) fn unrolled(mut feature: Feature, text: &str) -> Feature {
    let rows: Vec<usize> = lines(text).filter(|(.., shape)| *shape == Shape::Row).map(|(number, ..)| number).collect();
    let all = |scenarios: Vec<Scenario>| scenarios.into_iter().flat_map(|scenario| one(scenario, &rows)).collect();
    feature.scenarios = all(feature.scenarios);
    for rule in &mut feature.rules {
        rule.scenarios = all(std::mem::take(&mut rule.scenarios));
    }
    feature
}

fn one(mut scenario: Scenario, rows: &[usize]) -> Vec<Scenario> {
    let examples = std::mem::take(&mut scenario.examples);
    if examples.is_empty() {
        return vec![scenario];
    }
    let mut single = Vec::new();
    for mut example in examples {
        let Some(table) = example.table.take() else { continue };
        let begin = rows.partition_point(|line| *line <= example.position.line);
        let mut cells = table.rows.iter();
        let Some(head) = cells.next() else { continue };
        for (index, row) in cells.enumerate() {
            let one = gherkin::Table { rows: vec![head.clone(), row.clone()], span: table.span, position: table.position };
            let mut own = Examples { table: Some(one), ..example.clone() };
            // A row is told two lines below the word `Examples`: here it really is.
            own.position.line = rows.get(begin + 1 + index).map_or(example.position.line, |line| line.saturating_sub(2));
            single.push(Scenario { examples: vec![own], ..scenario.clone() });
        }
    }
    single
}
