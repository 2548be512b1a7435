//! The head of an answer as it came over the wire. hyper gives an answer whole or not at all; a status that was had stays had, though a
//! header cannot be read, there are too many of them, or the connection breaks.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{StatusCode, Version};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// More than hyper takes, so that what it refuses is here.
/// As much as no server sends that means well; a browser takes 256 KiB.
pub(super) const MAX_HEAD_BYTES: usize = 1024 * 1024;
const MAX_BYTES: usize = 2 * MAX_HEAD_BYTES;

/// The head of the latest answer on a connection.
#[derive(Clone, Default)]
pub(super) struct Head(Arc<Mutex<Raw>>);

#[derive(Default)]
struct Raw {
    bytes: Vec<u8>,
    whole: bool,
}

/// What a head says, as far as it came.
pub(super) struct Had {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// Lines that no header can have.
    pub(super) unreadable: Vec<String>,
}

impl Head {
    /// Another request is sent.
    pub(super) fn begin(&self) {
        *self.raw() = Raw::default();
    }

    /// What came, if there was a status.
    pub(super) fn had(&self) -> Option<Had> {
        parse(&self.raw().bytes)
    }

    /// Whether anything in it was left out by hyper: a first look that costs little.
    pub(super) fn is_plain(&self) -> bool {
        let raw = self.raw();
        raw.bytes.iter().all(|byte| matches!(byte, b'\t' | b'\r' | b'\n' | b' '..=b'~' | 0x80..))
            && raw.bytes.split(|byte| *byte == b'\n').skip(1).all(|line| {
                let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
                matches!(line, [] | b"\r")
                    || line.starts_with(b" ")
                    || line.starts_with(b"\t")
                    || HeaderName::from_bytes(name).is_ok()
            })
    }

    fn take(&self, bytes: &[u8]) {
        let mut raw = self.raw();
        if raw.whole {
            return;
        }
        let from = raw.bytes.len().saturating_sub(3);
        let room = MAX_BYTES.saturating_sub(raw.bytes.len());
        raw.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
        let mut search = from;
        while let Some(end) = end_of_head(&raw.bytes, search) {
            // 100 and 103 come before the answer; 101 is one.
            let informs = parse(&raw.bytes[..end]).is_some_and(|had| had.status.is_informational() && had.status.as_u16() != 101);
            if !informs {
                raw.bytes.truncate(end);
                raw.whole = true;
                return;
            }
            raw.bytes.drain(..end);
            search = 0;
        }
    }

    fn raw(&self) -> MutexGuard<'_, Raw> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// After the empty line.
fn end_of_head(bytes: &[u8], from: usize) -> Option<usize> {
    (from..bytes.len()).find_map(|at| match &bytes[at..] {
        [b'\n', b'\r', b'\n', ..] => Some(at + 3),
        [b'\n', b'\n', ..] => Some(at + 2),
        _ => None,
    })
}

fn parse(bytes: &[u8]) -> Option<Had> {
    // What has no end yet may be half a status, or half a Location.
    let bytes = &bytes[..bytes.iter().rposition(|byte| *byte == b'\n')?];
    let mut lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let first = String::from_utf8_lossy(lines.next()?);
    let mut words = first.split_ascii_whitespace();
    let version = format!("{:?}", Version::HTTP_11);
    words.next().filter(|word| word.len() == version.len() && word.starts_with("HTTP/1."))?;
    let status = words.next()?.parse::<StatusCode>().ok()?;
    let mut had = Had { status, headers: HeaderMap::new(), unreadable: Vec::new() };
    for line in lines.take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_at(line.iter().position(|byte| *byte == b':').unwrap_or(line.len()));
        let name = HeaderName::from_bytes(name.trim_ascii_end());
        let value = HeaderValue::from_bytes(value.strip_prefix(b":").unwrap_or_default().trim_ascii());
        match (name, value) {
            (Ok(name), Ok(value)) => _ = had.headers.try_append(name, value),
            // A line that goes on with the one before is read by hyper, or not at all.
            _ if line.starts_with(b" ") || line.starts_with(b"\t") => {}
            _ => had.unreadable.push(String::from_utf8_lossy(line).into_owned()),
        }
    }
    Some(had)
}

/// A stream whose answers' heads are kept.
pub(super) struct Tapped<S> {
    stream: S,
    head: Head,
}

impl<S> Tapped<S> {
    pub(super) fn new(stream: S, head: Head) -> Self {
        Self { stream, head }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tapped<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.head.take(&buffer.filled()[before..]);
        outcome
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tapped<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_had_however_the_head_comes_and_what_informs_is_none() {
        let head = Head::default();
        for byte in
            b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 301 Moved\r\nLocation: /a\r\nSet-Cookie: a=\x01b\r\n\r\nbody"
        {
            head.take(&[*byte]);
        }
        let had = head.had().unwrap();
        assert_eq!((had.status.as_u16(), had.headers["location"].to_str().unwrap()), (301, "/a"));
        assert_eq!(had.unreadable, ["Set-Cookie: a=\u{1}b"]);
        assert!(!head.is_plain());
        head.begin();
        head.take(b"HTTP/1.1 200 OK\r\nA: 1\r\n");
        assert!(head.had().is_some() && head.is_plain());
        head.begin();
        head.take(b"SSH-2.0-OpenSSH\r\n");
        assert!(head.had().is_none());
    }
}
