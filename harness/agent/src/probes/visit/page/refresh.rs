//! A page that leads on by itself: `<meta http-equiv=refresh content="3; url=/next">`, or the same as a header.

use std::time::Duration;

use reqwest::Url;
use scraper::Html;

use super::text;

/// After how long, and whereto: as the HTML standard reads it; `None` where a browser would stay.
pub(super) fn read(content: &str, page: &Url) -> Option<(Duration, Url)> {
    let content = content.trim_start();
    let digits = content.find(|c: char| !c.is_ascii_digit()).unwrap_or(content.len());
    if digits == 0 && !content.starts_with('.') {
        return None;
    }
    let seconds: u64 = content[..digits].parse().unwrap_or(if digits == 0 { 0 } else { u64::MAX });
    let rest = content[digits..].trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if !rest.is_empty() && !rest.starts_with([';', ',']) && !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let rest = rest.trim_start();
    let target = rest.strip_prefix([';', ',']).unwrap_or(rest).trim_start();
    let url = if target.is_empty() { page.clone() } else { page.join(address(target)).ok()? };
    Some((Duration::from_secs(seconds), url))
}

/// What stands behind `url=`, or all of it, without quotes.
fn address(text: &str) -> &str {
    let named = text.get(..3).filter(|word| word.eq_ignore_ascii_case("url")).map(|_| text[3..].trim_start());
    let text = named.and_then(|rest| rest.strip_prefix('=')).map_or(text, str::trim_start);
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => text[1..].split(quote).next().unwrap_or_default(),
        _ => text.trim_end(),
    }
}

/// What the page's own first `<meta>` says.
pub(super) fn of(html: &Html) -> Option<&str> {
    let mut metas = html.tree.nodes().filter_map(|node| Some((node, node.value().as_element()?)));
    let refreshes = |name: &str| name.eq_ignore_ascii_case("refresh");
    metas.find_map(|(node, element)| {
        let is_one = element.name() == "meta" && element.attr("http-equiv").is_some_and(refreshes);
        (is_one && !text::is_inert(node)).then(|| element.attr("content")).flatten()
    })
}
