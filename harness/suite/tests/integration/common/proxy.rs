//! A proxy on a Unix socket in front of the machine's engine, to be cut in the midst of a run, or in which one answer breaks off or is held:
//! the engine itself is shared.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;

const ENGINE: &str = "/var/run/docker.sock";

/// It lives as long as the test's process.
pub(crate) struct Proxy {
    folder: TempDir,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    cut: bool,
    open: Vec<Arc<Connection>>,
}

/// A connection of a client's to the engine.
struct Connection {
    client: UnixStream,
    engine: UnixStream,
    /// The line of each of its requests: `GET /containers/ID/logs?follow=true… HTTP/1.1`.
    asked: Mutex<Vec<String>>,
    /// Whether what the engine answers is kept back.
    held: AtomicBool,
}

impl Connection {
    /// Passes on what the client sends, and keeps in mind what it asks for.
    fn requests(&self) {
        self.pass(&self.client, &self.engine, |message| {
            let line = message.split(|byte| *byte == b'\r').next().unwrap_or_default();
            if line.ends_with(b" HTTP/1.1") {
                self.asked.lock().unwrap().push(String::from_utf8_lossy(line).into_owned());
            }
        });
    }

    fn answers(&self) {
        self.pass(&self.engine, &self.client, |_| {
            while self.held.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(20));
            }
        });
    }

    fn pass(&self, mut from: &UnixStream, mut to: &UnixStream, before: impl Fn(&[u8])) {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            before(&buffer[..length]);
            if to.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        // The other direction goes on: so does Docker's, when a command's input is at its end.
        let _ = to.shutdown(Shutdown::Write);
    }

    fn close(&self) {
        self.held.store(false, Ordering::SeqCst);
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.engine.shutdown(Shutdown::Both);
    }
}

impl Proxy {
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("relapse-test-").tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("docker.sock")).unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                // Asked under the lock: no connection slips through while it is being cut.
                let mut state = shared.lock().unwrap();
                let engine = UnixStream::connect(ENGINE);
                let (false, Ok(engine)) = (state.cut, engine) else { continue };
                let held = AtomicBool::new(false);
                let connection = Arc::new(Connection { client, engine, asked: Mutex::default(), held });
                let (requests, answers) = (connection.clone(), connection.clone());
                std::thread::spawn(move || requests.requests());
                std::thread::spawn(move || answers.answers());
                state.open.push(connection);
            }
        });
        Self { folder, state }
    }

    /// For `DOCKER_HOST`.
    pub(crate) fn host(&self) -> String {
        format!("unix://{}", self.folder.path().join("docker.sock").display())
    }

    /// Ends all connections, and takes no more: as when an engine dies.
    pub(crate) fn cut(&self) {
        let mut state = self.state.lock().unwrap();
        state.cut = true;
        for connection in state.open.drain(..) {
            connection.close();
        }
    }

    /// Takes connections again.
    pub(crate) fn mend(&self) {
        self.state.lock().unwrap().cut = false;
    }

    /// Ends the connections whose last request has all these texts in its line: an answer that breaks off.
    pub(crate) fn break_off(&self, asked: &[&str]) {
        self.those(asked, Connection::close);
    }

    /// Ends their answers as an engine does that has nothing more to say. They must be between two messages.
    pub(crate) fn finish(&self, asked: &[&str]) {
        self.those(asked, |connection| {
            connection.held.store(true, Ordering::SeqCst);
            (&connection.client).write_all(b"0\r\n\r\n").unwrap();
            connection.close();
        });
    }

    /// Keeps back what is answered on them, until [`Self::release`].
    pub(crate) fn hold(&self, asked: &[&str]) {
        self.those(asked, |connection| connection.held.store(true, Ordering::SeqCst));
    }

    /// How often something was asked for that has all these texts in its line, on whichever connection.
    pub(crate) fn asked(&self, asked: &[&str]) -> usize {
        let lines = self.state.lock().unwrap();
        let lines = lines.open.iter().map(|connection| connection.asked.lock().unwrap());
        lines.map(|lines| lines.iter().filter(|line| has_all(line, asked)).count()).sum()
    }

    /// Passes on what was held.
    pub(crate) fn release(&self) {
        for connection in &self.state.lock().unwrap().open {
            connection.held.store(false, Ordering::SeqCst);
        }
    }

    fn those(&self, asked: &[&str], what: impl Fn(&Connection)) {
        let state = self.state.lock().unwrap();
        let is_asked =
            |connection: &&Arc<Connection>| connection.asked.lock().unwrap().last().is_some_and(|line| has_all(line, asked));
        let found: Vec<_> = state.open.iter().filter(is_asked).collect();
        assert!(!found.is_empty(), "nobody has asked for {asked:?}");
        found.into_iter().for_each(|connection| what(connection));
    }
}

fn has_all(line: &str, texts: &[&str]) -> bool {
    texts.iter().all(|text| line.contains(text))
}
