//! Redirects for good, as a browser's cache keeps them: where a 301 or 308 led is not asked again, in this visit or a later one of
//! this user. One file a user, beside the jar.

use std::path::{Path, PathBuf};

use anyhow::Context;
use hyper::{HeaderMap, StatusCode, header};
use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::date;
use relapse_service::{files, log};

/// The oldest leaves when there are more.
const MAX_KEPT: usize = 1000;
/// What never differs between two navigations of a visitor: an answer may vary by it.
const CONSTANT: &[&str] = &["accept-encoding", "accept-language", "accept", "user-agent"];

/// What a user's browser would remember.
pub(super) struct Moved {
    file: PathBuf,
}

/// One redirect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    /// What was asked for, without a fragment.
    url: String,
    pub(super) status: u16,
    pub(super) location: String,
    /// In seconds of Unix time; `None` is for ever.
    until: Option<u64>,
}

impl Moved {
    /// `jar` is the user's.
    pub(super) fn beside(jar: &Path) -> Self {
        let name = jar.file_name().unwrap_or_default().to_string_lossy();
        Self { file: jar.with_file_name(format!("moved-{name}")) }
    }

    /// Where it is known to have moved to.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn find(&self, url: &Url) -> anyhow::Result<Option<Kept>> {
        let url = key(url);
        let now = now();
        Ok(self.read()?.into_iter().find(|kept| kept.url == url && kept.until.is_none_or(|until| until > now)))
    }

    /// Takes a navigation's answer, which is kept if it is a redirect for good that may be kept.
    ///
    /// # Errors
    /// When the file cannot be changed.
    pub(super) fn take(&self, url: &Url, status: StatusCode, location: Option<&str>, headers: &HeaderMap) -> anyhow::Result<()> {
        let for_good = matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
        let Some(location) = location.filter(|_| for_good) else { return Ok(()) };
        let Some(until) = lifetime(headers, now()) else { return Ok(()) };
        files::exclusively(&self.file.with_extension("lock"), || {
            let url = key(url);
            let mut all = self.read()?;
            all.retain(|kept| kept.url != url);
            all.push(Kept { url, status: status.as_u16(), location: location.to_owned(), until });
            if all.len() > MAX_KEPT {
                all.remove(0);
            }
            files::replace(&self.file, &serde_json::to_vec_pretty(&all)?, files::PRIVATE)
        })
    }

    /// # Errors
    /// When the file cannot be removed.
    pub(super) fn forget(&self) -> anyhow::Result<()> {
        match std::fs::remove_file(&self.file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("removing {}", self.file.display()))
            }
            _ => Ok(()),
        }
    }

    fn read(&self) -> anyhow::Result<Vec<Kept>> {
        let Some(text) = files::read(&self.file)? else { return Ok(Vec::new()) };
        serde_json::from_str(&text).with_context(|| format!("{} names no redirects: remove it", self.file.display()))
    }
}

/// Until when an answer is fresh (`Some(None)` is for ever, as for any 301 that says nothing), or that it must be asked for each time.
fn lifetime(headers: &HeaderMap, now: u64) -> Option<Option<u64>> {
    let values = |name| headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let words: Vec<String> = values(header::CACHE_CONTROL).map(|word| word.trim().to_ascii_lowercase()).collect();
    let is_said = |wanted: &str| words.iter().any(|word| word.split('=').next() == Some(wanted));
    let pragma = words.is_empty() && values(header::PRAGMA).any(|word| word.trim().eq_ignore_ascii_case("no-cache"));
    let varies = values(header::VARY).map(str::trim).any(|name| !CONSTANT.iter().any(|other| name.eq_ignore_ascii_case(other)));
    if is_said("no-store") || is_said("no-cache") || pragma || varies {
        return None;
    }
    let number = |text: &str| text.trim().trim_matches('"').parse::<u64>().ok();
    if let Some(age) = words.iter().find_map(|word| word.strip_prefix("max-age=")) {
        let spent = values(header::AGE).find_map(number).unwrap_or_default();
        return number(age)
            .unwrap_or_default()
            .checked_sub(spent)
            .filter(|left| *left > 0)
            .map(|left| Some(now.saturating_add(left)));
    }
    let Some(expires) = headers.get(header::EXPIRES) else { return Some(None) };
    // What is no date is the past.
    let until = expires.to_str().ok().and_then(date::parse).unwrap_or_default();
    (until > now).then_some(Some(until))
}

fn key(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.into()
}

/// Whole seconds of Unix time.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn now() -> u64 {
    log::now() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    type Lines = &'static [(&'static str, &'static str)];

    fn headers(lines: Lines) -> HeaderMap {
        lines.iter().map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn an_answer_says_how_long_it_is_kept() {
        #[rustfmt::skip]
        let rows: &[(Lines, Option<Option<u64>>)] = &[
            (&[], Some(None)),
            (&[("cache-control", "public")], Some(None)),
            (&[("cache-control", "private, max-age=60")], Some(Some(1060))),
            (&[("cache-control", "max-age=60"), ("age", "50")], Some(Some(1010))),
            (&[("cache-control", "max-age=60"), ("expires", "0")], Some(Some(1060))),
            (&[("cache-control", "max-age=0")], None),
            (&[("cache-control", "max-age=60, No-Store")], None),
            (&[("cache-control", "no-cache")], None),
            (&[("pragma", "no-cache")], None),
            (&[("expires", "0")], None),
            (&[("expires", "Thu, 01 Jan 1970 00:20:00 GMT")], Some(Some(1200))),
            (&[("vary", "Accept-Encoding")], Some(None)),
            (&[("vary", "Accept-Encoding, Cookie")], None),
            (&[("vary", "*")], None),
        ];
        for (lines, expected) in rows {
            assert_eq!(lifetime(&headers(lines), 1000), *expected, "{lines:?}");
        }
    }

    #[test]
    fn what_moved_for_good_is_known_until_it_is_forgotten() {
        let kept = tempfile::tempdir().unwrap();
        let directory = kept.path();
        let moved = Moved::beside(&directory.join("jar-u.json"));
        let url: Url = "http://a.example/x?y#z".parse().unwrap();
        for (status, known) in [(302, false), (307, false), (301, true), (308, true)] {
            moved.forget().unwrap();
            moved.take(&url, StatusCode::from_u16(status).unwrap(), Some("/b"), &HeaderMap::new()).unwrap();
            let found = moved.find(&"http://a.example/x?y".parse().unwrap()).unwrap();
            assert_eq!(found.map(|kept| (kept.status, kept.location)), known.then(|| (status, "/b".to_owned())), "{status}");
        }
        assert_eq!(moved.find(&"http://a.example/x".parse().unwrap()).unwrap(), None);
    }
}
