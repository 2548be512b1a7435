//! What is on a page: its program, and what a user would read.

use anyhow::Context;
use relapse_model::wire::page::Program;
use relapse_model::wire::visit::Link;
use reqwest::Url;

const MOST_SHOWN: usize = 500;
/// More links than a page of a lab has.
const MOST_LINKS: usize = 200;

/// The program in `<script type="application/json" id="program">`, if there is one.
///
/// # Errors
/// When there is one that cannot be understood.
pub(super) fn program(html: &str) -> anyhow::Result<Option<Program>> {
    let mut rest = html;
    while let Some((_, after)) = split_tag(rest, "<script") {
        let Some((attributes, after)) = after.split_once('>') else { break };
        let (content, after) = split_tag(after, "</script").unwrap_or((after, ""));
        if attribute(attributes, "id") == Some("program") && attribute(attributes, "type") == Some("application/json") {
            let program = serde_json::from_str(content)
                .context("the page's program (script with the id `program`) is not what wire::page::Program describes")?;
            return Ok(Some(program));
        }
        rest = after;
    }
    Ok(None)
}

/// The title, and the beginning of the text.
pub(super) fn shown(body: &str, is_html: bool) -> String {
    if is_html { shorten(&text(body)) } else { shorten(body) }
}

/// The links of a page, and its forms that have a button and nothing to fill in.
pub(super) fn links(html: &str, page: &Url) -> Vec<Link> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some((tag, inside)) = rest.split_once('<').and_then(|(_, after)| after.split_once('>')) {
        rest = inside;
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        let content = split_tag(inside, &format!("</{name}")).map_or(inside, |(content, _)| content);
        let link = match name.to_ascii_lowercase().as_str() {
            "a" => attribute(attributes, "href").map(|href| (text(content), "GET".to_owned(), href)),
            "form" => button(content).map(|text| {
                let method = attribute(attributes, "method").unwrap_or("GET").to_ascii_uppercase();
                (text, method, attribute(attributes, "action").unwrap_or_default())
            }),
            "script" | "style" => {
                rest = &inside[content.len()..];
                None
            }
            _ => None,
        };
        if let Some((text, method, target)) = link
            && let Ok(url) = page.join(&html_escape::decode_html_entities(target))
        {
            found.push(Link { text: shorten(&text), method, url: url.into() });
        }
        if found.len() == MOST_LINKS {
            break;
        }
    }
    found
}

/// The text of a form's button, if there is nothing to fill in.
fn button(form: &str) -> Option<String> {
    if ["<input", "<select", "<textarea"].iter().any(|field| split_tag(form, field).is_some()) {
        return None;
    }
    let (_, after) = split_tag(form, "<button")?.1.split_once('>')?;
    Some(text(split_tag(after, "</button").map_or(after, |(content, _)| content)))
}

/// The text between the tags as a user reads it, without scripts and styles.
fn text(html: &str) -> String {
    let mut result = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        result.push_str(before);
        result.push(' ');
        let hidden = ["script", "style"].into_iter().find(|name| starts_with(after, name));
        rest = match hidden {
            Some(name) => split_tag(after, &format!("</{name}")).map_or("", |(_, after)| after),
            None => after,
        };
        rest = rest.split_once('>').map_or("", |(_, after)| after);
    }
    html_escape::decode_html_entities(&(result + rest)).into_owned()
}

fn shorten(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(MOST_SHOWN).collect()
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start))
}

/// Splits around the first place where a tag begins, in upper or lower case.
fn split_tag<'a>(html: &'a str, tag: &str) -> Option<(&'a str, &'a str)> {
    let mut places = html.as_bytes().windows(tag.len());
    let at = places.position(|found| found.eq_ignore_ascii_case(tag.as_bytes()))?;
    Some((&html[..at], &html[at + tag.len()..]))
}

/// The value of an attribute, in quotes or without.
fn attribute<'a>(attributes: &'a str, wanted: &str) -> Option<&'a str> {
    let mut rest = attributes.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let after = after.trim_start();
        let value;
        (value, rest) = match after.strip_prefix('=').map(str::trim_start) {
            None => ("", after),
            Some(quoted) if quoted.starts_with(['"', '\'']) => {
                let (quote, inner) = quoted.split_at(1);
                inner.split_once(quote).unwrap_or((inner, ""))
            }
            Some(plain) => plain.split_at(plain.find(char::is_whitespace).unwrap_or(plain.len())),
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = rest.trim_start();
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use relapse_model::wire::page::Step;

    #[test]
    fn the_program_is_found_among_other_scripts() {
        let html = r#"<!doctype html><script>if (a < b) { "</div>" }</script>
            <SCRIPT id='program'  TYPE=application/json>{"steps":[{"do":"show","message":"\u003cb>"}]}</SCRIPT>"#;
        let steps = program(html).unwrap().unwrap().steps;
        assert_eq!(steps, [Step::Show { message: "<b>".into() }]);
    }

    #[test]
    fn a_page_without_a_program_has_none_and_a_broken_one_is_an_error() {
        for html in ["", "<p>", "<script>1</script>", r#"<script id="program">1</script>"#, "<script"] {
            assert_eq!(program(html).unwrap(), None, "{html}");
        }
        let broken = r#"<script type="application/json" id="program">{"steps":[{"do":"dance"}]}</script>"#;
        assert!(program(broken).is_err());
    }

    #[test]
    fn links_and_buttons_are_found_by_their_text() {
        let page = "http://showcase.example/list?x".parse().unwrap();
        let html = r#"<article>no</article><a href="http://a.example/">Open <b>it</b></a><script>"<a href=1>no</a>"</script>
            <form method="post" action="/apps/a/cancel"><button>Cancel</button></form><A HREF=other>Other</A><a>none</a>
            <form action="/search"><input name="q"><button>Search</button></form>"#;
        let told: Vec<String> = links(html, &page).iter().map(|l| format!("{}: {} {}", l.text, l.method, l.url)).collect();
        assert_eq!(
            told,
            [
                "Open it: GET http://a.example/",
                "Cancel: POST http://showcase.example/apps/a/cancel",
                "Other: GET http://showcase.example/other"
            ]
        );
    }

    #[test]
    fn entities_are_what_they_stand_for() {
        let page = "http://showcase.example/".parse().unwrap();
        assert_eq!(shown("<p>File &quot;&lt;a&gt;&quot; &amp; more</p>", true), "File \"<a>\" & more");
        let told = links(r#"<a href="/?a=1&amp;b=2">A &amp; B</a>"#, &page);
        assert_eq!((told[0].text.as_str(), told[0].url.as_str()), ("A & B", "http://showcase.example/?a=1&b=2"));
    }

    #[test]
    fn a_user_reads_the_title_and_the_text() {
        assert_eq!(shown("<html><title> A  page</title><p>x", true), "A page x");
        assert_eq!(shown("<style>p{}</style><p>Nothing <b>here</b><script>x</script>", true), "Nothing here");
        assert_eq!(shown("the bot is up\n", false), "the bot is up");
        assert_eq!(shown(&"x".repeat(1000), false).len(), MOST_SHOWN);
    }
}
