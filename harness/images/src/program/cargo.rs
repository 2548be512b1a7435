//! Has cargo make a binary of a workspace, as one static binary that a container can run.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::{env, fs, io};

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;

use super::means::Refusal;
use crate::event::Report;

/// The profile in which this relapse was built: what was compiled for it is not compiled again.
const PROFILE: &str = env!("RELAPSE_PROFILE");
/// How much of cargo's words an error shows.
const TAIL: usize = 20;

/// A package of a workspace.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// Its `Cargo.toml`.
    pub(crate) manifest: PathBuf,
    /// The workspace's folder. A `Cargo.lock` there is not changed.
    pub(crate) workspace: PathBuf,
}

/// What is to be made.
pub(crate) struct Order<'a> {
    pub(crate) cargo: &'a OsStr,
    pub(crate) of: &'a Member,
    /// `None`: the folder that cargo takes for that workspace.
    pub(crate) target_folder: Option<&'a Path>,
    pub(crate) binary: &'a str,
}

/// A line of cargo's machine-readable output.
#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
}

/// Has it made, and says where it is. What cargo says is told, unless there was nothing to do.
pub(crate) async fn build(order: &Order<'_>, report: &Report<'_>) -> Result<PathBuf, Refusal> {
    if !cfg!(target_os = "linux") {
        return Err(refused("this relapse does not run on Linux, and the binary has to".into()));
    }
    let mut child = command(order).spawn().map_err(|error| refused(format!("cargo does not start: {error}")))?;
    let (messages, said) = (child.stdout.take(), child.stderr.take());
    let mut tail = VecDeque::new();
    let tell = |line: String| {
        tell(&line, tail.is_empty(), order.binary, report);
        if tail.len() == TAIL {
            tail.pop_front();
        }
        tail.push_back(line);
    };
    let mut made = None;
    let read = |line: String| {
        let message = serde_json::from_str::<Message>(&line).ok();
        made = message.and_then(|message| message.executable).or_else(|| made.take());
    };
    tokio::join!(each_line(said, tell), each_line(messages, read));
    match (child.wait().await, made) {
        (Ok(status), Some(file)) if status.success() => {
            keep(&file).map_err(|error| refused(format!("{} is not kept: {error}", file.display())))
        }
        (Ok(status), _) => Err(refused(format!("cargo ended with {status}:\n{}\n", Vec::from(tail).join("\n")))),
        (Err(error), _) => Err(refused(format!("cargo was lost: {error}"))),
    }
}

/// Cargo gives the name that it says to whatever of that name was built last, statically or not: so it gets another one.
fn keep(file: &Path) -> io::Result<PathBuf> {
    let folder = file.with_file_name("static");
    fs::create_dir_all(&folder)?;
    let temporary = tempfile::tempdir_in(&folder)?;
    let (new, kept) = (temporary.path().join("new"), folder.join(file.file_name().unwrap_or_default()));
    fs::hard_link(file, &new)?;
    fs::rename(new, &kept)?;
    Ok(kept)
}

async fn each_line(stream: Option<impl AsyncRead + Unpin>, mut take: impl FnMut(String)) {
    let Some(stream) = stream else { return };
    let mut lines = BufReader::new(stream).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        take(line);
    }
}

/// Only the binary itself is linked statically: the flag says nothing to what it is made of, which the host's programs share. Procedural
/// macros could not be static.
fn command(order: &Order<'_>) -> Command {
    let mut command = Command::new(order.cargo);
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_of_a_package) {
            command.env_remove(name);
        }
    }
    command.args(["rustc", "--profile", PROFILE, "--bin", order.binary, "--message-format", "json-render-diagnostics"]);
    command.arg("--manifest-path").arg(&order.of.manifest);
    if order.of.workspace.join("Cargo.lock").exists() {
        command.arg("--locked");
    }
    if let Some(folder) = order.target_folder {
        command.arg("--target-dir").arg(folder);
    }
    command.args(["--", "-C", "target-feature=+crt-static", "-C", "strip=symbols"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// What cargo says to whatever it starts, of the package that this is of: some build scripts would run again where it differs.
fn is_of_a_package(name: &str) -> bool {
    ["CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_BIN_"].iter().any(|prefix| name.starts_with(prefix)) || name == "CARGO"
}

/// Cargo's last line, `Finished …`, is its only one where there is nothing to do: that is no news.
fn tell(line: &str, first: bool, binary: &str, report: &Report<'_>) {
    if line.trim_start().starts_with("Finished") {
        return;
    }
    if first {
        report.line(&format!("cargo builds {binary}, which runs in containers; once, and when it changes"));
    }
    report.line(line);
}

pub(super) fn refused(why: String) -> Refusal {
    Refusal { why, advice: "Build it yourself as cargo would (`cargo build --release`)".into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_stays_as_it_is_and_what_is_linked_statically_is_the_binary_alone() {
        let folder = tempfile::tempdir().unwrap();
        let of = Member { manifest: folder.path().join("fakes/Cargo.toml"), workspace: folder.path().to_owned() };
        let order = Order { cargo: OsStr::new("cargo"), of: &of, target_folder: None, binary: "fakes" };
        let words =
            || -> Vec<String> { command(&order).as_std().get_args().map(|word| word.to_string_lossy().into_owned()).collect() };
        assert!(!words().contains(&"--locked".to_owned()), "a workspace without one has cargo write it");
        fs::write(folder.path().join("Cargo.lock"), "").unwrap();
        let words = words();
        let own = words.iter().position(|word| word == "--").unwrap();
        assert!(words[..own].contains(&"--locked".to_owned()), "{words:?}");
        assert!(words[own..].contains(&"target-feature=+crt-static".to_owned()), "{words:?}");
    }
}
