//! Cargo compiles once what our programs share: each asks for the same of it, and of all that it is made of. See `harness/unify`, and the
//! profiles in `Cargo.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::process::Command;

use serde_json::Value;

relapse_testing::tests! {
    the_agent_shares_what_the_command_needs,
    the_fakes_share_what_the_command_needs,
    the_tests_share_what_the_command_needs,
    the_tests_share_what_the_agent_needs,
    the_tests_share_what_the_fakes_need,
}

fn the_agent_shares_what_the_command_needs() {
    share(&of("relapse-agent"), &of("relapse"));
}

fn the_fakes_share_what_the_command_needs() {
    share(&of("relapse-fakes"), &of("relapse"));
}

fn the_tests_share_what_the_command_needs() {
    share(&of("relapse"), &of_tests());
}

fn the_tests_share_what_the_agent_needs() {
    share(&of("relapse-agent"), &of_tests());
}

fn the_tests_share_what_the_fakes_need() {
    share(&of("relapse-fakes"), &of_tests());
}

/// Of a program: the agent and the fakes are built as the command is.
fn of(program: &str) -> Units {
    units(&["build", "-p", program])
}

fn of_tests() -> Units {
    units(&["test", "--workspace", "--no-run"])
}

/// What cargo compiles of other people's crates: each with what it is made of, and all that distinguishes it.
type Units = BTreeMap<String, BTreeSet<Unit>>;

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Unit {
    /// Features and profile.
    how: String,
    /// The same of all that it is made of.
    digest: String,
    /// The digests of what it is made of.
    of: Vec<String>,
}

/// Each of the one is among the other's, where the other has such a crate. Told are those that differ by themselves, and not by what they
/// are made of.
fn share(one: &Units, other: &Units) {
    let others: BTreeSet<&String> = other.values().flatten().map(|unit| &unit.digest).collect();
    let mut differing = Vec::new();
    for (name, units) in one {
        let Some(known) = other.get(name) else { continue };
        let new =
            units.iter().filter(|unit| !others.contains(&unit.digest) && unit.of.iter().all(|digest| others.contains(digest)));
        for unit in new {
            differing.push(format!("{name}: {} and {:?}", unit.how, known.iter().map(|unit| &unit.how).collect::<Vec<_>>()));
        }
    }
    assert!(one.len() > 100, "{} are compiled", one.len());
    let mend = "all that stands on these is compiled twice; give features to harness/unify/Cargo.toml, and see the profiles in Cargo.toml";
    assert!(differing.is_empty(), "{mend}:\n{}", differing.join("\n"));
}

/// Of a call of cargo.
fn units(arguments: &[&str]) -> Units {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments).args(["--locked", "--offline", "--unit-graph", "-Z", "unstable-options"]);
    // The graph is unstable: this lets the installed stable cargo print it, as `harness/suite/public-items` does with rustdoc's JSON.
    let output = cargo.current_dir(crate::common::root()).env("RUSTC_BOOTSTRAP", "1").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let graph: Value = serde_json::from_slice(&output.stdout).unwrap();
    let graph = graph["units"].as_array().unwrap();
    let mut digests = vec![None; graph.len()];
    let mut found = Units::new();
    for (at, unit) in graph.iter().enumerate() {
        let digest = digest(graph, at, &mut digests);
        if unit["pkg_id"].as_str().unwrap().starts_with("registry") {
            let of = made_of(unit).map(|needed| self::digest(graph, needed, &mut digests)).collect();
            let name = format!("{} {} {}", unit["pkg_id"], unit["target"]["name"], unit["mode"]);
            found.entry(name).or_default().insert(Unit { how: how(unit), digest, of });
        }
    }
    found
}

fn how(unit: &Value) -> String {
    let profile = &unit["profile"];
    format!("{} {} {} for {}", unit["features"], profile["opt_level"], profile["debuginfo"], unit["platform"])
}

fn made_of(unit: &Value) -> impl Iterator<Item = usize> {
    let needed = unit["dependencies"].as_array().unwrap().iter();
    needed.map(|needed| usize::try_from(needed["index"].as_u64().unwrap()).unwrap())
}

fn digest(graph: &[Value], at: usize, known: &mut [Option<String>]) -> String {
    if let Some(digest) = &known[at] {
        return digest.clone();
    }
    let unit = &graph[at];
    let mut of: Vec<String> = made_of(unit).map(|needed| digest(graph, needed, known)).collect();
    of.sort();
    let all = format!("{} {} {} {} {of:?}", unit["pkg_id"], unit["target"], unit["mode"], how(unit));
    let mut hasher = DefaultHasher::new();
    all.hash(&mut hasher);
    known[at].insert(format!("{:016x}", hasher.finish())).clone()
}
