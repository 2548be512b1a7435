//! What the tests of the built command share: running it, a copy of the project to edit, and whether there is an engine.
//! The engine is asked through the `docker` command, so that these tests see it as a user does.

pub(crate) mod behind;
pub(crate) mod chain;
pub(crate) mod fake;
pub(crate) mod mutate;
pub(crate) mod proxy;
pub(crate) mod second;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

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
    let said = run(relapse().arg("images"));
    assert_eq!(said.code, Some(0), "relapse images:\n{}", said.all());
}

/// A copy of the project, to be edited.
pub(crate) struct Project {
    folder: TempDir,
    /// The Compose file that is edited.
    compose: String,
}

impl Project {
    /// Its first topology is edited.
    pub(crate) fn copy() -> Self {
        Self::of("trap")
    }

    /// That topology is edited.
    pub(crate) fn of(topology: &str) -> Self {
        Self::from(&root(), &["features", "fixtures", "docker"], topology)
    }

    /// The project of scenarios whose verdicts are known, without its scenarios.
    pub(crate) fn of_verdicts(topology: &str) -> Self {
        Self::from(&root().join("harness/suite/verdicts"), &["fixtures", "docker"], topology)
    }

    fn from(project: &Path, parts: &[&str], topology: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("relapse-test-").tempdir().unwrap();
        for part in parts {
            copy(&project.join(part), &folder.path().join(part));
        }
        Self { folder, compose: format!("fixtures/{topology}/compose.yaml") }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The command on this copy.
    pub(crate) fn relapse(&self) -> Command {
        let mut command = relapse();
        command.current_dir(self.path()).arg("--root").arg(self.path());
        // The copy is no member of this workspace, so cargo does not build its fakes: they are those that `with_images` had built.
        if let Some(fakes) = fakes() {
            command.env("RELAPSE_FAKES_BINARY", fakes);
        }
        command
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap_or_else(|error| panic!("{file}: {error}"));
    }

    /// `FILE:LINE` of the scenario with that name, in whichever feature of the first incident it stands.
    pub(crate) fn scenario(&self, name: &str) -> String {
        let wanted = format!("Scenario: {name}");
        let files = fs::read_dir(self.path().join("features/trap")).unwrap();
        let found = files.filter_map(|file| {
            let file = format!("features/trap/{}", file.unwrap().file_name().into_string().unwrap());
            let line = 1 + self.read(&file).lines().position(|line| line.trim() == wanted)?;
            Some(format!("{file}:{line}"))
        });
        found.last().unwrap_or_else(|| panic!("no scenario is called {name}"))
    }

    /// Replaces what is in a file exactly once.
    pub(crate) fn replace(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert_eq!(text.matches(from).count(), 1, "{file} should have this exactly once:\n{from}");
        self.write(file, &text.replace(from, to));
    }

    /// Gives a service's variable another value; the service has it in exactly one line.
    pub(crate) fn set(&self, service: &str, variable: &str, value: &str) {
        self.in_service(service, |lines| {
            let key = format!("{variable}:");
            let mut found = lines.iter_mut().filter(|line| line.trim_start().starts_with(&key));
            let (Some(line), None) = (found.next(), found.next()) else {
                panic!("{}: {service} should have {variable} in exactly one line", self.compose);
            };
            let indent = line.len() - line.trim_start().len();
            *line = format!("{:indent$}{variable}: {}", "", Value::from(value));
        });
    }

    /// Gives a service variables that it does not have; it has none at all, or a block of them.
    pub(crate) fn give(&self, service: &str, variables: &[(&str, &str)]) {
        self.in_service(service, |lines| {
            let at = lines.iter().position(|line| line.trim_end() == "    environment:").unwrap_or_else(|| {
                lines.insert(1, "    environment:".to_owned());
                1
            });
            for (name, value) in variables {
                let line = format!("      {name}: {}", Value::from(*value));
                assert!(!lines.iter().any(|other| other.trim_start().starts_with(&format!("{name}:"))), "{service} has {name}");
                lines.insert(at + 1, line);
            }
        });
    }

    /// Edits the lines of a service, its name among them.
    pub(crate) fn in_service(&self, service: &str, edit: impl FnOnce(&mut Vec<String>)) {
        let compose = &self.compose;
        let text = self.read(compose);
        let lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
        let head = format!("  {service}:");
        let begin = lines.iter().position(|line| *line == head).unwrap_or_else(|| panic!("{compose}: no service {service}"));
        let is_next = |line: &String| !line.starts_with("    ") && !line.trim().is_empty();
        let end = lines.iter().skip(begin + 1).position(is_next).map_or(lines.len(), |length| begin + 1 + length);
        let mut own = lines[begin..end].to_vec();
        edit(&mut own);
        let all = [&lines[..begin], &own, &lines[end..]].concat();
        self.write(compose, &(all.join("\n") + "\n"));
    }
}

/// The fakes as they were built last, in whichever platform's folder.
fn fakes() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_BIN_EXE_relapse")).ancestors().nth(2)?;
    let platforms = fs::read_dir(target.join("agent")).ok()?;
    platforms.filter_map(|platform| Some(platform.ok()?.path().join("agent/relapse-fakes"))).find(|path| path.is_file())
}

/// The topology that most tests edit.
pub(crate) const COMPOSE: &str = "fixtures/trap/compose.yaml";

/// A topology of one part, which tells its level, and something that would turn a terminal red.
const SMALL: &str = r#"x-relapse:
  factors:
    word: { about: what the part says, levels: [hello, goodbye] }
services:
  speaker:
    image: relapse-runtime
    build: ../../docker/runtime
    command: ["sh", "-c", "printf '\\033[31m%s\\n' ${WORD:-hello}; exec sleep 600"]
    networks: [net]
    labels: { relapse.ready-log: "READY" }
networks: { net: {} }
"#;

/// A project with that topology and one scenario; the part is ready when its log has `ready`.
pub(crate) fn small(ready: &str, tag: &str, expected: &str) -> Project {
    let project = Project::copy();
    project.write("fixtures/small/compose.yaml", &SMALL.replace("READY", ready));
    let feature = format!(
        "Feature: f\n\n  {tag}\n  Scenario: s\n    Given the small lab with word at goodbye\n    \
         Then speaker should log exactly 1 lines with \"{expected}\" within 1s\n"
    );
    project.write("features/small.feature", &feature);
    project
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
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
