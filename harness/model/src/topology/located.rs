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
    const ADVICE: [(&str, &str); 13] = [
        ("privileged", "name what it needs in `cap_add`"),
        ("devices", "leave it out: a lab has nothing of the machine's own"),
        ("device_cgroup_rules", "leave it out: a lab has nothing of the machine's own"),
        ("gpus", "leave it out: a lab has nothing of the machine's own"),
        ("pid", "leave it out: a service sees its own processes"),
        ("uts", "use `hostname`"),
        ("userns_mode", "leave it out: it is the engine's own"),
        ("cgroup_parent", "leave it out: it is the engine's own"),
        ("runtime", "leave it out: it is the engine's own"),
        ("extends", "use a YAML anchor (`&name`, `<<: *name`): a topology is one file"),
        ("include", "write it into this file: a topology is one file"),
        ("external_links", "declare the other service here: a lab has nothing of the machine's own"),
        ("volumes_from", "name the volume in both services"),
    ];
    let unknown = message.contains("unknown field") || message.contains("unknown key");
    match ADVICE.iter().find(|(key, _)| unknown && message.contains(&format!("`{key}`"))) {
        Some((_, advice)) => format!("{message}\n{advice}"),
        None => message,
    }
}
