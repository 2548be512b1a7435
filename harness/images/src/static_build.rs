//! How a package of a Cargo workspace becomes one static binary that a container can run. The build script makes the agent so; a running
//! relapse makes other binaries so, in `program`.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The profile, and the folder below the target folder: an outer cargo has locked its own.
const PROFILE: &str = "agent";

/// One package, and where it is built.
pub(crate) struct StaticBuild<'a> {
    /// Its name.
    pub(crate) package: &'a str,
    /// For example `x86_64-unknown-linux-gnu`.
    pub(crate) platform: &'a str,
    /// The workspace's target folder.
    pub(crate) target: &'a Path,
    /// The `Cargo.toml` of the package, or of its workspace.
    pub(crate) manifest: &'a Path,
}

impl StaticBuild<'_> {
    /// The call of cargo that builds it.
    pub(crate) fn command(&self, cargo: &OsStr) -> Command {
        let mut command = Command::new(cargo);
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(disturbs) {
                command.env_remove(name);
            }
        }
        command.env("RUSTFLAGS", "-C target-feature=+crt-static");
        command.args(["build", "--package", self.package, "--profile", PROFILE]);
        // Another workspace has no such profile.
        command.args(["--config", &format!("profile.{PROFILE}.inherits='release'")]);
        // Named even if it is the host's: else the flag would hit procedural macros too, which cannot be static.
        command.args(["--target", self.platform]).arg("--target-dir").arg(self.target.join(PROFILE));
        command.arg("--manifest-path").arg(self.manifest);
        command
    }

    /// Where cargo puts a binary of that name.
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        self.target.join(PROFILE).join(self.platform).join(PROFILE).join(name)
    }
}

/// What the outer cargo, or clippy, says to the process that it started alone. The user's own settings of cargo stay.
fn disturbs(name: &str) -> bool {
    const KEPT: [&str; 8] = ["HOME", "MAKEFLAGS", "INCREMENTAL", "BUILD_JOBS", "NET_", "HTTP_", "REGISTRIES_", "REGISTRY_"];
    const OTHERS: [&str; 15] = [
        "RUSTC",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTC_LINKER",
        "RUSTDOC",
        "RUSTFLAGS",
        "RUSTDOCFLAGS",
        "TARGET",
        "HOST",
        "PROFILE",
        "OPT_LEVEL",
        "DEBUG",
        "NUM_JOBS",
        "OUT_DIR",
        "CLIPPY_ARGS",
    ];
    match name.strip_prefix("CARGO_") {
        Some(rest) => !KEPT.iter().any(|kept| rest.starts_with(kept)),
        None => OTHERS.contains(&name),
    }
}
