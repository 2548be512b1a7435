//! Zone files: a subset of the master format of RFC 1035. One record a line, every name written out with its final dot:
//! `NAME [TTL] [IN] A|AAAA|CNAME|TXT DATA`, and `$TTL SECONDS`. `${NAME}` comes from the environment. `;` begins a comment.

use hickory_server::proto::rr::rdata::{A, AAAA, CNAME, TXT};
use hickory_server::proto::rr::{Name, RData, Record};

use super::zone::Zone;

const EXPECTED: &str = "expected `NAME. [TTL] [IN] A|AAAA|CNAME|TXT DATA`, `$TTL SECONDS` or a comment";
/// For negative answers, when the file has no `$TTL`.
const NEGATIVE_TTL: u32 = 60;

/// What is wrong, and in which line (from 1).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) line: usize,
    pub(crate) what: String,
}

/// Where `${NAME}` comes from.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Reads a zone file's text.
///
/// # Errors
/// The first line that cannot be understood.
pub(crate) fn parse(text: &str, serial: u32, environment: Environment<'_>) -> Result<Zone, Fault> {
    let mut default_ttl = None;
    let mut records = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let fault = |what| Fault { line: number + 1, what };
        match entry(line, default_ttl, environment).map_err(fault)? {
            None => {}
            Some(Entry::Ttl(seconds)) => default_ttl = Some(seconds),
            Some(Entry::Record(record)) => records.push((number + 1, record)),
        }
    }
    let mut zone = Zone::new(serial, default_ttl.unwrap_or(NEGATIVE_TTL));
    for (line, record) in records {
        zone.add(*record).map_err(|what| Fault { line, what })?;
    }
    Ok(zone)
}

enum Entry {
    Ttl(u32),
    Record(Box<Record>),
}

fn entry(line: &str, default_ttl: Option<u32>, environment: Environment<'_>) -> Result<Option<Entry>, String> {
    let begins_with_space = line.starts_with([' ', '\t']);
    let tokens = tokens(line)?;
    let tokens: Vec<String> = tokens.iter().map(|token| substitute(token, environment)).collect::<Result<_, _>>()?;
    let Some((first, rest)) = tokens.split_first() else { return Ok(None) };
    if first == "$TTL" {
        let [seconds] = rest else { return Err("expected `$TTL SECONDS`".into()) };
        return ttl(seconds)
            .map(|seconds| Some(Entry::Ttl(seconds)))
            .ok_or_else(|| format!("{seconds:?} is no TTL: expected whole seconds"));
    }
    if begins_with_space || first.starts_with('$') || first == "@" {
        return Err(format!("{:?} is not supported here: {EXPECTED}", line.trim()));
    }
    let name = absolute(first)?;
    // TTL and class come in either order, each at most once.
    let (mut seconds, mut class, mut rest) = (None, false, rest);
    while let Some((token, after)) = rest.split_first() {
        if seconds.is_none() && ttl(token).is_some() {
            seconds = ttl(token);
        } else if !class && token.eq_ignore_ascii_case("IN") {
            class = true;
        } else {
            break;
        }
        rest = after;
    }
    let Some((kind, data)) = rest.split_first() else { return Err(EXPECTED.into()) };
    let data = record_data(kind, data)?;
    let seconds = seconds.or(default_ttl).ok_or("the record has no TTL: expected one, or a `$TTL SECONDS` before it")?;
    Ok(Some(Entry::Record(Box::new(Record::from_rdata(name, seconds, data)))))
}

fn record_data(kind: &str, data: &[String]) -> Result<RData, String> {
    let one = || match data {
        [value] => Ok(value.as_str()),
        _ => Err(format!("{kind} has {} values: expected one", data.len())),
    };
    match kind.to_ascii_uppercase().as_str() {
        "A" => {
            let value = one()?;
            let address = value.parse().map_err(|_| format!("{value:?} is no IPv4 address"))?;
            Ok(RData::A(A(address)))
        }
        "AAAA" => {
            let value = one()?;
            let address = value.parse().map_err(|_| format!("{value:?} is no IPv6 address"))?;
            Ok(RData::AAAA(AAAA(address)))
        }
        "CNAME" => Ok(RData::CNAME(CNAME(absolute(one()?)?))),
        "TXT" if data.is_empty() => Err("TXT has no text: expected at least one string".into()),
        "TXT" => match data.iter().find(|text| text.len() > 255) {
            Some(long) => {
                Err(format!("a string of TXT has {} bytes: expected at most 255, several strings side by side", long.len()))
            }
            None => Ok(RData::TXT(TXT::new(data.to_vec()))),
        },
        _ => Err(format!("{kind:?} is no type of record that is supported here: {EXPECTED}")),
    }
}

