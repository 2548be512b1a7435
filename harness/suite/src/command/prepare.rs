//! Images: made when missing or when their inputs changed, with progress all the way.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clap::Args;
use relapse_lab::engine::Engine;
use relapse_lab::images::{BuildSpec, ImageEvent, ImageIds, ImageSpec, Images};
use relapse_model::levels::{Choice, Levels};
use relapse_model::topology::Topology;
use tokio::runtime::Runtime;

use crate::exit::{Exit, Failure};
use crate::report::output;
use crate::report::terminal::Terminal;
use crate::script::{Project, Script, Selection, select};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Lists our images.
    #[arg(long)]
    list: bool,
    /// Removes our images.
    #[arg(long, conflicts_with = "list")]
    remove: bool,
}

pub(super) fn run(root: Option<PathBuf>, options: Options) -> Result<Exit, Failure> {
    let runtime = Runtime::new().map_err(|error| Failure::defect(format!("no runtime: {error}")))?;
    let engine = runtime.block_on(Engine::connect())?;
    let terminal = Terminal::new();
    let failed = |error: relapse_lab::images::ImageError| Failure::inconclusive(error.to_string());
    if options.list || options.remove {
        let images = Images::new(engine);
        if options.remove {
            let removal = runtime.block_on(images.remove()).map_err(failed)?;
            for tag in &removal.removed {
                terminal.line(&format!("removed {tag}"));
            }
            for kept in &removal.kept {
                terminal.line(&format!("kept {}: {}", kept.tag, kept.why));
            }
        } else {
            for image in runtime.block_on(images.list()).map_err(failed)? {
                terminal.line(&format!("{:32} {:>6} MB", image.tag, image.bytes / 1_000_000));
            }
        }
        return Ok(Exit::Held);
    }
    // No lab is raised.
    let project = Project::find(root).map_err(Failure::usage)?.allowing_engine_socket(true);
    let scripts = select(&project, &Selection::default())?;
    let needed: Vec<(&Script, Choice)> =
        scripts.iter().map(|script| (script, Choice { scenario: script.levels.clone(), ..Choice::default() })).collect();
    let needed: Vec<(&Script, &Choice)> = needed.iter().map(|(script, choice)| (*script, choice)).collect();
    runtime.block_on(for_jobs(&engine, &project, &needed))?;
    terminal.line("all images are there");
    Ok(Exit::Held)
}

/// Makes what the labs of these scenarios need.
pub(super) async fn for_jobs(engine: &Engine, project: &Project, jobs: &[(&Script, &Choice)]) -> Result<ImageIds, Failure> {
    let mut wanted: Vec<ImageSpec> = Vec::new();
    let mut seen: Vec<(&str, Levels, Vec<String>)> = Vec::new();
    for (script, choice) in jobs {
        let key = (script.lab.as_str(), choice.merged(), script.tags.clone());
        if seen.contains(&key) {
            continue;
        }
        let topology = project.topology(&script.lab, &key.1).map_err(|finding| Failure::usage(finding.to_string()))?;
        let folder = project.compose_file(&script.lab).parent().map(PathBuf::from).unwrap_or_default();
        for spec in specs(&topology, &folder, &|profile| script.is(profile)) {
            if !wanted.contains(&spec) {
                wanted.push(spec);
            }
        }
        seen.push(key);
    }
    ensure(engine, wanted).await
}

/// Makes these, and our own agent, of which helpers are made.
pub(super) async fn ensure(engine: &Engine, mut wanted: Vec<ImageSpec>) -> Result<ImageIds, Failure> {
    wanted.insert(0, ImageSpec { tag: "relapse-agent".into(), build: None });
    let progress = Progress::default();
    let images = Images::new(engine.clone());
    images.ensure(&wanted, &|event| progress.tell(event)).await.map_err(|error| Failure::inconclusive(error.to_string()))
}

/// The images of a topology whose Compose file is in that folder.
pub(super) fn specs(topology: &Topology, folder: &std::path::Path, named: &dyn Fn(&str) -> bool) -> Vec<ImageSpec> {
    topology
        .services
        .iter()
        .filter(|service| service.profiles.is_empty() || service.profiles.iter().any(|profile| named(profile)))
        .map(|service| ImageSpec {
            tag: service.image.clone(),
            build: service.build.as_ref().map(|build| BuildSpec {
                // Two topologies can build one image: the same folder has the same name then.
                context: canonical(folder.join(&build.context)),
                dockerfile: build.dockerfile.clone(),
                args: build.args.clone(),
                target: build.target.clone(),
            }),
        })
        .collect()
}

/// Without `..` and links, where the folder is there.
fn canonical(folder: PathBuf) -> PathBuf {
    folder.canonicalize().unwrap_or(folder)
}

/// Tells of images on standard error: every line to a terminal's eye, one line every few seconds to a file.
#[derive(Default)]
struct Progress {
    last: Mutex<BTreeMap<String, Instant>>,
}

/// Without a terminal, lines of one image's log are that far apart.
const QUIET: Duration = Duration::from_secs(5);

impl Progress {
    fn tell(&self, event: ImageEvent) {
        match event {
            ImageEvent::Started { tag, what } => output::aside(&format!("image {tag}: {what}")),
            ImageEvent::Done { tag, seconds } => output::aside(&format!("image {tag}: there, after {seconds:.1} s")),
            ImageEvent::UpToDate { .. } => {}
            ImageEvent::Line { tag, text } => {
                let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let quiet = if std::io::stderr().is_terminal() { Duration::from_secs(1) } else { QUIET };
                let due = last.get(&tag).is_none_or(|at| at.elapsed() >= quiet);
                if due && !text.trim().is_empty() {
                    let text: String = text.trim().chars().filter(|c| !c.is_control()).take(110).collect();
                    output::aside(&format!("image {tag}:   {text}"));
                    last.insert(tag, Instant::now());
                }
            }
        }
    }
}
