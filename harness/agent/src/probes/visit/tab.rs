//! One tab: it navigates as a browser does, and executes the programs of the pages that it comes to.

use std::collections::HashMap;

use axum::http::StatusCode;
use bytes::Bytes;
use futures_util::future::join_all;
use hyper::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use relapse_wire::page::{Program, Step};
use relapse_wire::visit::{Cause, End, Visit};
use reqwest::Url;

use super::exchange::Answer;
use super::hop::{Hops, Intent};
use super::page::{Page, REFRESH_WITHIN};
use super::redirect::{Stop, redirect};

/// A browser's limit in one navigation: the 20th answer that redirects is an error. Chromium counts down from `kMaxRedirects` in
/// `NavigationURLLoaderImpl`, and stops at 0; `features/trap/browser.feature` holds the two together.
const MAX_REDIRECTS: u32 = 20;

/// What a page comes to.
enum Next {
    Stand(String),
    Navigate(Url),
}

/// A tab, with what it alone remembers.
pub(super) struct Tab {
    hops: Hops,
    /// `sessionStorage`: by origin and key. Only counters are kept there.
    storage: HashMap<(String, String), u32>,
}

impl Tab {
    pub(super) fn new(hops: Hops) -> Self {
        Self { hops, storage: HashMap::new() }
    }

    /// Visits until a page stands still, or something else ends the visit.
    ///
    /// # Errors
    /// Only what is the visitor's own fault.
    pub(super) async fn visit(&mut self, visit: &Visit) -> anyhow::Result<End> {
        match self.go(visit).await {
            Ok(end) | Err(Stop::End(end)) => Ok(end),
            Err(Stop::Fault(error)) => Err(error),
        }
    }

    async fn go(&mut self, visit: &Visit) -> Result<End, Stop> {
        let url = visit.url.parse().map_err(|error| no_answer(&visit.url, &format!("it is no URL: {error}")))?;
        let method = Method::from_bytes(visit.method.to_ascii_uppercase().as_bytes())
            .map_err(|_| anyhow::anyhow!("{:?} is no HTTP method", visit.method))?;
        let mut intent = Intent { cause: Cause::Typed, method, url, body: Bytes::new() };
        if intent.method != Method::GET {
            let body = visit.body.as_ref().map(serde_json::to_vec).transpose().map_err(anyhow::Error::from)?;
            intent.body = body.unwrap_or_default().into();
        }
        loop {
            let (url, answer) = self.navigate(intent).await?;
            let status = answer.status.as_u16();
            let page = Page::read(&url, &answer.headers, &answer.body);
            let next = match page.program()? {
                Some(program) => self.execute(&program, &url).await?,
                None => None,
            };
            // A program that navigates is quicker than a page that refreshes itself.
            let (cause, url) = match (next, page.refresh().filter(|(after, _)| *after <= REFRESH_WITHIN)) {
                (Some(Next::Navigate(url)), _) => (Cause::Script, url),
                (_, Some((after, url))) => {
                    tokio::time::sleep(after).await;
                    (Cause::Refresh, url)
                }
                // What a program shows stands in the page's place.
                (Some(Next::Stand(shown)), None) => {
                    return Ok(End::Page { url: url.into(), status, shown, shown_cut: false, links: Vec::new() });
                }
                (None, None) => {
                    let (shown, cut) = page.shown();
                    let links = page.links();
                    return Ok(End::Page { url: url.into(), status, shown, shown_cut: cut || !answer.is_whole(), links });
                }
            };
            intent = Intent { cause, method: Method::GET, url, body: Bytes::new() };
        }
    }

