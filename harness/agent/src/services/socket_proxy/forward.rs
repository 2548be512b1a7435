//! From a request to the engine's answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use clap::ValueEnum;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Method, StatusCode};
use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;

use super::endpoint::Endpoint;
use super::own::{Container, MAX_INSPECTED};
use super::{Proxy, body, create, endpoint};
use relapse_service::{log, unix_http};

/// The most a JSON body of a request may have, in bytes.
const MAX_JSON: usize = 1 << 20;

/// Why a request gets no answer from the engine.
struct Refusal(StatusCode, String);

impl From<String> for Refusal {
    fn from(why: String) -> Self {
        Self(StatusCode::FORBIDDEN, why)
    }
}

impl From<anyhow::Error> for Refusal {
    fn from(error: anyhow::Error) -> Self {
        Self(StatusCode::BAD_GATEWAY, format!("{error:#}"))
    }
}

#[derive(Deserialize)]
struct ExecInspection {
    #[serde(rename = "ContainerID")]
    container: String,
}

#[derive(Deserialize)]
struct Network {
    #[serde(rename = "Labels", default)]
    labels: Option<BTreeMap<String, String>>,
}

/// Answers any request: the engine's answer, or a refusal in the engine's own form, `{"message": …}`.
pub(super) async fn answer(State(proxy): State<Arc<Proxy>>, request: Request) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    match proxy.forward(request).await {
        Ok(response) => response,
        Err(Refusal(status, why)) => {
            log::action("docker-api", &format!("{method} {}", uri.path()), "refused", &why);
            let mut response = Response::new(Body::from(serde_json::json!({ "message": why }).to_string()));
            *response.status_mut() = status;
            response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static("application/json"));
            response
        }
    }
}

impl Proxy {
    async fn forward(&self, request: Request) -> Result<Response, Refusal> {
        let (head, body) = request.into_parts();
        let (version, endpoint) = endpoint::of(&head.method, head.uri.path())?;
        if !self.role.may(&endpoint) {
            let role = self.role.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
            return Err(format!("{} {} is nothing that a {role} asks for", head.method, head.uri.path()).into());
        }
        let query = head.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        let method = head.method.clone();
        match endpoint {
            Endpoint::About => self.send(method, head.uri.path(), Body::empty()).await,
            Endpoint::List => {
                let query = self.filtered(head.uri.query().unwrap_or_default())?;
                self.send(method, &format!("{}?{query}", head.uri.path()), Body::empty()).await
            }
            Endpoint::Create => {
                let create = create::filter(json(body).await?, &self.own)?;
                for network in &create.networks {
                    self.own_network(network).await?;
                }
                self.send_json(&format!("{version}/containers/create{query}"), create.body).await
            }
            Endpoint::Container { id, action } => {
                let id = self.own_container(id).await?;
                let action = if action.is_empty() { String::new() } else { format!("/{action}") };
                self.send(method, &format!("{version}/containers/{id}{action}{query}"), Body::empty()).await
            }
            Endpoint::Archive { id } => {
                let id = self.own_container(id).await?;
                self.send(method, &format!("{version}/containers/{id}/archive{query}"), body).await
            }
            Endpoint::Exec { id } => {
                let id = self.own_container(id).await?;
                let body = body::exec(json(body).await?)?;
                self.send_json(&format!("{version}/containers/{id}/exec"), body).await
            }
            Endpoint::ExecStart { id } => {
                self.own_exec(id).await?;
                let body = body::exec_start(json(body).await?)?;
                self.send_json(&format!("{version}/exec/{id}/start"), body).await
            }
            Endpoint::ExecInspect { id } => {
                self.own_exec(id).await?;
                self.send(method, &format!("{version}/exec/{id}/json"), Body::empty()).await
            }
        }
    }

    /// Sends a request with nothing of the caller's headers: what the engine is told is written here.
    async fn send(&self, method: Method, path: &str, body: Body) -> Result<Response, Refusal> {
        let kind = if method == Method::PUT { "application/x-tar" } else { "application/json" };
        let request = Request::builder().method(method).uri(path).header(HOST, "docker").header(CONTENT_TYPE, kind);
        let request = request.body(body).map_err(anyhow::Error::from)?;
        let answer = unix_http::send(&self.upstream, request).await?;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = answer.status();
        if let Some(kind) = answer.headers().get(CONTENT_TYPE) {
            response.headers_mut().insert(CONTENT_TYPE, kind.clone());
        }
        // A client negotiates its API version by these.
        for name in ["api-version", "docker-experimental", "ostype", "server"] {
            if let Some(value) = answer.headers().get(name) {
                response.headers_mut().insert(name, value.clone());
            }
        }
        *response.body_mut() = Body::new(answer.into_body());
        Ok(response)
    }

