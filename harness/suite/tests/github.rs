//! The workflow and the action: that they are YAML, and that the action and the command agree on inputs and options.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;

use serde_json::Value;

fn yaml(path: &str) -> (String, Value) {
    let text = fs::read_to_string(common::root().join(path)).unwrap();
    let value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    (text, value)
}

#[test]
fn the_action_uses_the_inputs_that_it_documents_and_options_that_exist() {
    let (text, action) = yaml(".github/actions/relapse/action.yml");
    let inputs = action["inputs"].as_object().unwrap();
    for (name, input) in inputs {
        assert!(input["description"].as_str().is_some_and(|words| words.len() > 20), "input {name} is not documented");
        assert!(text.contains(&format!("inputs.{name} ")), "input {name} is not used");
    }
    for used in text.split("inputs.").skip(1) {
        let name = used.split(' ').next().unwrap();
        assert!(inputs.contains_key(name), "there is no input {name}");
    }
    let help = common::run(common::relapse().args(["run", "--help"])).stdout;
    for option in ["--report", "--junit", "--tags", "--shard", "--timings", "--set", "--root"] {
        assert!(text.contains(option) && help.contains(option), "{option}");
    }
}

#[test]
fn wherever_tests_run_for_others_an_engine_is_required() {
    let (_, ci) = yaml(".github/workflows/ci.yaml");
    let (_, nightly) = yaml(".github/workflows/nightly.yaml");
    for job in [&ci["jobs"]["ci"], &nightly["jobs"]["nightly"]] {
        assert_eq!(job["env"]["RELAPSE_REQUIRE_ENGINE"], 1, "{job}");
    }
    let run = fs::read_to_string(common::root().join(".ci/run")).unwrap();
    assert!(run.lines().any(|line| line == "export RELAPSE_REQUIRE_ENGINE=1"), "{run}");
}

#[test]
fn the_workflow_gives_the_action_inputs_that_it_has() {
    let (_, action) = yaml(".github/actions/relapse/action.yml");
    let (_, workflow) = yaml(".github/workflows/ci.yaml");
    let steps = workflow["jobs"]["gates"]["steps"].as_array().unwrap();
    let ours = steps.iter().find(|step| step["uses"] == "./.github/actions/relapse").unwrap();
    for name in ours["with"].as_object().unwrap().keys() {
        assert!(action["inputs"].get(name).is_some(), "the action has no input {name}");
    }
}
