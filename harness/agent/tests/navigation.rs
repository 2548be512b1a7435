//! Where a visit goes by itself: redirects that a browser remembers, and pages that refresh themselves.
#![cfg(test)]

mod common;

use common::{Folder, answer, run, serve, visit};
use serde_json::{Value, json};

fn hops(lines: &[Value]) -> Vec<(String, u64, bool)> {
    let hops = lines.iter().filter(|line| line["saw"] == "hop");
    hops.map(|hop| {
        let path = hop["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        (path, hop["status"].as_u64().unwrap(), hop["cached"].as_bool().unwrap_or_default())
    })
    .collect()
}

#[test]
fn what_moved_for_good_is_asked_once_by_all_visits_of_a_user_until_it_is_forgotten() {
    let folder = Folder::new("moved");
    let (url, asked) = serve(|request| match request.split(' ').nth(1).unwrap() {
        "/301" => answer("301 Moved Permanently\r\nLocation: /308", ""),
        "/308" => answer("308 Permanent Redirect\r\nLocation: /302\r\nCache-Control: max-age=600", ""),
        "/302" => answer("302 Found\r\nLocation: /asked", ""),
        "/asked" => answer("301 Moved Permanently\r\nLocation: /end\r\nCache-Control: no-store", ""),
        _ => answer("200 OK", "there"),
    });
    let start = format!("{url}/301");
    let way = |cached: bool| {
        [("301", 301, cached), ("308", 308, cached), ("302", 302, false), ("asked", 301, false), ("end", 200, false)]
            .map(|(path, status, cached)| (path.to_owned(), status, cached))
            .to_vec()
    };
    let (lines, end) = visit(&folder.0, &start);
    assert_eq!((hops(&lines), &end["shown"]), (way(false), &json!("there")));
    let (lines, end) = visit(&folder.0, &start);
    assert_eq!((hops(&lines), &end["shown"]), (way(true), &json!("there")));
    let cached = &lines[0];
    assert_eq!((&cached["saw"], &cached["location"], &cached["peer"]), (&json!("hop"), &json!("/308"), &Value::Null));
    assert_eq!(lines.iter().filter(|line| line["saw"] == "asked").count(), 3, "nobody is asked for what is remembered");
    assert_eq!(asked.lock().unwrap().len(), 8);
    assert!(run(&["visit", "--forget", "kaz"], &folder.0, &Value::Null).status.success());
    assert_eq!(hops(&visit(&folder.0, &start).0), way(false));
    // A request that does more than look is sent.
    let post = json!({ "user": "kaz", "url": start, "method": "POST", "most_hops": 9, "most_seconds": 9 });
    let lines = common::lines(&run(&["visit"], &folder.0, &post));
    assert_eq!(hops(&lines)[0], ("301".to_owned(), 301, false));
}

#[test]
fn a_redirect_for_good_to_itself_is_asked_once_and_ends_at_the_browser_s_limit() {
    let folder = Folder::new("itself");
    let (url, asked) = serve(|_| answer("301 Moved Permanently\r\nLocation: /", ""));
    let (lines, end) = visit(&folder.0, &url);
    assert_eq!(end["how"], "too-many-redirects");
    let cached: Vec<bool> = hops(&lines).iter().map(|(_, _, cached)| *cached).collect();
    assert_eq!((cached.len(), cached.iter().filter(|cached| **cached).count()), (20, 19));
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[test]
fn a_page_that_refreshes_itself_is_followed_and_later_it_is_at_rest() {
    let folder = Folder::new("refresh");
    let (url, _) = serve(|request| match request.split(' ').nth(1).unwrap() {
        "/meta" => answer("200 OK\r\nContent-Type: text/html", "<meta http-equiv=refresh content='1; url=/header'>wait"),
        "/header" => answer("200 OK\r\nRefresh: 0; url=/end", "wait"),
        "/late" => answer("200 OK\r\nContent-Type: text/html", "<meta http-equiv=refresh content='11; url=/end'>late"),
        "/itself" => answer("200 OK\r\nRefresh: 0", "again"),
        _ => answer("200 OK", "there"),
    });
    let began = std::time::Instant::now();
    let (lines, end) = visit(&folder.0, &format!("{url}/meta"));
    let causes: Vec<&str> = lines.iter().filter_map(|line| line["cause"].as_str()).collect();
    assert_eq!((causes, &end["shown"]), (vec!["typed", "refresh", "refresh"], &json!("there")));
    assert!(began.elapsed() >= std::time::Duration::from_secs(1), "it is followed when its time has come");
    assert_eq!(visit(&folder.0, &format!("{url}/late")).1["shown"], "late");
    // One that refreshes itself for ever is a loop, and no chain of redirects that a browser ends.
    let (lines, end) = visit(&folder.0, &format!("{url}/itself"));
    assert_eq!((hops(&lines).len(), &end["limit"]), (100, &json!("most_hops: 100")));
}

#[test]
fn a_page_is_what_a_browser_shows_of_it() {
    let folder = Folder::new("page");
    let long = format!("<p>{}<p>end", "word ".repeat(2000));
    let rows: [(Vec<u8>, &str); 4] = [
        (b"<!-- no --><template>no</template><p hidden>no</p>N<b>o</b>thing".to_vec(), "Nothing"),
        (b"caf\xe9".to_vec(), "café"),
        (b"<textarea>typed</textarea><input type=submit value=Go>".to_vec(), "typed Go"),
        (long.into_bytes(), "word end"),
    ];
    for (body, shown) in rows {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
        let (url, _) = serve(move |_| [head.clone(), body.clone()].concat());
        let (_, end) = visit(&folder.0, &url);
        assert!(end["shown"].as_str().unwrap().ends_with(shown), "{shown}: {end}");
    }
}
