//! Pages in small, and what a browser shows of them.
use hyper::HeaderMap;
use relapse_wire::page::Step;

use super::*;

fn page(content_type: &str, body: &[u8]) -> Page {
    let mut headers = HeaderMap::new();
    if !content_type.is_empty() {
        headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
    }
    Page::read(&"http://showcase.example/list?x".parse().unwrap(), &headers, body)
}

fn html(text: &str) -> Page {
    page("text/html; charset=utf-8", text.as_bytes())
}

#[test]
fn a_user_reads_what_a_browser_shows() {
    #[rustfmt::skip]
    let rows = [
        ("<html><title> A  page</title><p>x", "A page x"),
        ("<body><title>Late</title><p>x", "Late x"),
        ("<style>p{}</style><p>Nothing <b>here</b><script>x</script>", "Nothing here"),
        ("N<b>o</b>thing", "Nothing"),
        ("<p>File &quot;&lt;a&gt;&quot; &amp; more", "File \"<a>\" & more"),
        ("one<!-- two --> three", "one three"),
        ("<!-- a > b --><p>c", "c"),
        ("a<template>b</template>c", "ac"),
        ("<noscript>Switch it on</noscript>x", "x"),
        ("<head><noscript><p>no</noscript></head>x", "x"),
        ("<p hidden>no</p><p>yes", "yes"),
        ("<p hidden=until-found>no</p>yes", "yes"),
        ("<p style='DISPLAY : none !important'>no <i>nor this</i></p>yes", "yes"),
        ("<p style='color:red;display:none'>no</p>yes", "yes"),
        ("<p style='visibility: hidden'>no <b style='visibility:visible'>but this</b></p>yes", "but this yes"),
        ("<div>a</div><div>b</div>", "a b"),
        ("a<br>b<hr>c", "a b c"),
        ("<ul><li>a<li>b</ul>c", "a b c"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b c"),
        ("<i>a</i><i>b</i> <i>c</i>", "ab c"),
        ("<span style='display:block'>a</span><span>b</span>", "a b"),
        ("<p>\n a\t b\n\n c&nbsp;&nbsp;d </p>", "a b c d"),
        ("in&shy;visi&#8203;ble", "invisible"),
        ("<textarea>\n typed</textarea>", "typed"),
        ("<select><option>red<option>green</select>", "red green"),
        ("<input type=submit value=Go><input type=hidden value=no><input type=password value=no>", "Go"),
        ("<input type=submit><input name=q value=term>", "Submit term"),
        ("<button>Save <b>it</b></button>now", "Save it now"),
        ("<details><summary>More</summary>folded</details>", "More"),
        ("<details open><summary>More</summary>unfolded</details>", "More unfolded"),
        ("<dialog>closed</dialog><dialog open>open</dialog>", "open"),
        ("<svg><title>tip</title><text>drawn</text></svg>", "drawn"),
        ("<title>T</title><svg><title>tip</title></svg>x", "T x"),
        ("<iframe>old</iframe><video>old</video><object>old</object>x", "x"),
        ("<script>'<p>no</p>'</script><p title='a > b'>yes", "yes"),
        ("<p>unclosed <b>bold <p>next", "unclosed bold next"),
        ("a < b", "a < b"),
        ("<body><p>x</body></html>after", "xafter"),
        ("<body><p>x</p></body></html>after", "x after"),
        ("", ""),
    ];
    for (text, shown) in rows {
        assert_eq!(html(text).shown(), (shown.to_owned(), false), "{text}");
    }
}

#[test]
fn letters_are_read_by_the_charset_that_a_browser_takes() {
    #[rustfmt::skip]
    let rows: &[(&str, &[u8], &str)] = &[
        ("text/html; charset=ISO-8859-1", b"caf\xe9", "café"),
        ("text/html; charset=\"utf-8\"", "café".as_bytes(), "café"),
        ("text/html", b"<meta charset=windows-1251>\xcf\xf0\xe8", "При"),
        ("text/html", b"<meta http-equiv=Content-Type content='text/html; charset=shift_jis'>\x82\xa0", "あ"),
        ("text/html;charset=utf-8", b"\xff\xfea\0b\0", "ab"),
        ("text/html", b"\xef\xbb\xbf<meta charset=latin1>\xc3\xa9", "é"),
        ("text/html", b"<meta charset=utf-16>\xc3\xa9", "é"),
        ("text/html", "日本".as_bytes(), "日本"),
        ("text/html", b"caf\xe9 \x93quoted\x94", "café “quoted”"),
        ("text/html", b"caf\xe9", "café"),
        ("text/html", b"\xe3\x81\x82 and half \xe3\x81", "あ and half \u{fffd}"),
        ("text/plain", b"caf\xe9 <b>", "café <b>"),
        ("text/plain; charset=utf-8", "é\n  <p>".as_bytes(), "é <p>"),
        ("application/json", "{\"a\": \"é\"}".as_bytes(), "{\"a\": \"é\"}"),
        ("TEXT/HTML", b"<b>x</b>", "x"),
        ("", b" <!DOCTYPE html><p>x", "x"),
        ("", b"<x> is no page", "<x> is no page"),
    ];
    for (kind, body, shown) in rows {
        assert_eq!(page(kind, body).shown().0, *shown, "{kind}");
    }
}

#[test]
fn the_text_is_whole_up_to_its_bound() {
    let long = format!("<p>{}<p>end", "word ".repeat(20_000));
    let (shown, cut) = html(&long).shown();
    assert!(shown.ends_with("word end") && !cut);
    for kind in ["text/html", "text/plain"] {
        let (shown, cut) = page(kind, "é".repeat(MAX_SHOWN_BYTES).as_bytes()).shown();
        assert_eq!((shown.len(), cut), (MAX_SHOWN_BYTES, true), "{kind}");
    }
}

/// What each costs grows with its length: a fifth of the longest that a page of 2 MiB can have takes a fifth of the time.
#[test]
fn a_hostile_page_is_read_in_bounded_time() {
    read_hostile_pages(1, Duration::from_secs(12));
    assert!(html(&"<div>".repeat(400_000)).shown().1, "what was not read is said");
}

#[test]
#[ignore = "takes ten seconds: hostile pages of full length"]
fn a_hostile_page_of_full_length_is_read_in_bounded_time() {
    read_hostile_pages(5, Duration::from_secs(60));
}

fn read_hostile_pages(fifths: usize, bound: Duration) {
    for (name, body) in [
        ("deep", "<div>".repeat(fifths * 80_000)),
        ("deep tables", "<table><tr><td>".repeat(fifths * 26_000)),
        ("comment", "<!--".repeat(fifths * 100_000)),
        ("links", "<a href=x>".repeat(fifths * 40_000)),
        ("select", format!("<select>{}", "<option>x".repeat(fifths * 40_000))),
    ] {
        let began = std::time::Instant::now();
        let page = html(&body);
        let _ = (page.shown(), page.links(), page.refresh());
        assert!(began.elapsed() < bound, "{name}: {:?}", began.elapsed());
    }
}

/// What costs more with each tag is ended by the clock.
#[test]
fn a_page_that_takes_too_long_is_read_in_part_and_that_is_said() {
    let formats: String = (0..400).map(|number| format!("<b a={number}>")).collect();
    for (name, body) in [
        ("formats", format!("{formats}{}", "<p>x</p>".repeat(200_000))),
        ("attributes", format!("<p {}>", (0..200_000).map(|n| format!("a{n} ")).collect::<String>())),
    ] {
        let began = std::time::Instant::now();
        let (_, cut) = super::tree::parse_within(Duration::from_millis(100), &body);
        assert!(cut && began.elapsed() < Duration::from_secs(12), "{name}: {cut}, {:?}", began.elapsed());
    }
}

#[test]
fn the_program_is_found_among_other_scripts() {
    let text = r#"<!doctype html><script>if (a < b) { "</div>" }</script>
        <SCRIPT id='program'  TYPE=application/json>{"steps":[{"do":"show","message":"\u003cb>"}]}</SCRIPT>"#;
    let steps = html(text).program().unwrap().unwrap().steps;
    assert_eq!(steps, [Step::Show { message: "<b>".into() }]);
}

#[test]
fn a_page_without_a_program_has_none_and_a_broken_one_is_an_error() {
    let commented = r#"<!-- <script type="application/json" id="program">{}</script> -->"#;
    for text in ["", "<p>", "<script>1</script>", r#"<script id="program">1</script>"#, "<script", commented] {
        assert_eq!(html(text).program().unwrap(), None, "{text}");
    }
    let broken = r#"<script type="application/json" id="program">{"steps":[{"do":"dance"}]}</script>"#;
    assert!(html(broken).program().is_err());
    assert_eq!(page("text/plain", broken.as_bytes()).program().unwrap(), None);
}

fn links(text: &str) -> Vec<String> {
    html(text).links().iter().map(|l| format!("{}: {} {}", l.text, l.method, l.url)).collect()
}

#[test]
fn links_and_buttons_are_found_by_their_text() {
    let text = r#"<article>no</article><a href="http://a.example/">Open <b>it</b></a><script>"<a href=1>no</a>"</script>
        <form method="post" action="/apps/a/cancel"><button>Cancel</button></form><A HREF=other>Other</A><a>none</a>
        <form action="/search"><input name="q"><button>Search</button></form>"#;
    assert_eq!(
        links(text),
        [
            "Open it: GET http://a.example/",
            "Cancel: POST http://showcase.example/apps/a/cancel",
            "Other: GET http://showcase.example/other"
        ]
    );
    assert_eq!(links(r#"<a href="/?a=1&amp;b=2">A &amp; B</a>"#), ["A & B: GET http://showcase.example/?a=1&b=2"]);
}

#[test]
fn nobody_follows_a_link_that_is_not_shown_and_a_base_is_the_base() {
    let hidden = "<!-- <a href=c>c</a> --><div hidden><a href=h>h</a></div><template><a href=t>t</a></template>
        <a href=s style='display:none'>s</a><p style='visibility:hidden'><a href=v>v</a></p>";
    assert_eq!(links(hidden), Vec::<String>::new());
    assert_eq!(links("<base href=/deep/><a href=x>x</a>"), ["x: GET http://showcase.example/deep/x"]);
}

#[test]
fn a_page_refreshes_itself_as_the_standard_says() {
    #[rustfmt::skip]
    let rows = [
        ("3; url=/next", Some((3, "http://showcase.example/next"))),
        ("0;URL='/next?a=1'", Some((0, "http://showcase.example/next?a=1"))),
        (" 2 , \"/quoted\" more", Some((2, "http://showcase.example/quoted"))),
        ("1.9 /plain", Some((1, "http://showcase.example/plain"))),
        ("5", Some((5, "http://showcase.example/list?x"))),
        (".5", Some((0, "http://showcase.example/list?x"))),
        ("5;", Some((5, "http://showcase.example/list?x"))),
        ("1; url=http://b.example/", Some((1, "http://b.example/"))),
        ("1; uri", Some((1, "http://showcase.example/uri"))),
        ("soon; url=/x", None),
        ("-1; url=/x", None),
        ("1x; url=/x", None),
        ("", None),
    ];
    for (content, expected) in rows {
        let escaped = content.replace('"', "&quot;");
        let text = format!("<meta http-equiv=REFRESH content=\"{escaped}\"><meta http-equiv=refresh content='9; url=/second'>");
        let found = html(&text).refresh();
        let found = found.as_ref().map(|(after, url)| (after.as_secs(), url.as_str()));
        assert_eq!(found, expected, "{content}");
    }
    for inert in ["<template>", "<!--", "<noscript>", "<script>"] {
        assert!(html(&format!("<p>{inert}<meta http-equiv=refresh content='1'>")).refresh().is_none(), "{inert}");
    }
    let mut headers = HeaderMap::new();
    headers.insert(header::REFRESH, "4; url=/by-header".parse().unwrap());
    let page = Page::read(&"http://a.example/".parse().unwrap(), &headers, b"text");
    assert_eq!(page.refresh().unwrap().1.as_str(), "http://a.example/by-header");
}
