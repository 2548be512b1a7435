//! Names that the topology declares: factors and their levels, parts, tiers, flags.

use relapse_model::topology::{Source, Topology};

use super::{Said, Wrong};
use crate::script::finding::Kind;
use crate::script::nearly::nearly;

/// What is wrong with a level: its kind, the word, and the message.
pub(super) fn level_of<'a>(day: &Topology, name: &'a str, level: &'a str) -> Option<(Kind, &'a str, String)> {
    match day.factor(name) {
        Err(error) => Some((Kind::UnknownFactor, name, error.message)),
        Ok(factor) => factor.at(level).err().map(|error| (Kind::UnknownLevel, level, error.message)),
    }
}

/// The words of a step that name nothing of the topology.
pub(super) fn wrong(said: &Said, topology: &Topology) -> Vec<Wrong> {
    let owners = said.named().filter(|(parameter, _)| *parameter == "owners").flat_map(|(_, word)| {
        let parts = word.strip_suffix(" only").unwrap_or(word).split(" and ");
        parts.filter(|part| *part != "nothing").map(|part| ("part", part))
    });
    let unknown = |(parameter, word): (&str, &str)| {
        let (kind, message) = match parameter {
            "part" => (Kind::UnknownPart, unknown_part(topology, word)?),
            "tier" => (Kind::UnknownTier, undeclared(topology, "tier", word, topology.tiers.keys())?),
            "flag" => (Kind::UnknownFlag, undeclared(topology, "flag", word, topology.flags.keys())?),
            _ => return None,
        };
        Some(Wrong::new(kind, word, message))
    };
    said.named().chain(owners).filter_map(unknown).chain(without_list(said, topology)).collect()
}

/// The services of a step about lists of a tier that have none.
fn without_list(said: &Said, topology: &Topology) -> Vec<Wrong> {
    let about_lists = ["{should} list {comparison}", "{should} agree with {part}"];
    let tier = said.word("tier").and_then(|name| topology.tiers.get(name).map(|tier| (name, tier)));
    let Some((name, tier)) = tier.filter(|_| about_lists.iter().any(|words| said.expression().contains(words))) else {
        return Vec::new();
    };
    let parts = said.named().filter(|(parameter, part)| *parameter == "part" && topology.service(part).is_some());
    let without = parts.filter(|(_, part)| !tier.lists.contains_key(*part));
    let lists: Vec<&str> = tier.lists.keys().map(String::as_str).collect();
    without
        .map(|(_, part)| {
            let message = format!("`{part}` has no list of {name}; those that have one are {}", lists.join(", "));
            Wrong::new(Kind::UnknownPart, part, message)
        })
        .collect()
}

fn undeclared<'a>(topology: &Topology, kind: &str, word: &str, names: impl Iterator<Item = &'a String>) -> Option<String> {
    let names: Vec<&str> = names.map(String::as_str).collect();
    if names.contains(&word) {
        return None;
    }
    let hint = if names.is_empty() { format!("it declares no {kind}s") } else { format!("its {kind}s are {}", names.join(", ")) };
    Some(format!("the topology `{}` has no {kind} `{word}`; {hint}", topology.name))
}

/// Where a part can make containers, a name is only told if it is nearly a service's.
fn unknown_part(topology: &Topology, part: &str) -> Option<String> {
    let services: Vec<&str> = topology.services.iter().map(|service| service.name.as_str()).collect();
    if services.contains(&part) || (makes_containers(topology) && !services.iter().any(|service| nearly(part, service))) {
        return None;
    }
    let near = relapse_model::nearest(part, services.iter().copied());
    let hint = if near.is_empty() {
        format!("its parts are {}", services.join(", "))
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Some(format!("the topology `{}` has no part `{part}`; {hint}", topology.name))
}

/// Whether a part can make containers, which then have names of their own.
pub(super) fn makes_containers(topology: &Topology) -> bool {
    let mut mounts = topology.services.iter().flat_map(|service| &service.mounts);
    mounts.any(|mount| matches!(mount.source, Source::EngineSocket(_)))
}
