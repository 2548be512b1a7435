//! Has cargo make a binary of a member of the workspace that it runs.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use super::means::Refusal;
use crate::event::Report;
use crate::static_build::StaticBuild;

/// The engine's machine is taken to be as this one is.
const PLATFORM: &str = env!("RELAPSE_PLATFORM");
/// How much of cargo's words an error shows.
const TAIL: usize = 20;

/// What `cargo metadata` says of a workspace.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    target_directory: PathBuf,
    workspace_root: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// Has it made, and says where it is. What cargo says is told, unless there was nothing to do.
pub(super) async fn build(
    cargo: &OsStr,
    workspace: &Path,
    context: &Path,
    binary: &str,
    report: &Report<'_>,
) -> Result<PathBuf, Refusal> {
    if !cfg!(target_os = "linux") {
        return Err(refused("this relapse does not run on Linux, and the binary has to".into()));
    }
    let metadata = metadata(cargo, workspace).await?;
    let package = member(&metadata, context, binary)?;
    let manifest = metadata.workspace_root.join("Cargo.toml");
    let build = StaticBuild { package, platform: PLATFORM, target: &metadata.target_directory, manifest: &manifest };
    let mut command = build.command(cargo);
    if metadata.workspace_root.join("Cargo.lock").exists() {
        command.arg("--locked");
    }
    let mut command = Command::from(command);
    command.current_dir(&metadata.workspace_root).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.kill_on_drop(true).spawn().map_err(|error| refused(format!("cargo does not start: {error}")))?;
    let mut tail = VecDeque::new();
    if let Some(said) = child.stderr.take() {
        let mut lines = BufReader::new(said).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            tell(&line, tail.is_empty(), package, report);
            if tail.len() == TAIL {
                tail.pop_front();
            }
            tail.push_back(line);
        }
    }
    match child.wait().await {
        Ok(status) if status.success() => Ok(build.binary(binary)),
        Ok(status) => Err(refused(format!("cargo ended with {status}:\n{}\n", Vec::from(tail).join("\n")))),
        Err(error) => Err(refused(format!("cargo was lost: {error}"))),
    }
}

/// Cargo's last line, `Finished …`, is its only one where there is nothing to do: that is no news.
fn tell(line: &str, first: bool, package: &str, report: &Report<'_>) {
    if line.trim_start().starts_with("Finished") {
        return;
    }
    if first {
        report.line(&format!(
            "cargo builds the package {package} of this workspace, which a Dockerfile copies; once, and when it changes"
        ));
    }
    report.line(line);
}

/// Reading the manifests of a workspace runs no code of it.
async fn metadata(cargo: &OsStr, workspace: &Path) -> Result<Metadata, Refusal> {
    let mut command = Command::new(cargo);
    command.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(workspace).stdin(Stdio::null());
    let output = command.output().await.map_err(|error| refused(format!("cargo does not start: {error}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(refused(format!("cargo cannot read the workspace of {}: {}", workspace.display(), said.trim())));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| refused(format!("`cargo metadata` was not understood: {error}")))
}

/// The package in that folder, where it belongs to the workspace and has a binary of that name.
fn member<'a>(metadata: &'a Metadata, context: &Path, binary: &str) -> Result<&'a str, Refusal> {
    let manifest = context.join("Cargo.toml");
    let found = metadata.packages.iter().find(|package| is_same(&package.manifest_path, &manifest)).ok_or_else(|| {
        let root = metadata.workspace_root.display();
        refused(format!("it is no member of the workspace {root}, whose code cargo runs: nobody else's build scripts run"))
    })?;
    let is_binary = |target: &Target| target.name == binary && target.kind.iter().any(|kind| kind == "bin");
    if !found.targets.iter().any(is_binary) {
        return Err(refused(format!("the package {} has no binary of that name", found.name)));
    }
    Ok(&found.name)
}

/// Links do not count.
fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

fn refused(why: String) -> Refusal {
    Refusal { why, advice: "Build it yourself as cargo would (`cargo build --release`)".into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_member_of_the_workspace_that_cargo_runs_is_built() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["ours", "theirs"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
            std::fs::write(folder.path().join(name).join("Cargo.toml"), "").unwrap();
        }
        let metadata = Metadata {
            packages: vec![Package {
                name: "ours".into(),
                manifest_path: folder.path().join("ours/Cargo.toml"),
                targets: vec![
                    Target { name: "app".into(), kind: vec!["bin".into()] },
                    Target { name: "library".into(), kind: vec!["lib".into()] },
                ],
            }],
            target_directory: folder.path().join("target"),
            workspace_root: folder.path().into(),
        };
        let of = |context: &str, binary| member(&metadata, &folder.path().join(context), binary).map_err(|refusal| refusal.why);
        assert_eq!(of("ours", "app"), Ok("ours"));
        assert_eq!(of("theirs/../ours", "app"), Ok("ours"));
        assert!(of("theirs", "app").unwrap_err().contains("no member of the workspace"));
        assert!(of("ours", "library").unwrap_err().contains("has no binary of that name"));
    }

    #[tokio::test]
    async fn the_workspace_that_cargo_runs_is_read() {
        // Cargo says these to its tests as it does to what it runs.
        let cargo = std::env::var_os("CARGO").unwrap();
        let read = metadata(&cargo, Path::new(env!("CARGO_MANIFEST_DIR"))).await.map_err(|refusal| refusal.why).unwrap();
        let fakes = read.workspace_root.join("fixtures/fakes");
        assert_eq!(member(&read, &fakes, "relapse-fakes").map_err(|refusal| refusal.why).unwrap(), "relapse-fakes");
    }
}
