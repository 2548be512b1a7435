//! What a probe is asked for: one JSON value on standard input, whose end is the end of the probe.

use std::io::Read;

use anyhow::Context;
use tokio::sync::oneshot;

const MAX_INPUT_BYTES: u64 = 1024 * 1024;

/// What somebody asks for, and until when.
pub(crate) struct Input<T> {
    pub(crate) asked: oneshot::Receiver<anyhow::Result<T>>,
    /// Answers once standard input has ended.
    pub(crate) ended: oneshot::Receiver<()>,
}

/// Reads standard input on a thread of its own: a read that waits must not keep the process from ending.
pub(crate) fn read_input<T: serde::de::DeserializeOwned + Send + 'static>() -> Input<T> {
    let (sender, asked) = oneshot::channel();
    let (ended_sender, ended) = oneshot::channel();
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        // The value's own end is enough: whoever asked may keep the stream open.
        let bounded = (&mut input).take(MAX_INPUT_BYTES);
        let value = T::deserialize(&mut serde_json::Deserializer::from_reader(bounded))
            .with_context(|| format!("standard input has not the JSON that {} describes", std::any::type_name::<T>()));
        let _ = sender.send(value);
        if std::io::copy(&mut input, &mut std::io::sink()).is_ok() {
            let _ = ended_sender.send(());
        }
    });
    Input { asked, ended }
}
