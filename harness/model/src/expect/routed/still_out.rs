//! Requests that are out: they are in no log yet.

use std::collections::BTreeMap;

use crate::place::Place;
use crate::timeline::{Record, Timeline};
use relapse_wire::poll::MAX_SILENT_MS;

/// A request that is out for as long may be going where it should not.
const MATTERS_MS: u64 = 1_000;

/// How many requests that lead to these balancers were sent since then, and have been out for longer than any good answer takes.
pub(super) fn still_out(timeline: &Timeline, since_ms: u64, balancers: &BTreeMap<&str, usize>) -> usize {
    let now_ms = timeline.now_ms();
    let mut told: Vec<&str> = Vec::new();
    let mut number = 0;
    // Of each user the newest word counts, and only while there is one.
    for entry in timeline.entries().iter().rev().take_while(|entry| entry.at_ms + MAX_SILENT_MS >= now_ms) {
        if let Record::Out { user, url, out } = &entry.what
            && !told.contains(&user.as_str())
        {
            told.push(user);
            let due = out.due.iter().map(|due| timeline.at_unix_ms(*due));
            let late = due.filter(|due| *due >= since_ms && due + MATTERS_MS <= now_ms).count();
            number += if late > 0 && leads_to(timeline, url, balancers) { late } else { 0 };
        }
    }
    number
}

/// Whether what is asked for at that URL can reach one of these: unless somebody else is asked, who by his own lines passes nothing on to them.
fn leads_to(timeline: &Timeline, url: &str, balancers: &BTreeMap<&str, usize>) -> bool {
    let Ok(place) = Place::url(url) else { return true };
    let asked = place.host();
    if balancers.contains_key(asked) || !timeline.logs_requests(asked) {
        return true;
    }
    let is_one = |owner: Option<&str>| owner.is_some_and(|owner| balancers.contains_key(owner));
    let now_ms = timeline.now_ms();
    timeline.accesses_since(0).any(|(writer, access, _)| {
        writer == asked && access.upstreams().any(|address| is_one(timeline.owner(address.ip(), now_ms)))
    })
}
