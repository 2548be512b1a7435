//! Answers that are not as they should be: what came is kept, and what did not is said.
#![cfg(test)]

mod common;

use std::time::Duration;

use common::{Folder, answer, run, run_for, serve, visit};
use serde_json::{Value, json};

/// Whatever a server does after its status, the visitor had the status.
#[test]
fn the_status_was_had_whatever_comes_after_it() {
    let headers = |count: usize| (0..count).map(|number| format!("X-{number}: y\r\n")).collect::<String>();
    let long = |bytes: usize| format!("X: {}\r\n", "y".repeat(bytes));
    // The head after the status line, the body, and what is said to be cut; without, nothing is.
    let rows: Vec<(&str, String, String, Option<&str>)> = vec![
        ("a page of more than 2 MiB", String::new(), format!("seen{}", "x".repeat(3 << 20)), Some("first 2097152 bytes")),
        ("300 headers", headers(300), "seen".into(), None),
        ("1500 headers", headers(1500), "seen".into(), Some("head was not received whole")),
        ("100 KiB of head", long(100 << 10), "seen".into(), None),
        ("4 MiB of head", long(4 << 20), "seen".into(), Some("head was not received whole")),
        (
            "a control character",
            "Set-Cookie: a=\u{1}b\r\nSet-Cookie: c=d\r\n".into(),
            "seen".into(),
            Some("no headers, and were left out: Set-Cookie"),
        ),
        ("a folded header", "X: a\r\n b\r\n".into(), "seen".into(), None),
    ];
    let folder = Folder::new("answers");
    for (name, head, body, cut) in rows {
        let bytes = answer(format!("200 OK\r\nContent-Type: text/plain\r\n{head}").trim_end(), &body);
        let (url, _) = serve(move |_| bytes.clone());
        let (lines, end) = visit(&folder.0, &format!("{url}/"));
        let hop = &lines[1];
        assert_eq!((lines[0]["saw"].as_str(), &hop["saw"]), (Some("asked"), &json!("hop")), "{name}");
        assert_eq!(lines[0]["request_id"], hop["request_id"], "{name}");
        assert_eq!((&hop["status"], &hop["error"], &end["status"]), (&json!(200), &Value::Null, &json!(200)), "{name}: {hop}");
        match cut {
            Some(words) => assert!(hop["cut"].as_str().unwrap_or_default().contains(words), "{name}: {}", hop["cut"]),
            None => assert_eq!(hop["cut"], Value::Null, "{name}"),
        }
        if name.contains("MiB of head") || name == "1500 headers" {
            assert_eq!(end["shown_cut"], true, "{name}: {end}");
        } else {
            assert!(end["shown"].as_str().unwrap().starts_with("seen"), "{name}");
        }
        if name == "a control character" {
            let set: Vec<_> =
                hop["set"].as_array().unwrap().iter().map(|set| (set["name"].clone(), set["refused"].clone())).collect();
            assert_eq!(set, [(json!("c"), Value::Null), (json!("a"), json!("it has a control character"))]);
        }
    }
}

