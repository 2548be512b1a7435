//! One container's log, line by line. A line that is cut, a log that breaks off, more lines than are kept: each is a gap.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bollard::container::LogOutput;
use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::StreamExt;
use relapse_model::timeline::{Missed, Record};
use relapse_wire::log::Line;
use tokio::sync::oneshot;

use super::reached::Log;
use crate::recorder::Recorder;
use relapse_engine::{Engine, in_full};

/// Longer lines are cut: a service under test can write without end.
const MAX_LINE: usize = 1 << 20;
/// Of a line that cannot be read, so many characters are told.
const MAX_SHOWN: usize = 300;
/// A service's log is followed for so many lines.
const MAX_LINES: usize = 200_000;

/// A log ends because its container does, which the engine tells within this; else it has broken off.
const DIES_WITHIN: Duration = Duration::from_secs(5);
/// So many lines are read once more when a log has ended.
const LAST_LINES: &str = "100";

/// When the last message of standard output and of standard error was written. Each has a clock of its own.
#[derive(Debug, Default, Clone)]
pub(super) struct Last([String; 2]);

/// What of a line has come: the engine tells one of more than 16 KiB in pieces, and one without an end only when the log ends.
#[derive(Debug, Default)]
struct Pending {
    bytes: Vec<u8>,
    cut: bool,
}

/// Reads a log.
pub(super) struct Reader {
    log: Log,
    /// Whether its lines can be records.
    speaks: bool,
    recorder: Recorder,
    last: Arc<Mutex<Last>>,
    /// What was told before this reader began.
    told: Last,
    pending: [Pending; 2],
    lines: usize,
}

impl Reader {
    pub(super) fn new(log: Log, speaks: bool, recorder: Recorder, last: Arc<Mutex<Last>>) -> Self {
        let told = last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self { log, speaks, recorder, last, told, pending: Default::default(), lines: 0 }
    }

    /// Reads until the log ends; `died` tells that the container has.
    pub(super) async fn follow(mut self, engine: Engine, died: oneshot::Receiver<()>) {
        let options = LogsOptionsBuilder::new().follow(true).stdout(true).stderr(true).timestamps(true).build();
        let mut stream = engine.docker().logs(&self.log.container, Some(options));
        let mut ended = None;
        while let Some(output) = stream.next().await {
            match output {
                Ok(output) => {
                    let which = usize::from(matches!(output, LogOutput::StdErr { .. }));
                    let is_raw = matches!(output, LogOutput::Console { .. });
                    self.read(which, is_raw, &output.into_bytes());
                }
                Err(error) => ended = Some(Missed::LogBrokeOff { why: in_full(&error) }),
            }
            if self.lines > MAX_LINES {
                ended = Some(Missed::LogTooLong { lines: MAX_LINES });
                break;
            }
        }
        if ended.is_none() {
            match tokio::time::timeout(DIES_WITHIN, died).await {
                Ok(_) => self.read_again(&engine).await,
                Err(_) => ended = Some(Missed::LogEndedEarly),
            }
        }
        // Last words without a line's end are words.
        for which in 0..self.pending.len() {
            self.end_line(which);
        }
        if let Some(why) = ended {
            self.log.gap(&self.recorder, true, why);
        }
        self.log.reached.send_modify(|reached| reached.over = true);
    }

    /// An engine stops to follow as soon as the container has ended, and can have more by then: what is there beyond what was read.
    async fn read_again(&mut self, engine: &Engine) {
        self.told = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let options = LogsOptionsBuilder::new().stdout(true).stderr(true).timestamps(true).tail(LAST_LINES).build();
        let mut stream = engine.docker().logs(&self.log.container, Some(options));
        // One that is removed already has told what it had.
        while let Some(Ok(output)) = stream.next().await {
            let which = usize::from(matches!(output, LogOutput::StdErr { .. }));
            let is_raw = matches!(output, LogOutput::Console { .. });
            self.read(which, is_raw, &output.into_bytes());
        }
    }

    /// Reads a message of the engine's: its time, and a line or a piece of one. A terminal's log comes raw, with a time before each line.
    fn read(&mut self, which: usize, is_raw: bool, message: &[u8]) {
        if !is_raw {
            return self.message(which, message);
        }
        for line in message.split_inclusive(|byte| *byte == b'\n') {
            if self.pending.first().is_some_and(|pending| pending.bytes.is_empty()) {
                self.message(0, line);
            } else {
                self.piece(0, line);
            }
        }
    }

    fn message(&mut self, which: usize, message: &[u8]) {
        let space = message.iter().position(|byte| *byte == b' ').unwrap_or(message.len());
        let (time, rest) = message.split_at(space);
        let time = String::from_utf8_lossy(time).into_owned();
        let again = self.told.0.get(which).is_some_and(|told| time <= *told);
        if !again {
            if let Some(last) = self.last.lock().unwrap_or_else(PoisonError::into_inner).0.get_mut(which) {
                last.clone_from(&time);
            }
            self.piece(which, rest.get(1..).unwrap_or_default());
        }
        self.log.reached.send_modify(|reached| reached.time = std::mem::take(&mut reached.time).max(time));
    }

    fn piece(&mut self, which: usize, piece: &[u8]) {
        let Some(pending) = self.pending.get_mut(which) else { return };
        let (piece, ends) = piece.strip_suffix(b"\n").map_or((piece, false), |piece| (piece, true));
        let room = MAX_LINE.saturating_sub(pending.bytes.len());
        pending.cut |= piece.len() > room;
        pending.bytes.extend_from_slice(piece.get(..room).unwrap_or(piece));
        if ends {
            self.write(which);
        }
    }

    fn end_line(&mut self, which: usize) {
        if self.pending.get(which).is_some_and(|pending| !pending.bytes.is_empty()) {
            self.write(which);
        }
    }

    fn write(&mut self, which: usize) {
        let Some(pending) = self.pending.get_mut(which) else { return };
        let Pending { bytes, cut } = std::mem::take(pending);
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_end();
        let read = if self.speaks { Line::read(text) } else { Ok(None) };
        let text = plain(text);
        let missed = match &read {
            _ if cut => Some(Missed::LineCut { bytes: MAX_LINE }),
            Err(error) => {
                let line = text.chars().take(MAX_SHOWN).collect();
                Some(Missed::LineGarbled { error: error.to_string(), line })
            }
            Ok(_) => None,
        };
        self.recorder.record(Record::Log { service: self.log.service.clone(), text, line: read.ok().flatten() });
        self.lines += 1;
        if let Some(why) = missed {
            self.log.gap(&self.recorder, false, why);
        }
    }
}

/// Without colours, which would split a text, and without control characters, which must not move our terminal's cursor.
fn plain(text: &str) -> String {
    let text = anstream::adapter::strip_str(text).to_string();
    text.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests;
