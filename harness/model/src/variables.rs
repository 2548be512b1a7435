//! `$NAME` and `${…}` in a text: one scanner for every language here that has variables. What stands between the braces is its user's to
//! read, since there the languages really differ: Compose knows `:-`, `-`, `:?` and `?`, a Dockerfile `:-` and `:+`, a step nothing but
//! the name.

/// Which signs of a text are variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// `${NAME}` only; any other `$` is itself. Steps.
    Braced,
    /// `$NAME` as well; a `$` before anything else is itself. Dockerfiles.
    Bare,
    /// `$NAME` as well, and `$$` is the character itself, as is a `$` before anything else. Compose files.
    Compose,
}

/// Replaces every variable by what `value` makes of it: of what stands between the braces, or of the bare name.
///
/// # Errors
/// In words, with the byte of the text at which the variable begins: braces without an end, or what `value` refuses.
pub fn replace(text: &str, syntax: Syntax, value: &dyn Fn(&str) -> Result<String, String>) -> Result<String, (usize, String)> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let at = text.len() - after.len() - 1;
        let digit = after.starts_with(|c: char| c.is_ascii_digit());
        let bare = if syntax == Syntax::Braced || (syntax == Syntax::Compose && digit) { 0 } else { name_length(after) };
        if let Some(body) = after.strip_prefix('{') {
            let end = closing(body).ok_or_else(|| (at, "`${` without `}`".to_owned()))?;
            out.push_str(&value(&body[..end]).map_err(|message| (at, message))?);
            rest = &body[end + 1..];
        } else if bare > 0 {
            out.push_str(&value(&after[..bare]).map_err(|message| (at, message))?);
            rest = &after[bare..];
        } else {
            out.push('$');
            rest = after.strip_prefix('$').filter(|_| syntax == Syntax::Compose).unwrap_or(after);
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// How many bytes of a text are a variable's name.
#[must_use]
pub fn name_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_own_signs() {
        let shown = |syntax| replace("$A ${B} ${C:-${D}} $ $$E", syntax, &|body| Ok(format!("<{body}>")));
        assert_eq!(shown(Syntax::Braced).unwrap(), "$A <B> <C:-${D}> $ $$E");
        assert_eq!(shown(Syntax::Bare).unwrap(), "<A> <B> <C:-${D}> $ $<E>");
        assert_eq!(shown(Syntax::Compose).unwrap(), "<A> <B> <C:-${D}> $ $E");
        assert_eq!(replace("$$A$B", Syntax::Compose, &|body| Ok(body.to_lowercase())).unwrap(), "$Ab");
    }

    #[test]
    fn what_has_no_end_or_no_value_is_refused_where_it_begins() {
        assert_eq!(replace("a ${B", Syntax::Braced, &|_| Ok(String::new())).unwrap_err().0, 2);
        assert_eq!(replace("é ${B}", Syntax::Bare, &|_| Err("no".into())), Err((3, "no".into())));
    }
}
