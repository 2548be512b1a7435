//! Who and what is spoken of: users, services, hosts, tiers.

use std::str::FromStr;

use cucumber::Parameter;
use relapse_model::expect::resolves;

use super::word::word;
use crate::parameter;

word!(
    /// Somebody who visits, pushes, logs in.
    User names User, "user", r"[A-Za-z0-9][A-Za-z0-9_-]*"
);
word!(
    /// A service of the lab, or a container that a service has made.
    Service names Service, "service", r"[A-Za-z0-9][A-Za-z0-9_.-]*"
);
word!(
    /// The old name of [`Service`], for steps that were written with `{part}`.
    #[doc(hidden)]
    Part names Service, "part", r"[A-Za-z0-9][A-Za-z0-9_.-]*"
);
word!(
    /// A tier of the topology.
    Tier names Tier, "tier", r"[a-z0-9][a-z0-9_-]*"
);
word!(
    /// A host name.
    Host names Host, "host", r"[A-Za-z0-9][A-Za-z0-9.-]*"
);
word!(
    /// A URL with its scheme.
    Url names Url, "url", r"(?:https?|ws)://\S+"
);

/// A host, or a host and the beginning of a path: `q.trap.jp/api/1.0/`.
#[derive(Debug, Clone, Parameter)]
#[param(name = "pattern", regex = r"[^\s]+")]
pub struct Pattern(pub String);

parameter!(Pattern names Requests);

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let host = text.split('/').next().unwrap_or_default();
        let fits = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        if text.contains("://") {
            return Err(format!(
                "`{text}` has a scheme, which no access log has: write the host, then a path, such as `shop.test/api/`"
            ));
        }
        if host.is_empty() || !host.chars().all(fits) {
            return Err(format!("`{text}` names no host: write the host, then a path if you like, such as `shop.test/api/`"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// Whose addresses a name has: `lb-1`, `lb-1 and lb-2`, `lb-1 only`, `nothing`.
#[derive(Debug, Clone, Parameter)]
#[param(name = "owners", regex = r"[A-Za-z0-9][A-Za-z0-9_.-]*(?: and [A-Za-z0-9][A-Za-z0-9_.-]*)*(?: only)?")]
pub struct Owners(pub resolves::Owners);

parameter!(Owners names Services);

impl FromStr for Owners {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}
