//! `{cookie} should not be sent to {host}`: over all requests to that host, by all users, whether they visit or ask again and again.

use super::{Expectation, Kind, Observation};
use crate::place::same_host;
use crate::timeline::{Record, Timeline};
use relapse_wire::visit::Withheld;

/// A cookie was sent to a host.
#[derive(Debug, Clone)]
pub struct CookieSent {
    /// The cookie's name.
    pub cookie: String,
    /// The host.
    pub host: String,
}

/// The host of a request, and the cookies that were sent with it and withheld from it.
fn request(what: &Record) -> Option<(&str, &[String], &[Withheld])> {
    match what {
        // Nobody was asked for what came from a cache.
        Record::Hop { hop, .. } if !hop.cached => Some((&hop.host, &hop.sent, &hop.withheld)),
        Record::Sample { sample, .. } => Some((&sample.host, &sample.sent, &sample.withheld)),
        _ => None,
    }
}

impl Expectation for CookieSent {
    fn kind(&self) -> Kind {
        Kind::Event
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let (mut requests, mut sent, mut withheld, mut why) = (0, 0, 0, None);
        for (host, cookies, kept) in timeline.entries().iter().filter_map(|entry| request(&entry.what)) {
            if !same_host(host, &self.host) {
                continue;
            }
            requests += 1;
            sent += usize::from(cookies.contains(&self.cookie));
            if let Some(cookie) = kept.iter().find(|cookie| cookie.name == self.cookie) {
                withheld += 1;
                why = Some(cookie.why.as_str());
            }
        }
        if requests == 0 {
            return Observation::unknown(NoCookie::NoRequest { host: self.host.clone() });
        }
        let reason = why.map(|why| format!(": {why}")).unwrap_or_default();
        let seen =
            format!("{requests} requests to {}: {} sent with {sent}, withheld from {withheld}{reason}", self.host, self.cookie);
        // A jar that never held the cookie could not have sent it: that proves nothing.
        if sent + withheld == 0 {
            Observation::unknown(NoCookie::NeverHeld { seen, cookie: self.cookie.clone() })
        } else {
            Observation::of(sent > 0, seen)
        }
    }
}

crate::reasons! {
    /// Why it is not known whether a cookie is sent.
    pub(super) enum NoCookie {
        /// Nobody asked that host for anything in this scenario.
        NoRequest { host: String = "app" } is "no-request-to-host",
            says "no request was sent to {host}",
            next "let somebody open a page at {host} first (`When alice opens http://{host}/`)";
        /// A jar that never held the cookie could not have sent it: that it did not proves nothing.
        NeverHeld { seen: String = "2 requests to app: token sent with 0, withheld from 0", cookie: String = "token" } is "cookie-never-held",
            says "{seen}; the jar held none",
            next "let the user get {cookie} first, as by logging in (`Given alice is logged-in at HOST`)";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect::Fact;
    use relapse_wire::poll::Sample;

    #[test]
    fn what_is_asked_again_and_again_counts_as_well() {
        let mut timeline = Timeline::default();
        let sample = Sample { status: Some(200), host: "app".into(), sent: vec!["c".into()], ..Sample::default() };
        timeline.push(1, Record::Sample { user: "kaz".into(), sample });
        let look = |host: &str| CookieSent { cookie: "c".into(), host: host.into() }.look(&timeline).fact;
        assert_eq!((look("APP"), look("app-1")), (Fact::So, Fact::Unknown));
    }
}
