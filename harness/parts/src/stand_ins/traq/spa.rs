//! The page: real HTML with real JavaScript, which executes the program that it carries as JSON.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use clap::ValueEnum;
use relapse_model::wire::page::{Program, Step};
use serde::Deserialize;

use super::api::START_UP;
use super::pipeline::percent_encode;
use super::{Traq, message};
use crate::common::access::User;

const HTML: &str = include_str!("page.html");
const LOG_IN: &str = "Log in to traQ";
const CHAT: &str = "traQ: all is loaded";
const IN_CIRCLES: &str = "You have been sent in circles: this page has loaded more than 5 times in this tab, and was sent back each time. \
     Close the tab, and tell those who run the site that you came from.";
const MOST_LOADS: u32 = 5;

/// What is at `/login`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Spa {
    /// The page loads all that the chat needs, then looks whether it is to redirect.
    LoadThenRedirect,
    /// The page asks who is there, and redirects at once.
    RedirectFirst,
    /// As the first, but it gives up after five loads in one tab.
    TurnCounter,
    /// No page for who is logged in already: an HTTP redirect.
    HttpRedirect,
}

#[derive(Deserialize)]
pub(super) struct Parameters {
    redirect: Option<String>,
}

/// `GET /`: the chat.
pub(super) async fn chat(State(traq): State<Arc<Traq>>, headers: HeaderMap) -> Response {
    let mut steps = load();
    steps.push(Step::Show { message: CHAT.into() });
    page(&traq, &headers, &Program { steps })
}

/// `GET /login`.
pub(super) async fn login(State(traq): State<Arc<Traq>>, Query(parameters): Query<Parameters>, headers: HeaderMap) -> Response {
    let session = traq.sessions.of(&headers);
    if let (Spa::HttpRedirect, Some(session), Some(target)) = (traq.spa, session, parameters.redirect) {
        let location = format!("/pipeline?redirect={}", percent_encode(&target));
        let mut answer = (StatusCode::FOUND, [(header::LOCATION, location)]).into_response();
        answer.extensions_mut().insert(User(session.name));
        return answer;
    }
    page(&traq, &headers, &program(traq.spa))
}

fn program(spa: Spa) -> Program {
    let mut steps = match spa {
        Spa::LoadThenRedirect | Spa::HttpRedirect => load(),
        Spa::RedirectFirst => vec![who_is_there()],
        Spa::TurnCounter => {
            let counter = Step::Count { key: "loads".into(), most: MOST_LOADS, message: IN_CIRCLES.into() };
            std::iter::once(counter).chain(load()).collect()
        }
    };
    steps.push(Step::Navigate { prefix: "/pipeline?redirect=".into(), parameter: "redirect".into(), otherwise: CHAT.into() });
    Program { steps }
}

fn who_is_there() -> Step {
    Step::Fetch { paths: vec![START_UP[0].0.into()], on_failure: Some(LOG_IN.into()) }
}

/// All that the chat needs: who is there, then three lists, then the rest.
fn load() -> Vec<Step> {
    let fetch =
        |calls: &[(&str, _)]| Step::Fetch { paths: calls.iter().map(|(path, _)| (*path).to_owned()).collect(), on_failure: None };
    vec![who_is_there(), fetch(&START_UP[1..4]), fetch(&START_UP[4..])]
}

fn page(traq: &Traq, headers: &HeaderMap, program: &Program) -> Response {
    let html = match html(program) {
        Ok(html) => html,
        Err(error) => {
            eprintln!("traq: the page's program cannot be written as JSON: {error}");
            return message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
        }
    };
    let kind = [(header::CONTENT_TYPE, "text/html; charset=UTF-8"), (header::CACHE_CONTROL, "no-cache")];
    let mut answer = (kind, html).into_response();
    if let Some(session) = traq.sessions.of(headers) {
        answer.extensions_mut().insert(User(session.name));
    }
    answer
}

fn html(program: &Program) -> serde_json::Result<String> {
    // No text in it may end the script.
    let json = serde_json::to_string(program)?.replace('<', "\\u003c");
    Ok(HTML.replacen("PROGRAM", &json, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(spa: Spa) -> usize {
        let many = |step: &Step| if let Step::Fetch { paths, .. } = step { paths.len() } else { 0 };
        program(spa).steps.iter().map(many).sum()
    }

    #[test]
    fn the_page_makes_thirteen_calls_or_one() {
        assert_eq!(calls(Spa::LoadThenRedirect), 13);
        assert_eq!(calls(Spa::TurnCounter), 13);
        assert_eq!(calls(Spa::RedirectFirst), 1);
    }

    #[test]
    fn only_a_failure_to_say_who_is_there_stops_the_page() {
        let stops = |step: &&Step| matches!(step, Step::Fetch { on_failure: Some(_), .. });
        assert_eq!(program(Spa::LoadThenRedirect).steps.iter().filter(stops).count(), 1);
    }

    #[test]
    fn a_program_cannot_end_its_own_script() {
        let steps = vec![Step::Show { message: "</script><b>".into() }];
        let html = html(&Program { steps }).unwrap();
        assert!(html.contains(r"\u003c/script>\u003cb>") && !html.contains("PROGRAM"));
    }
}
