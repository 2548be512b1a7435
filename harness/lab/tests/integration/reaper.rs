//! What is left of a run whose process is killed in the midst of making things: nothing, within seconds.
//!
//! This program plays three parts: the tests, the run that is killed, and that run's reaper.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bollard::models::{ContainerCreateBody, NetworkCreateRequest};
use bollard::query_parameters::{CreateContainerOptions, CreateImageOptions, RemoveContainerOptions, RemoveImageOptions};
use futures_util::TryStreamExt;
use relapse_lab::engine::Engine;
use relapse_lab::label::{Labels, RunId};
use relapse_lab::reaper::{Finished, Reaper};
use relapse_lab::sweep::{Kind, Leak, Maker, leaks, sweep};

use crate::runtime;

relapse_testing::tests! {
    #[engine] nothing_is_left_of_a_killed_run,
}

/// Names the run that a process is to play, in its environment.
const VICTIM: &str = "RELAPSE_TEST_VICTIM";
const CONTAINERS: usize = 5;

/// Plays the run that is killed, if this process was started for that.
pub(crate) fn be_a_victim_if_asked() {
    if let Ok(run) = std::env::var(VICTIM) {
        runtime().block_on(be_a_victim(&run.parse().unwrap()));
    }
}

fn nothing_is_left_of_a_killed_run() {
    runtime().block_on(async {
        let engine = Engine::connect().await.unwrap();
        let image = image(&engine).await;
        killed_in_the_midst(&engine, &image).await;
        finished_in_order(&engine, &image).await;
        engine.remove_image(&image, None::<RemoveImageOptions>, None).await.unwrap();
    });
}

/// An image with nothing in it: its containers can be created and need not run.
async fn image(engine: &Engine) -> String {
    let image = format!("relapse-test-reaper:{}", RunId::new());
    let (repo, tag) = image.split_once(':').unwrap();
    let options =
        CreateImageOptions { from_src: Some("-".into()), repo: Some(repo.into()), tag: Some(tag.into()), ..Default::default() };
    let empty = tar::Builder::new(Vec::new()).into_inner().unwrap();
    let body = bollard::body_full(empty.into());
    engine.create_image(Some(options), Some(body), None).try_collect::<Vec<_>>().await.unwrap();
    image
}

async fn container(engine: &Engine, image: &str, labels: HashMap<String, String>) -> String {
    let body = ContainerCreateBody {
        image: Some(image.into()),
        cmd: Some(vec!["/nothing".into()]),
        labels: Some(labels),
        ..Default::default()
    };
    engine.create_container(None::<CreateContainerOptions>, body).await.unwrap().id
}

async fn network(engine: &Engine, run: &RunId) {
    let request = NetworkCreateRequest {
        name: format!("relapse-test-{run}"),
        labels: Some(Labels::of(run).into_map()),
        ..Default::default()
    };
    engine.create_network(request).await.unwrap();
}

async fn volume(engine: &Engine, run: &RunId) {
    let request = bollard::models::VolumeCreateRequest {
        name: Some(format!("relapse-test-{run}")),
        labels: Some(Labels::of(run).into_map()),
        ..Default::default()
    };
    engine.create_volume(request).await.unwrap();
}

/// Makes a network, a volume and containers, and says each; it makes ever more until it is killed.
async fn be_a_victim(run: &RunId) {
    let engine = Engine::connect().await.unwrap();
    let _reaper = Reaper::start(run).await.unwrap();
    println!("reaper ready");
    network(&engine, run).await;
    volume(&engine, run).await;
    let image = std::env::var("RELAPSE_TEST_IMAGE").unwrap();
    loop {
        // Two at once: one is being made while the other is said.
        let one = container(&engine, &image, Labels::of(run).into_map());
        let two = container(&engine, &image, Labels::of(run).into_map());
        futures_util::join!(one, two);
        println!("made two");
    }
}

async fn of(engine: &Engine, run: &RunId) -> Vec<Leak> {
    leaks(engine).await.unwrap().into_iter().filter(|leak| leak.run == run.as_str()).collect()
}

async fn killed_in_the_midst(engine: &Engine, image: &str) {
    let run = RunId::new();
    let bystander = container(engine, image, HashMap::from([("relapse.test".into(), "bystander".into())])).await;
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .env(VICTIM, run.as_str())
        .env("RELAPSE_TEST_IMAGE", image)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Kept until the end: a victim that cannot speak would panic before it is killed.
    let mut said = BufReader::new(victim.stdout.take().unwrap()).lines().map_while(Result::ok);
    let made = said.by_ref().filter(|line| line == "made two").take(CONTAINERS / 2).count();
    assert_eq!(made, CONTAINERS / 2);
    let alive = of(engine, &run).await;
    assert!(alive.len() >= CONTAINERS, "a network, a volume and at least four containers: {alive:?}");
    assert!(alive.iter().all(|leak| leak.maker == Maker::Alive), "{alive:?}");
    // SIGKILL: nothing of the victim runs any more.
    victim.kill().unwrap();
    victim.wait().unwrap();

    let killed = Instant::now();
    loop {
        let left = of(engine, &run).await;
        if left.is_empty() {
            break;
        }
        assert!(killed.elapsed() < Duration::from_secs(15), "left after 15 s: {left:?}");
        assert!(left.iter().all(|leak| leak.maker != Maker::Alive), "{left:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!("reaper: nothing left {:.1} s after SIGKILL", killed.elapsed().as_secs_f64());
    let options = RemoveContainerOptions { force: true, ..Default::default() };
    engine.remove_container(&bystander, Some(options)).await.expect("the bystander is still there");
}

async fn finished_in_order(engine: &Engine, image: &str) {
    let run = RunId::new();
    let reaper = Reaper::start(&run).await.unwrap();
    network(engine, &run).await;
    container(engine, image, Labels::of(&run).into_map()).await;
    let swept = sweep(engine, &run).await.unwrap();
    assert!(swept.left.is_empty(), "{:?}", swept.left);
    assert_eq!(swept.removed, [(Kind::Container, 1), (Kind::Network, 1)].into());
    assert_eq!(reaper.finish().await.unwrap(), Finished { found: 0, left: 0 });

    let reaper = Reaper::start(&run).await.unwrap();
    volume(engine, &run).await;
    assert_eq!(reaper.finish().await.unwrap(), Finished { found: 1, left: 0 }, "what the run forgot is removed");
    assert!(of(engine, &run).await.is_empty());
}
