//! One connection, and one request on it with its answer: what of the answer came is kept, and what did not is told.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{self, HeaderValue};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use super::head::{Had, Head, MAX_HEAD_BYTES, Tapped};

const MAX_BODY_BYTES: usize = 2 * 1024 * 1024;
const MAX_HEADERS: usize = 1000;

/// Bytes both ways, with TLS or without.
pub(in crate::probes) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// With whom to speak TLS: what to trust, and the server's name.
pub(in crate::probes) type Tls<'a> = Option<(Arc<ClientConfig>, &'a str)>;

/// Begins TLS, where that is wanted.
///
/// # Errors
/// Why it did not begin.
pub(in crate::probes) async fn greet(stream: TcpStream, tls: Tls<'_>, deadline: Instant) -> Result<Box<dyn Stream>, String> {
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let Some((config, name)) = tls else { return Ok(Box::new(stream)) };
    let server = ServerName::try_from(name.to_owned()).map_err(|error| error.to_string())?;
    let began = Instant::now();
    match timeout_at(deadline, TlsConnector::from(config).connect(server, stream)).await {
        Ok(Ok(stream)) => Ok(Box::new(stream)),
        Ok(Err(error)) => Err(format!("TLS with {name} failed: {error}")),
        Err(_) => Err(format!("TLS with {name} took longer than {:.0} s", began.elapsed().as_secs_f64())),
    }
}

/// A connection that speaks HTTP/1.1.
pub(in crate::probes) struct Link {
    sender: SendRequest<Full<Bytes>>,
    head: Head,
}

/// An answer, as far as it came.
pub(in crate::probes) struct Answer {
    pub(in crate::probes) status: StatusCode,
    pub(in crate::probes) headers: HeaderMap,
    pub(in crate::probes) body: Bytes,
    /// What was left out here, by a bound of ours.
    pub(in crate::probes) cut: Option<String>,
    /// How it broke off: whoever asked did not get it whole.
    pub(in crate::probes) broken: Option<String>,
    /// Lines of its head that are no headers, such as one with a control character.
    pub(in crate::probes) unreadable: Vec<String>,
}

/// There was no answer. A connection that was kept may have been `closed` by the server a moment ago.
pub(in crate::probes) struct Failure {
    pub(in crate::probes) why: String,
    pub(in crate::probes) closed: bool,
}

impl Link {
    /// # Errors
    /// In hyper's words.
    pub(in crate::probes) async fn open(stream: Box<dyn Stream>) -> Result<Self, String> {
        let head = Head::default();
        let (sender, connection) = http1::Builder::new()
            .max_buf_size(MAX_HEAD_BYTES)
            .max_headers(MAX_HEADERS)
            // As browsers, which take an answer in spite of these.
            .ignore_invalid_headers_in_responses(true)
            .allow_obsolete_multiline_headers_in_responses(true)
            .allow_spaces_after_header_name_in_responses(true)
            .handshake(TokioIo::new(Tapped::new(stream, head.clone())))
            .await
            .map_err(|error| error.to_string())?;
        // It ends with its sender; what goes wrong with it is told to the request that waits.
        tokio::spawn(connection);
        Ok(Self { sender, head })
    }

    pub(in crate::probes) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Sends a request, and waits for the answer until the deadline.
    ///
    /// # Errors
    /// When not even a status came.
    pub(in crate::probes) async fn exchange(&mut self, head: &Parts, body: &Bytes, deadline: Instant) -> Result<Answer, Failure> {
        let began = Instant::now();
        self.head.begin();
        let request = Request::from_parts(head.clone(), Full::new(body.clone()));
        let sending = async {
            self.sender.ready().await?;
            self.sender.send_request(request).await
        };
        let failure = match timeout_at(deadline, sending).await {
            Ok(Ok(response)) => return Ok(self.receive(response, began, deadline).await),
            Ok(Err(error)) => {
                let closed = error.is_canceled() || error.is_closed() || error.is_incomplete_message();
                Failure { why: format!("the connection broke: {}", words(&error)), closed }
            }
            Err(_) => Failure { why: format!("no answer within {}", seconds(began)), closed: false },
        };
        match self.head.had() {
            Some(Had { status, headers, unreadable }) => {
                let broken = Some(format!("the answer's head was not received whole: {}", failure.why));
                Ok(Answer { status, headers, body: Bytes::new(), cut: None, broken, unreadable })
            }
            None => Err(failure),
        }
    }

    async fn receive(&self, response: Response<Incoming>, began: Instant, deadline: Instant) -> Answer {
        let unreadable = if self.head.is_plain() { None } else { self.head.had().map(|had| had.unreadable) };
        let (head, mut body) = response.into_parts();
        let (mut kept, mut cut, mut broken) = (BytesMut::new(), None, None);
        loop {
            match timeout_at(deadline, body.frame()).await {
                Ok(None) => break,
                Ok(Some(Ok(frame))) => {
                    let data = frame.into_data().unwrap_or_default();
                    let room = MAX_BODY_BYTES - kept.len();
                    kept.extend_from_slice(&data[..data.len().min(room)]);
                    if data.len() > room {
                        cut = Some(format!("of the answer's body the first {MAX_BODY_BYTES} bytes were kept"));
                        break;
                    }
                }
                Ok(Some(Err(error))) => {
                    broken = Some(format!("the answer's body broke off after {} bytes: {}", kept.len(), words(&error)));
                    break;
                }
                Err(_) => {
                    broken =
                        Some(format!("the answer's body was not whole within {}: {} bytes came", seconds(began), kept.len()));
                    break;
                }
            }
        }
        let unreadable = unreadable.unwrap_or_default();
        Answer { status: head.status, headers: head.headers, body: kept.freeze(), cut, broken, unreadable }
    }
}

impl Answer {
    /// One that nobody sent.
    pub(super) fn redirect(status: StatusCode, location: HeaderValue) -> Self {
        let headers = [(header::LOCATION, location)].into_iter().collect();
        Self { status, headers, body: Bytes::new(), cut: None, broken: None, unreadable: Vec::new() }
    }

    /// Whether all of it came.
    pub(in crate::probes) fn is_whole(&self) -> bool {
        self.cut.is_none() && self.broken.is_none()
    }

    /// What did not come, or was left out, in words.
    pub(super) fn lacks(&self) -> Option<String> {
        let name =
            |line: &String| line.split(':').next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(60).collect();
        let names: Vec<String> = self.unreadable.iter().take(5).map(name).collect();
        let unread = (!names.is_empty()).then(|| {
            format!(
                "{} lines of the answer's head are no headers, and were left out: {}",
                self.unreadable.len(),
                names.join(", ")
            )
        });
        let all: Vec<String> = [self.broken.clone(), self.cut.clone(), unread].into_iter().flatten().collect();
        (!all.is_empty()).then(|| all.join("; "))
    }
}

/// What hyper says, with what lies below.
fn words(error: &hyper::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

fn seconds(began: Instant) -> String {
    format!("{:.0} s", began.elapsed().as_secs_f64())
}
