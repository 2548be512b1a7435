//! As `visit`, in a real Chromium: one tab of one user; a [`Visit`] as JSON on standard input, a [`Sighting`] a line on standard output.
//! Runs in the browser's container, beside chromedriver. `webdriver` drives, `network` reads what the browser asked for, `cookies`
//! follows its jar.
//!
//! What a visitor's hop has and a browser's does not: the DNS answer, and a request id. A browser cannot be made to send another
//! header with every request; who answered is found by host, path, status and time instead.

mod cookies;
mod network;
mod webdriver;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use relapse_wire::visit::{End, MAX_SHOWN_BYTES, Sighting, Visit};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use self::cookies::Cookies;
use self::network::Network;
use self::webdriver::Browser;
use super::visit::refreshes_soon;
use crate::input::read_input;
use relapse_service::{files, log};

/// Looks at the browser's events are that far apart.
const PACE: Duration = Duration::from_millis(100);
/// A page without a program stands still when nothing happened for that long.
const STILL: Duration = Duration::from_millis(500);
/// What the page shows, as a user's eye and as `relapse_wire::page` says; a page with a program says itself when that has ended.
const LOOK: &str = r"
    const program = document.getElementById('program');
    const shown = document.getElementById('shown');
    const fields = 'textarea, input:not([type]), input:is([type=text], [type=search], [type=email], [type=url], [type=tel], [type=number], [type=button], [type=submit], [type=reset])';
    const typed = Array.from(document.querySelectorAll(fields)).filter((field) => field.checkVisibility({ visibilityProperty: true }));
    const page = [document.title, document.body ? document.body.innerText : '', ...typed.map((field) => field.value)].join(' ');
    const text = program && shown ? shown.textContent : page;
    return {
        ready: document.readyState === 'complete',
        url: location.href,
        refresh: document.querySelector('meta[http-equiv=refresh i]')?.content ?? null,
        program: program ? program.dataset.state ?? 'running' : null,
        shown: text.replace(/[\u00ad\u200b\u2060\ufeff]/g, '').trim().replace(/\s+/g, ' ').slice(0, 262145),
    };";
/// Calls an API as the page's own program would; the answer is seen among the browser's events.
const CALL: &str = r"
    const [url, method, body] = arguments;
    fetch(url, { method, headers: { 'Content-Type': 'application/json' }, body });";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Where chromedriver listens.
    #[arg(long, env = "WEBDRIVER", default_value = "http://127.0.0.1:9515")]
    webdriver: String,
    /// Where it is kept which browser is whose, one file a user.
    #[arg(long, env = "BROWSERS", default_value = "/run")]
    browsers: PathBuf,
    /// Visits nothing, but ends this user's browser, with its cookies.
    #[arg(long, value_name = "USER")]
    forget: Option<String>,
}

#[derive(Deserialize)]
struct Look {
    ready: bool,
    url: String,
    refresh: Option<String>,
    program: Option<String>,
    shown: String,
}

/// A user's browser, and the empty tab that keeps it running.
#[derive(Serialize, Deserialize)]
struct Kept {
    session: String,
    tab: String,
}

/// Visits; see `visit`. The end of standard input closes the tab.
///
/// # Errors
/// When the visit cannot be understood, or the browser cannot be driven.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    if let Some(user) = &options.forget {
        return forget(&options, user).await;
    }
    let input = read_input::<Visit>();
    let visit = input.asked.await.context("standard input was not read")??;
    let (browser, home) = browser_of(&options, &visit.user).await?;
    let cookies = Cookies::of(&browser.devtools("Storage.getCookies", json!({})).await?);
    // What earlier tabs did is not this one's.
    browser.events().await?;
    let tab = browser.open_tab().await?;
    let mut tab = Tab { browser: &browser, tab, network: Network::new(cookies), visit: &visit, changed: Instant::now() };
    let outcome = tab.visit(input.ended).await;
    // The tab goes whatever happened; the browser stays for the user's next one.
    let closed = async {
        browser.close_tab().await?;
        browser.turn_to(&home).await
    };
    closed.await.context("closing the tab")?;
    Ok(log::line(&Sighting::End(outcome?))?)
}

struct Tab<'a> {
    browser: &'a Browser,
    tab: String,
    network: Network,
    visit: &'a Visit,
    /// When the browser last had an event of this tab.
    changed: Instant,
}

