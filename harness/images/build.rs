//! Builds `relapse-parts` as one static binary, so that the library can carry it: an installed `relapse` needs no Rust where it runs.
//! A prebuilt one can be named in `RELAPSE_PARTS_BINARY`.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use sha2::{Digest, Sha256};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match embed() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("relapse-parts was not built: {error}");
            ExitCode::FAILURE
        }
    }
}

fn embed() -> Outcome<()> {
    let here = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(variable("OUT_DIR")?);
    let manifest = here.join("../parts/Cargo.toml");
    for path in ["build.rs", "../parts/src", "../parts/Cargo.toml", "../model/src", "../model/Cargo.toml", "../../Cargo.lock"] {
        if here.join(path).exists() {
            println!("cargo:rerun-if-changed={}", here.join(path).display());
        }
    }
    println!("cargo:rerun-if-env-changed=RELAPSE_PARTS_BINARY");

    let binary = if let Some(prebuilt) = env::var_os("RELAPSE_PARTS_BINARY").filter(|path| !path.is_empty()) {
        println!("cargo:rerun-if-changed={}", Path::new(&prebuilt).display());
        let path = PathBuf::from(&prebuilt);
        fs::read(&path).map_err(|error| format!("RELAPSE_PARTS_BINARY={}: {error}", path.display()))?
    } else if variable("CARGO_CFG_TARGET_OS")? != "linux" || env::var_os("DOCS_RS").is_some() {
        // The library compiles, and says at run time what is missing.
        Vec::new()
    } else {
        fs::read(build(&here, &out, &manifest)?)?
    };
    // Here and not at run time: without optimization it takes most of a second.
    println!("cargo:rustc-env=RELAPSE_PARTS_DIGEST={}", hex::encode(Sha256::digest(&binary)));
    let place = out.join("relapse-parts");
    // Written only when it differs, so that the library is not compiled again for nothing.
    if fs::read(&place).ok().as_ref() != Some(&binary) {
        fs::write(&place, binary)?;
    }
    println!("cargo:rustc-env=RELAPSE_PARTS={}", place.display());
    Ok(())
}

/// Runs cargo within cargo, in a target folder of its own: the outer one is locked.
fn build(here: &Path, out: &Path, manifest: &Path) -> Outcome<PathBuf> {
    let platform = variable("TARGET")?;
    let target = target_folder(out)?.join("parts");
    let mut cargo = Command::new(variable("CARGO")?);
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(disturbs) {
            cargo.env_remove(name);
        }
    }
    cargo.env("RUSTFLAGS", "-C target-feature=+crt-static");
    cargo.args(["build", "--package", "relapse-parts", "--profile", "parts"]);
    // Named even if it is the host's: else the flag would hit procedural macros too, which cannot be static.
    cargo.args(["--target", &platform]).arg("--target-dir").arg(&target).arg("--manifest-path").arg(manifest);
    if here.join("../../Cargo.lock").exists() {
        cargo.arg("--locked");
    }
    let output = cargo.current_dir(here).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{cargo:?}` ended with {}\n{said}", output.status).into());
    }
    Ok(target.join(platform).join("parts").join("relapse-parts"))
}

/// What the outer cargo, or clippy, says to this build script alone. The user's own settings of cargo stay.
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
