//! Figures that cannot be meant: numbers that do not fit, counts of nothing, units that the measure has not.

use relapse_model::expect::alert::Selector;
use relapse_model::expect::deadline::milliseconds;
use relapse_model::topology;

use super::{Said, Wrong};
use crate::script::finding::Kind;
use crate::vocabulary::Type;

/// What is wrong with the figures of a step; `raw` is its text as its author wrote it.
pub(super) fn wrong(said: &Said, raw: &str) -> Vec<Wrong> {
    let unread = said.named().filter_map(|(name, word)| {
        let read = Type::named(name)?.read;
        Some(Wrong::new(Kind::Figure, word, read(word).err()?))
    });
    let mut wrong: Vec<Wrong> = unread.collect();
    let ints = said.named().filter(|(name, _)| *name == "int");
    wrong.extend(ints.filter_map(|(_, word)| Some(Wrong::new(Kind::Figure, word, integer(said.expression(), word).err()?))));
    // A level at which nothing is done stands in a variable.
    wrong.extend(nothing(said).filter(|wrong| is_written(raw, &wrong.word)));
    wrong.extend(measure(said));
    wrong.extend(text(said));
    wrong
}

/// Whether a word stands in a text, with nothing of a word around it.
fn is_written(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let beside = [
            text.get(..at).and_then(|before| before.chars().next_back()),
            text.get(at + word.len()..).and_then(|after| after.chars().next()),
        ];
        beside.into_iter().flatten().all(|c| !c.is_alphanumeric())
    })
}

/// Whether a whole number fits where it stands.
fn integer(expression: &str, word: &str) -> Result<(), String> {
    let number: u32 = word.parse().map_err(|_| format!("`{word}` is no number that fits here: write 0 to {}", u32::MAX))?;
    if expression.contains("answered {int}") {
        return status(number).map_err(|why| format!("`{word}` {why}"));
    }
    Ok(())
}

fn status(number: u32) -> Result<(), &'static str> {
    if (100..600).contains(&number) { Ok(()) } else { Err("is no status of HTTP: write 100 to 599") }
}

/// Counts at which nothing is done, or nothing is said.
fn nothing(said: &Said) -> impl Iterator<Item = Wrong> {
    let count = said.word("int").filter(|word| word.parse() == Ok(0));
    let acts = ["holds {int}", "replaces {int}"].iter().any(|words| said.expression().contains(words));
    let idle = count.filter(|_| acts).map(|word| Wrong::new(Kind::Figure, word, format!("`{word}` of these is nothing to do")));
    let amount = said.word("amount").filter(|word| word.ends_with(" by 0"));
    let amount = amount.map(|word| Wrong::new(Kind::Figure, word, format!("`{word}` changes nothing")));
    let comparison = said.word("comparison").filter(|word| *word == "at least 0");
    let comparison = comparison.map(|word| Wrong::new(Kind::Figure, word, format!("`{word}` is always so")));
    let help = "leave the step out, or, where a level does nothing, put the number into a variable that the level sets";
    [idle, amount].into_iter().flatten().map(move |wrong| wrong.help(help)).chain(comparison)
}

/// A measure whose bound has another's unit, or one that it can never pass.
fn measure(said: &Said) -> Option<Wrong> {
    let (measure, bound) = (said.word("measure")?, said.word("bound")?);
    let (direction, value) = bound.split_once(' ')?;
    let is = |word: &str, message: String| Some(Wrong::new(Kind::Figure, word, message));
    let code = measure.strip_prefix("rate of ");
    if let Some(Err(why)) = code.and_then(|code| code.parse().ok()).map(status) {
        return is(measure, format!("`{measure}`: this {why}"));
    }
    let share = code.is_some() || measure == "error rate";
    let (number, most) = match (share, value.strip_suffix('%')) {
        (true, Some(percent)) => (percent.parse().unwrap_or(f64::INFINITY), 100.0),
        #[expect(clippy::cast_precision_loss)]
        (false, None) => (milliseconds(value).map_or(f64::INFINITY, |ms| ms as f64), f64::INFINITY),
        (true, None) => {
            let help = format!("write a percentage, such as `{direction} 5%`");
            return is(bound, format!("the {measure} is a share of requests, and `{value}` is a time"))
                .map(|wrong| wrong.help(help));
        }
        (false, Some(_)) => {
            let help = format!("write a time, such as `{direction} 30ms`");
            return is(bound, format!("the {measure} is a time, and `{value}` is a share")).map(|wrong| wrong.help(help));
        }
    };
    let never = number > most || (direction == "above" && number >= most) || (direction == "below" && number <= 0.0);
    let always = !share && direction == "above" && number <= 0.0;
    match (never, always) {
        (true, _) => {
            is(bound, format!("the {measure} tells nothing by `{bound}`: it is from 0{}", if share { " to 100 %" } else { "" }))
        }
        (_, true) => is(bound, format!("the {measure} is always `{bound}`")),
        _ => None,
    }
}

/// A text in quotes that has a form of its own.
fn text(said: &Said) -> Option<Wrong> {
    let text = said.word("string")?;
    if said.expression().starts_with("the alert {string}") {
        return text.parse::<Selector>().err().map(|why| Wrong::new(Kind::Figure, text, why));
    }
    if !said.expression().starts_with("{string} is run in") {
        return None;
    }
    let is =
        |message: &str| Some(Wrong::new(Kind::Figure, text, message).help("write the program and its arguments, as in a shell"));
    match topology::words(text) {
        Ok(words) if words.is_empty() => is("this command has no words"),
        Ok(_) => None,
        Err(why) => is(&why),
    }
}