impl Tab<'_> {
    async fn visit(&mut self, mut closed: oneshot::Receiver<()>) -> anyhow::Result<End> {
        let began = Instant::now();
        let is_call = self.visit.method != "GET";
        let first = if is_call { origin(&self.visit.url)? } else { self.visit.url.clone() };
        self.browser.navigate(&first).await?;
        let mut called = None;
        loop {
            self.listen(false).await?;
            match self.end().await? {
                Some(End::Page { .. }) if is_call && called.is_none() => {
                    let arguments = json!([self.visit.url, self.visit.method, self.visit.body.as_ref().map(Value::to_string)]);
                    self.browser.execute(CALL, arguments).await?;
                    called = Some(self.network.begun());
                    self.changed = Instant::now();
                }
                // The call itself has not begun yet.
                Some(End::Page { .. }) if called == Some(self.network.begun()) && began.elapsed() < STILL * 10 => {}
                Some(end) => {
                    self.listen(true).await?;
                    return Ok(end);
                }
                None => {}
            }
            let seconds = self.visit.most_seconds;
            let limit = if self.network.begun() >= self.visit.most_hops {
                Some(format!("most_hops: {}", self.visit.most_hops))
            } else if began.elapsed() >= Duration::from_secs(seconds.into()) {
                Some(format!("most_seconds: {seconds}"))
            } else {
                tokio::select! {
                    _ = &mut closed => Some("the tab was closed: standard input ended".to_owned()),
                    () = tokio::time::sleep(PACE) => None,
                }
            };
            if let Some(limit) = limit {
                self.listen(true).await?;
                return Ok(End::Cut { limit });
            }
        }
    }

    /// Reads events, and writes the hops that are known; all of them, at the end.
    async fn listen(&mut self, all: bool) -> anyhow::Result<()> {
        for (tab, event) in self.browser.events().await? {
            if tab == self.tab {
                self.network.take(&event);
                self.changed = Instant::now();
            }
        }
        for hop in self.network.take_hops(all) {
            log::line(&Sighting::Hop(Box::new(hop)))?;
        }
        Ok(())
    }

    /// How the visit has ended, if it has.
    async fn end(&mut self) -> anyhow::Result<Option<End>> {
        let Some(document) = self.network.document().filter(|_| self.network.is_quiet()).cloned() else { return Ok(None) };
        if let Some(failure) = &document.failure {
            let url = document.url.clone();
            return Ok(Some(match failure.as_str() {
                "net::ERR_TOO_MANY_REDIRECTS" => End::TooManyRedirects { url },
                why => End::NoAnswer { url, why: why.to_owned() },
            }));
        }
        let Some(status) = document.status else { return Ok(None) };
        // Between two documents there is none to run this in.
        let Ok(look) = self.browser.execute(LOOK, json!([])).await else { return Ok(None) };
        let look: Look = serde_json::from_value(look).context("the page looks other than expected")?;
        let stands = match look.program.as_deref() {
            Some(state) => state == "ended",
            None => self.changed.elapsed() >= STILL,
        };
        let Look { url, mut shown, ready, refresh, .. } = look;
        let bound = (0..=MAX_SHOWN_BYTES.min(shown.len())).rev().find(|at| shown.is_char_boundary(*at)).unwrap_or_default();
        let shown_cut = bound < shown.len();
        shown.truncate(bound);
        // The document on the screen is still the one before.
        let arrived = same_place(&url, &document.url);
        let refresh = document.refresh.or(refresh);
        if arrived && refresh.is_some_and(|content| refreshes_soon(&content, &url)) {
            self.network.expect_refresh();
            return Ok(None);
        }
        Ok((ready && stands && arrived).then_some(End::Page { url, status, shown, shown_cut, links: Vec::new() }))
    }
}

fn same_place(one: &str, other: &str) -> bool {
    let place = |url: &str| url.split('#').next().unwrap_or_default().to_owned();
    place(one) == place(other)
}

fn origin(url: &str) -> anyhow::Result<String> {
    let url: Url = url.parse().with_context(|| format!("{url} is no URL"))?;
    Ok(format!("{}/", url.origin().ascii_serialization()))
}

/// The user's browser: the one that runs, or a new one; and the tab that keeps it.
async fn browser_of(options: &Options, user: &str) -> anyhow::Result<(Browser, String)> {
    let file = file(&options.browsers, user)?;
    if let Some(text) = files::read(&file)? {
        let kept: Kept = serde_json::from_str(&text).with_context(|| format!("{} names no browser", file.display()))?;
        let browser = Browser::of(&options.webdriver, &kept.session)?;
        browser.turn_to(&kept.tab).await.with_context(|| format!("the browser of {user} is gone"))?;
        return Ok((browser, kept.tab));
    }
    let browser = Browser::start(&options.webdriver).await?;
    let kept = Kept { session: browser.session().to_owned(), tab: browser.tab().await? };
    files::replace(&file, &serde_json::to_vec(&kept)?, files::PRIVATE)?;
    Ok((browser, kept.tab))
}

async fn forget(options: &Options, user: &str) -> anyhow::Result<()> {
    let file = file(&options.browsers, user)?;
    let Some(text) = files::read(&file)? else { return Ok(()) };
    let kept: Kept = serde_json::from_str(&text).with_context(|| format!("{} names no browser", file.display()))?;
    Browser::of(&options.webdriver, &kept.session)?.end().await?;
    std::fs::remove_file(&file).with_context(|| format!("removing {}", file.display()))
}

fn file(directory: &Path, user: &str) -> anyhow::Result<PathBuf> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
    anyhow::ensure!(!user.is_empty() && user.len() <= 64 && user.chars().all(is_plain), "{user:?} is no user's name");
    Ok(directory.join(format!("browser-{user}.json")))
}
