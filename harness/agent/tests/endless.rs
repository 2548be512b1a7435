//! A service under test that never stops talking: the visitor reads so much and no more, and tells why.
#![cfg(test)]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// What a connection's buffers hold beside what was read, at most.
const BUFFERS: usize = 16 << 20;

/// Visits a server that says `head` once and then `more` without end. Gives what the visitor told, and how many bytes went out.
fn visit(head: &'static [u8], more: &'static [u8]) -> (String, usize) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (sender, sent) = channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let mut bytes = head.len();
        let mut outcome = stream.write_all(head);
        while outcome.is_ok() {
            outcome = stream.write_all(more);
            bytes += more.len();
        }
        let _ = sender.send(bytes);
    });
    let jars = std::env::temp_dir().join(format!("relapse-test-jars-{}-{}", std::process::id(), head.len()));
    std::fs::create_dir_all(&jars).unwrap();
    let mut visitor = Command::new(env!("CARGO_BIN_EXE_relapse-agent"))
        .args(["visit", "--keep-open", "--jars"])
        .arg(&jars)
        .arg("--authority")
        .arg(&jars)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let asked = serde_json::json!({ "user": "kaz", "url": url, "most_hops": 3, "most_seconds": 60 });
    let mut input = visitor.stdin.take().unwrap();
    writeln!(input, "{asked}").unwrap();
    drop(input);
    let said = visitor.wait_with_output().unwrap();
    std::fs::remove_dir_all(&jars).unwrap();
    let bytes = sent.recv_timeout(Duration::from_secs(5)).expect("the visitor goes on reading");
    (String::from_utf8_lossy(&said.stdout).into_owned(), bytes)
}

#[test]
fn an_endless_body_is_read_up_to_a_bound() {
    let began = Instant::now();
    let (said, bytes) = visit(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", &[b'x'; 4096]);
    assert!(said.contains("of the answer's body the first 2097152 bytes were kept"), "{said}");
    assert!(bytes < BUFFERS, "{bytes} bytes were taken");
    assert!(began.elapsed() < Duration::from_secs(9), "the bound ends it, and not the time");
}

#[test]
fn an_endless_header_is_read_up_to_a_bound() {
    let began = Instant::now();
    let (said, bytes) = visit(b"HTTP/1.1 200 OK\r\nX-Long: ", &[b'x'; 4096]);
    assert!(said.contains("too large") && said.contains(r#""status":200"#), "{said}");
    assert!(bytes < BUFFERS, "{bytes} bytes were taken");
    assert!(began.elapsed() < Duration::from_secs(9), "the bound ends it, and not the time");
}

#[test]
fn endless_headers_are_read_up_to_a_bound() {
    let (said, bytes) = visit(b"HTTP/1.1 200 OK\r\n", b"X-Next: x\r\n");
    assert!(said.contains("the connection broke") && said.contains(r#""status":200"#), "{said}");
    assert!(bytes < BUFFERS, "{bytes} bytes were taken");
}
