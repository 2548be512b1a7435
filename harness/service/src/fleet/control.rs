//! How instances are started and terminated, over HTTP: `GET /zones`, `GET /instances`, `POST /instances?count=2&zone=b`,
//! `DELETE /instances/ID`.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{delete, get};
use axum::{Json, Router};
use serde::Deserialize;

use super::Fleet;
use super::book::Refusal;
use super::instance::Told;

/// What is started.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default = "one")]
    count: u32,
    /// Without one, the zones in turn.
    zone: Option<String>,
}

fn one() -> u32 {
    1
}

pub(super) fn router(fleet: Arc<Fleet>) -> Router {
    Router::new()
        .route("/zones", get(zones))
        .route("/instances", get(list).post(start))
        .route("/instances/{id}", delete(terminate))
        .with_state(fleet)
}

async fn zones(State(fleet): State<Arc<Fleet>>) -> Json<Vec<String>> {
    Json(fleet.book.zones().to_vec())
}

/// Those that run, the oldest first.
async fn list(State(fleet): State<Arc<Fleet>>) -> Json<Vec<Told>> {
    Json(fleet.book.all().iter().filter(|instance| !instance.is_terminated()).map(|instance| instance.snapshot()).collect())
}

/// All that are asked for, or none: they listen from now on, and their agent is told.
async fn start(
    State(fleet): State<Arc<Fleet>>,
    Query(wanted): Query<Wanted>,
) -> Result<(StatusCode, Json<Vec<Told>>), (StatusCode, String)> {
    let new = fleet.book.enter(wanted.count, wanted.zone.as_deref()).map_err(|refusal| match refusal {
        Refusal::Zone(why) => (StatusCode::NOT_FOUND, why + "\n"),
        Refusal::Room(why) => (StatusCode::CONFLICT, why + "\n"),
    })?;
    match fleet.register(&new).await {
        Ok(()) => Ok((StatusCode::CREATED, Json(new.iter().map(|instance| instance.snapshot()).collect()))),
        Err(error) => Err((StatusCode::BAD_GATEWAY, format!("{error:#}\n"))),
    }
}

async fn terminate(State(fleet): State<Arc<Fleet>>, Path(id): Path<String>) -> Result<StatusCode, (StatusCode, String)> {
    match fleet.terminate(&id).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err((StatusCode::CONFLICT, format!("{error:#}\n"))),
    }
}
