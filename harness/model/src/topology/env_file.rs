//! Files of `env_file:`: one `KEY=value` a line. Source: the Compose specification, "env_file".

use std::collections::BTreeMap;

/// Reads such a file: empty lines and comments are left out, `export` and quotes around a value are taken off.
///
/// # Errors
/// In words, with the line's number, where a line has no name.
pub fn read(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut variables = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        let name = name.trim();
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(format!("line {}: `{line}` is not of the form KEY=value", index + 1));
        }
        variables.insert(name.to_owned(), unquoted(value.trim()));
    }
    Ok(variables)
}

fn unquoted(value: &str) -> String {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote)).map(|(inner, _)| inner) {
            return inner.to_owned();
        }
    }
    // A comment begins after white space.
    value.split_once(" #").map_or(value, |(value, _)| value.trim_end()).to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    #[test]
    fn lines_comments_and_quotes() {
        let read = super::read("# c\nA=1\nexport B = two # c\nC='x # y'\n\nD=\n").unwrap();
        let read: Vec<_> = read.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(read, ["A=1", "B=two", "C=x # y", "D="]);
        assert!(super::read("A=1\n=2").unwrap_err().contains("line 2"));
    }
}
