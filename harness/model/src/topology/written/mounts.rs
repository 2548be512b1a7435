//! How what is mounted into a service is written, and what its image is made of.

use serde::Deserialize;
use serde_yaml::Spanned;

use super::Ignored;
use crate::topology::shapes::Pairs;

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "a folder, or a map with `context`, `dockerfile`, `args` and `target`")]
pub(in crate::topology) enum Build {
    Context(String),
    Full(Box<FullBuild>),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::topology) struct FullBuild {
    #[serde(default = "here")]
    pub(in crate::topology) context: String,
    pub(in crate::topology) dockerfile: Option<String>,
    #[serde(default)]
    pub(in crate::topology) args: Pairs,
    pub(in crate::topology) target: Option<String>,
    pub(in crate::topology) cache_from: Ignored,
    pub(in crate::topology) cache_to: Ignored,
    pub(in crate::topology) no_cache: Ignored,
    pub(in crate::topology) pull: Ignored,
    pub(in crate::topology) platforms: Ignored,
    pub(in crate::topology) labels: Ignored,
    pub(in crate::topology) tags: Ignored,
}

impl FullBuild {
    /// What changes nothing in the image that a lab gets.
    pub(in crate::topology) fn ignored(&self) -> [(&'static str, &Ignored); 7] {
        [
            ("build.cache_from", &self.cache_from),
            ("build.cache_to", &self.cache_to),
            ("build.no_cache", &self.no_cache),
            ("build.pull", &self.pull),
            ("build.platforms", &self.platforms),
            ("build.labels", &self.labels),
            ("build.tags", &self.tags),
        ]
    }
}

fn here() -> String {
    ".".into()
}

/// `SOURCE:TARGET:ro`, `TARGET`, or the long form.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "`SOURCE:TARGET`, or a map with `type`, `source`, `target`, `read_only` and `tmpfs`")]
pub(in crate::topology) enum Mount {
    Short(String),
    Long(Box<LongMount>),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::topology) struct LongMount {
    #[serde(rename = "type")]
    pub(in crate::topology) kind: String,
    #[serde(alias = "src")]
    pub(in crate::topology) source: Option<String>,
    pub(in crate::topology) target: String,
    #[serde(default)]
    pub(in crate::topology) read_only: bool,
    #[serde(default)]
    pub(in crate::topology) tmpfs: TmpfsOptions,
    #[serde(rename = "consistency")]
    pub(in crate::topology) _consistency: Ignored,
    #[serde(rename = "bind")]
    pub(in crate::topology) _bind: Option<BindOptions>,
    #[serde(rename = "volume")]
    pub(in crate::topology) _volume: Option<VolumeOptions>,
}

/// How the machine's own files are mounted: a lab copies them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::topology) struct BindOptions {
    #[serde(rename = "propagation")]
    _propagation: Ignored,
    #[serde(rename = "create_host_path")]
    _create_host_path: Ignored,
    #[serde(rename = "selinux")]
    _selinux: Ignored,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::topology) struct VolumeOptions {
    #[serde(rename = "nocopy")]
    _nocopy: Ignored,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::topology) struct TmpfsOptions {
    pub(in crate::topology) size: Option<String>,
    pub(in crate::topology) mode: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "its name, or a map with `source` and `target`")]
pub(in crate::topology) enum ConfigUse {
    Short(String),
    Long(Box<LongConfigUse>),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::topology) struct LongConfigUse {
    pub(in crate::topology) source: String,
    pub(in crate::topology) target: Option<String>,
    #[serde(rename = "uid")]
    _uid: Ignored,
    #[serde(rename = "gid")]
    _gid: Ignored,
    #[serde(rename = "mode")]
    _mode: Ignored,
}

impl ConfigUse {
    /// The config's or the secret's name, and where it goes if that is said.
    pub(in crate::topology) fn named(&self) -> (&str, Option<&str>) {
        match self {
            Self::Short(name) => (name, None),
            Self::Long(long) => (&long.source, long.target.as_deref()),
        }
    }
}

/// Uses with their places.
pub(in crate::topology) type Uses = Vec<Spanned<ConfigUse>>;
