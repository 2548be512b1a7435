//! Compose's variables in the values of a file: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:+instead}`,
//! `${NAME+instead}`, `${NAME:?message}`, `$$`; a default can have variables in it. One that is not set is empty, and that is told.
//! Source: the Compose specification, "Interpolation". Compose replaces them in what YAML calls scalars: not in comments, but in every
//! line of a block, also in one that begins with `#`. It is done on the text, so that places stay those of the author's file; a value is
//! written as its scalar's style needs it, so that no value can add anything but itself.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle};

use super::error::TopologyError;
use super::notice::Notices;
use crate::variables::{self, Syntax};

/// Defaults within defaults; nobody writes so many by hand.
const MAX_DEPTH: usize = 32;

/// Replaces every variable in every scalar. Of one that is not set `ours` says whether it is nearly one of these, which is an error.
pub(super) fn interpolate(
    text: &str,
    variables: &BTreeMap<String, String>,
    ours: &[String],
    notices: &mut Notices,
) -> Result<String, TopologyError> {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    let mut told = BTreeSet::new();
    for (style, range) in scalars(text)? {
        let Some(raw) = text.get(range.clone()).filter(|raw| raw.contains('$')) else { continue };
        let indent = text.get(..range.start).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
        let unset = RefCell::default();
        let replaced =
            in_scalar(raw, style, indent, Scope { variables, written: &ToOwned::to_owned, unset: Unset::Told(ours, &unset) })
                .map_err(|(at, message)| TopologyError { message, place: Some(place(text, range.start + at)) })?;
        for name in unset.into_inner() {
            if told.insert(name.clone()) {
                notices
                    .say(format!("`${{{name}}}` is not set, here and in `.env`, so it is empty"), Some(place(text, range.start)));
            }
        }
        out.push_str(text.get(done..range.start).unwrap_or_default());
        out.push_str(&replaced);
        done = range.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Ok(out)
}

/// Replaces every variable in a text that is no YAML.
pub(super) fn plain(text: &str, variables: &BTreeMap<String, String>) -> Result<String, String> {
    replace(text, Scope { variables, written: &ToOwned::to_owned, unset: Unset::Refused }, 0).map_err(|(_, message)| message)
}

/// The same, where a variable that is not set is empty, as in Compose.
pub(super) fn lenient(text: &str, variables: &BTreeMap<String, String>) -> Result<String, String> {
    replace(text, Scope { variables, written: &ToOwned::to_owned, unset: Unset::Empty }, 0).map_err(|(_, message)| message)
}

/// What variables are replaced by.
#[derive(Clone, Copy)]
struct Scope<'a> {
    variables: &'a BTreeMap<String, String>,
    /// Makes of a value what can stand there.
    written: &'a dyn Fn(&str) -> String,
    unset: Unset<'a>,
}

/// What becomes of a variable that is not set.
#[derive(Clone, Copy)]
enum Unset<'a> {
    /// It is an error.
    Refused,
    /// It is empty.
    Empty,
    /// It is empty, and kept here; an error where it is nearly one of these.
    Told(&'a [String], &'a RefCell<Vec<String>>),
}

impl Unset<'_> {
    fn value(self, name: &str) -> Result<String, String> {
        match self {
            Self::Refused => Err(format!(
                "${{{name}}} is not set: it is no factor of this topology, and has no default (`${{{name}:-value}}`)"
            )),
            Self::Empty => Ok(String::new()),
            Self::Told(ours, unset) => match ours.iter().find(|own| mistyped(name, own)) {
                Some(own) => Err(format!("${{{name}}} is not set; did you mean ${{{own}}}? `${{{name}:-}}` is empty")),
                None => {
                    unset.borrow_mut().push(name.to_owned());
                    Ok(String::new())
                }
            },
        }
    }
}

/// Whether a name is so near to another that it is rather this one, mistyped.
fn mistyped(name: &str, other: &str) -> bool {
    strsim::osa_distance(name, other) <= (name.len() / 4).max(1)
}

