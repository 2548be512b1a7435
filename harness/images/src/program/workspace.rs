//! The workspace whose code cargo runs, and whether a package is a member of it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Deserialize;
use tokio::process::Command;

use super::cargo::{Member, refused};
use super::means::Refusal;

/// What `cargo metadata` says of a workspace.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
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

/// The package in that folder, where it is a member of the workspace of the other folder and has a binary of that name.
///
/// # Errors
/// Where it is none.
pub(super) async fn member(cargo: &OsStr, workspace: &Path, context: &Path, binary: &str) -> Result<Member, Refusal> {
    has(&metadata(cargo, workspace).await?, context, binary)
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

fn has(metadata: &Metadata, context: &Path, binary: &str) -> Result<Member, Refusal> {
    let manifest = context.join("Cargo.toml");
    let found = metadata.packages.iter().find(|package| is_same(&package.manifest_path, &manifest)).ok_or_else(|| {
        let root = metadata.workspace_root.display();
        refused(format!("it is no member of the workspace {root}, whose code cargo runs: nobody else's build scripts run"))
    })?;
    let is_binary = |target: &Target| target.name == binary && target.kind.iter().any(|kind| kind == "bin");
    if !found.targets.iter().any(is_binary) {
        return Err(refused(format!("the package {} has no binary of that name", found.name)));
    }
    Ok(Member { manifest: found.manifest_path.clone(), workspace: metadata.workspace_root.clone() })
}

/// Links do not count.
fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
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
            workspace_root: folder.path().into(),
        };
        let of = |context: &str, binary| {
            let found = has(&metadata, &folder.path().join(context), binary);
            found.map(|found| (found.manifest, found.workspace)).map_err(|refusal| refusal.why)
        };
        let ours = (folder.path().join("ours/Cargo.toml"), folder.path().to_owned());
        assert_eq!(of("ours", "app"), Ok(ours.clone()));
        assert_eq!(of("theirs/../ours", "app"), Ok(ours));
        assert!(of("theirs", "app").unwrap_err().contains("no member of the workspace"));
        assert!(of("ours", "library").unwrap_err().contains("has no binary of that name"));
    }

    #[tokio::test]
    async fn the_workspace_that_cargo_runs_is_read() {
        // Cargo says these to its tests as it does to what it runs.
        let cargo = std::env::var_os("CARGO").unwrap();
        let read = metadata(&cargo, Path::new(env!("CARGO_MANIFEST_DIR"))).await.map_err(|refusal| refusal.why).unwrap();
        let fakes = read.workspace_root.join("fixtures/fakes");
        let found = has(&read, &fakes, "relapse-fakes").map_err(|refusal| refusal.why).unwrap();
        assert_eq!((found.manifest, found.workspace), (fakes.join("Cargo.toml"), read.workspace_root));
    }
}
