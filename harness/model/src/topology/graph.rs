//! What services wait for: each other's start, and each other's network. Nobody waits for himself in the end.

use super::service::{NetworkMode, Service};

/// The services of a circle, in their order and with the first one again at the end, if there is a circle.
pub(super) fn circle(services: &[Service]) -> Option<Vec<&str>> {
    /// Where a walk stands with a service.
    #[derive(Clone, Copy, PartialEq)]
    enum Walk {
        Open,
        Under,
        Done,
    }
    let index = |name: &str| services.iter().position(|service| service.name == name);
    let waits_for: Vec<Vec<usize>> = services
        .iter()
        .map(|service| {
            let joined = match &service.network {
                NetworkMode::Of(other) => Some(other),
                _ => None,
            };
            service.depends_on.keys().chain(joined).filter_map(|other| index(other)).collect()
        })
        .collect();
    let mut walks = vec![Walk::Open; services.len()];
    for begin in 0..services.len() {
        // Each with how many of those that it waits for were gone to. A list, since a chain of thousands is no reason to overflow.
        let mut way: Vec<(usize, usize)> = vec![(begin, 0)];
        while let Some((at, next)) = way.last_mut() {
            let here = *at;
            if *next == 0 && walks.get(here) != Some(&Walk::Open) {
                way.pop();
                continue;
            }
            if let Some(walk) = walks.get_mut(here) {
                *walk = Walk::Under;
            }
            let other = waits_for.get(here).and_then(|others| others.get(*next)).copied();
            *next += 1;
            match other {
                Some(other) if walks.get(other) == Some(&Walk::Under) => {
                    let names = way.iter().map(|(at, _)| *at).skip_while(|at| *at != other).chain([other]);
                    return Some(names.filter_map(|at| services.get(at).map(|service| service.name.as_str())).collect());
                }
                Some(other) => way.push((other, 0)),
                None => {
                    if let Some(walk) = walks.get_mut(here) {
                        *walk = Walk::Done;
                    }
                    way.pop();
                }
            }
        }
    }
    None
}
