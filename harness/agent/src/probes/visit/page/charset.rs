//! Bytes as text, by the charset that a browser would take.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::tree;

/// Browsers look for `<meta charset>` among so many bytes.
const PRESCAN_BYTES: usize = 1024;

/// Reads a body: by its byte order mark, else by the `Content-Type`, else by what the page says of itself, else by a guess.
pub(super) fn decode(body: &[u8], content_type: &str, is_html: bool) -> String {
    let declared = || charset(content_type).or_else(|| is_html.then(|| declared_in(body)).flatten());
    let encoding = match Encoding::for_bom(body) {
        Some((encoding, _)) => encoding,
        None => declared().unwrap_or_else(|| guess(body)),
    };
    encoding.decode(body).0.into_owned()
}

/// The charset of `text/html; charset=utf-8`, or of the same in a `<meta http-equiv>`.
fn charset(content_type: &str) -> Option<&'static Encoding> {
    let at = content_type.to_ascii_lowercase().find("charset")?;
    let label = content_type[at + "charset".len()..].trim_start().strip_prefix('=')?.trim_start();
    let end = match label.chars().next()? {
        quote @ ('"' | '\'') => return Encoding::for_label(label[1..].split(quote).next()?.as_bytes()),
        _ => label.find(|c: char| c == ';' || c.is_whitespace()).unwrap_or(label.len()),
    };
    Encoding::for_label(&label.as_bytes()[..end])
}

/// What a page says in a `<meta>`. Those that are found so are written in ASCII, so a page that says UTF-16 is none.
fn declared_in(body: &[u8]) -> Option<&'static Encoding> {
    let beginning = WINDOWS_1252.decode_without_bom_handling(&body[..body.len().min(PRESCAN_BYTES)]).0;
    let (page, _) = tree::parse(&beginning);
    let metas = page.tree.nodes().filter_map(|node| node.value().as_element()).filter(|element| element.name() == "meta");
    let declared = metas.filter_map(|meta| match (meta.attr("charset"), meta.attr("http-equiv")) {
        (Some(label), _) => Encoding::for_label(label.as_bytes()),
        (None, Some(header)) if header.eq_ignore_ascii_case("content-type") => charset(meta.attr("content")?),
        _ => None,
    });
    let declared = declared.into_iter().next()?;
    Some(if declared == UTF_16BE || declared == UTF_16LE { UTF_8 } else { declared })
}

/// A browser's guess for a page that says nothing is windows-1252. What is valid UTF-8 is taken for that: with letters outside of ASCII
/// it is never so by accident, Chromium guesses so too, and without such letters both are the same.
fn guess(body: &[u8]) -> &'static Encoding {
    match std::str::from_utf8(body) {
        Ok(_) => UTF_8,
        // Its end was cut within a letter, after others that were whole.
        Err(error) if error.error_len().is_none() && !body[..error.valid_up_to()].is_ascii() => UTF_8,
        Err(_) => WINDOWS_1252,
    }
}
