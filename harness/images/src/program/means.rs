//! How a binary can be had that is no file: decided by the environment alone, so that no topology has a say in it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::ImageError;

/// How it is had.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Means {
    /// It is this file.
    Prebuilt(PathBuf),
    /// This cargo makes it, where it is a member of the workspace of that folder.
    Cargo { cargo: OsString, workspace: PathBuf },
}

/// Why it is not had, and what can be done about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) why: String,
    /// The beginning of a sentence.
    pub(super) advice: String,
}

impl Refusal {
    pub(super) fn of(self, tag: &str, binary: &str, context: &Path) -> ImageError {
        let Self { why, advice } = self;
        ImageError::NoProgram {
            tag: tag.into(),
            binary: binary.into(),
            context: context.into(),
            why,
            advice: format!("{advice}, or name a static Linux binary in {}", variable(binary)),
        }
    }
}

/// `relapse-fakes` is named by `RELAPSE_FAKES_BINARY`, and `shop` by `RELAPSE_SHOP_BINARY`.
pub(super) fn variable(binary: &str) -> String {
    let name = binary.strip_prefix("relapse-").unwrap_or(binary);
    format!("RELAPSE_{}_BINARY", name.to_ascii_uppercase().replace('-', "_"))
}

/// How a binary of that name is had.
///
/// # Errors
/// Where nobody named one, and cargo did not start this process.
pub(super) fn of(binary: &str, environment: &dyn Fn(&str) -> Option<OsString>) -> Result<Means, Refusal> {
    let set = |name: &str| environment(name).filter(|value| !value.is_empty());
    if let Some(file) = set(&variable(binary)) {
        return Ok(Means::Prebuilt(file.into()));
    }
    // Both are in the environment of what `cargo run` and `cargo test` start.
    match (set("CARGO"), set("CARGO_MANIFEST_DIR")) {
        (Some(cargo), Some(folder)) => Ok(Means::Cargo { cargo, workspace: folder.into() }),
        _ => Err(Refusal {
            why: "cargo did not start this relapse: no build script runs because a Compose file says so".into(),
            advice: "In the repository that has it, start relapse by cargo (`cargo run -p relapse -- …`)".into(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(environment: &[(&str, &str)]) -> Result<Means, Refusal> {
        let value = |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
        of("relapse-fakes", &value)
    }

    #[test]
    fn without_cargo_nothing_is_built_and_the_way_out_is_said() {
        for environment in [&[][..], &[("CARGO", "/bin/cargo")], &[("CARGO", ""), ("CARGO_MANIFEST_DIR", "/w")]] {
            let refusal = with(environment).unwrap_err();
            let said = refusal.of("relapse-fakes:latest", "relapse-fakes", Path::new("/w/fakes")).to_string();
            for expected in
                ["/w/fakes", "cargo did not start this relapse", "`cargo run -p relapse -- …`", "RELAPSE_FAKES_BINARY"]
            {
                assert!(said.contains(expected), "{said}");
            }
        }
    }

    #[test]
    fn a_binary_that_was_named_comes_before_cargo() {
        let cargo = [("CARGO", "/bin/cargo"), ("CARGO_MANIFEST_DIR", "/w/suite")];
        assert_eq!(with(&cargo), Ok(Means::Cargo { cargo: "/bin/cargo".into(), workspace: "/w/suite".into() }));
        let named = [&cargo[..], &[("RELAPSE_FAKES_BINARY", "/b")]].concat();
        assert_eq!(with(&named), Ok(Means::Prebuilt("/b".into())));
        assert_eq!(variable("my-shop"), "RELAPSE_MY_SHOP_BINARY");
    }
}
