//! What a user reads on a page.

use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef};
use scraper::Node;
use scraper::node::Element;

const SVG: &str = "http://www.w3.org/2000/svg";
/// Not shown: what is for machines, what only an old browser shows, and what plays or draws.
#[rustfmt::skip]
const HIDDEN: &[&str] = &[
    "head", "title", "script", "style", "template", "noscript", "meta", "link", "base", "datalist", "rp", "noframes", "noembed",
    "iframe", "object", "video", "audio", "canvas",
];
/// They begin a line of their own, or stand apart as a button does.
#[rustfmt::skip]
const APART: &[&str] = &[
    "address", "article", "aside", "blockquote", "body", "br", "button", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr",
    "html", "input", "legend", "li", "listing", "main", "menu", "nav", "ol", "optgroup", "option", "p", "plaintext", "pre", "search",
    "section", "select", "summary", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "tr", "ul", "xmp",
];
/// They have no width: between letters nobody sees them.
const NO_WIDTH: &[char] = &['\u{ad}', '\u{200b}', '\u{2060}', '\u{feff}'];

/// The text of a page or of a part of it. White space is one blank, blocks are apart, tags within a line are not.
pub(super) fn visible(root: NodeRef<'_, Node>, max_bytes: usize) -> (String, bool) {
    let mut text = Text { kept: String::new(), max_bytes, gap: false, cut: false };
    // `visibility` can be given back by what is within; what is not displayed at all cannot.
    let mut invisible: Vec<bool> = Vec::new();
    let mut without: Option<NodeId> = None;
    for edge in root.traverse() {
        match edge {
            Edge::Open(node) if without.is_none() => match node.value() {
                Node::Text(words) => {
                    let folded = node.parent().is_some_and(|parent| is_folded(node, parent));
                    if !folded && !invisible.last().copied().unwrap_or_default() {
                        text.add(words);
                    }
                }
                Node::Element(element) => {
                    let style = Style::of(element);
                    if node.id() != root.id() && is_hidden(node, element, &style) {
                        without = Some(node.id());
                        continue;
                    }
                    let inherited = invisible.last().copied().unwrap_or_default();
                    invisible.push(style.invisible.unwrap_or(inherited));
                    text.gap |= style.is_apart(element);
                    if invisible.last() == Some(&false) {
                        text.add(&value(element));
                    }
                }
                _ => {}
            },
            Edge::Close(node) if without == Some(node.id()) => without = None,
            Edge::Close(node) if without.is_none() => {
                if let Node::Element(element) = node.value() {
                    invisible.pop();
                    text.gap |= Style::of(element).is_apart(element);
                }
            }
            _ => {}
        }
        if text.cut {
            break;
        }
    }
    (text.kept, text.cut)
}

/// The same of a text without tags.
pub(super) fn collapse(words: &str, max_bytes: usize) -> (String, bool) {
    let mut text = Text { kept: String::new(), max_bytes, gap: false, cut: false };
    text.add(words);
    (text.kept, text.cut)
}

/// Whether a user can see it, as far as its own and its ancestors' tags say.
pub(super) fn is_seen(node: NodeRef<'_, Node>) -> bool {
    let mut invisible = None;
    let displayed = std::iter::once(node).chain(node.ancestors()).all(|node| {
        let Node::Element(element) = node.value() else { return true };
        let style = Style::of(element);
        // The nearest one says.
        invisible = invisible.or(style.invisible);
        !is_hidden(node, element, &style)
    });
    displayed && invisible != Some(true)
}

struct Text {
    kept: String,
    max_bytes: usize,
    /// White space, before the next letter.
    gap: bool,
    cut: bool,
}

impl Text {
    fn add(&mut self, words: &str) {
        for letter in words.chars() {
            if letter.is_whitespace() {
                self.gap = true;
                continue;
            }
            if NO_WIDTH.contains(&letter) {
                continue;
            }
            let gap = self.gap && !self.kept.is_empty();
            if self.kept.len() + usize::from(gap) + letter.len_utf8() > self.max_bytes {
                self.cut = true;
                return;
            }
            if gap {
                self.kept.push(' ');
            }
            self.gap = false;
            self.kept.push(letter);
        }
    }
}

