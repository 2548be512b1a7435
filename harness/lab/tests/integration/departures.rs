//! A sweep removes networks also on an engine that miscounts departures (see `sweep`). Many rounds, on a busy machine, so it is not part
//! of every run: `RELAPSE_TEST_ROUNDS=40 cargo test -p relapse-lab --test integration departures -- --ignored`. Needs the image
//! `relapse-agent` (`relapse images`).
//!
//! `RELAPSE_TEST_TOGETHER=1` removes the containers of a round together instead, as nobody should: networks then stay that only a
//! restart of the engine removes.

use std::time::Instant;

use bollard::models::{ContainerCreateBody, HostConfig, NetworkConnectRequest, NetworkCreateRequest};
use bollard::query_parameters::{CreateContainerOptions, ListNetworksOptions, RemoveContainerOptions};
use futures_util::future::join_all;
use relapse_lab::engine::Engine;
use relapse_lab::label::{Labels, RunId};
use relapse_lab::sweep::sweep;

use crate::runtime;

relapse_testing::tests! {
    #[alone] #[ignore = "many rounds"] no_network_stays,
}

const CONTAINERS: usize = 8;

fn no_network_stays() {
    runtime().block_on(rounds());
}

async fn rounds() {
    let engine = Engine::connect().await.unwrap();
    let rounds = std::env::var("RELAPSE_TEST_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(20);
    let together = std::env::var_os("RELAPSE_TEST_TOGETHER").is_some();
    // Whoever lists networks makes the engine's miscounting likelier.
    let lister = tokio::spawn({
        let engine = engine.clone();
        async move { while engine.list_networks(None::<ListNetworksOptions>).await.is_ok() {} }
    });
    let (began, mut left) = (Instant::now(), Vec::new());
    for _ in 0..rounds {
        left.extend(round(&engine, together).await);
    }
    lister.abort();
    println!("{} networks stayed in {rounds} rounds, {:.0} s", left.len(), began.elapsed().as_secs_f64());
    assert!(left.is_empty(), "{left:?}");
}

/// Two networks with the same containers in both, as in a lab; answers what a sweep could not remove.
async fn round(engine: &Engine, together: bool) -> Vec<String> {
    let run = RunId::new();
    let labels = || Some(Labels::of(&run).into_map());
    let networks = [format!("{run}-one"), format!("{run}-two")];
    for name in &networks {
        let request = NetworkCreateRequest { name: name.clone(), labels: labels(), ..Default::default() };
        engine.create_network(request).await.unwrap();
    }
    let made = join_all((0..CONTAINERS).map(|_| async {
        let body = ContainerCreateBody {
            image: Some("relapse-agent".into()),
            cmd: Some(vec!["idle".into()]),
            labels: labels(),
            host_config: Some(HostConfig { network_mode: Some(networks[0].clone()), init: Some(true), ..Default::default() }),
            ..Default::default()
        };
        let id = engine.create_container(None::<CreateContainerOptions>, body).await.unwrap().id;
        let request = NetworkConnectRequest { container: id.clone(), endpoint_config: None };
        engine.connect_network(&networks[1], request).await.unwrap();
        engine.start_container(&id, None).await.unwrap();
        id
    }))
    .await;
    if together {
        let options = || Some(RemoveContainerOptions { force: true, v: true, link: false });
        join_all(made.iter().map(|id| engine.remove_container(id, options()))).await;
    }
    sweep(engine, &run).await.unwrap().left.into_iter().map(|left| format!("{}: {}", left.thing.name, left.why)).collect()
}
