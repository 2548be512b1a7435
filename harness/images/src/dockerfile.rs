//! Which images a Dockerfile needs: its `FROM`s, and the images that `COPY --from` names. Pure.
//! Source: <https://docs.docker.com/reference/dockerfile/>.

use std::collections::{BTreeMap, HashMap};

use relapse_model::variables::{self, Syntax};

/// A `FROM` that cannot be understood.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum DockerfileError {
    /// A `FROM` without an image, or whose argument has no value.
    #[error("line {line}: `{text}` names no image; give its ARG a default, or a value under `args`")]
    NoImage {
        /// Counted from 1.
        line: usize,
        /// The instruction.
        text: String,
    },
    /// `target` is no stage of the file.
    #[error("there is no stage {target:?}; there are: {}", stages.join(", "))]
    NoStage {
        /// What was asked for.
        target: String,
        /// The names in the file.
        stages: Vec<String>,
    },
    /// No `FROM` at all.
    #[error("there is no FROM in it")]
    Empty,
}

/// The images that must be there before the file can be built, in order, each once, as written (without `:latest`).
/// `scratch` and the file's own stages are none; stages after `target` do not count.
///
/// # Errors
/// [`DockerfileError`].
pub fn bases(text: &str, args: &BTreeMap<String, String>, target: Option<&str>) -> Result<Vec<String>, DockerfileError> {
    let mut global: HashMap<String, String> = HashMap::new();
    let mut stages: Vec<String> = Vec::new();
    let mut found: Vec<String> = Vec::new();
    let mut reached = false;
    for (line, instruction) in instructions(text) {
        let (word, rest) = instruction.split_once(char::is_whitespace).unwrap_or((&instruction, ""));
        match word.to_ascii_uppercase().as_str() {
            // Only what stands before the first FROM counts in a FROM.
            "ARG" if stages.is_empty() => {
                for argument in rest.split_whitespace() {
                    let (name, default) = argument.split_once('=').unwrap_or((argument, ""));
                    let default = substitute(default.trim_matches(['"', '\'']), &global);
                    global.insert(name.into(), args.get(name).cloned().unwrap_or(default));
                }
            }
            "FROM" => {
                if reached {
                    break;
                }
                let mut words = rest.split_whitespace().filter(|word| !word.starts_with("--"));
                let image = substitute(words.next().unwrap_or_default(), &global);
                if image.is_empty() || image.ends_with(':') || image.contains(":-") {
                    return Err(DockerfileError::NoImage { line, text: instruction });
                }
                note(&mut found, &stages, &image);
                let name = words.next().filter(|word| word.eq_ignore_ascii_case("as")).and(words.next());
                let name = name.map_or_else(|| stages.len().to_string(), str::to_ascii_lowercase);
                reached = target.is_some_and(|target| target.eq_ignore_ascii_case(&name) || target == stages.len().to_string());
                stages.push(name);
            }
            "COPY" => {
                for source in rest.split_whitespace().take_while(|word| word.starts_with("--")) {
                    if let Some(image) = source.strip_prefix("--from=")
                        && image.parse::<usize>().is_err()
                    {
                        note(&mut found, &stages, image);
                    }
                }
            }
            _ => {}
        }
    }
    match target {
        Some(target) if !reached => Err(DockerfileError::NoStage { target: target.into(), stages }),
        _ if stages.is_empty() => Err(DockerfileError::Empty),
        _ => Ok(found),
    }
}

/// What the file copies from its context, as written; other stages and images have their own.
pub(crate) fn copied(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (_, instruction) in instructions(text) {
        let mut words: Vec<&str> = instruction.split_whitespace().collect();
        if words.is_empty()
            || !words.remove(0).eq_ignore_ascii_case("copy")
            || words.iter().any(|word| word.starts_with("--from="))
        {
            continue;
        }
        words.retain(|word| !word.starts_with("--"));
        // Another form is a list in JSON.
        let rest = words.join(" ");
        let mut words = serde_json::from_str(&rest).unwrap_or_else(|_| rest.split(' ').map(str::to_owned).collect::<Vec<_>>());
        words.pop();
        found.append(&mut words);
    }
    found
}

fn note(found: &mut Vec<String>, stages: &[String], image: &str) {
    let known = image == "scratch"
        || stages.iter().any(|stage| stage.eq_ignore_ascii_case(image))
        || found.iter().any(|other| other == image);
    if !known {
        found.push(image.into());
    }
}

