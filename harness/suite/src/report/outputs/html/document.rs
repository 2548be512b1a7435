//! A page without its content: the style, the script, and a policy under which nothing else runs or is loaded.

use std::hash::{BuildHasher, RandomState};

use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("filter.js");

/// `title` is the browser's; `skip` is what the first link leads to, `main`.
pub(super) fn document(title: &str, skip: &str, header: &Markup, main: &Markup) -> Markup {
    // Whatever a service wrote cannot know it, so that nothing but our own script runs even if escaping should fail.
    let nonce = format!("{:016x}", RandomState::new().hash_one(std::process::id()));
    let policy =
        format!("default-src 'none'; img-src data:; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; base-uri 'none'");
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                link rel="icon" href="data:,";
                title { (title) }
                style nonce=(nonce) { (PreEscaped(STYLE)) }
            }
            body {
                a class="skip" href="#main" { (skip) }
                header { (header) }
                main id="main" { (main) }
                script nonce=(nonce) { (PreEscaped(SCRIPT)) }
            }
        }
    }
}