#[test]
fn a_body_that_breaks_off_is_shown_as_far_as_it_came() {
    let folder = Folder::new("broken");
    let (url, _) = serve(|_| b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100\r\n\r\nhalf".to_vec());
    let (lines, end) = visit(&folder.0, &url);
    assert!(lines[1]["cut"].as_str().unwrap().contains("broke off after 4 bytes"), "{}", lines[1]);
    assert_eq!((&end["shown"], &end["shown_cut"]), (&json!("half"), &json!(true)));
    // A head that breaks off, and an answer that never was one.
    let (url, _) = serve(|_| b"HTTP/1.1 503 Busy\r\nX-Connection: close\r\nLocat".to_vec());
    assert_eq!(visit(&folder.0, &url).0[1]["status"], 503);
    let (url, _) = serve(|_| b"SSH-2.0 Connection: close\r\n\r\n".to_vec());
    let (lines, end) = visit(&folder.0, &url);
    assert_eq!((&lines[1]["status"], &end["how"]), (&Value::Null, &json!("no-answer")));
}

fn samples(lines: &[Value]) -> Vec<&Value> {
    lines.iter().filter(|line| line["saw"] == "sample").collect()
}

#[test]
fn for_load_and_poll_a_long_body_is_answered_and_a_broken_one_failed() {
    let folder = Folder::new("samples");
    let long = answer("200 OK", &"x".repeat(3 << 20));
    let broken = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100\r\n\r\nhalf".to_vec();
    for (bytes, is_fine) in [(long, true), (broken, false)] {
        let (url, _) = serve(move |_| bytes.clone());
        for (instrument, asked) in [
            ("load", json!({ "url": url, "per_second": 10, "most_seconds": 30 })),
            ("poll", json!({ "user": "kaz", "url": url, "every_ms": 100, "most_seconds": 30 })),
        ] {
            let lines = run_for(Duration::from_millis(900), &[instrument], &folder.0, &asked);
            let samples = samples(&lines);
            assert!(samples.len() > 2, "{instrument}: {lines:?}");
            for sample in samples {
                assert_eq!((&sample["status"], sample["error"].is_null()), (&json!(200), is_fine), "{instrument}: {sample}");
                assert_eq!(sample["host"], "127.0.0.1");
            }
        }
    }
}

#[test]
fn a_poll_says_which_cookies_it_sent_and_which_it_did_not() {
    let folder = Folder::new("cookies");
    let (url, _) = serve(|_| answer("200 OK\r\nSet-Cookie: here=1; Path=/\r\nSet-Cookie: deep=1; Path=/deep", "x"));
    visit(&folder.0, &url);
    let asked = json!({ "user": "kaz", "url": url, "every_ms": 50, "most_seconds": 30 });
    let lines = run_for(Duration::from_millis(500), &["poll"], &folder.0, &asked);
    let sample = samples(&lines)[0];
    assert_eq!(sample["sent"], json!(["here"]), "{sample}");
    assert_eq!(sample["withheld"][0]["name"], "deep", "{sample}");
    // Nobody is there: nothing was sent.
    let asked = json!({ "user": "kaz", "url": "http://127.0.0.1:1", "every_ms": 50, "most_seconds": 30 });
    let lines = run_for(Duration::from_millis(500), &["poll"], &folder.0, &asked);
    assert_eq!((&samples(&lines)[0]["sent"], &samples(&lines)[0]["status"]), (&Value::Null, &Value::Null));
}

#[test]
fn what_is_out_is_said_at_once_and_then_all_the_time() {
    let folder = Folder::new("out");
    // It never answers.
    let (url, _) = serve(|_| b"HTTP/1.1 ".to_vec());
    for (instrument, asked, most) in [
        ("load", json!({ "url": url, "per_second": 20, "most_seconds": 30 }), 1024),
        ("poll", json!({ "user": "kaz", "url": url, "every_ms": 10, "most_seconds": 30 }), 64),
    ] {
        let lines = run_for(Duration::from_millis(1800), &[instrument], &folder.0, &asked);
        let outs: Vec<&Value> = lines.iter().filter(|line| line["saw"] == "out").collect();
        assert_eq!(lines[0]["saw"], "out", "{instrument}: {}", lines[0]);
        assert!(outs.len() >= 5, "{instrument}: {}", outs.len());
        let last = outs[outs.len() - 1];
        let due: Vec<u64> = last["due"].as_array().unwrap().iter().map(|due| due.as_u64().unwrap()).collect();
        assert!(due.len() >= 20.min(most) && due.len() <= most, "{instrument}: {}", due.len());
        assert!(due.is_sorted() && due[due.len() - 1] <= last["at_ms"].as_u64().unwrap() + 1, "{last}");
        assert_eq!(last["timeout_ms"], 10_000);
        // More than may be out are told as not sent.
        if instrument == "poll" {
            assert!(samples(&lines).iter().all(|sample| sample["error"].as_str().unwrap().contains("not sent: 64 requests")));
            assert!(!samples(&lines).is_empty());
        }
    }
}

#[test]
fn a_load_of_thousands_a_second_says_a_line_each() {
    let folder = Folder::new("many");
    // Nobody is there: what is measured is this instrument.
    let asked = json!({ "url": "http://127.0.0.1:1", "per_second": 5000, "most_seconds": 2 });
    let output = run(&["load"], &folder.0, &asked);
    let lines = common::lines(&output);
    let mut due: Vec<u64> = samples(&lines).iter().map(|sample| sample["at_ms"].as_u64().unwrap()).collect();
    due.sort_unstable();
    assert!(due.len() > 5000, "{} samples", due.len());
    assert!(lines.iter().filter(|line| line["saw"] == "out").count() >= 4);
}

#[test]
fn what_cannot_be_done_ends_at_once_with_a_sentence() {
    let folder = Folder::new("refused");
    let poll = |every_ms: u32, url: &str| json!({ "user": "kaz", "url": url, "every_ms": every_ms, "most_seconds": 30 });
    let load = |per_second: u32, url: &str| json!({ "url": url, "per_second": per_second, "most_seconds": 30 });
    let hold = |count: u32, url: &str| json!({ "url": url, "count": count, "most_seconds": 30 });
    let upload = json!({ "user": "kaz", "url": "http://a/", "every_ms": 9, "upload_bytes": 0, "most_seconds": 30 });
    for (instrument, asked, words) in [
        ("load", load(0, "http://a/"), "per_second is 0: expected 1 to 100000"),
        ("load", load(1, "ftp://a/"), "load is sent by http or https"),
        ("load", load(1, "nowhere"), "nowhere is no URL"),
        ("load", load(1, "https://a/"), "https://a/ cannot be asked"),
        ("load", json!({ "url": "http://a/", "per_second": 1, "most_seconds": 0 }), "most_seconds is 0"),
        ("poll", poll(0, "http://a/"), "every_ms is 0: expected at least 1"),
        ("poll", poll(1, "wss://a/"), "http or https"),
        ("poll", poll(1, "https://a/"), "https://a/ cannot be asked"),
        ("poll", upload, "upload_bytes is 0"),
        ("hold", hold(0, "ws://a/"), "count is 0: expected 1 to 1000"),
        ("hold", hold(1, "http://a/"), "a ws or wss URL"),
        ("hold", hold(1, "wss://a/"), "wss://a/ cannot be asked"),
    ] {
        let began = std::time::Instant::now();
        let output = run(&[instrument], &folder.0, &asked);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{instrument} {asked}: {said}");
        assert!(said.contains(words) && output.stdout.is_empty(), "{instrument} {asked}: {said}");
        assert!(began.elapsed() < Duration::from_secs(5), "{instrument} {asked}");
    }
}
