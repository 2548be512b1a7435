//! Cargo compiles what our programs share once: each of them asks for the same features of it (`harness/unify`).

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

relapse_testing::tests! {
    the_agent_and_the_fakes_share_what_both_need,
    the_command_and_the_tests_share_what_both_need,
}

fn the_agent_and_the_fakes_share_what_both_need() {
    share(&["-p", "relapse-agent", "-e", "normal"], &["-p", "relapse-fakes", "-e", "normal"]);
}

fn the_command_and_the_tests_share_what_both_need() {
    share(&["-p", "relapse", "-e", "normal"], &["--workspace", "-e", "normal,dev"]);
}

fn share(one: &[&str], other: &[&str]) {
    let (one, other) = (features(one), features(other));
    let differs = |(name, of): (&String, &BTreeSet<String>)| {
        let others = other.get(name)?;
        // Where a crate is there twice, a build script or a test has one of its own.
        of.is_disjoint(others).then(|| format!("{name}: {of:?} and {others:?}"))
    };
    let differing: Vec<String> = one.iter().filter_map(differs).collect();
    assert!(one.len() > 100, "{} crates were read", one.len());
    assert!(differing.is_empty(), "add what one of them asks for to harness/unify/Cargo.toml:\n{}", differing.join("\n"));
}

/// Each crate with its version, and the features with which it is compiled.
fn features(arguments: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut tree = Command::new(env!("CARGO"));
    tree.args(["tree", "--locked", "--offline", "--prefix", "none", "--format", "{p}\t{f}"]).args(arguments);
    let output = tree.current_dir(crate::common::root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let Some((package, features)) = line.split_once('\t') else { continue };
        let name: Vec<&str> = package.split(' ').take(2).collect();
        found.entry(name.join(" ")).or_default().insert(features.trim_end_matches(" (*)").to_owned());
    }
    found
}
