//! The workflows and the action: that they are YAML, that the action and the command agree on inputs and options, and that no test is run
//! nowhere.

use std::fs;

use serde_json::Value;

use crate::common;

relapse_testing::tests! {
    the_action_uses_the_inputs_that_it_documents_and_options_that_exist,
    wherever_tests_run_for_others_an_engine_is_required,
    what_is_tested_nowhere_else_is_tested_by_day_or_by_night,
    every_action_of_others_is_pinned_by_its_commit,
    the_workflow_gives_the_action_inputs_that_it_has,
}

fn yaml(path: &str) -> (String, Value) {
    let text = fs::read_to_string(common::root().join(path)).unwrap();
    let value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    (text, value)
}

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

/// The jobs of both workflows: the file's name, the job's, and the job.
fn jobs() -> Vec<(&'static str, String, Value)> {
    let mut all = Vec::new();
    for file in ["ci.yaml", "nightly.yaml"] {
        let (_, workflow) = yaml(&format!(".github/workflows/{file}"));
        for (name, job) in workflow["jobs"].as_object().unwrap() {
            let mut job = job.clone();
            // What a workflow says of the environment holds for each of its jobs.
            let mut env = workflow["env"].as_object().cloned().unwrap_or_default();
            env.extend(job["env"].as_object().cloned().unwrap_or_default());
            job["env"] = env.into();
            all.push((file, name.clone(), job));
        }
    }
    all
}

/// The commands of a job, and the actions that it uses.
fn steps(job: &Value) -> String {
    let steps = job["steps"].as_array().unwrap().iter();
    steps.flat_map(|step| [&step["run"], &step["uses"]]).filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
}

fn wherever_tests_run_for_others_an_engine_is_required() {
    let mut required = 0;
    for (file, name, job) in jobs() {
        let commands = steps(&job);
        let plays = ["cargo test", "relapse -- ", "/verdicts/", "actions/relapse"].iter().any(|words| commands.contains(words));
        let has_none = job["env"]["DOCKER_HOST"] == "unix:///nowhere/docker.sock";
        if plays && !has_none {
            assert_eq!(job["env"]["RELAPSE_REQUIRE_ENGINE"], 1, "{file}: {name}");
            required += 1;
        }
    }
    assert!(required >= 5, "{required} jobs");
    let run = fs::read_to_string(common::root().join(".ci/run")).unwrap();
    assert!(run.lines().any(|line| line == "export RELAPSE_REQUIRE_ENGINE=1"), "{run}");
}

fn what_is_tested_nowhere_else_is_tested_by_day_or_by_night() {
    let commands = |wanted: &str| -> String {
        jobs().iter().filter(|(file, ..)| *file == wanted).map(|(.., job)| steps(job) + "\n").collect()
    };
    let day = commands("ci.yaml");
    for command in ["cargo fmt --all --check", "cargo clippy --workspace --all-targets -- -D warnings", "cargo doc --workspace"] {
        assert!(day.contains(command), "{command}");
    }
    assert!(day.lines().any(|line| line == "cargo test --workspace --no-fail-fast"), "{day}");
    let night = commands("nightly.yaml");
    // Whatever is ignored in whichever crate: nobody has to add a new one to a list.
    for command in [
        "cargo test --workspace --lib --bins -- --ignored",
        "cargo test --workspace --test integration --no-fail-fast -- --ignored",
        "cargo test --workspace --test features -- --include-ignored",
    ] {
        assert!(night.contains(command), "{command}");
    }
}

fn every_action_of_others_is_pinned_by_its_commit() {
    let files = [".github/workflows/ci.yaml", ".github/workflows/nightly.yaml", ".github/actions/relapse/action.yml"];
    for file in files {
        let (text, _) = yaml(file);
        for line in text.lines().filter(|line| line.contains("uses: ") && !line.contains("uses: ./")) {
            let (_, pin) = line.split_once('@').unwrap_or_else(|| panic!("{file}: {line}"));
            let (commit, version) = pin.split_once(" # v").unwrap_or_else(|| panic!("{file}: which version? {line}"));
            assert!(commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit()), "{file}: {line}");
            assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{file}: {line}");
        }
    }
}

fn the_workflow_gives_the_action_inputs_that_it_has() {
    let (_, action) = yaml(".github/actions/relapse/action.yml");
    let (_, workflow) = yaml(".github/workflows/ci.yaml");
    let steps = workflow["jobs"]["features"]["steps"].as_array().unwrap();
    let ours = steps.iter().find(|step| step["uses"] == "./.github/actions/relapse").unwrap();
    for name in ours["with"].as_object().unwrap().keys() {
        assert!(action["inputs"].get(name).is_some(), "the action has no input {name}");
    }
}
