//! A page's tree, as the parser of a browser makes it; bounded, whatever the page is.

use std::time::{Duration, Instant};

use html5ever::driver::{self, ParseOpts};
use html5ever::tendril::TendrilSink;
use scraper::{Html, HtmlTreeSink};

/// A page is looked at after so many bytes: what they can add is little.
const CHUNK_BYTES: usize = 1024;
/// As Chromium, which puts no more elements into each other; what a parser does for each of a page's tags grows with them.
const MAX_DEPTH: usize = 512;
/// Tags that are not closed are opened again in each paragraph: a page of 2 MiB can have any number of nodes.
const MAX_NODES: usize = 250_000;
/// What else takes long, such as a tag with 200,000 attributes. No page that means well comes near it.
const TIMEOUT: Duration = Duration::from_secs(3);

/// The tree, and whether the page went on where it was no longer read.
pub(super) fn parse(html: &str) -> (Html, bool) {
    parse_within(TIMEOUT, html)
}

pub(super) fn parse_within(timeout: Duration, html: &str) -> (Html, bool) {
    let mut parser = driver::parse_document(HtmlTreeSink::new(Html::new_document()), ParseOpts::default());
    let mut rest = html;
    let began = Instant::now();
    while !rest.is_empty() {
        let whole = |at: &usize| rest.is_char_boundary(*at);
        let (chunk, after) = rest.split_at((CHUNK_BYTES..rest.len()).find(whole).unwrap_or(rest.len()));
        rest = after;
        parser.process(chunk.into());
        let page = parser.tokenizer.sink.sink.0.borrow();
        let mut nodes = page.tree.nodes();
        let too_many = nodes.len() > MAX_NODES;
        let too_deep = nodes.next_back().is_some_and(|node| node.ancestors().count() > MAX_DEPTH);
        if too_many || too_deep || began.elapsed() > timeout {
            break;
        }
    }
    (parser.finish(), !rest.is_empty())
}
