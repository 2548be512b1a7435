//! A server that says what a test gives it, byte by byte, and the instruments as the lab runs them.
#![allow(dead_code, reason = "every test target uses a part of it")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

/// Serves each connection one request after the other: `answer` gives the bytes for a request's head. An empty answer, and one with
/// `Connection: close`, is the connection's last.
pub(crate) fn serve(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (seen, answer) = (asked.clone(), Arc::new(answer));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, seen, answer) = (stream.unwrap(), seen.clone(), answer.clone());
            std::thread::spawn(move || {
                let mut head = Vec::new();
                let mut byte = [0];
                while stream.read(&mut byte).is_ok_and(|count| count == 1) {
                    head.push(byte[0]);
                    if !head.ends_with(b"\r\n\r\n") {
                        continue;
                    }
                    let request = String::from_utf8_lossy(&std::mem::take(&mut head)).into_owned();
                    seen.lock().unwrap().push(request.lines().next().unwrap().to_owned());
                    let bytes = answer(&request);
                    let last = bytes.is_empty() || String::from_utf8_lossy(&bytes).contains("Connection: close");
                    if stream.write_all(&bytes).is_err() || last {
                        return;
                    }
                }
            });
        }
    });
    (url, asked)
}

/// An answer with its length.
pub(crate) fn answer(head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// A folder that is gone with the test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("relapse-test-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn start(arguments: &[&str], folder: &Path, input: &Value) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_relapse-agent"))
        .args(arguments)
        .env("JARS", folder)
        .env("AUTHORITY", folder.join("authority"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that has ended already is no fault of the test.
    let _ = writeln!(child.stdin.as_mut().unwrap(), "{input}");
    child
}

/// Runs it to its own end. Standard input stays open, as the lab keeps it.
pub(crate) fn run(arguments: &[&str], folder: &Path, input: &Value) -> Output {
    let mut child = start(arguments, folder, input);
    let input = child.stdin.take();
    let output = child.wait_with_output().unwrap();
    drop(input);
    output
}

/// Lets it run for so long, closes its input, and gives its lines.
pub(crate) fn run_for(time: Duration, arguments: &[&str], folder: &Path, input: &Value) -> Vec<Value> {
    let mut child = start(arguments, folder, input);
    let input = child.stdin.take();
    // What is tested is what it says of its own accord in this time.
    std::thread::sleep(time);
    drop(input);
    lines(&child.wait_with_output().unwrap())
}

pub(crate) fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A visit's lines of that kind.
pub(crate) fn visit(folder: &Path, url: &str) -> (Vec<Value>, Value) {
    let asked = serde_json::json!({ "user": "kaz", "url": url, "most_hops": 100, "most_seconds": 30 });
    let output = run(&["visit"], folder, &asked);
    let mut lines = lines(&output);
    let end = lines.pop().unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(end["saw"], "end", "{end}");
    (lines, end)
}
