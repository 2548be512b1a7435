//! The labels that images of ours bear.

/// On every image that is made here, with the value `1`.
pub const IMAGE: &str = "relapse.image";
/// What an image was made from: a SHA-256 in hexadecimal digits.
pub const INPUTS: &str = "relapse.inputs";
/// The tag under which an image was made. Images that others build from ours inherit the labels, but not the tag.
pub const TAG: &str = "relapse.tag";
