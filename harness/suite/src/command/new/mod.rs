//! `relapse new`: a small topology, and a first scenario that is red until the incident is described.

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::exit::{Exit, Failure};
use crate::report::output;
use crate::report::terminal::Terminal;
use crate::script::Project;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The incident's name: the folder in `features/` and in `fixtures/`.
    name: String,
    /// The image of the app behind the proxy; it listens on port 80. Debian's nginx with a page if none is named.
    #[arg(long)]
    image: Option<String>,
    /// Asks nothing.
    #[arg(long)]
    yes: bool,
}

/// Our own app: the same image as the proxy's, with another file.
const OWN_APP: &str = "NAME-nginx\n    build: ../../docker/NAME\n    volumes: [\"./app/nginx.conf:/etc/nginx/nginx.conf:ro\"]\n    \
                       labels: { relapse.ready-log: start worker process }\n";

/// The folders of a project in which an incident has one.
const KINDS: [&str; 3] = ["features", "fixtures", "docker"];

pub(super) fn run(root: Option<PathBuf>, options: Options) -> Result<Exit, Failure> {
    let name = &options.name;
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || name.starts_with('-') || !name.chars().all(fits) {
        return Err(Failure::usage(format!(
            "`{name}` cannot be an incident's name: write lower-case letters, digits and hyphens"
        )));
    }
    let root = match (root, Project::find(None)) {
        (Some(root), _) => root,
        (None, Ok(project)) => project.root,
        // A repository with nothing of ours yet.
        (None, Err(_)) => std::env::current_dir().map_err(|error| Failure::usage(format!("the current folder: {error}")))?,
    };
    let image = match options.image {
        None if !options.yes && std::io::stdin().is_terminal() => ask()?,
        image => image,
    };
    let app = image.as_ref().map_or_else(|| OWN_APP.to_owned(), |image| format!("{}\n", serde_json::Value::from(image.as_str())));
    let text = |template: &str| template.replace("IMAGE\n", &app).replace("NAME", name);
    let mut files = vec![
        (format!("fixtures/{name}/compose.yaml"), text(include_str!("compose.yaml"))),
        (format!("fixtures/{name}/proxy/nginx.conf"), include_str!("nginx.conf").to_owned()),
        (format!("fixtures/{name}/proxy/at-load.conf"), include_str!("at-load.conf").to_owned()),
        (format!("fixtures/{name}/proxy/at-request.conf"), include_str!("at-request.conf").to_owned()),
        (format!("docker/{name}/Dockerfile"), include_str!("Dockerfile").to_owned()),
        (format!("features/{name}/{name}.feature"), text(include_str!("incident.feature"))),
    ];
    if image.is_none() {
        files.push((format!("fixtures/{name}/app/nginx.conf"), include_str!("app.conf").to_owned()));
    }
    for folder in KINDS.map(|kind| format!("{kind}/{name}")) {
        if root.join(&folder).exists() {
            return Err(Failure::usage(format!("{folder} is there already, and nothing is overwritten: choose another name")));
        }
    }
    write(&root, name, &files)?;
    let terminal = Terminal::new();
    for (file, _) in &files {
        terminal.line(&format!("wrote {file}"));
    }
    terminal.line(&format!("\nNext: `relapse run features/{name}` is red; features/{name}/{name}.feature says how to go on."));
    Ok(Exit::Held)
}

fn ask() -> Result<Option<String>, Failure> {
    output::ask("Image of the app behind the proxy (empty: Debian's nginx with a page): ");
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| Failure::usage(format!("no answer: {error}")))?;
    Ok(Some(line.trim().to_owned()).filter(|image| !image.is_empty()))
}

/// All or nothing: the files are written beside, and their folders are then put where they belong.
fn write(root: &Path, name: &str, files: &[(String, String)]) -> Result<(), Failure> {
    let failed = |path: &Path, error: std::io::Error| Failure::usage(format!("{}: {error}; nothing is written", path.display()));
    std::fs::create_dir_all(root).map_err(|error| failed(root, error))?;
    let beside = tempfile::Builder::new().prefix(".relapse-new-").tempdir_in(root).map_err(|error| failed(root, error))?;
    for (file, text) in files {
        let path = beside.path().join(file);
        let folder = path.parent().unwrap_or(&path);
        let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text));
        written.map_err(|error| failed(&root.join(file), error))?;
    }
    let mut made: Vec<PathBuf> = Vec::new();
    for kind in KINDS {
        let (above, to) = (root.join(kind), root.join(kind).join(name));
        let new = !above.exists();
        let put = std::fs::create_dir_all(&above).and_then(|()| {
            made.extend(new.then(|| above.clone()));
            std::fs::rename(beside.path().join(kind).join(name), &to)
        });
        match put {
            Ok(()) => made.push(to),
            Err(error) => {
                for folder in made.iter().rev() {
                    // What was made here is all that is in it.
                    let _ = std::fs::remove_dir_all(folder);
                }
                return Err(failed(&to, error));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_an_incident_is_never_left() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir(root.join("features")).unwrap();
        // No folder can be made where there is a file.
        std::fs::write(root.join("docker"), "mine").unwrap();
        let files = KINDS.map(|kind| (format!("{kind}/shop/file"), "text".to_owned()));
        let said = write(root, "shop", &files).unwrap_err().message;
        assert!(said.contains("docker") && said.contains("nothing is written"), "{said}");
        let mut left: Vec<String> =
            std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        left.sort();
        assert_eq!(left, ["docker", "features"]);
        assert_eq!(std::fs::read_dir(root.join("features")).unwrap().count(), 0);
        std::fs::remove_file(root.join("docker")).unwrap();
        write(root, "shop", &files).unwrap();
        assert_eq!(std::fs::read_to_string(root.join("docker/shop/file")).unwrap(), "text");
    }
}
