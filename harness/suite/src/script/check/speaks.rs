//! Thens that need records of a service, and services whose log is only text: `x-relapse: speaks:` says which ones can write records.

use relapse_model::topology::Topology;

use super::{Said, Wrong};
use crate::script::finding::Kind;

/// What the lab itself records; of everything else that is attempted, a log has to tell.
const ATTEMPTS: [&str; 5] = ["push", "run", "scale", "replace", "flag"];

/// What a Then needs to hear from somebody who does not speak.
pub(super) fn wrong(said: &Said, topology: &Topology) -> Option<Wrong> {
    let speaks = |part: &str| topology.speaks.contains(part);
    let expression = said.expression();
    let lists = || said.word("tier").and_then(|tier| topology.tiers.get(tier));
    let (word, needs, who) = if expression.contains("log {comparison} requests") || expression.contains("ask {part} for") {
        let part = said.word("part").filter(|part| !speaks(part))?;
        (part, "requests", vec![part.to_owned()])
    } else if expression.starts_with("{part} {should} route to") {
        let part = said.word("part").filter(|part| !speaks(part))?;
        (part, "requests", vec![part.to_owned()])
    } else if expression.starts_with("any load balancer of") || expression.contains("idle instances") {
        let lists = lists()?.other_lists();
        let nobody = !lists.is_empty() && !lists.iter().any(|part| speaks(part));
        (said.word("tier").filter(|_| nobody)?, "requests", lists)
    } else if expression.starts_with("the last {action}") {
        let action = said.word("action").filter(|action| !ATTEMPTS.contains(action) && topology.speaks.is_empty())?;
        (action, "what was attempted", Vec::new())
    } else if expression.starts_with("the alert {string}") {
        (said.word("string").filter(|_| topology.speaks.is_empty())?, "alerts", Vec::new())
    } else {
        return None;
    };
    let (message, example) = match who.as_slice() {
        [] => (format!("no service tells of {needs}: each one's log is only text"), "SERVICE".to_owned()),
        [one] => (format!("the log of `{one}` is only text, so it tells of no {needs}"), one.clone()),
        many => (format!("the logs of {} are only text, so they tell of no {needs}", many.join(", ")), many.join(", ")),
    };
    let help = format!(
        "if its log lines are in relapse's form, add it to those that speak, in fixtures/{}/compose.yaml: `x-relapse: {{ speaks: [{example}] }}`",
        topology.name
    );
    Some(Wrong::new(Kind::DoesNotSpeak, word, message).help(help))
}
