//! Another engine than the machine's, named in `DOCKER_HOST`: scenarios hold there as well, and its death in mid-run is told.
//! `cargo test -p relapse --test integration second_engine -- --ignored --nocapture`, as root, takes about two minutes.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use relapse_testing::Completion;

use crate::common::second::SecondEngine;
use crate::common::{self, docker, labelled, relapse, root, run, until, with_images};

relapse_testing::tests! {
    #[alone] #[ignore = "starts a second Docker engine, as root"] the_first_incident_holds_on_another_engine,
    #[alone] #[ignore = "starts a second Docker engine, as root"] an_engine_that_is_killed_in_mid_run_is_told_and_the_run_ends,
}

const INCIDENT: &str = "features/trap/login_loop.feature";
/// How long the lab may take to be raised.
const RAISED: Duration = Duration::from_secs(60);

/// The images of the first incident, with the tags by which this build of relapse knows them again.
fn images() -> Vec<String> {
    let compose = std::fs::read_to_string(root().join(common::COMPOSE)).unwrap();
    let all = docker(&["images", "--filter", "label=relapse.image=1", "--format", "{{.Repository}}:{{.Tag}}"]);
    let others = ["relapse-browser", "relapse-mariadb", "relapse-prometheus"];
    let needed = |image: &&str| {
        let name = image.split(':').next().unwrap_or_default();
        !others.contains(&name)
            && !image.contains("<none>")
            && (name == "debian" || compose.contains(&format!("image: {name}")) || compose.contains(&format!("image: \"{name}:")))
    };
    all.lines().filter(needed).map(ToOwned::to_owned).collect()
}

/// As root only.
fn second() -> Result<SecondEngine, Completion> {
    if !nix::unistd::geteuid().is_root() {
        return Err(Completion::ignored_with("only root can start a second engine"));
    }
    with_images();
    let began = Instant::now();
    let engine = SecondEngine::start();
    println!("{:5.1} s  until it is up", began.elapsed().as_secs_f64());
    let began = Instant::now();
    engine.load(&images());
    println!("{:5.1} s  until it has the images", began.elapsed().as_secs_f64());
    Ok(engine)
}

/// What the machine's own engine has of networks: a second engine beside it must not touch them.
fn bridge() -> String {
    docker(&["network", "inspect", "bridge", "--format", "{{.Id}} {{.Created}}"])
        + &std::fs::read_to_string("/sys/class/net/docker0/ifindex").unwrap()
}

fn the_first_incident_holds_on_another_engine() -> Result<(), Completion> {
    let before = docker(&["info", "--format", "{{.ID}} {{.SystemTime}}"]).split(' ').next().unwrap_or_default().to_owned();
    let engine = second()?;
    let bridge_before = bridge();
    let said = run(relapse().args(["run", INCIDENT]).env("DOCKER_HOST", engine.host()));
    println!("{:5.1} s  for the scenario", said.seconds);
    said.expect(0, &["1 held", "the outage happens"]);
    assert!(!said.all().contains("building"), "the images were made anew:\n{}", said.all());
    let there = engine.docker(&["ps", "--all", "--quiet"]).output().unwrap();
    assert!(there.status.success() && there.stdout.is_empty(), "containers stay on it: {there:?}");
    assert_eq!(labelled(&format!("relapse.pid={}", said.pid)), Vec::<String>::new(), "made on the machine's engine");
    assert_eq!(engine.end(), Vec::<String>::new(), "left of the second engine");
    assert_eq!(bridge(), bridge_before, "the machine's docker0 was touched");
    assert!(docker(&["info", "--format", "{{.ID}}"]).starts_with(&before), "the machine's engine is another one");
    Ok(())
}

/// Ends a run that a failed assertion leaves.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn an_engine_that_is_killed_in_mid_run_is_told_and_the_run_ends() -> Result<(), Completion> {
    let engine = second()?;
    let output = tempfile::tempdir().unwrap();
    let file = |name: &str| std::fs::File::create(output.path().join(name)).unwrap();
    let mut command = relapse();
    command.args(["run", INCIDENT]).env("DOCKER_HOST", engine.host()).stdin(Stdio::null());
    let mut child = Ended(command.stdout(file("out")).stderr(file("err")).spawn().unwrap());
    // The deployer's container is made in the midst of a step.
    let app = ["ps", "--quiet", "--all", "--filter", "name=example.to-hutohu.trap.show"];
    let there = until(RAISED, || (!engine.docker(&app).output().unwrap().stdout.is_empty()).then_some(()));
    assert!(there.is_some(), "the scenario did not come to its step within {RAISED:?}");
    engine.kill();
    let began = Instant::now();
    let status = until(Duration::from_secs(60), || child.0.try_wait().unwrap());
    let read = |name: &str| std::fs::read_to_string(output.path().join(name)).unwrap();
    let said = format!("{}{}", read("out"), read("err"));
    let status = status.unwrap_or_else(|| panic!("it goes on a minute after its engine's death:\n{said}"));
    println!("{:5.1} s  until a run ends whose engine was killed\n{said}", began.elapsed().as_secs_f64());
    assert_eq!(status.code(), Some(3), "{said}");
    for word in ["went away in mid-run", "the lab was not removed", "relapse leaks --remove", "1 inconclusive"] {
        assert!(said.contains(word), "it did not say `{word}`:\n{said}");
    }
    // One that does not even begin has another code.
    run(relapse().args(["run", INCIDENT]).env("DOCKER_HOST", engine.host()))
        .expect(4, &["no Docker engine answers", &engine.host()]);
    assert_eq!(engine.end(), Vec::<String>::new(), "left of the second engine");
    Ok(())
}
