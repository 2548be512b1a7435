//! Where in a topology's file something stands, and what a reader's error says of it.

use serde_yaml::Spanned;

use super::error::TopologyError;

/// The place of a value.
pub(super) fn place<T>(of: &Spanned<T>) -> Option<(usize, usize)> {
    let line = usize::try_from(of.referenced.line()).ok().filter(|line| *line > 0)?;
    Some((line, usize::try_from(of.referenced.column()).ok()?))
}

/// A YAML error as one of ours: its place apart from its words.
pub(super) fn error(failure: &serde_yaml::Error) -> TopologyError {
    let place = failure
        .location()
        .and_then(|location| Some((usize::try_from(location.line()).ok()?, usize::try_from(location.column()).ok()?)));
    let text = failure.to_string();
    let first = text.lines().next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    let message = match first.split_once(": ") {
        Some((head, rest)) if head.contains("line") => rest,
        _ => first,
    };
    TopologyError { message: advised(message.to_owned()), place }
}

/// What to do instead, where a key of Compose is refused.
pub(super) fn advised(message: String) -> String {
    const ADVICE: [(&str, &str); 12] = [
        ("container_name", "leave it out: labs run side by side, and a service is reached by its name"),
        ("ports", "leave it out: steps ask from inside the lab; `relapse up` says how to reach a service from here"),
        ("secrets", "use `configs`: a lab has no secrets"),
        ("links", "use `networks` with `aliases`"),
        ("external", "declare it here: a lab is made anew for each scenario, with nothing of the machine's own"),
        ("privileged", "name what it needs in `cap_add`"),
        ("extends", "use a YAML anchor (`&name`, `<<: *name`): a topology is one file"),
        ("include", "write it into this file: a topology is one file"),
        ("logging", "leave it out: the lab reads every log"),
        ("pull_policy", "leave it out: images are had before a lab is raised"),
        ("platform", "leave it out: images are those of the engine's machine"),
        ("volumes_from", "name the volume in both services"),
    ];
    let unknown = message.contains("unknown field") || message.contains("unknown key");
    match ADVICE.iter().find(|(key, _)| unknown && message.contains(&format!("`{key}`"))) {
        Some((_, advice)) => format!("{message}\n{advice}"),
        None => message,
    }
}