/// What an element's own `style` says of whether and how it is shown.
#[derive(Default)]
struct Style {
    display: Option<String>,
    invisible: Option<bool>,
}

impl Style {
    fn of(element: &Element) -> Self {
        let mut style = Self::default();
        for declaration in element.attr("style").unwrap_or_default().split(';') {
            let (name, value) = declaration.split_once(':').unwrap_or_default();
            let value = value.split('!').next().unwrap_or_default().trim().to_ascii_lowercase();
            match name.trim().to_ascii_lowercase().as_str() {
                "display" => style.display = Some(value),
                "visibility" => style.invisible = Some(value == "hidden" || value == "collapse"),
                _ => {}
            }
        }
        style
    }

    fn is_apart(&self, element: &Element) -> bool {
        match self.display.as_deref() {
            // These are in one line with what stands beside them.
            Some("inline" | "inline-block" | "inline-flex" | "inline-grid" | "contents") => false,
            Some("block" | "flex" | "grid" | "table" | "table-row" | "table-cell" | "list-item" | "flow-root") => true,
            _ => APART.contains(&element.name()),
        }
    }
}

fn is_hidden(node: NodeRef<'_, Node>, element: &Element, style: &Style) -> bool {
    let name = element.name();
    if &*element.name.ns == SVG {
        return matches!(name, "title" | "desc" | "metadata" | "defs" | "style" | "script")
            || style.display.as_deref() == Some("none");
    }
    if HIDDEN.contains(&name) || (name == "input" && has(element, "type", "hidden")) {
        return true;
    }
    match style.display.as_deref() {
        Some("none") => true,
        // A style of its own is more than a browser's for `hidden`.
        Some(_) => false,
        None => {
            element.attr("hidden").is_some()
                || (name == "dialog" && element.attr("open").is_none())
                || node.parent().is_some_and(|parent| is_folded(node, parent))
        }
    }
}

/// Within `<details>` that are closed only the first `<summary>` is shown.
fn is_folded(node: NodeRef<'_, Node>, parent: NodeRef<'_, Node>) -> bool {
    let Some(details) = parent.value().as_element().filter(|parent| parent.name() == "details") else { return false };
    let is_summary = |child: &NodeRef<'_, Node>| child.value().as_element().is_some_and(|child| child.name() == "summary");
    details.attr("open").is_none() && parent.children().find(is_summary).is_none_or(|summary| summary.id() != node.id())
}

/// What is to be read on an element that has no text within.
fn value(element: &Element) -> String {
    let attribute = |name| element.attr(name).unwrap_or_default().to_owned();
    match (element.name(), attribute("type").to_ascii_lowercase().as_str()) {
        ("input", "submit") => element.attr("value").unwrap_or("Submit").to_owned(),
        ("input", "reset") => element.attr("value").unwrap_or("Reset").to_owned(),
        ("input", "" | "text" | "search" | "email" | "url" | "tel" | "number" | "button") => attribute("value"),
        ("optgroup", _) => attribute("label"),
        _ => String::new(),
    }
}

fn has(element: &Element, attribute: &str, value: &str) -> bool {
    element.attr(attribute).is_some_and(|found| found.trim().eq_ignore_ascii_case(value))
}

/// Whether it stands in a `<template>`: it is no part of the page yet.
pub(super) fn is_inert(node: NodeRef<'_, Node>) -> bool {
    node.ancestors()
        .any(|node| node.value().as_element().is_some_and(|element| matches!(element.name(), "template" | "noscript")))
}

/// Whether it is a drawing's.
pub(super) fn is_drawn(node: NodeRef<'_, Node>) -> bool {
    node.value().as_element().is_some_and(|element| &*element.name.ns == SVG)
}
