//! Hosts that nobody in the topology is called: in a URL, as a host, or in front of a path.
//!
//! Where names can come from elsewhere (a name server of the topology's own, containers that a service makes), only what is nearly a known
//! name is told.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::Path;

use relapse_model::topology::{NetworkMode, Service, Source, Topology};

use super::names::makes_containers;
use super::{Said, Wrong};
use crate::script::finding::Kind;
use crate::script::nearly::nearly;
use crate::vocabulary::Names;

/// A mounted file that is longer is not looked through for names.
const MAX_FILE: u64 = 256 * 1024;

/// The hosts of a step that nobody is called; `folder` is the topology's.
pub(super) fn wrong(said: &Said, topology: &Topology, folder: &Path) -> Vec<Wrong> {
    let hosts = said.naming().filter_map(|(names, word)| match names {
        Names::Url => Some((names, host_of(word.split_once("://")?.1))),
        // A pattern with a scheme is another finding.
        Names::Requests if word.contains("://") => None,
        Names::Host | Names::Requests => Some((names, host_of(word))),
        _ => None,
    });
    hosts.filter_map(|(names, host)| unknown(topology, names, host, folder)).collect()
}

/// The host at the beginning of a text: without a user, a port or a path.
fn host_of(text: &str) -> &str {
    let authority = text.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

fn unknown(topology: &Topology, names: Names, host: &str, folder: &Path) -> Option<Wrong> {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    let known = known(topology);
    if name.is_empty() || known.contains(&name) || name.parse::<IpAddr>().is_ok() {
        return None;
    }
    let elsewhere =
        makes_containers(topology) || topology.services.iter().any(|service| is_name_server(service) || is_told(service));
    if elsewhere && !known.iter().any(|known| nearly(&name, known)) {
        return None;
    }
    // What a proxy asks for stands in its configuration, whether or not it is anybody's name.
    if names == Names::Requests && topology.services.iter().any(|service| is_mentioned(service, &name, folder)) {
        return None;
    }
    let near = relapse_model::nearest(&name, known.iter().map(String::as_str));
    let hint = if near.is_empty() {
        format!("the names are {}", known.into_iter().collect::<Vec<_>>().join(", "))
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    let message = format!("nobody in the topology `{}` is called `{host}`; {hint}", topology.name);
    Some(Wrong::new(Kind::UnknownHost, host, message).help("another name is given with `aliases`, `hostname` or `extra_hosts`"))
}

/// Every name that the topology gives to anybody, in lower case.
fn known(topology: &Topology) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = BTreeSet::from(["localhost".to_owned()]);
    for service in &topology.services {
        names.insert(service.name.clone());
        names.extend(service.hostname.clone());
        if let (Some(host), Some(domain)) = (&service.hostname, &service.domainname) {
            names.insert(format!("{host}.{domain}"));
        }
        if let NetworkMode::Networks(networks) = &service.network {
            names.extend(networks.iter().flat_map(|attachment| attachment.aliases.clone()));
        }
        names.extend(service.extra_hosts.iter().filter_map(|entry| Some(entry.split_once(':')?.0.to_owned())));
    }
    for (host, login) in &topology.logins {
        names.insert(host.clone());
        names.extend(login.url.split_once("://").map(|(_, rest)| host_of(rest).to_owned()));
    }
    names.extend(topology.workstation.iter().filter_map(|at| Some(host_of(at.remote.split_once("://")?.1).to_owned())));
    names.iter().map(|name| name.to_ascii_lowercase()).collect()
}

/// Whether it is our name server, or somebody's program of that kind by its command.
fn is_name_server(service: &Service) -> bool {
    let words = service.entrypoint.iter().flatten().chain(service.command.iter().flatten());
    words.take(2).any(|word| word == "dns" || ["dnsmasq", "coredns", "named", "unbound"].iter().any(|name| word.ends_with(name)))
}

/// Whether others than Docker tell it what names mean.
fn is_told(service: &Service) -> bool {
    !service.dns.is_empty()
        || service.mounts.iter().any(|mount| ["/etc/resolv.conf", "/etc/hosts"].contains(&mount.target.as_str()))
}

/// Whether a name stands in a service's command, variables or mounted files.
fn is_mentioned(service: &Service, name: &str, folder: &Path) -> bool {
    let words = service.entrypoint.iter().flatten().chain(service.command.iter().flatten()).chain(service.environment.values());
    words.into_iter().any(|text| mentions(text, name))
        || service.mounts.iter().any(|mount| match &mount.source {
            Source::Text(text) => mentions(text, name),
            Source::Path(path) => stands_in(&folder.join(path), name, 0),
            Source::Volume(_) | Source::Anonymous | Source::EngineSocket(_) => false,
        })
}

/// Whether a name stands in a file, or in any of a folder.
fn stands_in(path: &Path, name: &str, depth: usize) -> bool {
    let Ok(about) = std::fs::symlink_metadata(path) else { return false };
    if about.is_dir() && depth < 4 {
        let entries = std::fs::read_dir(path).into_iter().flatten().filter_map(Result::ok);
        return entries.into_iter().any(|entry| stands_in(&entry.path(), name, depth + 1));
    }
    about.is_file() && about.len() <= MAX_FILE && std::fs::read_to_string(path).is_ok_and(|text| mentions(&text, name))
}

fn mentions(text: &str, name: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(|c| inside(c) || c == '.') && !after.is_some_and(inside)
    })
}

#[cfg(test)]
mod tests {
    use relapse_model::levels::Levels;

    use super::*;

    const TEXT: &str = "
x-relapse: { logins: { q.test: { url: 'https://q.test/login', name: name, password: pass } } }
services:
  proxy: { image: x, hostname: edge, domainname: lab.test, networks: { net: { aliases: [shop.test] } } }
  app: { image: x, environment: { UPSTREAM: 'http://pool' }, extra_hosts: ['other.test:10.0.0.1'], networks: [net] }
networks: { net: }
";

    fn finding_in(text: &str, names: Names, host: &str) -> Option<String> {
        let topology = Topology::read("t", text, &Levels::new()).unwrap();
        unknown(&topology, names, host, Path::new("/nowhere")).map(|wrong| wrong.message)
    }

    #[test]
    fn a_host_has_no_user_port_or_path() {
        assert_eq!(["a:80/x", "u:p@a/x", "[::1]:80", "a?q", "A."].map(host_of), ["a", "a", "::1", "a", "A."]);
    }

    #[test]
    fn every_name_of_the_topology_is_known_and_nobody_elses() {
        for host in
            ["proxy", "APP", "edge", "edge.lab.test", "shop.test", "shop.test.", "other.test", "q.test", "10.0.0.9", "localhost"]
        {
            assert_eq!(finding_in(TEXT, Names::Host, host), None, "{host}");
        }
        assert!(finding_in(TEXT, Names::Host, "proxyy").unwrap().contains("did you mean proxy?"));
        assert!(finding_in(TEXT, Names::Url, "example.org").is_some());
        // It is only what the app is asked for.
        assert_eq!((finding_in(TEXT, Names::Requests, "pool"), finding_in(TEXT, Names::Url, "pool").is_some()), (None, true));
    }

    #[test]
    fn where_names_come_from_elsewhere_only_a_slip_of_the_pen_is_told() {
        let text = TEXT.replace("app: { image: x,", "app: { image: x, dns: [10.0.0.53],");
        assert_eq!(finding_in(&text, Names::Host, "example.org"), None);
        assert!(finding_in(&text, Names::Host, "prxoy").is_some());
    }
}
