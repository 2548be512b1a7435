//! What is heard while images are made.

/// What happens to an image. Of each image that is not there yet there is `Started`, `Line`s, and `Done` unless it fails.
#[derive(Debug, Clone, PartialEq)]
pub enum ImageEvent {
    /// It is being made.
    Started {
        /// The image.
        tag: String,
        /// For example `building docker/nginx/Dockerfile`.
        what: String,
    },
    /// A line of its log.
    Line {
        /// The image.
        tag: String,
        /// Without a line break.
        text: String,
    },
    /// It is there.
    Done {
        /// The image.
        tag: String,
        /// How long it took.
        seconds: f64,
    },
    /// It was there, made from the same inputs.
    UpToDate {
        /// The image.
        tag: String,
    },
}

/// Who hears of events.
pub type Progress<'a> = &'a (dyn Fn(ImageEvent) + Send + Sync);

/// The progress of one image.
pub(crate) struct Report<'a> {
    pub(crate) progress: Progress<'a>,
    pub(crate) tag: &'a str,
}

impl Report<'_> {
    /// Tells a line of its log.
    pub(crate) fn line(&self, text: &str) {
        tracing::debug!(image = self.tag, "{text}");
        (self.progress)(ImageEvent::Line { tag: self.tag.into(), text: text.into() });
    }
}