/// The scalars of a file in its order: how each is written, and where.
fn scalars(text: &str) -> Result<Vec<(ScalarStyle, Range<usize>)>, TopologyError> {
    let mut found = Vec::new();
    for next in Parser::new_from_str(text) {
        let (event, span) = next.map_err(|error| {
            let marker = error.marker();
            TopologyError { message: error.info().to_owned(), place: Some((marker.line(), marker.col() + 1)) }
        })?;
        if let (Event::Scalar(_, style, ..), Some(range)) = (event, span.byte_range()) {
            found.push((style, range));
        }
    }
    Ok(found)
}

/// 1-based line and column of a byte.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    (line, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1)
}

fn in_scalar(raw: &str, style: ScalarStyle, before: &str, scope: Scope<'_>) -> Result<String, (usize, String)> {
    let replace = |written: &dyn Fn(&str) -> String| replace(raw, Scope { written, ..scope }, 0);
    match style {
        ScalarStyle::DoubleQuoted => replace(&escaped),
        ScalarStyle::SingleQuoted if !raw.contains('\n') => {
            // Between double quotes anything can stand.
            let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default().replace("''", "'");
            let replaced = self::replace(&inner, scope, 0).map_err(|(at, message)| (at + 1, message))?;
            Ok(format!("\"{}\"", escaped(&replaced)))
        }
        ScalarStyle::SingleQuoted => replace(&|value| value.replace('\'', "''").replace('\n', "\n\n")),
        ScalarStyle::Literal | ScalarStyle::Folded => {
            // The block's lines are further in than the line on which it begins; a value's own lines have to be as well.
            let own = raw.lines().skip(1).find(|line| !line.trim().is_empty()).unwrap_or(before);
            let indent: String = own.chars().take_while(|c| *c == ' ').collect();
            replace(&|value| value.replace('\n', &format!("\n{indent}")))
        }
        _ => {
            let replaced = replace(&ToOwned::to_owned)?;
            let itself = stays_itself(&replaced) || raw.contains('\n');
            Ok(if itself { replaced } else { format!("\"{}\"", escaped(&replaced)) })
        }
    }
}

/// As it stands between double quotes.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t")
}

/// Whether YAML reads a text without quotes as this text, or as the number that it is.
fn stays_itself(text: &str) -> bool {
    !(text.is_empty()
        || text.contains(": ")
        || text.contains(" #")
        || text.contains(['\n', '\r', '\t', ',', '[', ']', '{', '}'])
        || text.ends_with(':')
        || text.starts_with(['*', '&', '!', '%', '@', '`', '?', '|', '>', '"', '\'', '#', ' '])
        || text.starts_with("- ")
        || text.ends_with(' ')
        || matches!(text, "-" | "~" | "null" | "Null" | "NULL"))
}

/// Replaces all variables of a text; an error says where in it.
fn replace(text: &str, scope: Scope<'_>, depth: usize) -> Result<String, (usize, String)> {
    variables::replace(text, Syntax::Compose, &|body| braced(body, scope, depth))
}