    /// One navigation: follows redirects until there is another answer.
    async fn navigate(&self, mut intent: Intent) -> Result<(Url, Answer), Stop> {
        let mut redirects = 0;
        loop {
            let url = intent.url.clone();
            let answer = self.hops.take(&intent).await?.map_err(|why| no_answer(url.as_str(), &why))?;
            let Some(location) = redirect(&answer) else { return Ok((url, answer)) };
            redirects += 1;
            if redirects == MAX_REDIRECTS {
                return Err(Stop::End(End::TooManyRedirects { url: url.into() }));
            }
            let target = url
                .join(&location)
                .map_err(|error| no_answer(url.as_str(), &format!("its Location {location:?} is no URL: {error}")))?;
            let keeps_method = matches!(answer.status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
            intent = match keeps_method {
                true => Intent { cause: Cause::Redirect, url: target, ..intent },
                false => Intent { cause: Cause::Redirect, method: Method::GET, url: target, body: Bytes::new() },
            };
        }
    }

    /// Executes a page's program; `None` when it ends without anything shown.
    async fn execute(&mut self, program: &Program, url: &Url) -> Result<Option<Next>, Stop> {
        for step in &program.steps {
            match step {
                Step::Fetch { paths, on_failure } => {
                    let answers = join_all(paths.iter().map(|path| self.fetch(url, path))).await;
                    let all_fine = answers.into_iter().collect::<Result<Vec<bool>, Stop>>()?;
                    if let Some(message) = on_failure.as_ref().filter(|_| all_fine.contains(&false)) {
                        return Ok(Some(Next::Stand(message.clone())));
                    }
                }
                Step::Count { key, most, message } => {
                    let key = (url.origin().ascii_serialization(), key.clone());
                    let loads = self.storage.entry(key).or_default();
                    *loads = loads.saturating_add(1);
                    if *loads > *most {
                        return Ok(Some(Next::Stand(message.clone())));
                    }
                }
                Step::Navigate { prefix, parameter, otherwise } => {
                    let value = url.query_pairs().find(|(name, _)| name == parameter.as_str());
                    let Some((_, value)) = value else { return Ok(Some(Next::Stand(otherwise.clone()))) };
                    let target = format!("{prefix}{}", encode_component(&value));
                    let target = url
                        .join(&target)
                        .map_err(|error| no_answer(&target, &format!("the page navigated there, and it is no URL: {error}")))?;
                    return Ok(Some(Next::Navigate(target)));
                }
                Step::Show { message } => return Ok(Some(Next::Stand(message.clone()))),
            }
        }
        Ok(None)
    }

    /// Calls an API of the page's own origin: fine means an answer below 400. A redirect to another origin is none of those,
    /// since no API here allows other origins.
    async fn fetch(&self, page: &Url, path: &str) -> Result<bool, Stop> {
        let Ok(mut url) = page.join(path) else { return Ok(false) };
        for _ in 0..=MAX_REDIRECTS {
            if url.origin() != page.origin() {
                return Ok(false);
            }
            let intent = Intent { cause: Cause::Fetch, method: Method::GET, url: url.clone(), body: Bytes::new() };
            let Ok(answer) = self.hops.take(&intent).await? else { return Ok(false) };
            let Some(location) = redirect(&answer) else { return Ok(answer.status.as_u16() < 400) };
            let Ok(target) = url.join(&location) else { return Ok(false) };
            url = target;
        }
        Ok(false)
    }
}

fn no_answer(url: &str, why: &str) -> Stop {
    Stop::End(End::NoAnswer { url: url.to_owned(), why: why.to_owned() })
}

/// As JavaScript's `encodeURIComponent`.
fn encode_component(text: &str) -> String {
    #[rustfmt::skip]
    const OTHERS: AsciiSet = NON_ALPHANUMERIC
        .remove(b'-').remove(b'_').remove(b'.').remove(b'!').remove(b'~').remove(b'*').remove(b'\'').remove(b'(').remove(b')');
    utf8_percent_encode(text, &OTHERS).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_encoded_as_javascript_does() {
        assert_eq!(
            encode_component("http://example.to-hutohu.trap.show/?a=b c&あ"),
            "http%3A%2F%2Fexample.to-hutohu.trap.show%2F%3Fa%3Db%20c%26%E3%81%82"
        );
    }
}
