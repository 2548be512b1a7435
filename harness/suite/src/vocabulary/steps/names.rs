//! Names and addresses: what they mean to whom, and whose they were.

use std::net::IpAddr;

use relapse_lab::Lab;
use relapse_model::expect::resolves::Resolves;
use relapse_model::expect::{Expectation, Kind, Observation};
use relapse_model::timeline::{Record, Silent, Source, State, Timeline};

use crate::step;
use crate::vocabulary::World;
use crate::vocabulary::parameters::{Deadline, Host, Owners, Service, Should};

step! {
    /// What a name means to a service, by that service's own resolver: among the answers is the address of `lb-1`, of `lb-1 and lb-2`, of
    /// `lb-1 only`, or there is `nothing`. `should not`: of none of them.
    Mechanism: "{host} {should} resolve to {owners} from {service} {deadline}",
    example: "example.to-hutohu.trap.show should resolve to showcase from nginx within 5s",
    rests_on: [Resolver],
    async fn resolves(world: &mut World, name: Host, should: Should, to: Owners, from: Service, deadline: Deadline) {
        let expectation = Resolves { name: name.0.clone(), to: to.0, from: from.0.clone(), should: should.0 };
        let probe = async |lab: &Lab| lab.resolve(&name.0, &from.0).await;
        world.expect_probing(should.0, deadline.0, expectation, &from.0, probe).await;
    }
}

step! {
    /// It is at an address that the other one had before, and has no more: whoever still asks there meets a stranger.
    Mechanism: "{service} {should} have an address that {service} had {deadline}",
    example: "stranger should have an address that lb-1 had within 5s",
    rests_on: [Containers],
    async fn has_the_address_of(world: &mut World, service: Service, should: Should, before: Service, deadline: Deadline) {
        world.expect(should.0, deadline.0, Inherited { service: service.0, before: before.0 }).await;
    }
}

/// A service has an address that another one had.
struct Inherited {
    service: String,
    before: String,
}

impl Expectation for Inherited {
    fn kind(&self) -> Kind {
        Kind::State
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        // The engine's events, which everything rests on.
        Some(Vec::new())
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let Self { service, before } = self;
        let Some(state) = timeline.state(service) else {
            return Observation::unknown(Silent::Absent { service: service.clone(), others: timeline.services().join(", ") });
        };
        let (own, _) = addresses(timeline, service);
        let (present, mut had) = addresses(timeline, before);
        had.retain(|address| !present.contains(address));
        if had.is_empty() {
            return Observation::unknown(NoAddress::KeptAll { before: before.clone() });
        }
        let shown = |addresses: &[IpAddr]| addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
        let at = if own.is_empty() { String::new() } else { format!(", at {}", shown(&own)) };
        let seen = format!("{service} is {}{at}; {before} was at {}", state.word(), shown(&had));
        Observation::of(own.iter().any(|address| had.contains(address)), seen)
    }
}

/// The addresses of a service, in all its networks: those of now, and those that it ever had. One that is paused keeps its own.
fn addresses(timeline: &Timeline, service: &str) -> (Vec<IpAddr>, Vec<IpAddr>) {
    let (mut present, mut ever) = (Vec::new(), Vec::new());
    for entry in timeline.entries() {
        let Record::Container { service: who, state } = &entry.what else { continue };
        match state {
            State::Running { addresses } if who == service => {
                present = addresses.iter().map(|(_, address)| *address).collect();
                ever.extend(present.iter().copied().filter(|address| !ever.contains(address)).collect::<Vec<_>>());
            }
            State::Created | State::Exited { .. } | State::Removed if who == service => present.clear(),
            _ => {}
        }
    }
    (present, ever)
}

relapse_model::reasons! {
    /// Why it cannot be told whose address it was.
    pub(crate) enum NoAddress {
        /// The other service has had no address that it has no more, so nobody else can have got one of its.
        KeptAll { before: String = "lb-1" } is "address-kept",
            says "{before} has had no address that it has no more",
            next "let {before} give its address up first (`When {before} is stopped`)";
    }
}

#[cfg(test)]
mod tests {
    use relapse_model::expect::Fact;

    use super::*;

    fn look(states: &[(&str, State)]) -> Observation {
        let mut timeline = Timeline::default();
        for (at_ms, (service, state)) in states.iter().enumerate() {
            timeline.push(at_ms as u64, Record::Container { service: (*service).into(), state: state.clone() });
        }
        Inherited { service: "stranger".into(), before: "lb-1".into() }.look(&timeline)
    }

    fn at(last: u8) -> State {
        State::Running { addresses: vec![("net".into(), [10, 83, 0, last].into())] }
    }

    #[test]
    fn a_stranger_has_the_address_of_one_that_is_gone() {
        let sight = look(&[("lb-1", at(4)), ("lb-1", State::Removed), ("stranger", at(4))]);
        assert_eq!((sight.fact, sight.seen.as_str()), (Fact::So, "stranger is running, at 10.83.0.4; lb-1 was at 10.83.0.4"));
        let moved = look(&[("lb-1", at(4)), ("lb-1", State::Exited { code: 0 }), ("stranger", at(4)), ("lb-1", at(5))]);
        assert_eq!(moved.fact, Fact::So, "it came back elsewhere");
        let paused = look(&[("lb-1", at(4)), ("lb-1", State::Removed), ("stranger", at(4)), ("stranger", State::Paused)]);
        assert_eq!(paused.fact, Fact::So, "one that is paused keeps its address");
    }

    #[test]
    fn another_address_and_one_that_does_not_run_are_nobodys() {
        for state in [at(6), State::Created, State::Exited { code: 1 }] {
            let sight = look(&[("lb-1", at(4)), ("lb-1", State::Removed), ("stranger", state)]);
            assert_eq!(sight.fact, Fact::NotSo, "{}", sight.seen);
        }
    }

    #[test]
    fn without_an_address_that_was_given_up_there_is_no_verdict() {
        assert_eq!(look(&[("stranger", at(4))]).fact, Fact::Unknown, "lb-1 never was");
        assert_eq!(look(&[("lb-1", at(4)), ("stranger", at(5))]).fact, Fact::Unknown, "lb-1 still has it");
        assert_eq!(look(&[("lb-1", at(4)), ("lb-1", State::Removed)]).fact, Fact::Unknown, "there is no stranger");
    }
}