    async fn send_json(&self, path: &str, body: Value) -> Result<Response, Refusal> {
        self.send(Method::POST, path, Body::from(body.to_string())).await
    }

    /// A container's whole id, if it is of this run. A stranger's does not exist here.
    async fn own_container(&self, name: &str) -> Result<String, Refusal> {
        let missing = || Refusal(StatusCode::NOT_FOUND, format!("No such container in this run: {name}"));
        let found: Container = self.inspect(&format!("/containers/{name}/json")).await?.ok_or_else(missing)?;
        if found.id == self.own.id {
            return Err(format!("{name} is the container that guards the Docker API: it is out of bounds").into());
        }
        if self.own.owns(&found.config.labels.unwrap_or_default()) { Ok(found.id) } else { Err(missing()) }
    }

    async fn own_exec(&self, id: &str) -> Result<(), Refusal> {
        let missing = || Refusal(StatusCode::NOT_FOUND, format!("No such exec in this run: {id}"));
        let found: ExecInspection = self.inspect(&format!("/exec/{id}/json")).await?.ok_or_else(missing)?;
        self.own_container(&found.container).await.map(|_| ())
    }

    async fn own_network(&self, name: &str) -> Result<(), Refusal> {
        let refused = || Refusal::from(format!("the network {name} is not of this run"));
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')) {
            return Err(refused());
        }
        let found: Network = self.inspect(&format!("/networks/{name}")).await?.ok_or_else(refused)?;
        if self.own.owns(&found.labels.unwrap_or_default()) { Ok(()) } else { Err(refused()) }
    }

    /// What the engine says about one object; nothing when there is none.
    async fn inspect<T: for<'a> Deserialize<'a>>(&self, path: &str) -> Result<Option<T>, Refusal> {
        let request = Request::get(path).header(HOST, "docker").body(Body::empty()).map_err(anyhow::Error::from)?;
        let answer = unix_http::send(&self.upstream, request).await?;
        let status = answer.status();
        let body = unix_http::read(answer.into_body(), MAX_INSPECTED).await?;
        match status {
            StatusCode::OK => Ok(Some(serde_json::from_slice(&body).map_err(anyhow::Error::from)?)),
            StatusCode::NOT_FOUND => Ok(None),
            other => Err(anyhow::anyhow!("the engine answered {other} to GET {path}").into()),
        }
    }

    /// A list's query, with this run's label among its filters.
    fn filtered(&self, query: &str) -> Result<String, Refusal> {
        let label = format!("{}={}", self.own.run.0, self.own.run.1);
        filtered(query, &label).map_err(|why| Refusal(StatusCode::BAD_REQUEST, why))
    }
}

async fn json(body: Body) -> Result<Value, Refusal> {
    let bytes =
        unix_http::read(body, MAX_JSON).await.map_err(|error| Refusal(StatusCode::PAYLOAD_TOO_LARGE, error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| Refusal(StatusCode::BAD_REQUEST, format!("expected a JSON body: {error}")))
}

/// Adds a label to the `filters` of a query: `{"label": […]}`, or the older `{"label": {"…": true}}`.
fn filtered(query: &str, label: &str) -> Result<String, String> {
    let mut url = Url::parse("http://docker/").map_err(|error| error.to_string())?;
    url.set_query(Some(query));
    let mut filters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut kept = Vec::new();
    for (name, value) in url.query_pairs() {
        match name.as_ref() {
            "filters" if value.is_empty() => {}
            "filters" => {
                let given: BTreeMap<String, Value> =
                    serde_json::from_str(&value).map_err(|error| format!("filters: expected a JSON object: {error}"))?;
                for (name, values) in given {
                    filters.entry(name).or_default().extend(strings(values)?);
                }
            }
            "all" | "limit" | "size" => kept.push((name.into_owned(), value.into_owned())),
            other => return Err(format!("the query parameter {other} is not known here")),
        }
    }
    filters.entry("label".into()).or_default().push(label.into());
    kept.push(("filters".into(), serde_json::to_string(&filters).map_err(|error| error.to_string())?));
    url.query_pairs_mut().clear().extend_pairs(kept);
    Ok(url.query().unwrap_or_default().into())
}

fn strings(values: Value) -> Result<Vec<String>, String> {
    match values {
        Value::Object(values) => Ok(values.into_iter().map(|(value, _)| value).collect()),
        other => serde_json::from_value(other).map_err(|error| format!("filters: expected lists of strings: {error}")),
    }
}

#[cfg(test)]
mod tests;