fn absolute(text: &str) -> Result<Name, String> {
    if !text.ends_with('.') {
        return Err(format!("{text:?} is no absolute name: expected one that ends with a dot"));
    }
    let name = Name::from_ascii(text).map_err(|error| format!("{text:?} is no name: {error}"))?;
    match name.iter().skip(1).any(|label| label == b"*") {
        true => Err(format!("{text:?}: expected `*` as the first label only (RFC 4592)")),
        false => Ok(name),
    }
}

fn ttl(text: &str) -> Option<u32> {
    // RFC 2181, section 8: 31 bits.
    text.parse().ok().filter(|seconds| i32::try_from(*seconds).is_ok())
}

/// Words and quoted strings, without the comment.
fn tokens(line: &str) -> Result<Vec<String>, String> {
    let mut tokens = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && !rest.starts_with(';') {
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"').ok_or("a string has no closing quote")?;
            tokens.push(quoted[..end].to_owned());
            rest = quoted[end + 1..].trim_start();
            continue;
        }
        if rest.starts_with(['(', ')']) {
            return Err("parentheses are not supported here: expected one record a line".into());
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == ';' || c == '"');
        let (token, after) = rest.split_at(end.unwrap_or(rest.len()));
        tokens.push(token.to_owned());
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn substitute(token: &str, environment: Environment<'_>) -> Result<String, String> {
    let mut result = String::new();
    let mut rest = token;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').ok_or_else(|| format!("{token:?}: expected `}}` after `${{`"))?;
        let value = environment(name)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| format!("${{{name}}} is not set: expected it in this service's environment"))?;
        result.push_str(before);
        result.push_str(&value);
        rest = after;
    }
    Ok(result + rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hickory_server::proto::rr::RecordType;

    fn fault(text: &str) -> Fault {
        parse(text, 1, &|name| (name == "SET").then(|| "10.0.0.1".into())).expect_err(text)
    }

    #[test]
    fn the_subset_is_read() {
        let text = "; ${…} in a comment is left alone\n$TTL 60\na.trap.jp. A ${SET} ; where\nb.trap.jp. 5 IN AAAA ::1\n\
                    c.trap.jp. IN 7 TXT \"a; b\" c\n*.trap.jp. CNAME a.trap.jp.\n";
        let zone = parse(text, 1, &|name| (name == "SET").then(|| "10.0.0.1".into())).unwrap();
        let first = |name: &str, kind| zone.lookup(&name.parse().unwrap(), kind).answers.remove(0);
        let a = first("a.trap.jp.", RecordType::A);
        assert_eq!((a.ttl, a.data.to_string()), (60, "10.0.0.1".into()));
        assert_eq!(first("b.trap.jp.", RecordType::AAAA).ttl, 5);
        let text = first("c.trap.jp.", RecordType::TXT);
        assert_eq!((text.ttl, text.data), (7, RData::TXT(TXT::new(vec!["a; b".into(), "c".into()]))));
    }

    #[test]
    fn a_fault_names_its_line_and_what_was_expected() {
        for (text, line, what) in [
            ("$TTL 60\n\na.trap.jp. A ${UNSET}", 3, "${UNSET} is not set"),
            ("$TTL 60\na.trap.jp A 10.0.0.1", 2, "ends with a dot"),
            ("$TTL 60\na.trap.jp. MX 10 b.trap.jp.", 2, "no type of record"),
            ("$TTL 60\na.trap.jp. A nonsense", 2, "no IPv4 address"),
            ("$TTL 60\na.trap.jp.", 2, "expected `NAME."),
            ("a.trap.jp. A 10.0.0.1", 1, "no TTL"),
            ("$ORIGIN trap.jp.", 1, "not supported"),
            ("$TTL 1h", 1, "whole seconds"),
            ("$TTL 60\njp. A 10.0.0.1", 2, "too short"),
            ("$TTL 60\n*.jp. A 10.0.0.1", 2, "too short"),
            ("$TTL 60\na.*.trap.jp. A 10.0.0.1", 2, "first label only"),
            ("$TTL 60\na.trap.jp. A 10.0.0.1\na.trap.jp. CNAME b.trap.jp.", 3, "alias"),
        ] {
            let fault = fault(text);
            assert_eq!(fault.line, line, "{text}: {fault:?}");
            assert!(fault.what.contains(what), "{text}: {fault:?}");
        }
    }
}
