//! An engine that is none: it answers on a Unix socket as a test says, for what cannot be had of a real one, or not at once.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::Arc;

use tempfile::TempDir;

/// What it answers to a method and a path with its query, without the version: a status and a body.
type Answer = dyn Fn(&str, &str) -> (u16, String) + Send + Sync;

/// It answers as long as the test's process lives.
pub(crate) struct FakeEngine {
    folder: TempDir,
}

impl FakeEngine {
    /// `answer` is asked for all but the events, which never come.
    pub(crate) fn start(answer: impl Fn(&str, &str) -> (u16, String) + Send + Sync + 'static) -> Self {
        let folder = tempfile::Builder::new().prefix("relapse-test-").tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("docker.sock")).unwrap();
        let answer: Arc<Answer> = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let answer = answer.clone();
                // A client that goes away in the midst of an answer is no error.
                std::thread::spawn(move || drop(serve(stream, &*answer)));
            }
        });
        Self { folder }
    }

    /// For `DOCKER_HOST`.
    pub(crate) fn host(&self) -> String {
        format!("unix://{}", self.folder.path().join("docker.sock").display())
    }
}

/// One request, one answer.
fn serve(stream: UnixStream, answer: &Answer) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or_default();
        }
    }
    std::io::copy(&mut (&mut reader).take(length), &mut std::io::sink())?;
    // `/v1.41/images/json` and `/images/json` are one.
    let path = match path.strip_prefix("/v1.").and_then(|rest| rest.find('/').map(|at| rest[at..].to_owned())) {
        Some(rest) => rest,
        None => path,
    };
    if path.starts_with("/events") {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        // Until the client goes away.
        return reader.read_to_end(&mut Vec::new()).map(drop);
    }
    let (status, body) = answer(&method, &path);
    let head = format!("HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {}", body.len());
    write!(stream, "{head}\r\nConnection: close\r\n\r\n{body}")
}
