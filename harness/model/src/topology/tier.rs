//! Tiers and flags, as the section `x-relapse` declares them: what `{tier} scales to {int}` and `{flag} is at {percent}` run, and where a
//! tier's instances are listed. Any command of any service will do: a cloud's, an orchestrator's, ours.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A command, and the service in which it is run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// The service.
    #[serde(alias = "part")]
    pub service: String,
    /// With its arguments. Those of a tier have `{count}`, `{direction}`, `{order}` and `{zone}` in them, a flag's has `{percent}`.
    pub command: Vec<String>,
}

impl Command {
    /// The command with values in the place of `{name}`; what has no value is empty.
    ///
    /// # Errors
    /// When the command has no place for a value that it must not miss.
    fn filled(&self, values: &[(&str, &str, Needed)]) -> Result<Vec<String>, String> {
        let place = |name: &str| format!("{{{name}}}");
        let missed = |(name, value, needed): &&(&str, &str, Needed)| {
            *needed == Needed::Yes && !value.is_empty() && !self.command.iter().any(|word| word.contains(&place(name)))
        };
        if let Some((name, value, _)) = values.iter().find(missed) {
            let command = self.command.join(" ");
            return Err(format!("x-relapse: `{command}` has no `{{{name}}}`, so it cannot be told `{value}`"));
        }
        let fill = |word: &String| values.iter().fold(word.clone(), |word, (name, value, _)| word.replace(&place(name), value));
        Ok(self.command.iter().map(fill).collect())
    }

    /// The command that brings a flag to a percentage.
    #[must_use]
    pub fn at_percent(&self, percent: usize) -> Vec<String> {
        self.command.iter().map(|word| word.replace("{percent}", &percent.to_string())).collect()
    }
}

/// Whether a command without a place for a value would do something else than was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needed {
    Yes,
    No,
}

/// What is asked of a tier.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scaling {
    /// Whether to so many, or by so many.
    pub direction: Direction,
    /// How many.
    pub count: usize,
    /// Which go first; `None` leaves that to the tier.
    pub order: Option<Order>,
    /// Where; `None` is the whole tier.
    pub zone: Option<String>,
}

/// `{direction}` in a command.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Direction {
    /// `to`, for replacements as well.
    #[default]
    To,
    /// `out`.
    Out,
    /// `in`.
    In,
}

/// `{order}` in a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// `oldest-first`.
    OldestFirst,
    /// `newest-first`.
    NewestFirst,
}

/// The zone that stands for each zone, one after the other.
pub const EACH_ZONE: &str = "each";

/// Instances that are started and terminated.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Brings it to `{count}` instances, if anything can; `{direction}` is `to`, `out` or `in`. `{order}` and `{zone}` are empty where the step says nothing.
    #[serde(default)]
    pub scale: Option<Command>,
    /// Replaces `{count}` of them, one after the other; `{order}` and `{zone}` as for `scale`.
    #[serde(default)]
    pub replace: Option<Command>,
    /// Of `lists`, the one that is right.
    pub catalogue: String,
    /// Who lists its instances: the service, and the command that tells, as `relapse_wire::members`, in that service or in one beside it.
    pub lists: BTreeMap<String, Command>,
}

impl Tier {
    /// The service and its command that scales it so.
    ///
    /// # Errors
    /// When the topology declares none, or it has no place for something that is asked.
    pub fn scaled(&self, scaling: &Scaling) -> Result<(&str, Vec<String>), String> {
        let (direction, needed) = match scaling.direction {
            Direction::To => ("to", Needed::No),
            Direction::Out => ("out", Needed::Yes),
            Direction::In => ("in", Needed::Yes),
        };
        scaling.fill("scale", self.scale.as_ref(), &[("direction", direction, needed)])
    }

    /// The service and its command that replaces so many; its direction is nothing.
    ///
    /// # Errors
    /// As for [`Self::scaled`].
    pub fn replaced(&self, scaling: &Scaling) -> Result<(&str, Vec<String>), String> {
        scaling.fill("replace", self.replace.as_ref(), &[])
    }

