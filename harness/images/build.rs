//! Builds `relapse-agent` as one static binary, so that a release of the library carries it: an installed `relapse` needs no Rust where it
//! runs. A prebuilt one can be named in `RELAPSE_AGENT_BINARY`. A debug build carries none: it has cargo build it when a lab is raised, in
//! the folder in which what both share is compiled already.

use std::error::Error;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

type Outcome<T> = Result<T, Box<dyn Error>>;

const AGENT: &str = "relapse-agent";
/// The profile, and the folder below the target folder: the outer cargo has locked its own.
const PROFILE: &str = "agent";
/// The second is its name before 0.2; it is still read.
const PREBUILT: [&str; 2] = ["RELAPSE_AGENT_BINARY", "RELAPSE_PARTS_BINARY"];
/// What the agent is made of.
const SOURCES: [&str; 7] = [
    "../agent/src",
    "../agent/Cargo.toml",
    "../service/src",
    "../service/Cargo.toml",
    "../wire/src",
    "../wire/Cargo.toml",
    "../../Cargo.lock",
];

fn main() -> ExitCode {
    match embed() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{AGENT} was not built: {error}");
            ExitCode::FAILURE
        }
    }
}

fn embed() -> Outcome<()> {
    let here = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(variable("OUT_DIR")?);
    println!("cargo:rerun-if-changed=build.rs");
    let is_debug = variable("PROFILE")? == "debug";
    // What a running relapse builds, it builds beside itself.
    println!("cargo:rustc-env=RELAPSE_PROFILE={}", if is_debug { "dev" } else { "release" });
    println!("cargo:rustc-env=RELAPSE_TARGET_FOLDER={}", target_folder(&out)?.display());
    let binary = if is_debug {
        Vec::new()
    } else if let Some((name, path)) = prebuilt() {
        println!("cargo:rerun-if-changed={}", Path::new(&path).display());
        fs::read(&path).map_err(|error| format!("{name}={}: {error}", Path::new(&path).display()))?
    } else if variable("CARGO_CFG_TARGET_OS")? != "linux" || env::var_os("DOCS_RS").is_some() {
        // The library compiles, and says at run time what is missing.
        Vec::new()
    } else {
        fs::read(build(&here, &out)?)?
    };
    let place = out.join(AGENT);
    // Written only when it differs, so that the library is not compiled again for nothing.
    if fs::read(&place).ok().as_ref() != Some(&binary) {
        fs::write(&place, binary)?;
    }
    println!("cargo:rustc-env=RELAPSE_AGENT={}", place.display());
    Ok(())
}

/// The variable that names a prebuilt binary, and the binary.
fn prebuilt() -> Option<(&'static str, OsString)> {
    for name in PREBUILT {
        println!("cargo:rerun-if-env-changed={name}");
    }
    PREBUILT.into_iter().find_map(|name| Some((name, env::var_os(name).filter(|path| !path.is_empty())?)))
}

/// Runs cargo within cargo.
fn build(here: &Path, out: &Path) -> Outcome<PathBuf> {
    for path in SOURCES {
        println!("cargo:rerun-if-changed={}", here.join(path).display());
    }
    let (platform, target) = (variable("TARGET")?, target_folder(out)?.join(PROFILE));
    let mut command = Command::new(variable("CARGO")?);
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(disturbs) {
            command.env_remove(name);
        }
    }
    command.env("RUSTFLAGS", "-C target-feature=+crt-static");
    command.args(["build", "--package", AGENT, "--profile", PROFILE]);
    // Named even if it is the host's: else the flag would hit procedural macros too, which cannot be static.
    command.args(["--target", &platform]).arg("--target-dir").arg(&target);
    command.arg("--manifest-path").arg(here.join("../agent/Cargo.toml"));
    if here.join("../../Cargo.lock").exists() {
        command.arg("--locked");
    }
    let mut child = command.current_dir(here).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut terminal = Terminal::new();
    let mut said = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).lines() {
            let line = line?;
            terminal.compiles(&line);
            said.push(line);
        }
    }
    let status = child.wait()?;
    if !status.success() {
        return Err(format!("`{command:?}` ended with {status}\n{}", said.join("\n")).into());
    }
    Ok(target.join(platform).join(PROFILE).join(AGENT))
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

/// Cargo shows what a build script says once it is over, and this one takes minutes. So whoever sits before a terminal is told there.
struct Terminal {
    screen: Option<fs::File>,
    told: Instant,
    crates: usize,
}

impl Terminal {
    const EVERY: Duration = Duration::from_secs(15);

    fn new() -> Self {
        Self { screen: fs::File::options().write(true).open("/dev/tty").ok(), told: Instant::now(), crates: 0 }
    }

    /// A line of cargo's.
    fn compiles(&mut self, line: &str) {
        let Some(name) = line.trim_start().strip_prefix("Compiling ") else { return };
        self.crates += 1;
        if self.crates > 1 && self.told.elapsed() < Self::EVERY {
            return;
        }
        self.told = Instant::now();
        let name = name.split(' ').next().unwrap_or_default();
        if let Some(screen) = &mut self.screen {
            // Over the bar of the outer cargo, which draws it anew. That nobody reads it is no reason to fail.
            let _ =
                write!(screen, "\r\x1b[K   Compiling {AGENT}, which goes into containers: crate {} ({name})\r\n", self.crates);
        }
    }
}

/// The folder that holds the profile's: `OUT_DIR` is `<target>/<profile>/build/<package>/out`, or deeper.
fn target_folder(out: &Path) -> Outcome<&Path> {
    out.ancestors()
        .find(|path| path.file_name().is_some_and(|name| name == "build"))
        .and_then(|build| build.parent()?.parent())
        .ok_or_else(|| format!("no target folder above OUT_DIR {}", out.display()).into())
}

fn variable(name: &str) -> Outcome<String> {
    env::var(name).map_err(|error| format!("{name}: {error}; this is run by cargo").into())
}
