//! `{user} should see {text} at {url}`: the page on which the latest visit came to rest.

use super::{Expectation, Fact, Kind, Observation};
use crate::place::Place;
use crate::timeline::{Source, TOO_MANY_REDIRECTS, Timeline, visit_end};
use relapse_wire::visit::End;

/// The visit ended on a page that shows the text; the browser's own page at its limit of redirects is one.
#[derive(Debug, Clone)]
pub struct Seen {
    user: String,
    text: String,
    at: Place,
    written: String,
}

impl Seen {
    /// `url` is the page's, or one that it lies below.
    ///
    /// # Errors
    /// In words, when it is no URL.
    pub fn new(user: String, text: String, url: &str) -> Result<Self, String> {
        Ok(Self { user, text, at: Place::url(url)?, written: url.to_owned() })
    }
}

impl Expectation for Seen {
    fn kind(&self) -> Kind {
        Kind::Visit
    }

    fn sources(&self, _: &Timeline) -> Option<Vec<Source>> {
        Some(vec![Source::Visits { user: self.user.clone() }])
    }

    fn since_ms(&self, timeline: &Timeline) -> u64 {
        timeline.visit_began_ms(&self.user)
    }

    fn look(&self, timeline: &Timeline) -> Observation {
        let user = &self.user;
        let Some(end) = timeline.visit_end(user) else {
            if let Some((ms, asked)) = timeline.waits(user).last() {
                let waits = crate::text::seconds(ms);
                return Observation::of(false, format!("{user} has no answer from {} yet, for {waits}", asked.url));
            }
            let hops = timeline.hops(user).count();
            return match timeline.hops(user).last() {
                Some((_, hop)) => {
                    Observation::of(false, format!("{user} is still on the way after {hops} requests, at {}", hop.url))
                }
                None => Observation::unknown(NoPage::NothingOpened { user: user.clone() }),
            };
        };
        let told = format!("{user} {}", visit_end(end));
        let (url, shown, cut) = match end {
            End::Page { url, shown, shown_cut, .. } => (url, shown.as_str(), *shown_cut),
            End::TooManyRedirects { url } => (url, TOO_MANY_REDIRECTS, false),
            End::NoAnswer { .. } => return Observation::new(Fact::Never, told),
            End::Cut { .. } => return Observation::of(false, told),
        };
        if !Place::url(url).is_ok_and(|place| self.at.covers(&place)) {
            // Elsewhere she may see it or not: of this page it says nothing.
            return Observation::unknown(NoPage::Elsewhere { told, url: self.written.clone() });
        }
        match shown.contains(&self.text) {
            true => Observation::new(Fact::So, told),
            false if cut => Observation::unknown(NoPage::Cut { told }),
            false => Observation::new(Fact::Never, told),
        }
    }
}

crate::reasons! {
    /// Why it is not known what a user sees.
    pub(super) enum NoPage {
        /// The user has opened no page in this scenario.
        NothingOpened { user: String = "alice" } is "nothing-opened",
            says "{user} opened nothing",
            next "let {user} open a page first: `When {user} opens URL`";
        /// The visit came to rest at another page, which says nothing of the one that is asked about.
        Elsewhere { told: String = "alice sees 200 at http://app/login: Log in", url: String = "http://app/" } is "page-elsewhere",
            says "{told}; that is not at {url}",
            next "name the page that is meant where the visit ended, or find out what led away from {url}: the report shows each hop";
        /// The page is longer than what is read of one, and the text may stand behind that.
        Cut { told: String = "alice sees 200 at http://app/: Welcome…" } is "page-cut",
            says "{told}; the page goes on, and its end was not read",
            next "look for a text nearer to the page's beginning, or let the page be shorter";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::{Client, Record};

    fn look(at: &str, url: &str, shown: &str, shown_cut: bool) -> Fact {
        let mut timeline = Timeline::default();
        timeline.push(0, Record::Opened { user: "alice".into(), url: url.into(), visit: 0, with: Client::Visitor });
        let end = End::Page { url: url.into(), status: 200, shown: shown.into(), links: Vec::new(), shown_cut };
        timeline.push(1, Record::VisitEnded { user: "alice".into(), visit: 0, end });
        Seen::new("alice".into(), "here".into(), at).unwrap().look(&timeline).fact
    }

    #[test]
    fn a_page_is_a_place_and_elsewhere_is_no_evidence() {
        assert_eq!(look("http://APP/", "http://app:80/a", "it is here", false), Fact::So);
        assert_eq!(look("http://app/", "http://app/", "nothing", false), Fact::Never);
        for elsewhere in ["http://app-1/", "http://app:8080/", "https://app/"] {
            assert_eq!(look("http://app/", elsewhere, "it is here", false), Fact::Unknown, "{elsewhere}");
        }
        assert_eq!(look("http://app/api", "http://app/apix", "it is here", false), Fact::Unknown);
    }

    #[test]
    fn what_a_page_shows_beyond_what_was_read_is_not_known() {
        assert_eq!(look("http://app/", "http://app/", "nothing so far", true), Fact::Unknown);
        assert_eq!(look("http://app/", "http://app/", "it is here", true), Fact::So);
    }
}
