//! Compose's variables in the text of a file: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`, `$$`; a
//! default can have variables in it.
//! Source: the Compose specification, "Interpolation". Done on the text, so that places stay those of the author's file.

use std::collections::BTreeMap;

use super::TopologyError;

/// Replaces every variable outside comment lines.
pub(super) fn interpolate(text: &str, variables: &BTreeMap<String, String>) -> Result<String, TopologyError> {
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with('#') {
            lines.push(line.to_owned());
            continue;
        }
        let replaced = replace(line, variables)
            .map_err(|(column, message)| TopologyError { message, place: Some((index + 1, column + 1)) })?;
        lines.push(replaced);
    }
    Ok(lines.join("\n"))
}

fn replace(line: &str, variables: &BTreeMap<String, String>) -> Result<String, (usize, String)> {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let column = line.len() - rest.len() + at;
        let after = &rest[at + 1..];
        if let Some(tail) = after.strip_prefix('$') {
            out.push('$');
            rest = tail;
        } else if let Some(body) = after.strip_prefix('{') {
            let end = closing(body).ok_or((column, "`${` without `}`".to_owned()))?;
            out.push_str(&braced(&body[..end], variables).map_err(|message| (column, message))?);
            rest = &body[end + 1..];
        } else {
            let length = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
            if length == 0 {
                return Err((column, "a lone `$`: write `$$` for the character itself".to_owned()));
            }
            out.push_str(&braced(&after[..length], variables).map_err(|message| (column, message))?);
            rest = &after[length..];
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// Where the brace is that closes this one: a default can have braces of its own.
fn closing(body: &str) -> Option<usize> {
    let (mut depth, mut last) = (0, ' ');
    for (at, character) in body.char_indices() {
        match (last, character, depth) {
            ('$', '{', _) => depth += 1,
            (_, '}', 0) => return Some(at),
            (_, '}', _) => depth -= 1,
            _ => {}
        }
        last = character;
    }
    None
}

fn braced(body: &str, variables: &BTreeMap<String, String>) -> Result<String, String> {
    let length = body.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(body.len());
    let (name, operator) = body.split_at(length);
    let value = variables.get(name);
    let filled = value.filter(|value| !value.is_empty());
    let default = |text: &str| replace(text, variables).map_err(|(_, message)| message);
    match operator {
        "" => value.cloned().ok_or_else(|| {
            format!("${{{name}}} is not set: it is no factor of this topology, and has no default (`${{{name}:-value}}`)")
        }),
        _ if operator.starts_with(":-") => filled.map_or_else(|| default(&operator[2..]), |value| Ok(value.clone())),
        _ if operator.starts_with('-') => value.map_or_else(|| default(&operator[1..]), |value| Ok(value.clone())),
        _ if operator.starts_with(":?") => filled.cloned().ok_or_else(|| format!("{name}: {}", &operator[2..])),
        _ if operator.starts_with('?') => value.cloned().ok_or_else(|| format!("{name}: {}", &operator[1..])),
        _ => Err(format!("`${{{body}}}`: only :-, -, :? and ? are understood after a variable's name")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn with_a(text: &str) -> Result<String, TopologyError> {
        interpolate(text, &BTreeMap::from([("A".to_owned(), "1".to_owned()), ("E".to_owned(), String::new())]))
    }

    #[test]
    fn the_forms_of_the_specification() {
        assert_eq!(with_a("$A ${A} ${B:-x} ${E:-y} ${E-z} $$A").unwrap(), "1 1 x y  $A");
        assert_eq!(with_a("# ${NOT_SET}").unwrap(), "# ${NOT_SET}");
        assert_eq!(with_a("${B:-x:${E:-${A}}}!${A:-${B:?not asked for}}").unwrap(), "x:1!1");
    }

    #[test]
    fn an_error_has_its_place() {
        assert_eq!(with_a("a: 1\nb: ${B}").unwrap_err().place, Some((2, 4)));
        assert!(with_a("${B:-${C}").unwrap_err().message.contains("without"));
        assert!(with_a("${B:-${C}}").unwrap_err().message.contains("${C} is not set"));
        assert!(with_a("${E:?say which}").unwrap_err().message.contains("say which"));
    }
}
