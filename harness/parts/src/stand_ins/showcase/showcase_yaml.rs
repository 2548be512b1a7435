//! `showcase.yaml`: what a member says about an app.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use serde::Deserialize;

/// The console's own port.
const RESERVED: u16 = 8080;

/// The file's fields and defaults.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    r#type: Kind,
    startup: String,
    entrypoint: String,
    http_proxy: Option<u16>,
    expose: Vec<u16>,
    cname: String,
    https: Https,
    work_dir: String,
    use_mariadb: bool,
    use_mongodb: bool,
    envs: BTreeMap<String, String>,
    branch: String,
}

impl Default for File {
    fn default() -> Self {
        Self {
            r#type: Kind::Static,
            startup: String::new(),
            entrypoint: String::new(),
            http_proxy: None,
            expose: Vec::new(),
            cname: String::new(),
            https: Https::Off,
            work_dir: String::new(),
            use_mariadb: false,
            use_mongodb: false,
            envs: BTreeMap::new(),
            branch: "master".into(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Static,
    Runtime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Https {
    Off,
    Soft,
    Hard,
}

/// An app, as far as it can be deployed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct App {
    /// The branch that is deployed.
    pub(super) branch: String,
    /// The directory in the repository that is served, or that the app runs in; empty: the repository's root.
    pub(super) work_dir: String,
    /// How it is served.
    pub(super) how: How,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum How {
    /// By the proxy, from files.
    Static,
    /// By a program of its own.
    Runtime(Runtime),
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Runtime {
    /// For `sh -c`.
    pub(super) command: String,
    /// The port that the proxy asks; without one the app is not published.
    pub(super) port: Option<u16>,
    pub(super) envs: BTreeMap<String, String>,
    /// Whether it is given a database.
    pub(super) mariadb: bool,
}

/// Reads a file.
///
/// # Errors
/// What was expected, in words for the member who wrote it.
pub(super) fn parse(text: &str) -> Result<App, String> {
    let file = if text.trim().is_empty() {
        File::default()
    } else {
        serde_yaml::from_str(text).map_err(|error| format!("showcase.yaml: {error}"))?
    };
    file.check().map_err(|why| format!("showcase.yaml: {why}"))
}

impl File {
    fn check(self) -> Result<App, String> {
        if self.expose.contains(&RESERVED) {
            return Err(format!("expose: {RESERVED} is the console's port; choose another"));
        }
        // Not ignored: a member would wait in vain.
        let missing =
            [("expose", !self.expose.is_empty()), ("cname", !self.cname.is_empty()), ("https", self.https != Https::Off)];
        if let Some((name, _)) = missing.iter().find(|(_, wanted)| *wanted) {
            return Err(format!("{name}: this stand-in for Showcase cannot do that; leave it out"));
        }
        if self.use_mongodb {
            return Err("use_mongodb: Debian has no MongoDB, so this stand-in for Showcase has none; leave it out".into());
        }
        let inside = |part| matches!(part, Component::Normal(_) | Component::CurDir);
        if !Path::new(&self.work_dir).components().all(inside) {
            return Err(format!("work_dir: expected a directory of the repository, found {:?}", self.work_dir));
        }
        let how = match self.r#type {
            Kind::Static => self.still()?,
            Kind::Runtime => How::Runtime(self.runtime()?),
        };
        Ok(App { branch: self.branch, work_dir: self.work_dir, how })
    }

    fn still(&self) -> Result<How, String> {
        let given = [
            ("entrypoint", !self.entrypoint.is_empty()),
            ("startup", !self.startup.is_empty()),
            ("http_proxy", self.http_proxy.is_some()),
            ("use_mariadb", self.use_mariadb),
        ];
        match given.iter().find(|(_, given)| *given) {
            Some((name, _)) => Err(format!("{name} needs `type: runtime`; the type is static")),
            None => Ok(How::Static),
        }
    }

    fn runtime(&self) -> Result<Runtime, String> {
        if self.entrypoint.trim().is_empty() {
            return Err("entrypoint: expected the command that runs the app, since the type is runtime".into());
        }
        if self.http_proxy == Some(0) {
            return Err("http_proxy: expected a port from 1 to 65535".into());
        }
        if let Some(name) = self.envs.keys().find(|name| name.is_empty() || name.contains('=')) {
            return Err(format!("envs: {name:?} is no name of an environment variable"));
        }
        let run = format!("exec {}", self.entrypoint.trim());
        let startup = self.startup.trim();
        let command = if startup.is_empty() { run } else { format!("{startup} && {run}") };
        Ok(Runtime { command, port: self.http_proxy, envs: self.envs.clone(), mariadb: self.use_mariadb })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_means_a_static_site_of_master() {
        for text in ["", "\n", "{}", "type: static", "https: off\nbranch: master"] {
            let app = parse(text).unwrap();
            assert_eq!(app, App { branch: "master".into(), work_dir: String::new(), how: How::Static }, "{text:?}");
        }
    }

    #[test]
    fn the_consoles_port_is_fine_for_http_proxy_as_it_was() {
        let app =
            parse("type: runtime\nstartup: pip install x\nentrypoint: python3 bot.py\nhttp_proxy: 8080\nenvs:\n  A: b\n  N: 1\n");
        let App { how: How::Runtime(runtime), .. } = app.unwrap() else { unreachable!() };
        assert_eq!(runtime.command, "pip install x && exec python3 bot.py");
        assert_eq!(runtime.port, Some(8080));
        assert_eq!(runtime.envs, [("A".into(), "b".into()), ("N".into(), "1".into())].into());
    }

    #[test]
    fn the_consoles_port_is_refused_for_expose() {
        let error = parse("type: runtime\nentrypoint: x\nexpose: [3000, 8080]\n").expect_err("reserved");
        assert!(error.contains("expose: 8080 is the console's port"), "{error}");
    }

    #[test]
    fn mistakes_are_named() {
        for (text, expected) in [
            ("type: runtime\n", "entrypoint: expected the command"),
            ("http_proxy: 8080\n", "http_proxy needs `type: runtime`"),
            ("type: runtime\nentrypoint: x\nhttp_prox: 1\n", "http_prox"),
            ("type: runtime\nentrypoint: x\nhttp_proxy: 70000\n", "70000"),
            ("type: runtime\nentrypoint: x\nhttp_proxy: 0\n", "a port from 1 to 65535"),
            ("type: dynamic\n", "dynamic"),
            ("work_dir: ../other\n", "work_dir: expected a directory of the repository"),
            ("work_dir: /etc\n", "work_dir: expected a directory of the repository"),
            ("https: hard\n", "https: this stand-in"),
            ("use_mariadb: true\n", "use_mariadb needs `type: runtime`"),
            ("use_mongodb: true\n", "use_mongodb: Debian has no MongoDB"),
            ("cname: a.example\n", "cname: this stand-in"),
            ("type: static\ntype: static\n", "type"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.starts_with("showcase.yaml: ") && error.contains(expected), "{text:?}: {error}");
        }
    }
}
