//! Traffic: users who ask again and again while something goes on, and what they get.

use std::str::FromStr;

use cucumber::Parameter;
use relapse_model::expect::deadline::milliseconds;
use relapse_model::expect::latency::{self, Latency};

use crate::vocabulary::World;
use crate::vocabulary::parameters::{Deadline, Should, Url, User};
use crate::{parameter, step};

/// `100ms`, `1s`.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "time", regex = r"\d+(?:\.\d+)?(?:ms|s|m)")]
struct Time(u32);

parameter!(Time);

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

parameter!(Size);

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

parameter!(Measure);

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

parameter!(Bound);

impl FromStr for Bound {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

/// `20/s`.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "rate", regex = r"\d+/s")]
struct Rate(u32);

parameter!(Rate);

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim_end_matches("/s").parse() {
            Ok(0) => Err(format!("`{text}` sends nothing: write 20/s")),
            Ok(rate) => Ok(Self(rate)),
            Err(_) => Err(format!("`{text}` is no rate: write 20/s")),
        }
    }
}

step! {
    /// Asks again and again, with the user's cookies, until the user leaves; whether or not the request before was answered.
    Demand: "{user} asks for {url} every {time}",
    example: "kaz asks for https://q.trap.jp/api/1.0/users/me every 100ms",
    async fn asks(world: &mut World, user: User, url: Url, every: Time) {
        world.act(async |lab| lab.ask(&user.0, &url.0, None, every.0).await).await;
    }
}

step! {
    /// The same, with an image of that size as the body of a POST.
    Demand: "{user} uploads {size} to {url} every {time}",
    example: "kaz uploads 500KB to https://q.trap.jp/api/1.0/files every 1s",
    async fn uploads(world: &mut World, user: User, size: Size, url: Url, every: Time) {
        world.act(async |lab| lab.ask(&user.0, &url.0, Some(size.0), every.0).await).await;
    }
}

step! {
    /// Many users, each asking once and on a connection of its own, at a fixed rate, until they leave.
    Demand: "{user} sends {rate} to {url}",
    example: "everybody sends 20/s to http://lb/",
    async fn sends(world: &mut World, user: User, rate: Rate, url: Url) {
        world.act(async |lab| lab.load(&user.0, &url.0, rate.0).await).await;
    }
}

step! {
    /// Median latency, p95 latency, error rate or the rate of one status, over the requests that a user who asks again and again sent since
    /// the last When, of the last three seconds; at least ten. A rate is judged from a second after that When on.
    Users: "the {measure} of {user} {should} be {bound} {deadline}",
    example: "the median latency of kaz should be above 30ms within 10s",
    rests_on: [Traffic],
    async fn measures(world: &mut World, measure: Measure, user: User, should: Should, bound: Bound, deadline: Deadline) {
        world.expect(should.0, deadline.0, Latency { user: user.0, measure: measure.0, bound: bound.0 }).await;
    }
}
