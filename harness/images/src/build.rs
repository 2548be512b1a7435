//! One build by the engine's classic builder, which needs no registry for images that are local.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::time::Duration;

use bollard::query_parameters::BuildImageOptions;
use bytes::Bytes;
use futures_util::StreamExt;
use relapse_model::text::clean;

use crate::context::{ContextError, Entry, EntryKind, archive};
use crate::error::ImageError;
use crate::event::Report;
use crate::images::Images;
use crate::mark::{IMAGE, INPUTS, TAG};
use relapse_engine::{advice, in_full};

/// A log is told in lines of at most so many characters.
const MAX_LINE: usize = 16 * 1024;
/// How much of a log an error shows.
const TAIL: usize = 20;
/// A step that says nothing for so long hangs.
const SILENCE: Duration = Duration::from_secs(600);

/// What to build.
pub(crate) struct Build<'a> {
    pub(crate) tag: &'a str,
    /// Within the archive.
    pub(crate) dockerfile: &'a str,
    /// Where people find it.
    pub(crate) shown_as: PathBuf,
    pub(crate) args: &'a BTreeMap<String, String>,
    pub(crate) target: Option<&'a str>,
    /// [`crate::mark::INPUTS`].
    pub(crate) digest: &'a str,
    /// The context, with the Dockerfile in it.
    pub(crate) entries: Vec<Entry>,
}

/// Why a build failed: the step, the log's tail, the engine's words.
struct Failure {
    step: String,
    log: VecDeque<String>,
    why: String,
}

/// A line of a log as it is told.
fn shown(line: &str) -> String {
    clean(&line.chars().take(MAX_LINE).collect::<String>())
}

/// Builds on the engine's default bridge; where that has no way out or no DNS, once more on the host's network.
pub(crate) async fn build(images: &Images, report: &Report<'_>, mut build: Build<'_>) -> Result<(), ImageError> {
    let mut entries = std::mem::take(&mut build.entries);
    let labels = [(IMAGE, "1"), (TAG, build.tag), (INPUTS, build.digest)];
    let mut options = BuildImageOptions {
        dockerfile: build.dockerfile.into(),
        t: Some(build.tag.into()),
        buildargs: Some(build.args.clone().into_iter().collect()),
        target: build.target.unwrap_or_default().into(),
        rm: true,
        forcerm: true,
        ..Default::default()
    };
    match entries.iter_mut().find(|entry| entry.path == build.dockerfile) {
        // One instruction: each label of the option is a step, with a container and a layer of its own.
        Some(Entry { kind: EntryKind::File(text), .. }) if build.target.is_none() => {
            let labels = labels.map(|(name, value)| format!("{name}={value}"));
            text.extend_from_slice(format!("\nLABEL {}\n", labels.join(" ")).as_bytes());
        }
        // The end of the file is not the end of the target.
        _ => options.labels = Some(labels.map(|(name, value)| (name.into(), value.into())).into()),
    }
    let archived = tokio::task::spawn_blocking(move || archive(&entries)).await;
    let archive: Bytes = archived
        .map_err(std::io::Error::other)
        .and_then(|outcome| outcome)
        .map_err(|source| {
            let source = ContextError::Unreadable { path: build.shown_as.clone(), source };
            ImageError::Context { tag: build.tag.into(), source }
        })?
        .into();
    let outcome = match attempt(images, report, &options, &archive).await {
        Err(failure) if looks_unconnected(&failure) => {
            report.line("the build's network has no way out or no DNS; once more on the host's network");
            options.networkmode = Some("host".into());
            attempt(images, report, &options, &archive).await
        }
        outcome => outcome,
    };
    outcome.map_err(|failure| ImageError::Build {
        tag: build.tag.into(),
        dockerfile: build.shown_as,
        step: failure.step,
        log: failure.log.into(),
        why: failure.why,
    })
}

async fn attempt(images: &Images, report: &Report<'_>, options: &BuildImageOptions, archive: &Bytes) -> Result<(), Failure> {
    let mut failure = Failure { step: "no step".into(), log: VecDeque::new(), why: String::new() };
    let body = bollard::body_full(archive.clone());
    let mut stream = images.engine.build_image(options.clone(), None, Some(body));
    let why = loop {
        match tokio::time::timeout(SILENCE, stream.next()).await {
            Err(_) => break format!("it said nothing for {} min", SILENCE.as_secs() / 60),
            Ok(None) => return Ok(()),
            Ok(Some(Err(error))) => break in_full(&error),
            Ok(Some(Ok(said))) => {
                for line in said.stream.iter().flat_map(|text| text.lines()).filter(|line| !line.trim().is_empty()) {
                    if line.starts_with("Step ") {
                        failure.step = shown(line.trim());
                    }
                    report.line(line);
                    // The builder's own bookkeeping is no part of the story.
                    if line.starts_with(" ---> ") || line.starts_with("Removing intermediate container") {
                        continue;
                    }
                    if failure.log.len() == TAIL {
                        failure.log.pop_front();
                    }
                    failure.log.push_back(shown(line));
                }
                if let Some(error) = said.error_detail {
                    break error.message.unwrap_or_else(|| "the engine gives no reason".into());
                }
            }
        }
    };
    // A command that met a full disk says so in the log; the engine then tells its exit code only.
    let advice = advice(failure.log.iter().chain([&why]).map(String::as_str));
    failure.why = why.lines().map(clean).collect::<Vec<_>>().join("\n");
    if !failure.why.contains(advice) {
        failure.why.push_str(advice);
    }
    Err(failure)
}

/// What apt, pip, curl, git and busybox say without DNS or without a route.
fn looks_unconnected(failure: &Failure) -> bool {
    const SIGNS: [&str; 6] = [
        "Temporary failure resolving",
        "Temporary failure in name resolution",
        "Could not resolve",
        "Name or service not known",
        "Network is unreachable",
        "bad address",
    ];
    failure.log.iter().chain([&failure.why]).any(|line| SIGNS.iter().any(|sign| line.contains(sign)))
}
