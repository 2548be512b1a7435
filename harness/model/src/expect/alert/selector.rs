//! Which alert is meant, as PromQL writes it.

use std::collections::BTreeMap;

use relapse_wire::log::Alert;

/// Which alert: its name, and labels that it has to have, as PromQL writes them: `SlotsFrozen{list="haproxy-1"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    name: String,
    labels: BTreeMap<String, String>,
}

impl Selector {
    pub(super) fn selects(&self, alert: &Alert) -> bool {
        let has = |(name, value): (&String, &String)| alert.labels.get(name) == Some(value);
        alert.name == self.name && self.labels.iter().all(has)
    }
}

impl std::str::FromStr for Selector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` selects no alert: write `Watchdog`, or `TargetDown{{job=\"sync\"}}`");
        let (name, labels) = match text.split_once('{') {
            Some((name, labels)) => (name, labels.strip_suffix('}').ok_or_else(wrong)?),
            None => (text, ""),
        };
        let labels = pairs(labels).ok_or_else(wrong)?;
        let name = name.trim().to_owned();
        if name.is_empty() { Err(wrong()) } else { Ok(Self { name, labels }) }
    }
}

/// `a="1", b="2,3"`: a value stands in quotes, in which `\"` is a quote and `\\` a backslash; nothing else ends it.
fn pairs(text: &str) -> Option<BTreeMap<String, String>> {
    let mut labels = BTreeMap::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, value) = rest.split_once('=')?;
        let mut quoted = value.trim_start().strip_prefix('"')?.char_indices();
        let mut read = String::new();
        let end = loop {
            match quoted.next()? {
                (at, '"') => break at,
                (_, '\\') => read.push(quoted.next()?.1),
                (_, c) => read.push(c),
            }
        };
        labels.insert(Some(name.trim()).filter(|name| !name.is_empty())?.to_owned(), read);
        rest = value.trim_start().get(end + 2..)?.trim_start();
        if !rest.is_empty() {
            rest = rest.strip_prefix(',')?.trim_start();
        }
    }
    Some(labels)
}

impl std::fmt::Display for Selector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let labels: Vec<String> = self.labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        f.write_str(&self.name)?;
        if labels.is_empty() { Ok(()) } else { write!(f, "{{{}}}", labels.join(",")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_can_have_a_comma_or_a_quote_in_it() {
        let labels = |text: &str| text.parse::<Selector>().unwrap().labels.into_iter().collect::<Vec<_>>();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(labels(r#"A{x="1,2"}"#), [pair("x", "1,2")]);
        assert_eq!(labels(r#"A{x = "1,y=2}" , y="\"\\"}"#), [pair("x", "1,y=2}"), pair("y", "\"\\")]);
        assert_eq!(labels(r#"A{x="1",}"#), [pair("x", "1")], "as PromQL takes it");
        assert_eq!(labels("A{}"), []);
        let selector: Selector = r#"A{x="1,2"}"#.parse().unwrap();
        assert_eq!(selector.to_string().parse(), Ok(selector));
    }
}
