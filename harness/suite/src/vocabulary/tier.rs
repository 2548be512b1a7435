//! Tiers: who lists their instances, who routes to them, and who gets the requests.

use std::str::FromStr;

use cucumber::{Parameter, then};
use relapse_model::expect::every::EveryAgrees;
use relapse_model::expect::idle::Idle;
use relapse_model::expect::members::{Listed, SameMembers};
use relapse_model::expect::routed::{Balancers, Routed};
use relapse_model::topology;

use super::parameters::{Comparison, Deadline, Part, Should, Type};
use super::world::World;

/// A tier of the topology.
#[derive(Debug, Clone, Parameter)]
#[param(name = "tier", regex = r"[a-z0-9][a-z0-9_-]*")]
pub(super) struct Tier(pub(super) String);

impl FromStr for Tier {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self(text.to_owned()))
    }
}

/// The tier as the topology declares it; that there is none is trouble.
fn declared(world: &mut World, tier: &Tier) -> Option<topology::Tier> {
    match world.lab()?.tier(&tier.0).cloned() {
        Ok(declared) => Some(declared),
        Err(error) => {
            world.acted(Some(Err(error)));
            None
        }
    }
}

#[then(expr = "{part} {should} list {comparison} instances of {tier} {deadline}")]
async fn lists(world: &mut World, part: Part, should: Should, comparison: Comparison, tier: Tier, deadline: Deadline) {
    let expectation = Listed { tier: tier.0, part: part.0, stale_in: None, comparison: comparison.0 };
    world.expect(should.0, deadline.0, expectation).await;
}

#[then(expr = "{part} {should} list {comparison} stale instances of {tier} {deadline}")]
async fn lists_stale(world: &mut World, part: Part, should: Should, comparison: Comparison, tier: Tier, deadline: Deadline) {
    let Some(declared) = declared(world, &tier) else { return };
    let expectation = Listed { tier: tier.0, part: part.0, stale_in: Some(declared.catalogue), comparison: comparison.0 };
    world.expect(should.0, deadline.0, expectation).await;
}

#[then(expr = "{part} {should} agree with {part} on {tier} {deadline}")]
async fn agrees(world: &mut World, part: Part, should: Should, other: Part, tier: Tier, deadline: Deadline) {
    world.expect(should.0, deadline.0, SameMembers { tier: tier.0, part: part.0, other: other.0 }).await;
}

#[then(expr = "every list of {tier} {should} agree with {part} {deadline}")]
async fn every_list_agrees(world: &mut World, tier: Tier, should: Should, other: Part, deadline: Deadline) {
    let Some(declared) = declared(world, &tier) else { return };
    let expectation = EveryAgrees { tier: tier.0, parts: declared.other_lists(), other: other.0 };
    world.expect(should.0, deadline.0, expectation).await;
}

#[then(expr = "{part} {should} route to a terminated instance of {tier} {deadline}")]
async fn routes(world: &mut World, part: Part, should: Should, tier: Tier, deadline: Deadline) {
    let Some(declared) = declared(world, &tier) else { return };
    let expectation = Routed { tier: tier.0, catalogue: declared.catalogue, balancers: Balancers::One(part.0) };
    world.expect(should.0, deadline.0, expectation).await;
}

#[then(expr = "any load balancer of {tier} {should} route to a terminated instance {deadline}")]
async fn any_routes(world: &mut World, tier: Tier, should: Should, deadline: Deadline) {
    let Some(declared) = declared(world, &tier) else { return };
    let balancers = Balancers::Any(declared.other_lists());
    let expectation = Routed { tier: tier.0, catalogue: declared.catalogue, balancers };
    world.expect(should.0, deadline.0, expectation).await;
}

#[then(expr = "{tier} {should} have {comparison} idle instances {deadline}")]
async fn has_idle(world: &mut World, tier: Tier, should: Should, comparison: Comparison, deadline: Deadline) {
    let Some(declared) = declared(world, &tier) else { return };
    let expectation = Idle { tier: tier.0, catalogue: declared.catalogue, comparison: comparison.0 };
    world.expect(should.0, deadline.0, expectation).await;
}

/// The parameter type of this file.
pub(super) const TYPES: &[Type] = &[Type::of::<Tier>()];
