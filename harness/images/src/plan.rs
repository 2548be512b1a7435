//! From the images that are wanted to all that must be there, in an order in which they can be made.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::agent;
use crate::dockerfile::bases;
use crate::error::ImageError;
use crate::program::{self, Program};
use crate::spec::{BuildSpec, ImageSpec};

/// One image to have.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// With `:latest` where nothing else was said.
    pub(crate) tag: String,
    pub(crate) make: Make,
    /// The tags of the images that it starts from.
    pub(crate) needs: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) enum Make {
    /// The agent, from its binary.
    Agent,
    /// Another name of the image that it needs.
    Alias,
    /// By a Dockerfile, whose text is this, and with a binary that is no file of the context.
    Build { spec: BuildSpec, text: String, program: Option<Program> },
    /// It is here, or it is pulled or made.
    Base,
}

/// A tag or a digest is always said: the engine takes a bare name for all tags.
pub(crate) fn normal(image: &str) -> String {
    let name = image.rsplit('/').next().unwrap_or(image);
    if name.contains([':', '@']) { image.into() } else { format!("{image}:latest") }
}

/// Every image once, each after those that it starts from.
pub(crate) fn plan(wanted: &[ImageSpec]) -> Result<Vec<Node>, ImageError> {
    let mut builds: BTreeMap<String, &BuildSpec> = BTreeMap::new();
    for image in wanted {
        let Some(build) = &image.build else { continue };
        let tag = normal(&image.tag);
        match builds.get(&tag) {
            Some(other) if *other != build => {
                return Err(ImageError::TwoBuilds { tag, first: path_of(other), second: path_of(build) });
            }
            _ => builds.insert(tag, build),
        };
    }
    let mut planner = Planner { builds, nodes: Vec::new(), way: Vec::new() };
    for image in wanted {
        planner.add(&normal(&image.tag))?;
    }
    Ok(planner.nodes)
}

/// The Dockerfile of a build.
pub(crate) fn path_of(build: &BuildSpec) -> PathBuf {
    build.context.join(&build.dockerfile)
}

struct Planner<'a> {
    builds: BTreeMap<String, &'a BuildSpec>,
    nodes: Vec<Node>,
    /// The images on whose behalf the present one is added.
    way: Vec<String>,
}

impl Planner<'_> {
    fn add(&mut self, tag: &str) -> Result<(), ImageError> {
        if self.nodes.iter().any(|node| node.tag == tag) {
            return Ok(());
        }
        if let Some(at) = self.way.iter().position(|other| other == tag) {
            let tags = self.way[at..].iter().cloned().chain([tag.to_owned()]).collect();
            return Err(ImageError::Circle { tags });
        }
        let node = match self.builds.get(tag) {
            _ if tag == agent::TAG => Node { tag: tag.into(), make: Make::Agent, needs: Vec::new() },
            _ if tag == agent::FORMER_TAG => {
                self.add(agent::TAG)?;
                Node { tag: tag.into(), make: Make::Alias, needs: vec![agent::TAG.into()] }
            }
            None => Node { tag: tag.into(), make: Make::Base, needs: Vec::new() },
            Some(&spec) => {
                let path = path_of(spec);
                let text = std::fs::read_to_string(&path).map_err(|source| ImageError::NoDockerfile {
                    tag: tag.into(),
                    path: path.clone(),
                    source,
                })?;
                let needs = bases(&text, &spec.args, spec.target.as_deref()).map_err(|source| ImageError::Dockerfile {
                    tag: tag.into(),
                    path,
                    source,
                })?;
                let needs: Vec<_> = needs.iter().map(|image| normal(image)).collect();
                self.way.push(tag.into());
                for image in &needs {
                    self.add(image)?;
                }
                self.way.pop();
                let program = program::missing(&spec.context, &text);
                Node { tag: tag.into(), make: Make::Build { spec: spec.clone(), text, program }, needs }
            }
        };
        self.nodes.push(node);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(folder: &std::path::Path, tag: &str, dockerfile: &str) -> ImageSpec {
        let context = folder.join(tag.replace([':', '/'], "-"));
        std::fs::create_dir_all(&context).unwrap();
        std::fs::write(context.join("Dockerfile"), dockerfile).unwrap();
        ImageSpec { tag: tag.into(), build: Some(BuildSpec::of(context)) }
    }

    #[test]
    fn each_image_once_and_after_what_it_needs() {
        let folder = tempfile::tempdir().unwrap();
        let wanted = [
            image(folder.path(), "app", "FROM runtime"),
            image(folder.path(), "relapse-git", "FROM relapse-parts AS parts\nFROM debian:bookworm-slim"),
            image(folder.path(), "runtime", "FROM debian:bookworm-slim"),
            ImageSpec { tag: "nginx:1.27".into(), build: None },
        ];
        let nodes = plan(&wanted).unwrap();
        let tags: Vec<_> = nodes.iter().map(|node| node.tag.as_str()).collect();
        assert_eq!(
            tags,
            [
                "debian:bookworm-slim",
                "runtime:latest",
                "app:latest",
                "relapse-agent:latest",
                // Its former name means the same image.
                "relapse-parts:latest",
                "relapse-git:latest",
                "nginx:1.27"
            ]
        );
        assert!(matches!(nodes[4].make, Make::Alias) && nodes[4].needs == [agent::TAG]);
    }

    #[test]
    fn a_circle_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let wanted = [image(folder.path(), "a", "FROM b"), image(folder.path(), "b", "FROM a")];
        let error = plan(&wanted).unwrap_err();
        assert_eq!(error.to_string(), "these images start from each other: a:latest -> b:latest -> a:latest");
    }

    #[test]
    fn one_tag_has_one_build() {
        let folder = tempfile::tempdir().unwrap();
        let one = image(folder.path(), "a", "FROM b");
        let mut two = one.clone();
        assert!(plan(&[one.clone(), two.clone()]).is_ok());
        two.build.as_mut().unwrap().args.insert("SUITE".into(), "sid".into());
        assert!(matches!(plan(&[one, two]), Err(ImageError::TwoBuilds { .. })));
    }

    #[test]
    fn names_are_completed() {
        assert_eq!(normal("nginx"), "nginx:latest");
        assert_eq!(normal("localhost:5000/nginx"), "localhost:5000/nginx:latest");
        assert_eq!(normal("nginx@sha256:00"), "nginx@sha256:00");
    }
}
