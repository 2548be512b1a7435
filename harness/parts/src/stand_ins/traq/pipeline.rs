//! `/pipeline`: gives a member the club's token, and sends them on.
//!
//! Its source of 2019 is not known. A server may set cookies for its own domain only (RFC 6265), and the club has several: to reach
//! one of those, this one sends the browser over its own alias there, with a ticket, and the alias sets the cookie. That is our
//! construction; what it is for, a token in each of the club's domains and then the redirect, is what is known.

use std::sync::Arc;

use anyhow::Context;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use clap::ValueEnum;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use serde::Deserialize;

use super::{Traq, message};
use crate::common::access::User;

const COOKIE: &str = "traP_token";

/// Where people may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RedirectPolicy {
    /// Anywhere.
    Any,
    /// Only to hosts that get the token.
    TokenDomains,
}

/// The names of the server, and the domains that it sets the token for.
#[derive(Debug)]
pub(super) struct Site {
    /// Its own first.
    names: Vec<String>,
    /// The domain of each name above that gets a token, and the name: its own first.
    token_domains: Vec<(String, String)>,
    policy: RedirectPolicy,
}

/// What becomes of a request.
#[derive(Debug, PartialEq, Eq)]
enum Decision {
    /// Log in first.
    LogIn { location: String },
    /// Not done, with the reason for the user.
    Refuse { why: String },
    /// A token for this domain, and on to the target.
    Send { user: String, domain: String, location: String },
    /// A token for this domain, and on over an alias, which needs a ticket.
    Over { user: String, domain: String, alias: String },
    /// To the server's own name, which knows who is logged in.
    Home { location: String },
}

/// What is known of a request.
struct Asked<'a> {
    host: &'a str,
    target: Option<&'a str>,
    /// Who is logged in.
    user: Option<&'a str>,
    /// Whose ticket it is, or why it is worth nothing.
    ticket: Option<Result<String, String>>,
}

#[derive(Deserialize)]
pub(super) struct Parameters {
    redirect: Option<String>,
    ticket: Option<String>,
}

impl Site {
    /// Reads names and domains, as the environment has them.
    ///
    /// # Errors
    /// When a domain cannot be reached because no alias is there.
    pub(super) fn new(name: &str, aliases: &str, token_domains: &str, policy: RedirectPolicy) -> anyhow::Result<Self> {
        let lower = |text: &str| text.to_ascii_lowercase();
        let mut names = vec![lower(name)];
        names.extend(aliases.split_whitespace().map(lower));
        let (label, own) = names[0]
            .split_once('.')
            .filter(|(_, own)| own.contains('.'))
            .with_context(|| format!("NAME is {name:?}: expected a name within a domain, for example q.trap.jp"))?;
        let mut all = vec![(own.to_owned(), names[0].clone())];
        for domain in token_domains.split_whitespace().map(lower).filter(|domain| domain != own) {
            let alias = format!("{label}.{domain}");
            anyhow::ensure!(
                names.contains(&alias),
                "TOKEN_DOMAINS has {domain}, and ALIASES has no {alias}: expected it there, since only a host of {domain} can set a cookie for it"
            );
            all.push((domain, alias));
        }
        Ok(Self { names, token_domains: all, policy })
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    fn token_domain_of(&self, host: &str) -> Option<&(String, String)> {
        let is_within = |domain: &str| host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'));
        self.token_domains.iter().find(|(domain, _)| is_within(domain))
    }

    fn decide(&self, asked: &Asked<'_>) -> Decision {
        let refuse = |why: String| Decision::Refuse { why };
        let Some(target) = asked.target else { return refuse("there is no redirect parameter".into()) };
        let url = Url::parse(target).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(url) = url else { return refuse(format!("{target} is no URL of the web")) };
        let host = url.host_str().unwrap_or_default();
        let domain_of_target = self.token_domain_of(host);
        if self.policy == RedirectPolicy::TokenDomains && domain_of_target.is_none() {
            let all: Vec<&str> = self.token_domains.iter().map(|(domain, _)| domain.as_str()).collect();
            return refuse(format!("{host} gets no token: only hosts of {} do", all.join(", ")));
        }
        let here = format!("/pipeline?redirect={}", percent_encode(target));
        let (own_domain, own_name) = &self.token_domains[0];
        let alias = self.token_domains[1..].iter().find(|(_, alias)| alias == asked.host);
        match (alias, &asked.ticket) {
            (Some((domain, _)), Some(Ok(user))) => {
                return Decision::Send { user: user.clone(), domain: domain.clone(), location: url.into() };
            }
            (Some(_), Some(Err(why))) => return refuse(format!("the ticket is worth nothing: {why}")),
            // The session is a cookie of its own name alone.
            (Some(_), None) => return Decision::Home { location: format!("https://{own_name}{here}") },
            (None, _) => {}
        }
        let Some(user) = asked.user.map(str::to_owned) else {
            return Decision::LogIn { location: format!("/login?redirect={}", percent_encode(target)) };
        };
        let domain = own_domain.clone();
        match domain_of_target {
            Some((other, alias)) if other != own_domain => Decision::Over { user, domain, alias: alias.clone() },
            _ => Decision::Send { user, domain, location: url.into() },
        }
    }
}

/// `GET /pipeline`.
pub(super) async fn pipeline(
    State(traq): State<Arc<Traq>>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let session = traq.sessions.of(&headers);
    let target = parameters.redirect.as_deref();
    let asked = Asked {
        host: &host,
        target,
        user: session.as_ref().map(|session| session.name.as_str()),
        ticket: parameters.ticket.map(|ticket| traq.tickets.take(&ticket, &host, target.unwrap_or_default())),
    };
    let (user, domain, location) = match traq.site.decide(&asked) {
        Decision::Refuse { why } => return (StatusCode::BAD_REQUEST, format!("You are not sent on: {why}.\n")).into_response(),
        Decision::LogIn { location } | Decision::Home { location } => return found(location),
        Decision::Send { user, domain, location } => (user, domain, location),
        Decision::Over { user, domain, alias } => {
            let target = target.unwrap_or_default();
            match traq.tickets.issue(&user, &alias, target) {
                Ok(ticket) => {
                    let target = percent_encode(target);
                    (user, domain, format!("https://{alias}/pipeline?redirect={target}&ticket={ticket}"))
                }
                Err(error) => return failed(&error),
            }
        }
    };
    // A signature costs some milliseconds of a processor's time.
    let signing = {
        let (traq, user) = (traq.clone(), user.clone());
        tokio::task::spawn_blocking(move || traq.key.token(&user)).await
    };
    match signing.map_err(anyhow::Error::from).and_then(|signed| signed) {
        Ok(token) => {
            let cookie = format!("{COOKIE}={token}; Domain={domain}; Path=/; HttpOnly");
            let mut answer = (StatusCode::FOUND, [(header::LOCATION, location), (header::SET_COOKIE, cookie)]).into_response();
            answer.extensions_mut().insert(User(user));
            answer
        }
        Err(error) => failed(&error),
    }
}

fn found(location: String) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}