fn braced(body: &str, scope: Scope<'_>, depth: usize) -> Result<String, String> {
    if depth > MAX_DEPTH {
        return Err(format!("more than {MAX_DEPTH} variables stand in each other's defaults"));
    }
    let (name, operator) = body.split_at(variables::name_length(body));
    let value = scope.variables.get(name);
    let filled = value.filter(|value| !value.is_empty());
    let set = |value: Option<&String>| value.map(|value| (scope.written)(value));
    let default = |text: &str| replace(text, scope, depth + 1).map_err(|(_, message)| message);
    match operator {
        _ if name.is_empty() => Err(format!("`${{{body}}}` names no variable")),
        "" => set(value).map_or_else(|| scope.unset.value(name), Ok),
        _ if operator.starts_with(":-") => set(filled).map_or_else(|| default(&operator[2..]), Ok),
        _ if operator.starts_with('-') => set(value).map_or_else(|| default(&operator[1..]), Ok),
        _ if operator.starts_with(":?") => set(filled).ok_or_else(|| format!("{name}: {}", &operator[2..])),
        _ if operator.starts_with('?') => set(value).ok_or_else(|| format!("{name}: {}", &operator[1..])),
        _ if operator.starts_with(":+") => filled.map_or_else(|| Ok(String::new()), |_| default(&operator[2..])),
        _ if operator.starts_with('+') => value.map_or_else(|| Ok(String::new()), |_| default(&operator[1..])),
        _ => Err(format!("`${{{body}}}`: only :-, -, :+, +, :? and ? are understood after a variable's name")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_a(text: &str) -> Result<String, TopologyError> {
        told(text).map(|(text, _)| text)
    }

    fn told(text: &str) -> Result<(String, Vec<String>), TopologyError> {
        let mut notices = Notices::default();
        let variables = [("A", "1"), ("E", ""), ("Q", "it's \"x\": #1\nb"), ("STAR", "*.test")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let text = interpolate(text, &variables, &["APP_PORT".to_owned()], &mut notices)?;
        Ok((text, notices.all().into_iter().map(|notice| notice.message).collect()))
    }

    #[test]
    fn the_forms_of_the_specification() {
        assert_eq!(with_a("$A ${A} ${B:-x} ${E:-y} ${E-z} $$A").unwrap(), "1 1 x y  $A");
        assert_eq!(with_a("# ${NOT_SET}").unwrap(), "# ${NOT_SET}");
        assert_eq!(with_a("${B:-x:${E:-${A}}}!${A:-${B:?not asked for}}").unwrap(), "x:1!1");
        assert_eq!(with_a("${A:+x}${E:+y}${E+z}${B+w}${A+$A}").unwrap(), "xz1");
        assert_eq!(with_a("^a$ b$|c $5").unwrap(), "^a$ b$|c $5");
    }

    #[test]
    fn one_that_is_not_set_is_empty_and_told_once_but_not_where_it_is_mistyped() {
        let (text, notices) = told("a: x${B}y${C:-${D}}\nb: $B\n").unwrap();
        assert_eq!(text, "a: xy\nb: \"\"\n");
        assert_eq!(notices.len(), 2, "{notices:?}");
        assert!(notices[0].contains("`${B}` is not set"), "{notices:?}");
        let error = told("a: 1\nb: ${APP_PROT}").unwrap_err();
        assert!(error.message.contains("did you mean ${APP_PORT}?") && error.place == Some((2, 4)), "{error:?}");
    }

    #[test]
    fn comments_stay_as_they_are_and_every_line_of_a_block_is_replaced() {
        assert_eq!(with_a("a: ${A} # of ${NOT_SET}, $5\nb: 1").unwrap(), "a: 1 # of ${NOT_SET}, $5\nb: 1");
        assert_eq!(with_a("a: |\n  # ${A}\n  b # ${A}\nc: '#${A}'").unwrap(), "a: |\n  # 1\n  b # 1\nc: \"#1\"");
        assert_eq!(with_a("a: |\n  $${HOME} $$1\n").unwrap(), "a: |\n  ${HOME} $1\n");
    }

    #[test]
    fn a_value_adds_nothing_but_itself() {
        #[derive(serde::Deserialize)]
        struct Read {
            a: String,
            b: String,
        }
        for text in ["a: ${Q}\nb: x", "a: \"${Q}\"\nb: x", "a: '${C:-${Q}}'\nb: x", "a: |-\n  ${Q}\nb: x", "{ a: \"$Q\", b: x }"]
        {
            let read: Read = serde_yaml::from_str(&with_a(text).unwrap()).unwrap();
            assert_eq!((read.a.as_str(), read.b.as_str()), ("it's \"x\": #1\nb", "x"), "{text}");
        }
        assert_eq!(with_a("a: ${STAR}").unwrap(), "a: \"*.test\"");
    }

    #[test]
    fn an_error_has_its_place() {
        assert_eq!(with_a("a: 1\nb: ${B?no}").unwrap_err().place, Some((2, 4)));
        assert_eq!(with_a("a: |\n  é\n  é ${B?no}").unwrap_err().place, Some((3, 5)));
        assert!(with_a("${B:-${C}").unwrap_err().message.contains("without"));
        assert!(plain("${B:-${C}}", &BTreeMap::new()).unwrap_err().contains("${C} is not set"));
        assert!(with_a("${}").unwrap_err().message.contains("names no variable"));
        assert!(with_a("${E:?say which}").unwrap_err().message.contains("say which"));
    }

    #[test]
    fn defaults_within_defaults_have_a_bound() {
        let deep = format!("a: \"{}{}\"", "${B:-".repeat(20_000), "}".repeat(20_000));
        let error = with_a(&deep).unwrap_err();
        assert!(error.message.contains("32") && error.place == Some((1, 5)), "{error:?}");
    }
}
