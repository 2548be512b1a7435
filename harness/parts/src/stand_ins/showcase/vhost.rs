//! Virtual hosts: files that the proxy reads at its next reload.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// A virtual host that was written, and what was there before.
#[derive(Debug)]
pub(super) struct Vhost {
    path: PathBuf,
    before: Option<Vec<u8>>,
}

/// Renders a template's file and writes it as `<host>.conf`.
///
/// # Errors
/// When the template cannot be read or names something unknown, or the file cannot be written.
pub(super) fn publish(template: &Path, values: &[(&str, &str)], directory: &Path, host: &str) -> anyhow::Result<Vhost> {
    let shown = template.display();
    let text = std::fs::read_to_string(template).with_context(|| format!("reading the template {shown}"))?;
    let text = render(&text, values).with_context(|| format!("the template {shown}"))?;
    let path = directory.join(format!("{host}.conf"));
    let before = std::fs::read(&path).ok();
    replace(&path, text.as_bytes())?;
    Ok(Vhost { path, before })
}

/// Removes a host's virtual host; nothing happens without one.
///
/// # Errors
/// When the file cannot be removed.
pub(super) fn remove(directory: &Path, host: &str) -> anyhow::Result<()> {
    let path = directory.join(format!("{host}.conf"));
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", path.display()))
        }
        _ => Ok(()),
    }
}

impl Vhost {
    /// Puts back what was there before; nothing, if there was nothing.
    ///
    /// # Errors
    /// When the file cannot be written or removed.
    pub(super) fn withdraw(self) -> anyhow::Result<()> {
        match self.before {
            Some(before) => replace(&self.path, &before),
            None => std::fs::remove_file(&self.path).with_context(|| format!("removing {}", self.path.display())),
        }
    }
}

/// Whole or not at all: a reload may come at any moment.
fn replace(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let new = path.with_extension("new");
    std::fs::write(&new, content).with_context(|| format!("writing {}", new.display()))?;
    std::fs::rename(&new, path).with_context(|| format!("writing {}", path.display()))
}

/// Puts values in the places of their names, `{{name}}`.
fn render(template: &str, values: &[(&str, &str)]) -> anyhow::Result<String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else { bail!("a {{{{ without its }}}}") };
        let Some((_, value)) = values.iter().find(|(known, _)| *known == name.trim()) else {
            let known: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
            bail!("{{{{{name}}}}} is unknown here; known are: {}", known.join(", "));
        };
        out.push_str(text);
        out.push_str(value);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_values() {
        let template = "server_name {{host}};\nlocation / { proxy_pass http://{{ host }}:{{port}}; }\n";
        assert_eq!(
            render(template, &[("host", "a.example"), ("port", "8080")]).unwrap(),
            "server_name a.example;\nlocation / { proxy_pass http://a.example:8080; }\n"
        );
    }

    #[test]
    fn an_unknown_name_is_an_error_that_names_the_known_ones() {
        let error = render("{{prot}}", &[("host", "x"), ("port", "1")]).expect_err("unknown").to_string();
        assert_eq!(error, "{{prot}} is unknown here; known are: host, port");
        assert!(render("{{host", &[("host", "x")]).is_err());
    }

    #[test]
    fn withdrawing_puts_back_what_was_there() {
        let directory = std::env::temp_dir().join(format!("vhost-test-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let template = directory.join("template");
        std::fs::write(&template, "{{host}}").unwrap();
        let file = directory.join("a.conf");
        let first = publish(&template, &[("host", "one")], &directory, "a").unwrap();
        let second = publish(&template, &[("host", "two")], &directory, "a").unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "two");
        second.withdraw().unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "one");
        first.withdraw().unwrap();
        assert!(!file.exists());
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
