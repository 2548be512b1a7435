//! Tiers that come to have more or fewer instances, or other ones; and flags.

use std::str::FromStr;

use cucumber::Parameter;
use relapse_model::topology::{Direction, EACH_ZONE, Order, Scaling};

use crate::vocabulary::World;
use crate::vocabulary::parameters::Tier;
use crate::{parameter, step};

/// `to 11`, `out by 2`, `in by 2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameter)]
#[param(name = "amount", regex = r"(?:to|out by|in by) \d+")]
struct Amount(Direction, usize);

parameter!(Amount);

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

parameter!(Selection);

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

parameter!(Flag names Flag);

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

parameter!(Percent);

impl FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.trim_end_matches('%').parse().ok().filter(|percent| *percent <= 100);
        number.map(Self).ok_or_else(|| format!("`{text}` is no percentage: write 0% to 100%"))
    }
}

step! {
    /// `to 11`, `out by 2` or `in by 2`, by the command that the topology declares; ends when that command does. Then, if it matters,
    /// ` in zone a` or ` zone by zone` (so many in each), and `, oldest first` or `, newest first`.
    Trigger: "{tier} scales {amount}{selection}",
    example: "webapp scales in by 2 in zone a, newest first",
    async fn scales(world: &mut World, tier: Tier, amount: Amount, selection: Selection) {
        let scaling = Scaling { direction: amount.0, count: amount.1, order: selection.1, zone: selection.0 };
        world.act(async |lab| lab.scale(&tier.0, &scaling).await).await;
    }
}

step! {
    /// A rolling replacement of so many instances, likewise.
    Trigger: "{tier} replaces {int}{selection}",
    example: "webapp replaces 8, oldest first",
    async fn replaces(world: &mut World, tier: Tier, count: usize, selection: Selection) {
        let scaling = Scaling { count, order: selection.1, zone: selection.0, ..Scaling::default() };
        world.act(async |lab| lab.replace(&tier.0, &scaling).await).await;
    }
}

step! {
    /// The percentage of requests that a flag of the topology is on for.
    Trigger: "{flag} is at {percent}",
    example: "slow-search is at 100%",
    async fn is_at(world: &mut World, flag: Flag, percent: Percent) {
        world.act(async |lab| lab.flag(&flag.0, percent.0).await).await;
    }
}

#[cfg(test)]
mod tests {
    use cucumber::World as _;

    use super::*;
    use crate::vocabulary::{arguments, phrases};

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
        let step = |text: &str| {
            let phrase = phrases().iter().find(|phrase| phrase.expression.starts_with("{tier} scales"));
            phrase.map(|phrase| gherkin::Step { value: text.to_owned(), ..phrase.step() })
        };
        for example in [
            "webapp scales to 11",
            "webapp scales out by 2, oldest first",
            "webapp scales in by 2 in zone a, newest first",
            "webapp replaces 8",
            "webapp replaces 3 zone by zone",
            "webapp replaces 3 in zone a",
        ] {
            let found = steps.find(&step(example).unwrap()).ok().flatten();
            // Every parameter has its word, though it be empty: `lint` takes them in their order.
            assert_eq!(found.map(|(.., context)| arguments(&context).len()), Some(3), "{example}");
        }
        for wrong in ["webapp scales to 11 in zone", "webapp scales by 2", "webapp replaces 8 oldest first"] {
            assert!(matches!(steps.find(&step(wrong).unwrap()), Ok(None)), "{wrong}");
        }
    }
}
