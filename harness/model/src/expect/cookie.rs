//! `{cookie} should not be sent to {host}`: over all requests to that host, by all users.

use super::{Expectation, Kind, Sight};
use crate::timeline::Timeline;

/// A cookie was sent to a host.
#[derive(Debug, Clone)]
pub struct CookieSent {
    /// The cookie's name.
    pub cookie: String,
    /// The host.
    pub host: String,
}

impl Expectation for CookieSent {
    fn kind(&self) -> Kind {
        Kind::Event
    }

    fn look(&self, timeline: &Timeline) -> Sight {
        let (mut requests, mut sent, mut withheld, mut why) = (0, 0, 0, None);
        for (_, hop) in timeline.all_hops().filter(|(_, hop)| hop.host == self.host) {
            requests += 1;
            sent += usize::from(hop.sent.contains(&self.cookie));
            if let Some(cookie) = hop.withheld.iter().find(|cookie| cookie.name == self.cookie) {
                withheld += 1;
                why = Some(cookie.why.as_str());
            }
        }
        if requests == 0 {
            return Sight::unknown(format!("no request was sent to {}", self.host));
        }
        let reason = why.map(|why| format!(": {why}")).unwrap_or_default();
        let seen =
            format!("{requests} requests to {}: {} sent with {sent}, withheld from {withheld}{reason}", self.host, self.cookie);
        // A jar that never held the cookie could not have sent it: that proves nothing.
        if sent + withheld == 0 { Sight::unknown(format!("{seen}; the jar held none")) } else { Sight::of(sent > 0, seen) }
    }
}
