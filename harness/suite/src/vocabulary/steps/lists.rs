//! Lists of a tier's instances: who lists them, who routes to them, and who gets the requests.

use relapse_model::expect::every::EveryAgrees;
use relapse_model::expect::idle::Idle;
use relapse_model::expect::members::{Listed, SameMembers};
use relapse_model::expect::routed::{Balancers, Routed};
use relapse_model::outcome::Obstacle;
use relapse_model::topology;

use crate::step;
use crate::vocabulary::World;
use crate::vocabulary::parameters::{Comparison, Deadline, Service, Should, Tier};

/// The tier as the topology declares it; that there is none is trouble.
fn declared(world: &mut World, tier: &Tier) -> Option<topology::Tier> {
    match world.lab()?.tier(&tier.0).cloned() {
        Ok(declared) => Some(declared),
        Err(error) => {
            world.trouble(&Obstacle::CouldNotAct { why: error.to_string() });
            None
        }
    }
}

step! {
    /// As many as a service has in its list of a tier: a catalogue's that pass, a load balancer's that are not in maintenance.
    Mechanism: "{service} {should} list {comparison} instances of {tier} {deadline}",
    example: "consul should list exactly 14 instances of webapp within 10s",
    rests_on: [List],
    async fn lists(world: &mut World, service: Service, should: Should, comparison: Comparison, tier: Tier, deadline: Deadline) {
        let expectation = Listed { tier: tier.0, service: service.0, stale_in: None, comparison: comparison.0 };
        world.expect(should.0, deadline.0, expectation).await;
    }
}

step! {
    /// Of those, as many as are not in the tier's catalogue.
    Mechanism: "{service} {should} list {comparison} stale instances of {tier} {deadline}",
    example: "haproxy-1 should list exactly 0 stale instances of webapp throughout 5s",
    rests_on: [List],
    async fn lists_stale(world: &mut World, service: Service, should: Should, comparison: Comparison, tier: Tier, deadline: Deadline) {
        let Some(declared) = declared(world, &tier) else { return };
        let stale_in = Some(declared.catalogue);
        let expectation = Listed { tier: tier.0, service: service.0, stale_in, comparison: comparison.0 };
        world.expect(should.0, deadline.0, expectation).await;
    }
}

step! {
    /// Both list the same instances of a tier. What only one lists is named.
    Mechanism: "{service} {should} agree with {service} on {tier} {deadline}",
    example: "haproxy-1 should agree with consul on webapp within 5s",
    rests_on: [List],
    async fn agrees(world: &mut World, service: Service, should: Should, other: Service, tier: Tier, deadline: Deadline) {
        let expectation = SameMembers { tier: tier.0, service: service.0, other: other.0 };
        world.expect(should.0, deadline.0, expectation).await;
    }
}

step! {
    /// The same for all lists of a tier but the catalogue's, of services that run. Each that differs is named.
    Mechanism: "every list of {tier} {should} agree with {service} {deadline}",
    example: "every list of webapp should agree with consul within 5s",
    rests_on: [List],
    async fn every_list_agrees(world: &mut World, tier: Tier, should: Should, other: Service, deadline: Deadline) {
        let Some(declared) = declared(world, &tier) else { return };
        let expectation = EveryAgrees { tier: tier.0, services: declared.other_lists(), other: other.0 };
        world.expect(should.0, deadline.0, expectation).await;
    }
}

step! {
    /// A request sent since the step began went to an address that the tier's catalogue had listed and did no longer, by the service's own
    /// access log. There is no verdict without a request, or where HAProxy had tried another server first, which it does not name.
    Mechanism: "{service} {should} route to a terminated instance of {tier} {deadline}",
    example: "haproxy-1 should not route to a terminated instance of webapp throughout 10s",
    rests_on: [Requests, List],
    async fn routes(world: &mut World, service: Service, should: Should, tier: Tier, deadline: Deadline) {
        let Some(declared) = declared(world, &tier) else { return };
        let expectation = Routed { tier: tier.0, catalogue: declared.catalogue, balancers: Balancers::One(service.0) };
        world.expect(should.0, deadline.0, expectation).await;
    }
}

step! {
    /// The same for every service that lists a tier, runs and logs requests. Each has to have logged one.
    Mechanism: "any load balancer of {tier} {should} route to a terminated instance {deadline}",
    example: "any load balancer of webapp should not route to a terminated instance throughout 10s",
    rests_on: [Requests, List],
    async fn any_routes(world: &mut World, tier: Tier, should: Should, deadline: Deadline) {
        let Some(declared) = declared(world, &tier) else { return };
        let balancers = Balancers::Any(declared.other_lists());
        let expectation = Routed { tier: tier.0, catalogue: declared.catalogue, balancers };
        world.expect(should.0, deadline.0, expectation).await;
    }
}

step! {
    /// Of those in the catalogue for three seconds, as many as got none of the requests of that time, of which there are at least ten.
    Mechanism: "{tier} {should} have {comparison} idle instances {deadline}",
    example: "webapp should have exactly 0 idle instances within 5s",
    rests_on: [Requests, List],
    async fn has_idle(world: &mut World, tier: Tier, should: Should, comparison: Comparison, deadline: Deadline) {
        let Some(declared) = declared(world, &tier) else { return };
        let expectation = Idle { tier: tier.0, catalogue: declared.catalogue, comparison: comparison.0 };
        world.expect(should.0, deadline.0, expectation).await;
    }
}

#[cfg(test)]
mod tests {
    use relapse_model::expect::Expectation;

    use super::*;
    use crate::vocabulary::evidence::tests::{agrees, timeline};
    use crate::vocabulary::phrases;

    #[test]
    fn those_that_ask_the_lab_for_its_tier_rest_on_what_their_expectations_do() {
        let (tier, service, catalogue) = ("webapp".to_owned(), "nginx".to_owned(), "consul".to_owned());
        let comparison: relapse_model::expect::logged::Comparison = "exactly 0".parse().unwrap();
        let routed = |balancers| Routed { tier: tier.clone(), catalogue: catalogue.clone(), balancers };
        let expectations: [(&str, Box<dyn Expectation>); 5] = [
            (
                "stale",
                Box::new(Listed { tier: tier.clone(), service: service.clone(), stale_in: Some(catalogue.clone()), comparison }),
            ),
            (
                "every list",
                Box::new(EveryAgrees { tier: tier.clone(), services: vec![service.clone()], other: catalogue.clone() }),
            ),
            ("{service} {should} route", Box::new(routed(Balancers::One(service.clone())))),
            ("any load balancer", Box::new(routed(Balancers::Any(vec![service])))),
            ("idle", Box::new(Idle { tier: tier.clone(), catalogue: catalogue.clone(), comparison })),
        ];
        for (words, expectation) in expectations {
            let phrase = phrases().iter().find(|phrase| phrase.expression.contains(words)).unwrap();
            let sources = expectation.sources(&timeline());
            assert!(agrees(phrase.rests_on, sources.as_deref()), "`{}` rests on {sources:?}", phrase.expression);
        }
    }
}
