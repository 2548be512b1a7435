//! How instances are started and terminated, over HTTP: `GET /instances`, `POST /instances`, `DELETE /instances/ID`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, get};
use axum::{Json, Router};

use super::Fleet;
use super::instance::Told;

pub(super) fn router(fleet: Arc<Fleet>) -> Router {
    Router::new().route("/instances", get(list).post(start)).route("/instances/{id}", delete(terminate)).with_state(fleet)
}

/// Those that run, the oldest first.
async fn list(State(fleet): State<Arc<Fleet>>) -> Json<Vec<Told>> {
    Json(fleet.all().iter().filter(|instance| !instance.is_terminated()).map(|instance| instance.told()).collect())
}

async fn start(State(fleet): State<Arc<Fleet>>) -> Result<(StatusCode, Json<Told>), (StatusCode, String)> {
    match fleet.start().await {
        Ok(instance) => Ok((StatusCode::CREATED, Json(instance.told()))),
        Err(error) => Err((StatusCode::CONFLICT, format!("{error:#}\n"))),
    }
}

async fn terminate(State(fleet): State<Arc<Fleet>>, Path(id): Path<String>) -> Result<StatusCode, (StatusCode, String)> {
    match fleet.terminate(&id).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err((StatusCode::CONFLICT, format!("{error:#}\n"))),
    }
}