    /// The services that list it, other than the catalogue.
    #[must_use]
    pub fn other_lists(&self) -> Vec<String> {
        self.lists.keys().filter(|service| **service != self.catalogue).cloned().collect()
    }
}

impl Scaling {
    fn fill<'a>(
        &self,
        what: &str,
        command: Option<&'a Command>,
        more: &[(&str, &str, Needed)],
    ) -> Result<(&'a str, Vec<String>), String> {
        let command = command.ok_or_else(|| format!("x-relapse: the tier declares no `{what}`, so nothing can {what} it"))?;
        let order = match self.order {
            None => "",
            Some(Order::OldestFirst) => "oldest-first",
            Some(Order::NewestFirst) => "newest-first",
        };
        let count = self.count.to_string();
        let zone = self.zone.as_deref().unwrap_or_default();
        let values = [("count", &*count, Needed::No), ("order", order, Needed::Yes), ("zone", zone, Needed::Yes)];
        Ok((&command.service, command.filled(&[more, &values].concat())?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tier(scale: &[&str], replace: &[&str]) -> Tier {
        let command = |words: &[&str]| Command {
            service: "autoscaler".into(),
            command: words.iter().map(|word| (*word).to_owned()).collect(),
        };
        let lists = ["consul", "haproxy-1"].map(|service| (service.to_owned(), command(&["members"])));
        let (scale, replace) = (Some(command(scale)), Some(command(replace)));
        Tier { scale, replace, catalogue: "consul".into(), lists: lists.into() }
    }

    #[test]
    fn the_commands_of_a_tier_are_told_all_that_a_step_says() {
        let tier = tier(
            &["scale", "{direction}", "{count}", "--order={order}", "--zone={zone}"],
            &["scale", "replace", "{count}", "--order={order}", "--zone={zone}"],
        );
        let line = |words: Result<(&str, Vec<String>), String>| words.unwrap().1.join(" ");
        let plain = Scaling { count: 11, ..Scaling::default() };
        assert_eq!(line(tier.scaled(&plain)), "scale to 11 --order= --zone=");
        let order = Some(Order::NewestFirst);
        let wanted = Scaling { direction: Direction::In, count: 2, order, zone: Some("a".into()) };
        assert_eq!(line(tier.scaled(&wanted)), "scale in 2 --order=newest-first --zone=a");
        let out = Scaling { direction: Direction::Out, ..plain.clone() };
        assert_eq!(line(tier.scaled(&out)), "scale out 11 --order= --zone=");
        let each = Scaling { order: Some(Order::OldestFirst), zone: Some(EACH_ZONE.into()), ..plain };
        assert_eq!(line(tier.replaced(&each)), "scale replace 11 --order=oldest-first --zone=each");
        assert_eq!(tier.other_lists(), ["haproxy-1"]);
    }

    #[test]
    fn what_a_command_cannot_be_told_is_refused_and_not_done_otherwise() {
        let tier = tier(&["scale-to", "{count}"], &["replace", "{count}"]);
        let plain = Scaling { count: 3, ..Scaling::default() };
        assert_eq!(tier.scaled(&plain).unwrap().1, ["scale-to", "3"]);
        assert_eq!(tier.replaced(&plain).unwrap().1, ["replace", "3"]);
        let fixed = Tier { scale: None, ..tier.clone() };
        assert_eq!(fixed.scaled(&plain).unwrap_err(), "x-relapse: the tier declares no `scale`, so nothing can scale it");
        let out = tier.scaled(&Scaling { direction: Direction::Out, ..plain.clone() }).unwrap_err();
        assert_eq!(out, "x-relapse: `scale-to {count}` has no `{direction}`, so it cannot be told `out`");
        assert!(tier.replaced(&Scaling { zone: Some("a".into()), ..plain.clone() }).unwrap_err().contains("`{zone}`"));
        assert!(tier.scaled(&Scaling { order: Some(Order::OldestFirst), ..plain }).unwrap_err().contains("`{order}`"));
    }
}
