//! A proxy on a Unix socket in front of the machine's engine, to be cut in the midst of a run: the engine itself is shared.

use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::{Arc, Mutex};

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
    open: Vec<UnixStream>,
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
                for (from, to) in [(&client, &engine), (&engine, &client)] {
                    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    std::thread::spawn(move || {
                        let _ = std::io::copy(&mut from, &mut to);
                        // The other direction goes on: so does Docker's, when a command's input is at its end.
                        let _ = to.shutdown(Shutdown::Write);
                    });
                }
                state.open.extend([client, engine]);
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
        for stream in state.open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Takes connections again.
    pub(crate) fn mend(&self) {
        self.state.lock().unwrap().cut = false;
    }
}
