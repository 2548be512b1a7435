//! What is on a page: what a user reads, where one can go from there, and what it does by itself.

mod charset;
mod refresh;
mod text;
mod tree;

#[cfg(test)]
mod tests;

use std::time::Duration;

use anyhow::Context;
use ego_tree::NodeRef;
use hyper::{HeaderMap, header};
use relapse_wire::page::Program;
use relapse_wire::visit::{Link, MAX_SHOWN_BYTES};
use reqwest::Url;
use scraper::{Html, Node};

/// More links than a page of a lab has.
const MAX_LINKS: usize = 200;
const MAX_LINK_BYTES: usize = 500;
/// What begins so is a page, where no `Content-Type` says what it is.
#[rustfmt::skip]
const HTML_BEGINS: &[&str] = &[
    "<!doctype html", "<html", "<head", "<script", "<iframe", "<h1", "<div", "<font", "<table", "<a", "<style", "<title", "<b", "<body",
    "<br", "<p", "<!--",
];

/// A page that refreshes itself later than that is at rest until then.
pub(super) const REFRESH_WITHIN: Duration = Duration::from_secs(10);

/// Whether a page with this refresh is not at rest.
pub(in crate::probes) fn refreshes_soon(content: &str, page: &str) -> bool {
    page.parse().is_ok_and(|page| refresh::read(content, &page).is_some_and(|(after, _)| after <= REFRESH_WITHIN))
}

/// An answer that a tab shows.
pub(super) struct Page {
    url: Url,
    content: Content,
    /// The `Refresh` header.
    refresh: Option<String>,
    /// Not all of it was read.
    cut: bool,
}

enum Content {
    Tree(Box<Html>),
    Text(String),
}

impl Page {
    /// Reads an answer's body.
    pub(super) fn read(url: &Url, headers: &HeaderMap, body: &[u8]) -> Self {
        let header = |name| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let content_type = header(header::CONTENT_TYPE).unwrap_or_default();
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let is_html = matches!(kind.as_str(), "text/html" | "application/xhtml+xml") || (kind.is_empty() && begins_as_html(body));
        let text = charset::decode(body, &content_type, is_html);
        let (content, cut) = match is_html {
            true => {
                let (tree, cut) = tree::parse(&text);
                (Content::Tree(Box::new(tree)), cut)
            }
            false => (Content::Text(text), false),
        };
        Self { url: url.clone(), content, refresh: header(header::REFRESH), cut }
    }

    /// The title and the text, up to a bound, and whether there was more.
    pub(super) fn shown(&self) -> (String, bool) {
        let (shown, cut) = match &self.content {
            Content::Text(text) => text::collapse(text, MAX_SHOWN_BYTES),
            Content::Tree(html) => {
                let title = elements(html, "title").find(|node| !text::is_drawn(*node) && !text::is_inert(*node));
                let (title, _) = title.map(|title| text::visible(title, MAX_SHOWN_BYTES)).unwrap_or_default();
                let (text, cut) = text::visible(html.tree.root(), MAX_SHOWN_BYTES);
                let (shown, cut_again) = text::collapse(&format!("{title} {text}"), MAX_SHOWN_BYTES);
                (shown, cut || cut_again)
            }
        };
        (shown, cut || self.cut)
    }

    /// The program in `<script type="application/json" id="program">`, if there is one.
    ///
    /// # Errors
    /// When there is one that cannot be understood.
    pub(super) fn program(&self) -> anyhow::Result<Option<Program>> {
        let Content::Tree(html) = &self.content else { return Ok(None) };
        let found = elements(html, "script").find(|node| {
            attribute(*node, "id") == Some("program")
                && attribute(*node, "type") == Some("application/json")
                && !text::is_inert(*node)
        });
        let Some(script) = found else { return Ok(None) };
        let content: String = script.children().filter_map(|child| child.value().as_text().map(|text| &**text)).collect();
        let program = serde_json::from_str(&content)
            .context("the page's program (script with the id `program`) is not what relapse_wire::page::Program describes")?;
        Ok(Some(program))
    }

    /// Where the page goes by itself, and after how long.
    pub(super) fn refresh(&self) -> Option<(Duration, Url)> {
        let of_page = match &self.content {
            Content::Tree(html) => refresh::of(html),
            Content::Text(_) => None,
        };
        refresh::read(self.refresh.as_deref().or(of_page)?, &self.url)
    }

    /// The links of a page, and its forms that have a button and nothing to fill in.
    pub(super) fn links(&self) -> Vec<Link> {
        let Content::Tree(html) = &self.content else { return Vec::new() };
        let base = elements(html, "base").find_map(|base| self.url.join(attribute(base, "href")?).ok());
        let base = base.as_ref().unwrap_or(&self.url);
        let seen = html.tree.root().descendants().filter(|node| node.value().is_element());
        let link = |node: NodeRef<'_, Node>| {
            let (text, method, target) = match node.value().as_element()?.name() {
                "a" => (node, "GET".to_owned(), attribute(node, "href")?),
                "form" => {
                    let method = attribute(node, "method").unwrap_or("GET").to_ascii_uppercase();
                    (button(node)?, method, attribute(node, "action").unwrap_or_default())
                }
                _ => return None,
            };
            let url = if target.is_empty() { self.url.clone() } else { base.join(target).ok()? };
            text::is_seen(text).then(|| Link { text: text::visible(text, MAX_LINK_BYTES).0, method, url: url.into() })
        };
        seen.filter_map(link).take(MAX_LINKS).collect()
    }
}

/// The button of a form, if there is nothing to fill in.
fn button(form: NodeRef<'_, Node>) -> Option<NodeRef<'_, Node>> {
    let named = |wanted: &[&str]| {
        form.descendants().find(|node| node.value().as_element().is_some_and(|element| wanted.contains(&element.name())))
    };
    if named(&["input", "select", "textarea"]).is_some() { None } else { named(&["button"]) }
}

fn elements<'a>(html: &'a Html, name: &'static str) -> impl Iterator<Item = NodeRef<'a, Node>> {
    html.tree.root().descendants().filter(move |node| node.value().as_element().is_some_and(|element| element.name() == name))
}

fn attribute<'a>(node: NodeRef<'a, Node>, name: &str) -> Option<&'a str> {
    node.value().as_element()?.attr(name)
}

fn begins_as_html(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    let begins = |tag: &&str| body.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()));
    HTML_BEGINS
        .iter()
        .any(|tag| begins(tag) && (*tag == "<!--" || matches!(body.get(tag.len()), Some(b' ' | b'>' | b'\n' | b'\t' | b'\r'))))
}
