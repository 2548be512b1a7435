//! `features/TUTORIAL.md`, done as it is written, in an empty folder; and `relapse new`, with which it begins.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::common::{attribute, blocks, relapse, root, run};
use serde_json::Value;

relapse_testing::tests! {
    #[engine] the_tutorial_does_what_it_says,
    what_new_writes_passes_lint_and_is_never_overwritten,
    an_editor_gets_every_step_and_parameter,
}

/// The command in an empty folder.
fn elsewhere(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = relapse();
    command.current_dir(folder).args(arguments);
    command
}

fn the_tutorial_does_what_it_says() {
    let folder = tempfile::Builder::new().prefix("relapse-tutorial-").tempdir().unwrap();
    let page = fs::read_to_string(root().join("features/TUTORIAL.md")).unwrap();
    let (mut files, mut commands) = (0, 0);
    for (info, text) in blocks(&page) {
        if let Some(file) = attribute(&info, "file") {
            fs::write(folder.path().join(file), text).unwrap();
            files += 1;
            continue;
        }
        let code: i32 = attribute(&info, "exit").unwrap_or_else(|| panic!("neither file nor exit: {info}")).parse().unwrap();
        for said in text.split("$ relapse ").filter(|said| !said.is_empty()) {
            let (line, expected) = said.split_once('\n').unwrap();
            let words: Vec<&str> = expected.lines().collect();
            assert!(!words.is_empty(), "nothing is expected of `relapse {line}`");
            println!("$ relapse {line}");
            run(&mut elsewhere(folder.path(), &line.split(' ').collect::<Vec<_>>())).expect(code, &words);
            commands += 1;
        }
    }
    assert!(files >= 3 && commands >= 7, "{files} files and {commands} commands");
}

fn what_new_writes_passes_lint_and_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    run(&mut elsewhere(folder.path(), &["new", "first"])).expect(0, &["features/first/first.feature"]);
    run(&mut elsewhere(folder.path(), &["new", "second", "--image", "shop:1.2", "--yes"])).expect(0, &[]);
    assert!(fs::read_to_string(folder.path().join("fixtures/second/compose.yaml")).unwrap().contains("image: \"shop:1.2\""));
    run(&mut elsewhere(folder.path(), &["lint"])).expect(0, &["2 features, 2 scenarios, 2 topologies: 0 findings"]);
    let feature = folder.path().join("features/first/first.feature");
    fs::write(&feature, "mine").unwrap();
    run(&mut elsewhere(folder.path(), &["new", "first"])).expect(2, &["features/first is there already"]);
    assert_eq!(fs::read_to_string(&feature).unwrap(), "mine");
    run(&mut elsewhere(folder.path(), &["new", "../First"])).expect(2, &["lower-case letters"]);
    // From a folder within the project, it is the project that gets the new incident.
    run(&mut elsewhere(&folder.path().join("features"), &["new", "third"])).expect(0, &[]);
    assert!(folder.path().join("features/third/third.feature").is_file());
}

fn an_editor_gets_every_step_and_parameter() {
    let json = |argument: &str| -> Value { serde_json::from_str(&run(relapse().args(["steps", argument])).stdout).unwrap() };
    let (all, settings) = (json("--json"), json("--vscode"));
    // What a parameter names is ours: the extension knows a name and an expression only.
    let mut parameters = all["parameters"].clone();
    for parameter in parameters.as_array_mut().unwrap() {
        assert!(parameter.as_object_mut().unwrap().remove("names").is_some(), "{parameter}");
    }
    assert_eq!(settings["cucumber.parameterTypes"], parameters);
    let glue = run(relapse().args(["steps", "--glue"])).stdout;
    let steps = all["steps"].as_array().unwrap();
    assert_eq!(glue.matches("(expr = ").count(), steps.len());
    for step in steps {
        assert!(glue.contains(&format!("(expr = {})]", step["expression"])), "{step}");
    }
}
