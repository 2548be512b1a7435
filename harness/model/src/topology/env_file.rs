//! Files of `env_file:`, one `KEY=value` a line, as Compose reads them. Source: the Compose specification, "env_file" and ".env file
//! syntax".

use std::collections::BTreeMap;

use super::interpolate;

/// Reads such a file: empty lines and comments are left out, and `export`. What stands without quotes or between `"` has variables in
/// it: those of the file's earlier lines, else `variables`; one that is nowhere is empty. What stands between `'` is as it is.
///
/// # Errors
/// In words, with the line's number: a line without a name, a quote without an end.
pub fn read(text: &str, variables: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, String> {
    let mut own: BTreeMap<String, String> = BTreeMap::new();
    let mut known = variables.clone();
    let mut rest = text;
    while !rest.is_empty() {
        let begin = text.len() - rest.len();
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = after;
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let number = text.get(..begin).unwrap_or_default().matches('\n').count() + 1;
        let wrong = |why: &str| format!("line {number}: `{trimmed}` {why}");
        let said = line.trim_start();
        // A name alone takes the value of whoever starts Compose: a lab has no such environment.
        let Some((name, value)) = said.strip_prefix("export ").unwrap_or(said).split_once('=') else { continue };
        let name = name.trim();
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(wrong("is not of the form KEY=value"));
        }
        let value = value.trim_start();
        let value = match value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            Some(quote) => {
                // What is quoted can go on over lines.
                let body = text.get(begin + line.len() - value.len() + 1..).unwrap_or_default();
                let end = end_of(body, quote).ok_or_else(|| wrong("has a quote without an end"))?;
                let (inner, tail) = (body.get(..end).unwrap_or_default(), body.get(end + 1..).unwrap_or_default());
                rest = tail.split_once('\n').map_or("", |(_, after)| after);
                if quote == '\'' { Ok(inner.to_owned()) } else { interpolate::lenient(&unescaped(inner), &known) }
            }
            // A comment begins after white space.
            None => interpolate::lenient(value.split(" #").next().unwrap_or_default().trim(), &known),
        };
        let value = value.map_err(|why| wrong(&format!("does not read: {why}")))?;
        known.insert(name.to_owned(), value.clone());
        own.insert(name.to_owned(), value);
    }
    Ok(own)
}

/// Where the quote is that ends this text; `\"` does not.
fn end_of(body: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    body.char_indices().find_map(|(at, c)| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped && quote == '"';
        ends.then_some(at)
    })
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match (c, c == '\\') {
            (_, false) => out.push(c),
            _ => match rest.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                // What is escaped is no variable either.
                Some('$') => out.push_str("$$"),
                Some(other @ ('"' | '\\')) => out.push(other),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let read = read(text, &BTreeMap::from([("FACTOR".to_owned(), "day".to_owned())])).unwrap();
        read.iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn lines_comments_and_quotes() {
        assert_eq!(shown("# c\nA=1\nexport B = two # c\nC='x # y'\n\nD=\n"), ["A=1", "B=two", "C=x # y", "D="]);
        assert!(read("A=1\n=2", &BTreeMap::new()).unwrap_err().contains("line 2"));
        assert!(read("A=1\nB=\"x\nC=3", &BTreeMap::new()).unwrap_err().contains("line 2"));
    }

    #[test]
    fn variables_quotes_and_escapes_are_as_in_compose() {
        assert_eq!(shown("T1=a\nT2=${T1}/b\nT3=\"${T1} $T1\"\nT4='${T1}'\n"), ["T1=a", "T2=a/b", "T3=a a", "T4=${T1}"]);
        assert_eq!(shown("A=${FACTOR}\nB=${NONE}x\nC=${NONE:-d}\n"), ["A=day", "B=x", "C=d"]);
        assert_eq!(
            shown(
                r#"A="say \"x\" # \$A"
B="a\nb""#
            ),
            ["A=say \"x\" # $A", "B=a\nb"]
        );
        assert_eq!(shown("A=\"1\n2\" # c\nB=3\n"), ["A=1\n2", "B=3"]);
        assert_eq!(shown("A=x#y\nB=x #y\nC=\"x\" #y\n"), ["A=x#y", "B=x", "C=x"]);
        assert_eq!(shown("A=1\nPASSED_ON\n"), ["A=1"]);
    }
}
