//! What others get while something goes on: a user who asks again and again, how long answers take, what holds a part up.

use std::str::FromStr;

use cucumber::{Parameter, then, when};
use relapse_model::expect::a_turn::ATurn;
use relapse_model::expect::deadline::milliseconds;
use relapse_model::expect::latency::{self, Latency};
use relapse_model::expect::throttled::Throttled;

use super::parameters::{Deadline, Part, Pattern, Should, Type, Url, User};
use super::world::World;

/// `100ms`, `1s`.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "time", regex = r"\d+(?:\.\d+)?(?:ms|s|m)")]
struct Time(u32);

impl FromStr for Time {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match u32::try_from(milliseconds(text)?) {
            Ok(0) => Err(format!("`{text}` is no pace: nothing would be asked; write 100ms or 1s")),
            Ok(ms) => Ok(Self(ms)),
            Err(_) => Err(format!("`{text}` is too long: write 100ms or 1s")),
        }
    }
}

/// `500KB`, `2MB`.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "size", regex = r"\d+(?:KB|MB)")]
struct Size(u32);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, unit) = text.split_at(text.len().saturating_sub(2));
        let number: u32 = number.parse().map_err(|_| format!("`{text}` is no size: write 500KB or 2MB"))?;
        let bytes = number.checked_mul(if unit == "MB" { 1_000_000 } else { 1_000 });
        bytes.map(Self).ok_or_else(|| format!("`{text}` is more than can be sent: write 500KB or 2MB"))
    }
}

/// A figure over a user's requests.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "measure", regex = r"median latency|p95 latency|error rate|rate of \d{3}")]
struct Measure(latency::Measure);

impl FromStr for Measure {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self(match text {
            "p95 latency" => latency::Measure::P95,
            "error rate" => latency::Measure::ErrorRate,
            "median latency" => latency::Measure::Median,
            share => latency::Measure::Share(
                share.trim_start_matches("rate of ").parse().map_err(|_| format!("`{text}` names no status"))?,
            ),
        }))
    }
}

/// `above 30ms`, `below 5%`.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "bound", regex = r"(?:above|below) \d+(?:\.\d+)?(?:ms|s|%)")]
struct Bound(latency::Bound);

impl FromStr for Bound {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

#[when(expr = "{user} asks for {url} every {time}")]
async fn asks(world: &mut World, user: User, url: Url, every: Time) {
    let result = match world.lab() {
        Some(lab) => Some(lab.ask(&user.0, &url.0, None, every.0).await),
        None => None,
    };
    world.acted(result);
}

#[when(expr = "{user} uploads {size} to {url} every {time}")]
async fn uploads(world: &mut World, user: User, size: Size, url: Url, every: Time) {
    let result = match world.lab() {
        Some(lab) => Some(lab.ask(&user.0, &url.0, Some(size.0), every.0).await),
        None => None,
    };
    world.acted(result);
}

#[then(expr = "the {measure} of {user} {should} be {bound} {deadline}")]
async fn measures(world: &mut World, measure: Measure, user: User, should: Should, bound: Bound, deadline: Deadline) {
    world.expect(should.0, deadline.0, Latency { user: user.0, measure: measure.0, bound: bound.0 }).await;
}

#[then(expr = "{part} {should} be throttled {deadline}")]
async fn is_throttled(world: &mut World, part: Part, should: Should, deadline: Deadline) {
    let expectation = Throttled { part: part.0.clone() };
    world.expect_probing(should.0, deadline.0, expectation, async |lab| lab.usage(&part.0).await).await;
}

#[then(expr = "{user} {should} ask {part} for {int} of {pattern} for each of {pattern} {deadline}")]
#[expect(clippy::too_many_arguments, reason = "one a word of the phrase")]
async fn asks_a_turn(
    world: &mut World,
    user: User,
    should: Should,
    part: Part,
    number: usize,
    counted: Pattern,
    each: Pattern,
    deadline: Deadline,
) {
    let expectation = ATurn { user: user.0, part: part.0, number, counted: counted.0, each: each.0 };
    world.expect(should.0, deadline.0, expectation).await;
}

/// The parameter types of this file.
pub(super) const TYPES: &[Type] = &[Type::of::<Time>(), Type::of::<Size>(), Type::of::<Measure>(), Type::of::<Bound>()];
