//! The vocabulary for people: every phrase with what it means and an example. A test holds it against the steps themselves.

use gherkin::StepType;

use super::role::Role;

/// One step of the vocabulary.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Phrase {
    pub(crate) role: Role,
    pub(crate) expression: &'static str,
    pub(crate) about: &'static str,
    pub(crate) example: &'static str,
}

impl Phrase {
    /// The names of its parameters, in their order.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &'static str> {
        self.expression.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
    }
}

/// A phrase's example as a step.
pub(crate) fn step(phrase: &Phrase) -> gherkin::Step {
    gherkin::Step {
        keyword: String::new(),
        ty: phrase.role.kind(),
        value: phrase.example.to_owned(),
        docstring: None,
        table: None,
        span: gherkin::Span { start: 0, end: 0 },
        position: gherkin::LineCol { line: 1, col: 1 },
    }
}

const fn phrase(role: Role, expression: &'static str, about: &'static str, example: &'static str) -> Phrase {
    Phrase { role, expression, about, example }
}

/// Every step.
pub(crate) const PHRASES: &[Phrase] = &[
    phrase(Role::State, "the {lab} lab", "raises a topology of `fixtures/`, with every factor as on the day", "the trap lab"),
    phrase(
        Role::State,
        "the {lab} lab with {levels}",
        "raises it with some factors at other levels, joined by `and`",
        "the trap lab with app_port at 3000",
    ),
    phrase(
        Role::State,
        "{user} is {session} at {host}",
        "logs a user in as the topology says how, or forgets the user's cookies",
        "to-hutohu is logged-in at q.trap.jp",
    ),
    phrase(
        Role::State,
        "{user} is {session} at {host} in the browser",
        "the same in a real browser, by a call that a page of that host makes; for scenarios tagged `@browser`",
        "to-hutohu is logged-in at q.trap.jp in the browser",
    ),
    phrase(
        Role::State,
        "{part} is in a crash loop",
        "it ends by itself, is started again, and ends: without this a lab with such a service is not raised",
        "app is in a crash loop",
    ),
    phrase(
        Role::Demand,
        "{user} pushes {file} as {app}",
        "commits a folder of the topology's `apps/` and pushes it from the workstation",
        "to-hutohu pushes page as home",
    ),
    phrase(
        Role::Demand,
        "{user} pushes {file} as {app} with {file}",
        "the same, with one more file: the doc string",
        "to-hutohu pushes bot as example with showcase.yaml",
    ),
    phrase(
        Role::Demand,
        "{user} opens {url}",
        "opens a tab, and goes on once the page stands still, or after 2 s. The user's page before it is waited for, until it stands still or \
         10 s are over, and closed",
        "to-hutohu opens http://example.org/",
    ),
    phrase(
        Role::Demand,
        "{user} opens {url} in passing",
        "the same, and goes on at once; the page before it is closed at once",
        "to-hutohu opens http://example.org/ in passing",
    ),
    phrase(
        Role::Demand,
        "{user} opens {url} in the browser",
        "the same in a real Chromium; for scenarios tagged `@browser`",
        "to-hutohu opens http://example.org/ in the browser",
    ),
    phrase(
        Role::Demand,
        "{user} follows {string}",
        "a link, or a form's button, by its text on the page on which the latest visit came to rest",
        "to-hutohu follows \"Open Application\"",
    ),
    phrase(
        Role::Demand,
        "{user} leaves",
        "closes the user's tab, and ends what the user asks for again and again",
        "to-hutohu leaves",
    ),
    phrase(
        Role::Demand,
        "{user} asks for {url} every {time}",
        "again and again, with the user's cookies, until the user leaves; whether or not the request before was answered",
        "kaz asks for https://q.trap.jp/api/1.0/users/me every 100ms",
    ),
    phrase(
        Role::Demand,
        "{user} uploads {size} to {url} every {time}",
        "the same, with an image of that size as the body of a POST",
        "kaz uploads 500KB to https://q.trap.jp/api/1.0/files every 1s",
    ),
    phrase(
        Role::Demand,
        "{user} sends {rate} to {url}",
        "many users, each asking once and on a connection of its own, at a fixed rate, until they leave",
        "everybody sends 20/s to http://lb/",
    ),
    phrase(
        Role::Demand,
        "{user} holds {int} WebSockets to {url}",
        "opens so many, and has each echo something twice a second, until the user leaves; one that is lost is not opened again",
        "alice holds 6 WebSockets to ws://lb/socket",
    ),
    phrase(
        Role::Trigger,
        "{tier} scales {amount}{selection}",
        "`to 11`, `out by 2` or `in by 2`, by the command that the topology declares; ends when that command does. Then, if it matters, \
         ` in zone a` or ` zone by zone` (so many in each), and `, oldest first` or `, newest first`",
        "webapp scales in by 2 in zone a, newest first",
    ),
    phrase(
        Role::Trigger,
        "{tier} replaces {int}{selection}",
        "a rolling replacement of so many instances, likewise",
        "webapp replaces 8, oldest first",
    ),
    phrase(
        Role::Trigger,
        "{flag} is at {percent}",
        "the percentage of requests that a flag of the topology is on for",
        "slow-search is at 100%",
    ),
    phrase(
        Role::Trigger,
        "{string} is run in {part}",
        "a command, as an operator would; split at white space and quotes, without a shell. What came of it is a `run` of that part",
        "\"/relapse-agent runtime 'set server webapp/webapp1 state drain'\" is run in lb-1",
    ),
    phrase(
        Role::Trigger,
        "{part} is {change}",
        "killed, stopped, paused, resumed, started, restarted or removed; seen to take hold. One that is started is awaited until it is ready, \
         by its ready text or health check, or has ended",
        "traq is restarted",
    ),
    phrase(
        Role::Mechanism,
        "the last {action} of {target} {should} be {outcome} {deadline}",
        "what came of a `push`, or of an action in a part's log, such as `deploy`: success, failure or refused",
        "the last deploy of example.to-hutohu.trap.show should be success within 10s",
    ),
    phrase(
        Role::Mechanism,
        "{part} {should} be {state} {deadline}",
        "a part's container is running, exited, paused or removed; or in a crash loop, which is neither running nor exited",
        "example.to-hutohu.trap.show should be exited within 5s",
    ),
    phrase(
        Role::Mechanism,
        "{host} {should} resolve to {owners} from {part} {deadline}",
        "what a name means to a part, by that part's own resolver: among the answers is the address of `lb-1`, of `lb-1 and lb-2`, of \
         `lb-1 only`, or there is `nothing`; `should not`: of none of them",
        "example.to-hutohu.trap.show should resolve to showcase from nginx within 5s",
    ),
    phrase(
        Role::Users,
        "{user} {should} be answered {int} by {part} at {host} {deadline}",
        "in the latest visit, a request to the host was answered so; by the container that owns the address that answered",
        "to-hutohu should be answered 302 by showcase at example.to-hutohu.trap.show within 5s",
    ),
    phrase(
        Role::Users,
        "{user} {should} get no answer from {host} {deadline}",
        "in the latest visit, a request to the host has been out for a second, or ended without an answer",
        "alice should get no answer from shop.test within 5s",
    ),
    phrase(
        Role::Mechanism,
        "{cookie} {should} be sent to {host} {deadline}",
        "over all requests to the host; without one in the jar there is no verdict",
        "traP_token should not be sent to example.to-hutohu.trap.show throughout 1s",
    ),
    phrase(
        Role::Users,
        "{user} {should} be in a redirect loop {deadline}",
        "more than 25 repeats of one state in the latest visit, or a chain of redirects that the browser ended",
        "to-hutohu should be in a redirect loop within 30s",
    ),
    phrase(
        Role::Users,
        "{user} {should} still be in a redirect loop after {int} turns {deadline}",
        "so many repeats of one state: one that no browser ends",
        "to-hutohu should still be in a redirect loop after 26 turns within 30s",
    ),
    phrase(
        Role::Mechanism,
        "{user}'s browser {should} agree with the visitor on hops, cookies and calls {deadline}",
        "the user's latest visits with each are the same: every step of the way, and what its page called, in any order",
        "to-hutohu's browser should agree with the visitor on hops, cookies and calls within 10s",
    ),
    phrase(
        Role::Users,
        "{user} {should} see {string} at {url} {deadline}",
        "the page on which the latest visit came to rest shows the text",
        "to-hutohu should see \"Showcase\" at https://showcase.trapti.tech/ within 10s",
    ),
    phrase(
        Role::Mechanism,
        "{part} {should} log {comparison} requests for {pattern} {deadline}",
        "counted in the part's own access log, by host, or by host and the beginning of the path, by whole segments",
        "traq should log at least 13 requests for q.trap.jp/api/1.0/ within 5s",
    ),
    phrase(
        Role::Mechanism,
        "{user} {should} ask {part} for {int} of {pattern} for each of {pattern} {deadline}",
        "what one user asks for at a time, to the nearest whole number, by the part's own access log",
        "to-hutohu should ask traq for 13 of q.trap.jp/api/1.0/ for each of q.trap.jp/login within 10s",
    ),
    phrase(
        Role::Users,
        "the {measure} of {user} {should} be {bound} {deadline}",
        "median latency, p95 latency, error rate or the rate of one status, over the requests that a user who asks again and again sent since \
         the last When, of the last three seconds; at least ten",
        "the median latency of kaz should be above 30ms within 10s",
    ),
    phrase(
        Role::Mechanism,
        "{part} {should} list {comparison} instances of {tier} {deadline}",
        "as many as a part has in its list of a tier: a catalogue's that pass, a load balancer's that are not in maintenance",
        "consul should list exactly 14 instances of webapp within 10s",
    ),
    phrase(
        Role::Mechanism,
        "{part} {should} list {comparison} stale instances of {tier} {deadline}",
        "of those, as many as are not in the tier's catalogue",
        "haproxy-1 should list exactly 0 stale instances of webapp throughout 5s",
    ),
    phrase(
        Role::Mechanism,
        "{part} {should} agree with {part} on {tier} {deadline}",
        "both list the same instances of a tier; what only one lists is named",
        "haproxy-1 should agree with consul on webapp within 5s",
    ),
    phrase(
        Role::Mechanism,
        "every list of {tier} {should} agree with {part} {deadline}",
        "the same for all lists of a tier but the catalogue's, of parts that run; each that differs is named",
        "every list of webapp should agree with consul within 5s",
    ),
    phrase(
        Role::Mechanism,
        "{part} {should} route to a terminated instance of {tier} {deadline}",
        "a request sent since the step began went to an address that the tier's catalogue had listed and did no longer; by the part's own \
         access log; without a request, or where HAProxy had tried another server first, which it does not name, there is no verdict",
        "haproxy-1 should not route to a terminated instance of webapp throughout 10s",
    ),
    phrase(
        Role::Mechanism,
        "any load balancer of {tier} {should} route to a terminated instance {deadline}",
        "the same for every part that lists a tier, runs and logs requests; each has to have logged one",
        "any load balancer of webapp should not route to a terminated instance throughout 10s",
    ),
    phrase(
        Role::Mechanism,
        "{tier} {should} have {comparison} idle instances {deadline}",
        "of those in the catalogue for three seconds, as many as got none of the requests of that time, of which there are at least ten",
        "webapp should have exactly 0 idle instances within 5s",
    ),
    phrase(
        Role::Users,
        "{user} {should} hold {comparison} WebSockets {deadline}",
        "those that are open and echo",
        "alice should hold exactly 6 WebSockets throughout 5s",
    ),
    phrase(
        Role::Mechanism,
        "{part} {should} run {comparison} processes {deadline}",
        "in its container, by the engine's list",
        "proxy-1 should run at least 5 processes within 5s",
    ),
    phrase(
        Role::Mechanism,
        "{part} {should} be throttled {deadline}",
        "in at least half of the scheduler's periods of the last two seconds its processor limit held it up",
        "traq should be throttled within 10s",
    ),
    phrase(
        Role::Mechanism,
        "{string} in {part} {should} be {figure} {deadline}",
        "a question in PromQL with one number for an answer, asked of a Prometheus at its port 9090; without data there is no verdict",
        "'rate(container_cpu_usage_seconds_total{name=\"traq\"}[5s])' in prometheus should be above 0.25 within 15s",
    ),
    phrase(
        Role::Told,
        "the alert {string} {should} fire {deadline}",
        "somebody was told that it fires, and not since that it is resolved, by the log of whoever is told; by name, or as \
         `'TargetDown{job=\"sync\"}'` by labels as well. Where for more than 5 s nobody was told of any alert that fires there is no verdict, so \
         a dead-man's switch has to be told again and again",
        "the alert \"SlotsFrozen\" should not fire throughout 10s",
    ),
    phrase(
        Role::Told,
        "the alert {string} {should} be resolved {deadline}",
        "it fired, and somebody was told that it no longer does, with whatever labels it had; likewise",
        "the alert \"SlotsFrozen\" should be resolved within 10s",
    ),
    phrase(
        Role::Mechanism,
        "{part} {should} log {comparison} new lines with {string} {deadline}",
        "the same of those since the last When began",
        "nginx should log at least 1 new lines with \"connect() failed\" within 5s",
    ),
    phrase(
        Role::Mechanism,
        "{part} {should} log {comparison} lines with {string} {deadline}",
        "for what a part only says in words, such as the end of a reload",
        "nginx should log at least 1 lines with \"gracefully shutting down\" within 5s",
    ),
];