/// Logical lines with the number of their first: continued lines joined, comments and empty lines left out.
fn instructions(text: &str) -> Vec<(usize, String)> {
    let mut logical: Vec<(usize, String)> = Vec::new();
    let mut continued = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        // Comments and empty lines may stand within a continued instruction.
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (body, more) = line.strip_suffix('\\').map_or((line, false), |body| (body.trim_end(), true));
        match logical.last_mut() {
            Some((_, whole)) if continued => {
                whole.push(' ');
                whole.push_str(body);
            }
            _ => logical.push((index + 1, body.to_owned())),
        }
        continued = more;
    }
    logical
}

/// `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+value}`; an unknown name is an empty text, as for Docker.
fn substitute(text: &str, values: &HashMap<String, String>) -> String {
    let value_of = |name: &str| values.get(name).cloned().unwrap_or_default();
    let of = |body: &str| {
        Ok(match (body.split_once(":-"), body.split_once(":+")) {
            (Some((name, default)), _) => {
                Some(value_of(name)).filter(|value| !value.is_empty()).unwrap_or_else(|| default.into())
            }
            (None, Some((name, value))) if !value_of(name).is_empty() => value.to_owned(),
            (None, Some(_)) => String::new(),
            (None, None) => value_of(body),
        })
    };
    // What has no closing brace is for the engine to refuse, in its own words.
    variables::replace(text, Syntax::Bare, &of).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        bases(text, &BTreeMap::new(), None).unwrap()
    }

    #[test]
    fn an_argument_has_a_default_and_a_value() {
        let text = "# The suite.\nARG SUITE=bookworm\nFROM debian:${SUITE}-slim\nARG SUITE=late\n";
        assert_eq!(of(text), ["debian:bookworm-slim"]);
        let args = BTreeMap::from([("SUITE".into(), "sid".into())]);
        assert_eq!(bases(text, &args, None).unwrap(), ["debian:sid-slim"]);
    }

    #[test]
    fn other_ways_to_write_it() {
        assert_eq!(of("from --platform=linux/amd64 nginx:1.27 \\\n# why\n  as web"), ["nginx:1.27"]);
        assert_eq!(of("ARG A=debian\nARG B=$A:x\nFROM $B"), ["debian:x"]);
        assert_eq!(of("ARG A\nFROM ${A:-debian:sid}"), ["debian:sid"]);
        assert_eq!(of("ARG A=1\nFROM web${A:+:test}"), ["web:test"]);
        assert_eq!(of("FROM localhost:5000/team/image@sha256:00"), ["localhost:5000/team/image@sha256:00"]);
    }

    #[test]
    fn stages_are_no_images_and_copies_can_be() {
        let text = "FROM relapse-agent AS Agent\nFROM debian:sid-slim\nCOPY --from=agent /a /a\nCOPY --chown=1 --from=busybox /b /b\n\
                    COPY --from=0 /c /c\nFROM agent\nFROM scratch\nRUN echo FROM nobody";
        assert_eq!(of(text), ["relapse-agent", "debian:sid-slim", "busybox"]);
    }

    #[test]
    fn what_is_copied_from_the_context_is_known_in_both_forms() {
        let text = "FROM scratch\nCOPY --chown=1 one two /\ncopy [\"three\", \"/\"]\nCOPY --from=web four /\nRUN cp five /\nCOPY";
        assert_eq!(copied(text), ["one", "two", "three"]);
    }

    #[test]
    fn what_follows_the_target_is_not_needed() {
        let text = "FROM a AS one\nFROM b AS two\nFROM c";
        assert_eq!(bases(text, &BTreeMap::new(), Some("two")).unwrap(), ["a", "b"]);
        let error = bases(text, &BTreeMap::new(), Some("three")).unwrap_err();
        assert_eq!(error.to_string(), "there is no stage \"three\"; there are: one, two, 2");
    }

    #[test]
    fn a_missing_value_is_said_with_its_line() {
        let error = bases("ARG SUITE\n\nFROM debian:${SUITE}", &BTreeMap::new(), None).unwrap_err();
        assert!(error.to_string().starts_with("line 3: `FROM debian:${SUITE}`"), "{error}");
        assert_eq!(bases("RUN true", &BTreeMap::new(), None), Err(DockerfileError::Empty));
    }
}
