//! One list of a tier, as far as it is known now: what was read of it, by whom and since when.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::timeline::{Membership, State, Timeline};
use relapse_wire::members::MAX_SILENT_MS;

/// Servers by address, with their state.
pub(in crate::expect) type Servers = BTreeMap<SocketAddr, String>;

/// A service's list, and its servers of now; why that is not known.
pub(in crate::expect) fn list<'a>(
    timeline: &'a Timeline,
    tier: &str,
    service: &str,
) -> Result<(&'a Membership, &'a Servers), NoList> {
    let now = timeline.now_ms();
    let (name, whose) = (|| tier.to_owned(), || service.to_owned());
    let never = || NoList::NeverRead { tier: name(), service: whose() };
    let membership = timeline.membership(tier, service).ok_or_else(never)?;
    // What was read before this step is of that time, and the list of one that does not run is nobody's.
    let heard = membership.heard_ms();
    match timeline.state(service) {
        None | Some(State::Running { .. }) => {}
        Some(state) => return Err(NoList::Nobodys { tier: name(), service: whose(), state: state.word().to_owned() }),
    }
    if heard < timeline.step_ms() {
        return Err(NoList::NotSince { tier: name(), service: whose() });
    }
    if heard + MAX_SILENT_MS < now {
        return Err(NoList::Silent { tier: name(), service: whose(), silent_ms: now - heard });
    }
    match membership.listed() {
        Ok(servers) => Ok((membership, servers)),
        Err("") => Err(never()),
        Err(why) => Err(NoList::Unreadable { tier: name(), service: whose(), why: why.to_owned() }),
    }
}

crate::reasons! {
    /// Why a list is not known.
    pub(in crate::expect) enum NoList {
        /// The list was not read once: whoever has it does not run, or its reader could not be started.
        NeverRead { tier: String = "webapp", service: String = "haproxy" } is "list-never-read",
            says "the {tier} list of {service} was never read",
            next "see that {service} runs, and try the command of this list by hand (`x-relapse: tiers: {tier}: lists: {service}`) in a lab of `relapse up`";
        /// Whoever has the list does not run, so that it steers nothing.
        Nobodys { tier: String = "webapp", service: String = "haproxy", state: String = "exited" } is "list-of-nobody",
            says "the {tier} list of {service} is nobody's: {service} is {state}",
            next "let {service} run while this Then is judged, or judge its list before the step that ends it";
        /// The newest reading is from before this Then began, so it is of another time.
        NotSince { tier: String = "webapp", service: String = "haproxy" } is "list-not-read-yet",
            says "the {tier} list of {service} was not read since this step began",
            next "give it a longer deadline, or `--patience 2` on a slow machine";
        /// Who reads the list has fallen silent: the machine is too busy, or the reader ended.
        Silent { tier: String = "webapp", service: String = "haproxy", silent_ms: u64 = 2_400_u64 } is "list-silent",
            says "the {tier} list of {service} was not read for {silent_ms} ms",
            next "give the machine less to do (`--jobs 1`, the tag @serial), and run it again";
        /// The command that reads the list fails.
        Unreadable { tier: String = "webapp", service: String = "haproxy", why: String = "connection refused" } is "list-unreadable",
            says "the {tier} list of {service} cannot be read: {why}",
            next "try the command of this list by hand (`x-relapse: tiers: {tier}: lists: {service}`) in a lab of `relapse up`";
        /// Of all services that have a list of the tier, none runs.
        NobodyRuns { tier: String = "webapp", services: String = "haproxy-1, haproxy-2" } is "no-list-runs",
            says "of those that list {tier}, none runs: {services}",
            next "let one of {services} run while this Then is judged";
    }
}
