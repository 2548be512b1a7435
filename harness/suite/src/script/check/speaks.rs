//! Thens that need records of a service, and services whose log is only text: `x-relapse: speaks:` says which ones can write records.

use relapse_model::topology::Topology;

use super::{Said, Wrong};
use crate::script::finding::Kind;
use crate::vocabulary::{Evidence, Names};

/// What the lab itself records; of everything else that is attempted, a log has to tell.
const ATTEMPTS: [&str; 5] = ["push", "run", "scale", "replace", "flag"];

/// What a Then needs to hear from somebody who does not speak.
pub(super) fn wrong(said: &Said, topology: &Topology) -> Option<Wrong> {
    let (word, needs, who) = if said.rests_on(Evidence::Requests) {
        let (word, who) = unspoken(said, topology)?;
        (word, "requests", who)
    } else if said.rests_on(Evidence::Actions) {
        let action = said.word("action").filter(|action| !ATTEMPTS.contains(action) && topology.speaks.is_empty())?;
        (action, "what was attempted", Vec::new())
    } else if said.rests_on(Evidence::Alerts) {
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

/// The service whose requests a Then needs and who does not speak; where it names only a tier, those who list it, if none of them does.
fn unspoken<'a>(said: &'a Said, topology: &Topology) -> Option<(&'a str, Vec<String>)> {
    let speaks = |service: &str| topology.speaks.contains(service);
    let word = |of: Names| said.naming().find(|(names, _)| *names == of).map(|(_, word)| word);
    if let Some(service) = word(Names::Service) {
        return (!speaks(service)).then(|| (service, vec![service.to_owned()]));
    }
    let tier = word(Names::Tier)?;
    let lists = topology.tiers.get(tier)?.other_lists();
    let nobody = !lists.is_empty() && !lists.iter().any(|service| speaks(service));
    nobody.then_some((tier, lists))
}