fn failed(error: &anyhow::Error) -> Response {
    eprintln!("traq: no token: {error:#}");
    message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}

/// For a query parameter's value: as Go's `url.QueryEscape`, but for the space.
pub(super) fn percent_encode(text: &str) -> String {
    const OTHERS: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    utf8_percent_encode(text, &OTHERS).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = "http://example.to-hutohu.trap.show/";

    fn site(token_domains: &str, policy: RedirectPolicy) -> Site {
        Site::new("q.trap.jp", "q.trapti.tech q.trap.show", token_domains, policy).unwrap()
    }

    fn asked(target: &str) -> Asked<'_> {
        Asked { host: "q.trap.jp", target: Some(target), user: Some("u"), ticket: None }
    }

    #[test]
    fn without_a_session_one_logs_in_first() {
        let decision = site("", RedirectPolicy::Any).decide(&Asked { user: None, ..asked(APP) });
        let location = "/login?redirect=http%3A%2F%2Fexample.to-hutohu.trap.show%2F".to_owned();
        assert_eq!(decision, Decision::LogIn { location });
    }

    #[test]
    fn any_target_gets_a_redirect_and_only_the_own_domain_a_token() {
        let decision = site("trapti.tech", RedirectPolicy::Any).decide(&asked(APP));
        assert_eq!(decision, Decision::Send { user: "u".into(), domain: "trap.jp".into(), location: APP.into() });
    }

    #[test]
    fn a_target_in_another_token_domain_is_reached_over_its_alias() {
        let site = site("trapti.tech", RedirectPolicy::TokenDomains);
        let target = "http://showcase.trapti.tech/";
        let decision = site.decide(&asked(target));
        assert_eq!(decision, Decision::Over { user: "u".into(), domain: "trap.jp".into(), alias: "q.trapti.tech".into() });
        let with = |ticket| Asked { host: "q.trapti.tech", user: None, ticket, ..asked(target) };
        assert_eq!(
            site.decide(&with(Some(Ok("u".into())))),
            Decision::Send { user: "u".into(), domain: "trapti.tech".into(), location: target.into() }
        );
        assert!(matches!(site.decide(&with(Some(Err("old".into())))), Decision::Refuse { .. }));
        let location = "https://q.trap.jp/pipeline?redirect=http%3A%2F%2Fshowcase.trapti.tech%2F".to_owned();
        assert_eq!(site.decide(&with(None)), Decision::Home { location });
    }

    #[test]
    fn the_policy_refuses_hosts_without_a_token() {
        let site = site("trapti.tech", RedirectPolicy::TokenDomains);
        for target in [APP, "http://trapti.tech.example.com/", "http://eviltrap.jp/"] {
            assert!(matches!(site.decide(&asked(target)), Decision::Refuse { .. }), "{target}");
        }
        for target in ["https://trap.jp/", "http://a.trap.jp/", "http://trapti.tech/"] {
            assert!(!matches!(site.decide(&asked(target)), Decision::Refuse { .. }), "{target}");
        }
    }

    #[test]
    fn what_is_no_target_is_refused_under_any_policy() {
        let site = site("", RedirectPolicy::Any);
        for target in ["", "/relative", "javascript:alert(1)", "ftp://a.trap.jp/"] {
            assert!(matches!(site.decide(&asked(target)), Decision::Refuse { .. }), "{target}");
        }
        assert!(matches!(site.decide(&Asked { target: None, ..asked("") }), Decision::Refuse { .. }));
    }

    #[test]
    fn a_token_domain_needs_an_alias() {
        let error = Site::new("q.trap.jp", "", "trapti.tech", RedirectPolicy::Any).unwrap_err().to_string();
        assert!(error.contains("ALIASES has no q.trapti.tech"), "{error}");
        assert!(Site::new("traq", "", "", RedirectPolicy::Any).is_err());
    }
}
