//! `{user} should see {text} at {url}`: the page on which the latest visit came to rest.

use super::{Expectation, Fact, Kind, Sight};
use crate::timeline::Timeline;
use crate::wire::visit::End;

/// What Chromium's own page says at its limit of redirects.
const TOO_MANY_REDIRECTS: &str = "ERR_TOO_MANY_REDIRECTS";

/// The visit ended on a page that shows the text; the browser's own page at its limit of redirects is one.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Who visits.
    pub user: String,
    /// A part of what the page shows.
    pub text: String,
    /// The beginning of the page's URL.
    pub url: String,
}

impl Expectation for Seen {
    fn kind(&self) -> Kind {
        Kind::Event
    }

    fn look(&self, timeline: &Timeline) -> Sight {
        let Some(end) = timeline.visit_end(&self.user) else {
            let hops = timeline.hops(&self.user).count();
            return match timeline.hops(&self.user).last() {
                Some((_, hop)) => {
                    Sight::of(false, format!("{} is still on the way after {hops} requests, at {}", self.user, hop.url))
                }
                None => Sight::unknown(format!("{} opened nothing", self.user)),
            };
        };
        let page = match end {
            End::Page { url, shown, .. } => Some((url, shown.as_str())),
            End::TooManyRedirects { url } => Some((url, TOO_MANY_REDIRECTS)),
            End::NoAnswer { .. } | End::Cut { .. } => None,
        };
        let so = page.is_some_and(|(url, shown)| url.starts_with(&self.url) && shown.contains(&self.text));
        Sight { fact: if so { Fact::So } else { Fact::Never }, seen: format!("{} {}", self.user, describe(end)) }
    }
}

/// How a visit ended, for people.
#[must_use]
pub fn describe(end: &End) -> String {
    match end {
        End::Page { url, status, shown, .. } => format!("sees {status} at {url}: {}", shown.trim()),
        End::TooManyRedirects { url } => {
            format!("was stopped by the browser's limit of redirects, at {url}: {TOO_MANY_REDIRECTS}")
        }
        End::NoAnswer { url, why } => format!("got no answer from {url}: {why}"),
        End::Cut { limit } => format!("was still on the way when the tab closed ({limit})"),
    }
}
