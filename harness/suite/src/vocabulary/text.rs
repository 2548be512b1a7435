//! A step's text: its variables replaced, and the words in the places of its parameters.

use std::collections::BTreeMap;

use relapse_model::variables::{self, Syntax};

/// The arguments of a step, one for each parameter of its phrase, as they were written.
pub(crate) fn arguments(context: &cucumber::step::Context) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last: Option<&str> = None;
    for (name, word) in context.matches.iter().skip(1) {
        // A parameter of several groups, such as {string}, names them `__N_M`; one of them has the word.
        let parameter = name.as_deref().and_then(|name| name.strip_prefix("__")?.split('_').next());
        match words.last_mut() {
            Some(own) if parameter.is_some() && parameter == last => own.push_str(word),
            _ => words.push(word.clone()),
        }
        last = parameter;
    }
    words
}

/// A step with every `${NAME}` replaced, in its text, its doc string and its table.
pub(crate) fn substitute(step: &gherkin::Step, variables: &BTreeMap<String, String>) -> Result<gherkin::Step, String> {
    let mut step = step.clone();
    step.value = replace(&step.value, variables)?;
    step.docstring = step.docstring.map(|text| replace(&text, variables)).transpose()?;
    for cell in step.table.iter_mut().flat_map(|table| table.rows.iter_mut().flatten()) {
        *cell = replace(cell, variables)?;
    }
    Ok(step)
}

fn replace(text: &str, variables: &BTreeMap<String, String>) -> Result<String, String> {
    let of = |name: &str| {
        variables.get(name).cloned().ok_or_else(|| {
            let near = relapse_model::nearest(name, variables.keys().map(String::as_str));
            format!("${{{name}}} is no factor of this topology; did you mean {}?", near.join(", "))
        })
    };
    variables::replace(text, Syntax::Braced, &of).map_err(|(_, why)| why)
}
