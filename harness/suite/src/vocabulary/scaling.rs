//! Tiers that come to have more or fewer instances, or other ones; flags; and the crowd that asks.

use std::str::FromStr;

use cucumber::{Parameter, when};
use relapse_model::topology::{Direction, EACH_ZONE, Order, Scaling};

use super::parameters::{Type, Url, User};
use super::tier::Tier;
use super::world::World;

/// `to 11`, `out by 2`, `in by 2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameter)]
#[param(name = "amount", regex = r"(?:to|out by|in by) \d+")]
struct Amount(Direction, usize);

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (word, count) = text.rsplit_once(' ').unwrap_or_default();
        let count = count.parse().map_err(|_| format!("`{text}`: write `to 11`, `out by 2` or `in by 2`"))?;
        let direction = match word {
            "out by" => Direction::Out,
            "in by" => Direction::In,
            _ => Direction::To,
        };
        Ok(Self(direction, count))
    }
}

/// Which instances: ` in zone a` or ` zone by zone`, then `, oldest first` or `, newest first`; each can be left out. It has its space or
/// comma itself, since one phrase serves with and without it.
#[derive(Debug, Clone, PartialEq, Eq, Parameter)]
#[param(name = "selection", regex = r"(?: in zone [a-z0-9][a-z0-9-]*| zone by zone)?(?:, (?:oldest|newest) first)?")]
struct Selection(Option<String>, Option<Order>);

impl FromStr for Selection {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (place, order) = text.split_once(", ").map_or((text, None), |(place, order)| (place, Some(order)));
        let zone = match place.strip_prefix(" in zone ") {
            Some(zone) => Some(zone.to_owned()),
            None => (place == " zone by zone").then(|| EACH_ZONE.to_owned()),
        };
        let order = order.map(|order| if order == "oldest first" { Order::OldestFirst } else { Order::NewestFirst });
        Ok(Self(zone, order))
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
        match text.trim_end_matches("/s").parse() {
            Ok(0) => Err(format!("`{text}` sends nothing: write 20/s")),
            Ok(rate) => Ok(Self(rate)),
            Err(_) => Err(format!("`{text}` is no rate: write 20/s")),
        }
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

#[when(expr = "{tier} scales {amount}{selection}")]
async fn scales(world: &mut World, tier: Tier, amount: Amount, selection: Selection) {
    let scaling = Scaling { direction: amount.0, count: amount.1, order: selection.1, zone: selection.0 };
    let result = match world.lab() {
        Some(lab) => Some(lab.scale(&tier.0, &scaling).await),
        None => None,
    };
    world.acted(result);
}

#[when(expr = "{tier} replaces {int}{selection}")]
async fn replaces(world: &mut World, tier: Tier, count: usize, selection: Selection) {
    let scaling = Scaling { count, order: selection.1, zone: selection.0, ..Scaling::default() };
    let result = match world.lab() {
        Some(lab) => Some(lab.replace(&tier.0, &scaling).await),
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

/// The parameter types of this file.
pub(super) const TYPES: &[Type] =
    &[Type::of::<Flag>(), Type::of::<Percent>(), Type::of::<Rate>(), Type::of::<Amount>(), Type::of::<Selection>()];

#[cfg(test)]
mod tests {
    use cucumber::World as _;

    use super::*;
    use crate::vocabulary::arguments;
    use crate::vocabulary::catalogue::{Phrase, step};
    use crate::vocabulary::role::Role;

    #[test]
    fn the_tail_of_a_phrase_says_where_and_who_goes_first_and_can_be_left_out() {
        let a = || Some("a".to_owned());
        for (text, zone, order) in [
            ("", None, None),
            (", oldest first", None, Some(Order::OldestFirst)),
            (" in zone a", a(), None),
            (" in zone a, newest first", a(), Some(Order::NewestFirst)),
            (" zone by zone", Some(EACH_ZONE.to_owned()), None),
        ] {
            assert_eq!(text.parse(), Ok(Selection(zone, order)), "{text}");
        }
    }

    #[test]
    fn an_amount_is_a_number_to_come_to_or_to_change_by() {
        assert_eq!("to 11".parse(), Ok(Amount(Direction::To, 11)));
        assert_eq!("out by 2".parse(), Ok(Amount(Direction::Out, 2)));
        assert_eq!("in by 30".parse(), Ok(Amount(Direction::In, 30)));
    }

    #[test]
    fn one_phrase_serves_with_and_without_its_tail() {
        let steps = World::collection();
        for example in [
            "webapp scales to 11",
            "webapp scales out by 2, oldest first",
            "webapp scales in by 2 in zone a, newest first",
            "webapp replaces 8",
            "webapp replaces 3 zone by zone",
            "webapp replaces 3 in zone a",
        ] {
            let phrase = Phrase { role: Role::Trigger, expression: "", about: "", example };
            let found = steps.find(&step(&phrase)).ok().flatten();
            // Every parameter has its word, though it be empty: `lint` takes them in their order.
            assert_eq!(found.map(|(.., context)| arguments(&context).len()), Some(3), "{example}");
        }
        for wrong in ["webapp scales to 11 in zone", "webapp scales by 2", "webapp replaces 8 oldest first"] {
            let phrase = Phrase { role: Role::Trigger, expression: "", about: "", example: wrong };
            assert!(matches!(steps.find(&step(&phrase)), Ok(None)), "{wrong}");
        }
    }
}
