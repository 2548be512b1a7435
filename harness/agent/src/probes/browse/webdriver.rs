//! WebDriver, as far as a tab needs it: JSON over HTTP to chromedriver in this container. Sources: W3C WebDriver; chromedriver's own
//! commands `goog/cdp/execute` and `se/log`.

use std::time::Duration;

use anyhow::{Context, anyhow};
use relapse_service::http;
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// A command that takes longer is broken off; the browser's own start is the longest.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);
/// Of one answer: some seconds of a busy tab's events.
const MAX_BYTES: usize = 64 << 20;
/// One person's browser is small, asks nobody but the lab, and goes where it is told: no upgrade of http to https, which browsers
/// of 2019 did not do.
const ARGUMENTS: [&str; 14] = [
    "--headless=new",
    // The container is the sandbox, and its only user is root.
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-breakpad",
    "--metrics-recording-only",
    "--js-flags=--max-old-space-size=64",
    "--window-size=800,600",
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,OptimizationHints,MediaRouter,Translate",
];

/// A browser of one person, with the cookies of all its tabs.
pub(super) struct Browser {
    client: Client,
    server: String,
    session: String,
}

impl Browser {
    /// Starts a browser.
    ///
    /// # Errors
    /// In chromedriver's words.
    pub(super) async fn start(server: &str) -> anyhow::Result<Self> {
        let mut browser = Self::of(server, "")?;
        let options = json!({ "args": ARGUMENTS, "perfLoggingPrefs": { "enableNetwork": true, "enablePage": false } });
        let wanted = json!({
            "browserName": "chrome",
            // A page in a loop is never loaded: nothing here may wait for that.
            "pageLoadStrategy": "none",
            "unhandledPromptBehavior": "dismiss",
            "goog:loggingPrefs": { "performance": "ALL" },
            "goog:chromeOptions": options,
        });
        let url = format!("{server}/session");
        let answer = browser.ask(Method::POST, &url, &json!({ "capabilities": { "alwaysMatch": wanted } })).await?;
        let session = answer.get("sessionId").and_then(Value::as_str);
        session.context("chromedriver began a session and did not name it")?.clone_into(&mut browser.session);
        Ok(browser)
    }

    /// A browser that was started before. Whether it still runs is seen at the first command.
    ///
    /// # Errors
    /// When the system has no resources for a client.
    pub(super) fn of(server: &str, session: &str) -> anyhow::Result<Self> {
        Ok(Self { client: http::client(COMMAND_TIMEOUT)?, server: server.to_owned(), session: session.to_owned() })
    }

    pub(super) fn session(&self) -> &str {
        &self.session
    }

    /// Ends it, with its cookies.
    pub(super) async fn end(&self) -> anyhow::Result<()> {
        self.ask(Method::DELETE, &format!("{}/session/{}", self.server, self.session), &Value::Null).await.map(|_| ())
    }

    /// The tab that commands go to.
    pub(super) async fn tab(&self) -> anyhow::Result<String> {
        text(self.get("window").await?)
    }

    /// Opens a tab, and gives it the commands that follow.
    pub(super) async fn open_tab(&self) -> anyhow::Result<String> {
        let tab = self.post("window/new", json!({ "type": "tab" })).await?;
        let tab = text(tab.get("handle").cloned().unwrap_or_default())?;
        self.turn_to(&tab).await?;
        Ok(tab)
    }

    /// Gives a tab the commands that follow.
    pub(super) async fn turn_to(&self, tab: &str) -> anyhow::Result<()> {
        self.post("window", json!({ "handle": tab })).await.map(|_| ())
    }

    /// Closes the tab that commands go to.
    pub(super) async fn close_tab(&self) -> anyhow::Result<()> {
        let url = format!("{}/session/{}/window", self.server, self.session);
        self.ask(Method::DELETE, &url, &Value::Null).await.map(|_| ())
    }

    /// Types a URL.
    pub(super) async fn navigate(&self, url: &str) -> anyhow::Result<()> {
        self.post("url", json!({ "url": url })).await.map(|_| ())
    }

    /// Runs a function's body in the page.
    pub(super) async fn execute(&self, script: &str, arguments: Value) -> anyhow::Result<Value> {
        self.post("execute/sync", json!({ "script": script, "args": arguments })).await
    }

    /// One command of the DevTools protocol.
    pub(super) async fn devtools(&self, command: &str, parameters: Value) -> anyhow::Result<Value> {
        self.post("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    /// The DevTools events since the last call, of all tabs: the tab, and the event.
    pub(super) async fn events(&self) -> anyhow::Result<Vec<(String, Value)>> {
        let entries = self.post("se/log", json!({ "type": "performance" })).await?;
        let Value::Array(entries) = entries else { return Ok(Vec::new()) };
        let event = |entry: &Value| {
            let mut entry: Value = serde_json::from_str(entry.get("message")?.as_str()?).ok()?;
            Some((entry.get("webview")?.as_str()?.to_owned(), entry.get_mut("message")?.take()))
        };
        Ok(entries.iter().filter_map(event).collect())
    }

    async fn get(&self, command: &str) -> anyhow::Result<Value> {
        self.ask(Method::GET, &format!("{}/session/{}/{command}", self.server, self.session), &Value::Null).await
    }

    async fn post(&self, command: &str, body: Value) -> anyhow::Result<Value> {
        self.ask(Method::POST, &format!("{}/session/{}/{command}", self.server, self.session), &body).await
    }

    async fn ask(&self, method: Method, url: &str, body: &Value) -> anyhow::Result<Value> {
        let content = if body.is_null() { Vec::new() } else { serde_json::to_vec(body)? };
        let request = self.client.request(method, url).header("content-type", "application/json").body(content);
        let asking = async {
            let answer = request.send().await.with_context(|| format!("asking chromedriver: {url}"))?;
            let fine = answer.status().is_success();
            let body = http::read(answer, MAX_BYTES).await.with_context(|| format!("chromedriver's answer to {url}"))?;
            anyhow::Ok((fine, body))
        };
        let answered = tokio::time::timeout(COMMAND_TIMEOUT, asking).await;
        let (fine, answer) =
            answered.with_context(|| format!("chromedriver did not answer {url} within {COMMAND_TIMEOUT:?}"))??;
        let mut answer: Value =
            serde_json::from_slice(&answer).with_context(|| format!("chromedriver's answer to {url} is no JSON"))?;
        let value = answer.get_mut("value").map(Value::take).unwrap_or_default();
        if fine {
            return Ok(value);
        }
        let words = value.get("message").and_then(Value::as_str).unwrap_or("without words");
        Err(anyhow!("chromedriver refused {url}: {}", words.lines().next().unwrap_or_default()))
    }
}

fn text(value: Value) -> anyhow::Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("chromedriver answered {value} where a text was expected"))
}
