//! Names that the topology declares: factors and their levels, services, tiers, flags.

use relapse_model::topology::{Source, Topology};

use super::{Said, Wrong};
use crate::script::finding::Kind;
use crate::script::nearly::nearly;
use crate::vocabulary::Names;

/// What is wrong with a level: its kind, the word, and the message.
pub(super) fn level_of<'a>(day: &Topology, name: &'a str, level: &'a str) -> Option<(Kind, &'a str, String)> {
    match day.factor(name) {
        Err(error) => Some((Kind::UnknownFactor, name, error.message)),
        Ok(factor) => factor.at(level).err().map(|error| (Kind::UnknownLevel, level, error.message)),
    }
}

/// The words of a step that name nothing of the topology.
pub(super) fn wrong(said: &Said, topology: &Topology) -> Vec<Wrong> {
    let several = said.naming().filter(|(names, _)| *names == Names::Services).flat_map(|(_, word)| {
        let services = word.strip_suffix(" only").unwrap_or(word).split(" and ");
        services.filter(|service| *service != "nothing").map(|service| (Names::Service, service))
    });
    let unknown = |(names, word): (Names, &str)| {
        let (kind, message) = match names {
            Names::Service => (Kind::UnknownService, unknown_service(topology, word)?),
            Names::Tier => (Kind::UnknownTier, undeclared(topology, "tier", word, topology.tiers.keys())?),
            Names::Flag => (Kind::UnknownFlag, undeclared(topology, "flag", word, topology.flags.keys())?),
            // A scenario's lab and levels are looked up before its steps, hosts elsewhere; of the others a topology declares none.
            Names::Nothing
            | Names::Topology
            | Names::Levels
            | Names::Services
            | Names::Host
            | Names::Url
            | Names::Requests
            | Names::User
            | Names::File => return None,
        };
        Some(Wrong::new(kind, word, message))
    };
    said.naming().chain(several).filter_map(unknown).chain(without_list(said, topology)).collect()
}

/// The services of a step about lists of a tier that have none.
fn without_list(said: &Said, topology: &Topology) -> Vec<Wrong> {
    let about_lists = ["{should} list {comparison}", "{should} agree with {service}"];
    let tier = said.word("tier").and_then(|name| topology.tiers.get(name).map(|tier| (name, tier)));
    let Some((name, tier)) = tier.filter(|_| about_lists.iter().any(|words| said.expression().contains(words))) else {
        return Vec::new();
    };
    let services = said.naming().filter(|(names, word)| *names == Names::Service && topology.service(word).is_some());
    let without = services.filter(|(_, service)| !tier.lists.contains_key(*service));
    let lists: Vec<&str> = tier.lists.keys().map(String::as_str).collect();
    without
        .map(|(_, service)| {
            let message = format!("`{service}` has no list of {name}; those that have one are {}", lists.join(", "));
            Wrong::new(Kind::UnknownService, service, message)
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

/// Where a service can make containers, a name is only told if it is nearly a service's.
fn unknown_service(topology: &Topology, name: &str) -> Option<String> {
    let services: Vec<&str> = topology.services.iter().map(|service| service.name.as_str()).collect();
    if services.contains(&name) || (makes_containers(topology) && !services.iter().any(|service| nearly(name, service))) {
        return None;
    }
    let near = relapse_model::nearest(name, services.iter().copied());
    let hint = if near.is_empty() {
        format!("its services are {}", services.join(", "))
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Some(format!("the topology `{}` has no service `{name}`; {hint}", topology.name))
}

/// Whether a service can make containers, which then have names of their own.
pub(super) fn makes_containers(topology: &Topology) -> bool {
    let mut mounts = topology.services.iter().flat_map(|service| &service.mounts);
    mounts.any(|mount| matches!(mount.source, Source::EngineSocket(_)))
}
