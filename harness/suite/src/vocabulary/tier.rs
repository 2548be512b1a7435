//! Tiers: instances that come and go, who lists them, and the crowd that asks them.

use std::str::FromStr;

use cucumber::{Parameter, then, when};
use relapse_model::expect::members::{Listed, SameMembers};

use super::parameters::{Comparison, Deadline, Part, Should, Url, User};
use super::world::World;

/// A tier of the topology.
#[derive(Debug, Clone, Parameter)]
#[param(name = "tier", regex = r"[a-z0-9][a-z0-9_-]*")]
struct Tier(String);

impl FromStr for Tier {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self(text.to_owned()))
    }
}

/// A flag of the topology.
#[derive(Debug, Clone, Parameter)]
#[param(name = "flag", regex = r"[a-z0-9][a-z0-9_-]*")]
struct Flag(String);

impl FromStr for Flag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self(text.to_owned()))
    }
}

/// `100%`.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "percent", regex = r"\d+%")]
struct Percent(usize);

impl FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.trim_end_matches('%').parse().ok().filter(|percent| *percent <= 100);
        number.map(Self).ok_or_else(|| format!("`{text}` is no percentage: write 0% to 100%"))
    }
}

/// `20/s`.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "rate", regex = r"\d+/s")]
struct Rate(u32);

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.trim_end_matches("/s").parse().map(Self).map_err(|_| format!("`{text}` is no rate: write 20/s"))
    }
}

#[when(expr = "{user} sends {rate} to {url}")]
async fn sends(world: &mut World, user: User, rate: Rate, url: Url) {
    let result = match world.lab() {
        Some(lab) => Some(lab.load(&user.0, &url.0, rate.0).await),
        None => None,
    };
    world.acted(result);
}

#[when(expr = "{tier} scales to {int}")]
async fn scales(world: &mut World, tier: Tier, count: usize) {
    let result = match world.lab() {
        Some(lab) => Some(lab.scale(&tier.0, count).await),
        None => None,
    };
    world.acted(result);
}

#[when(expr = "{tier} replaces {int}")]
async fn replaces(world: &mut World, tier: Tier, count: usize) {
    let result = match world.lab() {
        Some(lab) => Some(lab.replace(&tier.0, count).await),
        None => None,
    };
    world.acted(result);
}

#[when(expr = "{flag} is at {percent}")]
async fn is_at(world: &mut World, flag: Flag, percent: Percent) {
    let result = match world.lab() {
        Some(lab) => Some(lab.flag(&flag.0, percent.0).await),
        None => None,
    };
    world.acted(result);
}

#[then(expr = "{part} {should} list {comparison} instances of {tier} {deadline}")]
async fn lists(world: &mut World, part: Part, should: Should, comparison: Comparison, tier: Tier, deadline: Deadline) {
    let expectation = Listed { tier: tier.0, part: part.0, stale_in: None, comparison: comparison.0 };
    world.expect(should.0, deadline.0, expectation).await;
}

#[then(expr = "{part} {should} list {comparison} stale instances of {tier} {deadline}")]
async fn lists_stale(world: &mut World, part: Part, should: Should, comparison: Comparison, tier: Tier, deadline: Deadline) {
    let catalogue = world.lab().and_then(|lab| lab.topology.tiers.get(&tier.0).map(|tier| tier.catalogue.clone()));
    let expectation = Listed { tier: tier.0, part: part.0, stale_in: catalogue, comparison: comparison.0 };
    world.expect(should.0, deadline.0, expectation).await;
}

#[then(expr = "{part} {should} agree with {part} on {tier} {deadline}")]
async fn agrees(world: &mut World, part: Part, should: Should, other: Part, tier: Tier, deadline: Deadline) {
    world.expect(should.0, deadline.0, SameMembers { tier: tier.0, part: part.0, other: other.0 }).await;
}

/// The parameter types of this file: names and regular expressions.
pub(super) const TYPES: &[(&str, &str)] =
    &[(Tier::NAME, Tier::REGEX), (Flag::NAME, Flag::REGEX), (Percent::NAME, Percent::REGEX), (Rate::NAME, Rate::REGEX)];
