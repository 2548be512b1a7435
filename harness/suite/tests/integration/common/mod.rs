//! What the tests of the built command share: running it, a copy of the project to edit, and whether there is an engine.
//! The engine is asked through the `docker` command, so that these tests see it as a user does.

pub(crate) mod behind;
pub(crate) mod chain;
pub(crate) mod fake;
pub(crate) mod mutate;
mod project;
pub(crate) mod proxy;
pub(crate) mod second;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Once;
use std::time::{Duration, Instant};

use serde_json::Value;

pub(crate) use project::{COMPOSE, Project, in_containers, small};

/// The built command, in the project's root, whatever the environment says about projects and patience.
pub(crate) fn relapse() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relapse"));
    command.current_dir(root()).env_remove("RELAPSE_PATIENCE").env_remove("RUST_LOG").env("NO_COLOR", "1");
    command.stdin(Stdio::null());
    command
}

/// The folder that has `features/`.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// What a finished command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) pid: u32,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) seconds: f64,
}

impl Said {
    /// Both streams.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Fails unless the command ended with `code`, and said every one of `words`.
    pub(crate) fn expect(&self, code: i32, words: &[&str]) -> &Self {
        let all = self.all();
        assert_eq!(self.code, Some(code), "the exit code; it said:\n{all}");
        for word in words {
            assert!(all.contains(word), "it did not say `{word}`; it said:\n{all}");
        }
        self
    }
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Said {
    let began = Instant::now();
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let pid = child.id();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said {
        pid,
        code: output.status.code(),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
        seconds: began.elapsed().as_secs_f64(),
    }
}

/// Makes the images, so that no test's time is spent on them.
pub(crate) fn with_images() {
    static MADE: Once = Once::new();
    MADE.call_once(|| {
        let said = run(relapse().arg("images"));
        assert_eq!(said.code, Some(0), "relapse images:\n{}", said.all());
    });
}

/// One thing a scenario expected.
#[derive(Debug, Clone)]
pub(crate) struct Then {
    pub(crate) text: String,
    pub(crate) verdict: String,
    pub(crate) seen: String,
}

/// The Thens of the only scenario of a document of `relapse run --json`, and what kept it from being judged.
pub(crate) fn thens(json: &Path) -> (Vec<Then>, Option<String>) {
    let document: Value = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    let scenarios = document["scenarios"].as_array().unwrap();
    assert_eq!(scenarios.len(), 1, "one scenario was run");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let thens = scenarios[0]["thens"].as_array().unwrap();
    let thens =
        thens.iter().map(|then| Then { text: text(&then["text"]), verdict: text(&then["verdict"]), seen: text(&then["seen"]) });
    (thens.collect(), scenarios[0]["trouble"]["what"].as_str().map(ToOwned::to_owned))
}

/// What `docker ARGUMENTS` prints.
pub(crate) fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).stdin(Stdio::null()).output().expect("the docker command");
    assert!(output.status.success(), "docker {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The fenced blocks of a page: what stands behind the opening fence, and what is within.
pub(crate) fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), open.as_mut()) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(info), None) => open = Some((info.to_owned(), String::new())),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block without an end");
    blocks
}

/// `exit=1` in `console exit=1`.
pub(crate) fn attribute(info: &str, name: &str) -> Option<String> {
    info.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('=').map(ToOwned::to_owned))
}

/// Everything on the engine with that label, `KEY=VALUE`: what it is, and its name.
pub(crate) fn labelled(label: &str) -> Vec<String> {
    let filter = format!("label={label}");
    let mut found = Vec::new();
    for (kind, list, name) in [
        ("container", ["ps", "--all"].as_slice(), "{{.Names}}"),
        ("network", ["network", "ls"].as_slice(), "{{.Name}}"),
        ("volume", ["volume", "ls"].as_slice(), "{{.Name}}"),
    ] {
        let format = format!("{kind} {name}");
        let listed = docker(&[list, &["--filter", &filter, "--format", &format]].concat());
        found.extend(listed.lines().map(ToOwned::to_owned));
    }
    found
}

/// Asks until the answer is there, at most that long.
pub(crate) fn until<T>(most: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if began.elapsed() > most {
            return None;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}
