//! What it can be asked: `scale WHAT COUNT --order=… --zone=…`, which becomes `POST /WHAT/COUNT?order=…&zone=…`. An empty word is as good
//! as none, so that a topology's command can leave both to a step.

use std::fmt;
use std::str::FromStr;

use anyhow::anyhow;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::policy::Policy;

/// Where the number leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum What {
    /// So many in all.
    To,
    /// So many more.
    Out,
    /// So many less.
    In,
    /// So many, each by a new one.
    Replace,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::To => "to",
            Self::Out => "out",
            Self::In => "in",
            Self::Replace => "replace",
        })
    }
}

/// Where the number counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Where {
    /// In the whole tier, wherever its instances are.
    Tier,
    Zone(String),
    /// In one zone after the other.
    EachZone,
}

/// The words of order and zone, as they are sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, clap::Args)]
pub(super) struct Words {
    /// Who goes first, `oldest-first` or `newest-first`; empty: by the autoscaler's own policy.
    #[arg(long, default_value = "")]
    #[serde(default)]
    order: String,
    /// A zone's name, or `each`: so many in every zone, zone by zone; empty: in the whole tier.
    #[arg(long, default_value = "")]
    #[serde(default)]
    zone: String,
}

impl Words {
    /// The order, where there is a word for it.
    ///
    /// # Errors
    /// When it is no order.
    pub(super) fn order(&self) -> anyhow::Result<Option<Policy>> {
        let order = (!self.order.is_empty()).then(|| Policy::from_str(&self.order, false)).transpose();
        order.map_err(|_| anyhow!("there is no order {:?}: expected oldest-first or newest-first", self.order))
    }

    pub(super) fn zone(&self) -> Where {
        match self.zone.as_str() {
            "" => Where::Tier,
            "each" => Where::EachZone,
            zone => Where::Zone(zone.to_owned()),
        }
    }
}

impl FromStr for What {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        <Self as ValueEnum>::from_str(text, false).map_err(|_| anyhow!("{text:?}: expected to, out, in or replace"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(order: &str, zone: &str) -> Words {
        Words { order: order.into(), zone: zone.into() }
    }

    #[test]
    fn empty_words_leave_it_to_the_autoscaler() {
        let none = words("", "");
        assert_eq!((none.order().unwrap(), none.zone()), (None, Where::Tier));
        let some = words("newest-first", "b");
        assert_eq!((some.order().unwrap(), some.zone()), (Some(Policy::NewestFirst), Where::Zone("b".into())));
        assert_eq!(words("", "each").zone(), Where::EachZone);
    }

    #[test]
    fn what_is_no_order_is_refused_with_what_there_is() {
        let error = words("largest-first", "").order().unwrap_err().to_string();
        assert_eq!(error, "there is no order \"largest-first\": expected oldest-first or newest-first");
    }
}