/// The phrases nearest to a step that no phrase matches, best first, at most three.
pub(crate) fn nearest(kind: StepType, text: &str) -> Vec<&'static str> {
    // Examples share more words with what somebody wrote than expressions do.
    let same: Vec<&Phrase> = PHRASES.iter().filter(|phrase| phrase.role.kind() == kind).collect();
    let mut near: Vec<&'static str> = relapse_model::nearest(text, same.iter().map(|phrase| phrase.example))
        .into_iter()
        .filter_map(|example| same.iter().find(|phrase| phrase.example == example).map(|phrase| phrase.expression))
        .collect();
    if near.is_empty() {
        near.extend(same.iter().map(|phrase| phrase.expression));
    }
    near
}

/// `features/VOCABULARY.md`.
pub(crate) fn markdown() -> String {
    let mut text = String::from(
        "# Vocabulary\n\nGenerated by `relapse steps --markdown`; a test compares. State *is* (Given), an attempt *happens* (When), an \
         expectation *should* (Then).\n`{should}` is `should` or `should not`; `{deadline}` is `within 10s` (at some moment until then) or \
         `throughout 2s` (at every moment).\n`${FACTOR}` in a step is the factor's level, as in Compose.\n\nA When is *demand*, what users do, or a *trigger*, what was done to the \
         system: with demand alone an incident must not happen. A Then is what *users* got, who was *told*, or *mechanism*, how it came \
         about: a gate ends with one of the first two.\n",
    );
    for kind in [StepType::Given, StepType::When, StepType::Then] {
        text.push_str(&format!("\n## {kind:?}\n\n| step | what it is | what it means | example |\n|---|---|---|---|\n"));
        for phrase in PHRASES.iter().filter(|phrase| phrase.role.kind() == kind) {
            let Phrase { role, expression, about, example, .. } = phrase;
            text.push_str(&format!("| `{expression}` | {} | {about} | `{example}` |\n", role.word()));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{PHRASES, step};
    use crate::vocabulary::World;
    use cucumber::World as _;
    use cucumber::codegen::WorldInventory;

    #[test]
    fn the_vocabulary_on_disk_is_this_one() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../features/VOCABULARY.md");
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(written, super::markdown(), "run `relapse steps --markdown > features/VOCABULARY.md`");
    }

    #[test]
    fn every_phrase_has_exactly_one_step_and_every_step_a_phrase() {
        let steps = cucumber::codegen::inventory::iter::<<World as WorldInventory>::Given>().count()
            + cucumber::codegen::inventory::iter::<<World as WorldInventory>::When>().count()
            + cucumber::codegen::inventory::iter::<<World as WorldInventory>::Then>().count();
        assert_eq!(steps, PHRASES.len(), "a step without a phrase, or a phrase without a step");
        let collection = World::collection();
        for phrase in PHRASES {
            assert!(matches!(collection.find(&step(phrase)), Ok(Some(_))), "{}", phrase.example);
        }
    }
}
