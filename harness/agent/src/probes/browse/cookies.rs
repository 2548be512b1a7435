//! What the browser's jar holds, followed from what it held at first and what answers set: DevTools tells which cookies were sent, and
//! of those that were not only some, so the others are found here.

use std::collections::HashMap;

use relapse_wire::visit::{SetCookie, Withheld};
use reqwest::Url;
use serde_json::Value;

use crate::probes::visit::Cookie;

/// Cookies of a browser.
#[derive(Default)]
pub(super) struct Cookies(Vec<Cookie>);

impl Cookies {
    /// From the answer of `Storage.getCookies`.
    pub(super) fn of(answer: &Value) -> Self {
        Self(answer.get("cookies").and_then(Value::as_array).into_iter().flatten().filter_map(cookie).collect())
    }

    /// Those that did not go with a request, and why: in Chromium's word where it has one.
    pub(super) fn withheld(&self, url: &Url, sent: &[String], blocked: &HashMap<String, String>, now: u64) -> Vec<Withheld> {
        let kept = self.0.iter().filter(|cookie| !cookie.is_over(now) && !sent.contains(&cookie.name));
        let withheld = kept.map(|cookie| Withheld {
            name: cookie.name.clone(),
            domain: cookie.domain.clone(),
            why: cookie
                .withheld_from(url)
                .or_else(|| blocked.get(&cookie.name).cloned())
                .unwrap_or_else(|| "the browser did not say why".into()),
        });
        withheld.collect()
    }

    /// Takes an answer's `Set-Cookie` lines; `refused` says which of them the browser did not take.
    pub(super) fn receive(&mut self, url: &Url, lines: &[&str], refused: &HashMap<String, String>, now: u64) -> Vec<SetCookie> {
        let mut set = Vec::new();
        for line in lines {
            match Cookie::parse(line, url, now) {
                Ok(cookie) => {
                    let (name, domain) = (cookie.name.clone(), cookie.domain.clone());
                    let refused = refused.get(*line).cloned();
                    if refused.is_none() {
                        self.0.retain(|other| !other.is_same_as(&cookie));
                        self.0.push(cookie);
                    }
                    set.push(SetCookie { name, domain, refused });
                }
                Err(why) => set.push(SetCookie { name: why.name, domain: why.domain, refused: Some(why.why) }),
            }
        }
        set
    }
}

/// A cookie as DevTools writes it: a domain with a leading dot is for the hosts below it as well.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn cookie(value: &Value) -> Option<Cookie> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let is = |key: &str| value.get(key).and_then(Value::as_bool).unwrap_or_default();
    let domain = text("domain")?;
    let expires = value.get("expires").and_then(Value::as_f64).filter(|at| *at > 0.0);
    Some(Cookie {
        name: text("name")?,
        value: text("value")?,
        domain: domain.trim_start_matches('.').to_owned(),
        host_only: !domain.starts_with('.'),
        path: text("path")?,
        secure: is("secure"),
        http_only: is("httpOnly"),
        expires: expires.map(|at| at as u64),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_cookie_for_another_domain_is_withheld_until_it_is_for_this_one() {
        let held = json!({ "cookies": [{ "name": "t", "value": "1", "domain": ".trapti.tech", "path": "/", "expires": -1 }] });
        let mut cookies = Cookies::of(&held);
        let url: Url = "http://app.trap.show/".parse().unwrap();
        let withheld = cookies.withheld(&url, &[], &HashMap::new(), 1);
        assert_eq!(withheld[0].why, "domain trapti.tech does not match app.trap.show");
        let set = cookies.receive(&url, &["s=1; Path=/"], &HashMap::new(), 1);
        assert_eq!(set[0].refused, None);
        assert_eq!(cookies.withheld(&url, &["s".into()], &HashMap::new(), 1).len(), 1);
    }
}
