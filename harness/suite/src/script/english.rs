//! Which line of a feature in English does not fit where it stands: the parser tells it at another place, in words of its own.
//! Source: Gherkin's reference, and the places of its official parser.

use super::shape::{Shape, lines};

/// What can come next.
#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Before the feature.
    Begin,
    /// Under a heading: any text.
    Description,
    /// Behind a step.
    Steps,
    /// Behind a table of examples.
    Examples,
}

/// What a line says by its keyword.
#[derive(Clone, Copy, PartialEq)]
enum Says {
    Feature,
    Heading,
    Examples,
    Step,
    Text,
}

fn says(line: &str) -> Says {
    let heading = |words: &[&str]| words.iter().any(|word| line.strip_prefix(word).is_some_and(|rest| rest.starts_with(':')));
    if heading(&["Feature", "Business Need", "Ability"]) {
        Says::Feature
    } else if heading(&["Examples", "Scenarios"]) {
        Says::Examples
    } else if heading(&["Rule", "Background", "Scenario", "Example", "Scenario Outline", "Scenario Template"]) {
        Says::Heading
    } else if ["Given ", "When ", "Then ", "And ", "But ", "* "].iter().any(|word| line.starts_with(word)) {
        Says::Step
    } else {
        Says::Text
    }
}

/// The first line that does not fit, and why.
pub(super) fn misplaced(text: &str) -> Option<(usize, String)> {
    let mut state = State::Begin;
    // Whether the heading under which we are is one of examples.
    let mut examples = false;
    for (number, line, shape) in lines(text) {
        let line = line.trim();
        match shape {
            Shape::Comment | Shape::Content | Shape::Tags | Shape::Fence => continue,
            Shape::Row => {
                if examples {
                    state = State::Examples;
                }
                continue;
            }
            Shape::Other if line.is_empty() => continue,
            Shape::Other => {}
        }
        let wrong = |why: &str| Some((number, format!("this is not Gherkin: `{line}` {why}")));
        state = match (state, says(line)) {
            (State::Begin, Says::Feature) => State::Description,
            (State::Begin, _) => return wrong("stands before the feature, which begins with `Feature:`"),
            (State::Steps | State::Examples, Says::Feature) => return wrong("begins another feature; a file has one"),
            // Whatever stands in a description is text.
            (State::Description, Says::Feature | Says::Text) => State::Description,
            (State::Examples, Says::Step) => return wrong("is a step behind a table of examples; steps come before `Examples:`"),
            (State::Description, Says::Step) if examples => return wrong("is a step behind `Examples:`, which has a table"),
            (_, Says::Step) => State::Steps,
            (_, kind @ (Says::Heading | Says::Examples)) => {
                examples = kind == Says::Examples;
                State::Description
            }
            (State::Steps | State::Examples, Says::Text) => return wrong("begins with no keyword"),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_does_not_fit_is_told_where_it_stands() {
        let steps = "Feature: f\n  a description\n  Scenario: s\n    Given x\n";
        assert_eq!(
            misplaced(&format!("{steps}    Then y\n  @a\n  Scenario Outline: <z>\n  text\n    * q\n    Examples:\n    | z |\n")),
            None
        );
        for (more, line, said) in [
            ("    Whenever shop is killed\n", 5, "`Whenever shop is killed` begins with no keyword"),
            ("Feature: again\n", 5, "another feature"),
            ("    | a |\n    Given\n", 6, "no keyword"),
            ("  Examples:\n    | a |\n    Then y\n", 7, "behind a table of examples"),
        ] {
            let found = misplaced(&format!("{steps}{more}"));
            assert!(found.as_ref().is_some_and(|(at, why)| *at == line && why.contains(said)), "{more}: {found:?}");
        }
        assert_eq!(misplaced("# c\nhello\n").map(|(line, _)| line), Some(2));
    }
}
