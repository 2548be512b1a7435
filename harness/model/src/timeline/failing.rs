//! What users meet at the end that is a failure whatever was expected: a server's error, no answer, a browser that gives up. That an incident
//! does not happen is not yet good, if this comes instead.

use std::collections::BTreeMap;

use super::{MIN_REQUESTS, NO_ANSWER_MS, RECENT_MS, Record, Timeline};
use relapse_wire::poll::Sample;
use relapse_wire::visit::End;

/// Of these so many in a hundred fail, or more.
const MAX_PERCENT: usize = 10;
impl Timeline {
    /// What each user meets now that is a failure, in words: of the latest visit, and of requests that were sent since the last When.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        let mut users: Vec<&str> = Vec::new();
        for entry in self.entries() {
            if let Record::Opened { user, .. } = &entry.what
                && !users.contains(&user.as_str())
            {
                users.push(user);
            }
        }
        users.into_iter().filter_map(|user| self.fails(user)).chain(self.failing_loads()).collect()
    }

    /// What is wrong with the end of a user's latest visit.
    fn fails(&self, user: &str) -> Option<String> {
        match self.visit_end(user) {
            Some(End::Page { url, status: status @ 500.., .. }) => Some(format!("{user} is answered {status} at {url}")),
            Some(End::NoAnswer { url, why }) => Some(format!("{user} gets no answer from {url}: {why}")),
            Some(End::TooManyRedirects { url }) => Some(format!("{user}'s browser gives up, after too many redirects, at {url}")),
            Some(_) => None,
            None => {
                let (_, asked) = self.waits(user).find(|(ms, _)| *ms >= NO_ANSWER_MS)?;
                Some(format!("{user} gets no answer from {}", asked.url))
            }
        }
    }

    fn failing_loads(&self) -> Vec<String> {
        let (now_ms, acted_ms) = (self.now_ms(), self.acted_ms());
        let mut samples: BTreeMap<&str, Vec<&Sample>> = BTreeMap::new();
        let mut waits: BTreeMap<&str, usize> = BTreeMap::new();
        let recent = self.entries().iter().rev().take_while(|entry| entry.at_ms + RECENT_MS >= now_ms);
        for entry in recent {
            match &entry.what {
                Record::Sample { user, sample } if self.at_unix_ms(sample.at_ms) >= acted_ms => {
                    samples.entry(user).or_default().push(sample)
                }
                Record::Out { user, out, .. } => {
                    let sent = out.due.iter().map(|due| self.at_unix_ms(*due));
                    let long = sent.filter(|sent| *sent >= acted_ms && sent + NO_ANSWER_MS <= now_ms).count();
                    // The newest tells.
                    waits.entry(user).or_insert(long);
                }
                _ => {}
            }
        }
        let users: std::collections::BTreeSet<&str> = samples.keys().chain(waits.keys()).copied().collect();
        users
            .into_iter()
            .filter_map(|user| {
                let samples = samples.get(user).map(Vec::as_slice).unwrap_or_default();
                let waiting = waits.get(user).copied().unwrap_or_default();
                share(user, samples, waiting)
            })
            .collect()
    }
}

/// How many of a user's requests fail, if too many do.
fn share(user: &str, samples: &[&Sample], waiting: usize) -> Option<String> {
    let fails = |sample: &&&Sample| sample.error.is_some() || sample.status.is_none_or(|status| status >= 500);
    let failed: Vec<&&Sample> = samples.iter().filter(fails).collect();
    let (bad, of) = (failed.len() + waiting, samples.len() + waiting);
    if of < MIN_REQUESTS || bad * 100 < of * MAX_PERCENT {
        return None;
    }
    let such = failed.first().map_or_else(|| "which get no answer".into(), |sample| sample.such_as());
    let percent = bad * 100 / of;
    Some(format!("{user} sees {percent} % of the requests fail, {such}"))
}

/// Whose failure it is, of one of [`Timeline::failures`]: each begins with the user.
#[must_use]
pub(crate) fn failing_user(failure: &str) -> &str {
    failure.split([' ', '\'']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::{Client, StepKind};
    use super::*;
    use relapse_wire::poll::Out;

    fn visit(end: End) -> Timeline {
        let mut timeline = Timeline::default();
        let user = || "alice".to_owned();
        timeline.push(0, Record::Opened { user: user(), url: "http://app/".into(), visit: 0, with: Client::Visitor });
        timeline.push(9, Record::VisitEnded { user: user(), visit: 0, end });
        timeline
    }

    fn page(status: u16) -> End {
        End::Page { url: "http://app/".into(), status, shown: String::new(), shown_cut: false, links: Vec::new() }
    }

    #[test]
    fn a_servers_error_no_answer_and_a_browser_that_gives_up_are_failures() {
        assert_eq!(visit(page(504)).failures(), ["alice is answered 504 at http://app/"]);
        for end in [page(504), End::TooManyRedirects { url: "http://app/".into() }] {
            assert_eq!(visit(end).failures().iter().map(|failure| failing_user(failure)).collect::<Vec<_>>(), ["alice"]);
        }
        assert!(visit(page(200)).failures().is_empty());
        assert!(visit(page(404)).failures().is_empty(), "the server is well, and says so");
        assert_eq!(visit(End::NoAnswer { url: "http://app/".into(), why: "refused".into() }).failures().len(), 1);
        assert_eq!(visit(End::TooManyRedirects { url: "http://app/".into() }).failures().len(), 1);
        let mut again = visit(page(504));
        again.push(20, Record::Opened { user: "alice".into(), url: "http://app/".into(), visit: 1, with: Client::Visitor });
        again.push(29, Record::VisitEnded { user: "alice".into(), visit: 1, end: page(200) });
        assert!(again.failures().is_empty(), "the latest visit counts");
    }

    /// So many requests that were answered, one after the other, with that status.
    fn load(timeline: &mut Timeline, from_ms: u64, count: u64, status: u16) {
        for at_ms in from_ms..from_ms + count {
            let sample = Sample { at_ms, status: Some(status), ..Sample::default() };
            timeline.push(at_ms, Record::Sample { user: "all".into(), sample });
        }
    }

    #[test]
    fn requests_of_a_load_fail_as_they_do_now_and_not_before() {
        let mut timeline = Timeline::default();
        load(&mut timeline, 0, 50, 503);
        assert_eq!(timeline.failures(), ["all sees 100 % of the requests fail, such as 503"]);
        assert_eq!(failing_user(&timeline.failures()[0]), "all");
        timeline.push(60, Record::Step { text: String::new(), line: 1, kind: StepKind::When });
        timeline.push(70, Record::Step { text: String::new(), line: 2, kind: StepKind::Then });
        load(&mut timeline, 80, 95, 200);
        load(&mut timeline, 180, 5, 503);
        assert!(timeline.failures().is_empty(), "5 % of those since the last When");
        let out = Out { at_ms: 1_300, due: (100..190).collect(), timeout_ms: 10_000 };
        timeline.push(1_300, Record::Out { user: "all".into(), url: String::new(), out });
        assert_eq!(timeline.failures().len(), 1, "those that wait got no answer");
        timeline.look_at(9_000);
        assert!(timeline.failures().is_empty(), "nobody asks any more");
    }
}
