//! A user's cookie jar: one file, shared by all tabs of that user, as in a browser.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use relapse_wire::visit::{SetCookie, Withheld};
use reqwest::Url;

use super::cookie::Cookie;
use relapse_service::{files, log};

/// As browsers: the oldest leaves when there are more.
const MAX_COOKIES: usize = 3000;

/// The jar of one user.
pub(in crate::probes) struct Jar {
    file: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    cookies: Vec<Cookie>,
    /// Every change replaces the file, so another tab's change is another file.
    stamp: Option<(u64, i64, i64)>,
}

/// What goes with a request, and what does not.
pub(in crate::probes) struct Chosen {
    /// The `Cookie` header's value.
    pub(in crate::probes) header: Option<String>,
    pub(in crate::probes) sent: Vec<String>,
    pub(in crate::probes) withheld: Vec<Withheld>,
}

impl Jar {
    /// Opens the jar of a user, empty at first.
    ///
    /// # Errors
    /// When the user's name is none, or the file holds something else.
    pub(in crate::probes) fn open(directory: &Path, user: &str) -> anyhow::Result<Self> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
        anyhow::ensure!(
            !user.is_empty() && user.len() <= 64 && user.chars().all(is_plain),
            "{user:?} is no user's name: expected 1 to 64 letters, digits, `-`, `_`, `.` or `@`"
        );
        let jar = Self { file: directory.join(format!("jar-{user}.json")), state: Mutex::default() };
        jar.refresh(&mut jar.state())?;
        Ok(jar)
    }

    /// Where it is kept.
    pub(in crate::probes) fn file(&self) -> &Path {
        &self.file
    }

    /// Removes the jar of a user, for all tabs.
    ///
    /// # Errors
    /// When the user's name is none, or the file cannot be removed.
    pub(in crate::probes) fn forget(directory: &Path, user: &str) -> anyhow::Result<()> {
        let jar = Self::open(directory, user)?;
        files::exclusively(&jar.lock(), || match std::fs::remove_file(&jar.file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("removing {}", jar.file.display()))
            }
            _ => Ok(()),
        })
    }

    /// Chooses cookies for a request: longer paths first, then older ones (RFC 6265, section 5.4).
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(in crate::probes) fn choose(&self, url: &Url) -> anyhow::Result<Chosen> {
        let mut state = self.state();
        self.refresh(&mut state)?;
        let (mut fitting, mut withheld) = (Vec::new(), Vec::new());
        for cookie in state.cookies.iter().filter(|cookie| !cookie.is_over(now())) {
            match cookie.withheld_from(url) {
                None => fitting.push(cookie),
                Some(why) => {
                    let (name, domain) = (cookie.name.clone(), cookie.domain.clone());
                    withheld.push(Withheld { name, domain, why });
                }
            }
        }
        // The sort keeps the order of what is equal, which is the order of coming.
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = fitting.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        Ok(Chosen {
            header: (!pairs.is_empty()).then(|| pairs.join("; ")),
            sent: fitting.into_iter().map(|cookie| cookie.name.clone()).collect(),
            withheld,
        })
    }

    /// Takes an answer's `Set-Cookie` lines, and says what became of each.
    ///
    /// # Errors
    /// When the file cannot be changed.
    pub(in crate::probes) fn receive(&self, url: &Url, lines: &[String]) -> anyhow::Result<Vec<SetCookie>> {
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        let mut state = self.state();
        // Another tab may be at it too. The lock is held for one small file's writing.
        files::exclusively(&self.lock(), || {
            self.refresh(&mut state)?;
            let mut changed = false;
            let mut outcomes = Vec::new();
            for line in lines {
                outcomes.push(match Cookie::parse(line, url, now()) {
                    Ok(cookie) => {
                        let (name, domain) = (cookie.name.clone(), cookie.domain.clone());
                        put(&mut state.cookies, cookie);
                        changed = true;
                        SetCookie { name, domain, refused: None }
                    }
                    Err(refused) => SetCookie { name: refused.name, domain: refused.domain, refused: Some(refused.why) },
                });
            }
            if changed {
                let text = serde_json::to_vec_pretty(&state.cookies)?;
                files::replace(&self.file, &text, files::PRIVATE)?;
                state.stamp = stamp(&self.file);
            }
            Ok(outcomes)
        })
    }

    fn refresh(&self, state: &mut State) -> anyhow::Result<()> {
        let stamp = stamp(&self.file);
        if stamp == state.stamp {
            return Ok(());
        }
        state.cookies = match files::read(&self.file)? {
            None => Vec::new(),
            Some(text) => serde_json::from_str(&text)
                .with_context(|| format!("{} is no cookie jar: remove it to start with an empty one", self.file.display()))?,
        };
        state.stamp = stamp;
        Ok(())
    }

    fn lock(&self) -> PathBuf {
        self.file.with_extension("lock")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts a cookie in the place of the same one before, so that it keeps its age, or at the end.
fn put(cookies: &mut Vec<Cookie>, cookie: Cookie) {
    match cookies.iter_mut().find(|other| other.is_same_as(&cookie)) {
        Some(other) => *other = cookie,
        None => cookies.push(cookie),
    }
    cookies.retain(|cookie| !cookie.is_over(now()));
    if cookies.len() > MAX_COOKIES {
        cookies.remove(0);
    }
}

fn stamp(file: &Path) -> Option<(u64, i64, i64)> {
    let found = std::fs::metadata(file).ok()?;
    Some((found.ino(), found.ctime(), found.ctime_nsec()))
}

/// Whole seconds of Unix time.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn now() -> u64 {
    log::now() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_tabs_of_a_user_share_a_jar_that_outlives_them() {
        let kept = tempfile::tempdir().unwrap();
        let directory = kept.path();
        let url: Url = "https://q.trap.jp/".parse().unwrap();
        let (one, two) = (Jar::open(directory, "u").unwrap(), Jar::open(directory, "u").unwrap());
        one.receive(&url, &["a=1".into(), "t=1; Domain=trap.jp; Path=/".into()]).unwrap();
        two.receive(&url, &["b=2; Path=/deep".into()]).unwrap();
        let chosen = one.choose(&"https://q.trap.jp/deep/x".parse().unwrap()).unwrap();
        assert_eq!(chosen.header.as_deref(), Some("b=2; a=1; t=1"));
        assert_eq!(chosen.sent, ["b", "a", "t"]);
        let third = Jar::open(directory, "u").unwrap();
        let elsewhere = third.choose(&"http://x.trap.show/".parse().unwrap()).unwrap();
        assert_eq!((elsewhere.header, elsewhere.withheld.len()), (None, 3));
        let other = Jar::open(directory, "v").unwrap();
        assert_eq!(other.choose(&url).unwrap().header, None);
        Jar::forget(directory, "u").unwrap();
        assert_eq!(one.choose(&url).unwrap().header, None);
    }

    #[test]
    fn a_cookie_of_the_past_removes_itself_and_refusals_are_told() {
        let kept = tempfile::tempdir().unwrap();
        let directory = kept.path();
        let url: Url = "https://q.trap.jp/".parse().unwrap();
        let jar = Jar::open(directory, "u").unwrap();
        jar.receive(&url, &["a=1".into()]).unwrap();
        let set = jar.receive(&url, &["a=; Max-Age=0".into(), "b=1; Domain=trapti.tech".into()]).unwrap();
        assert_eq!(set[0].refused, None);
        assert_eq!(set[1].refused.as_deref(), Some("q.trap.jp may not set a cookie for trapti.tech"));
        assert_eq!(jar.choose(&url).unwrap().header, None);
    }

    #[test]
    fn a_user_s_name_is_no_path() {
        for wrong in ["", "../x", "a/b"] {
            assert!(Jar::open(Path::new("/nowhere"), wrong).is_err());
        }
    }
}
