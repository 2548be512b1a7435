//! Runs a command in a container: JSON in, lines out. No port is published for it, so it works on a remote engine too.

use std::pin::Pin;

use bollard::container::LogOutput;
use bollard::exec::{CreateExecOptions, StartExecOptions, StartExecResults};
use futures_util::StreamExt;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::connect::Engine;
use crate::said::in_full;

/// What a command printed is kept up to so many bytes.
const MAX_BYTES: usize = 4 << 20;

/// What came of a command.
#[derive(Debug, Clone)]
pub struct ExecOutput {
    /// The exit code.
    pub code: i64,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// A command that could not be run.
#[derive(Debug, thiserror::Error)]
#[error("could not run `{command}` in {container}: {source}")]
pub struct ExecError {
    command: String,
    container: String,
    source: bollard::errors::Error,
}

/// A running command whose output is read line by line; its standard input stays open as long as this lives.
pub struct Running {
    input: Pin<Box<dyn AsyncWrite + Send>>,
    output: Pin<Box<dyn futures_util::Stream<Item = Result<LogOutput, bollard::errors::Error>> + Send>>,
    buffer: Vec<u8>,
    errors: Vec<u8>,
    /// Why its output is not whole.
    broken: Option<String>,
}

impl Running {
    /// The next line of standard output; `None` at its end. Last words need no line's end.
    pub async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                return Some(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            match self.output.next().await {
                Some(Ok(LogOutput::StdErr { message })) => {
                    let room = MAX_BYTES.saturating_sub(self.errors.len());
                    self.errors.extend(message.iter().take(room));
                }
                Some(Ok(LogOutput::StdOut { message })) if self.buffer.len() < MAX_BYTES => {
                    self.buffer.extend_from_slice(&message)
                }
                Some(Ok(LogOutput::StdOut { .. })) => {
                    self.broken.get_or_insert_with(|| format!("a line of more than {MAX_BYTES} bytes was cut"));
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    self.broken = Some(format!("its output broke off: {}", in_full(&error)));
                    return None;
                }
                None if self.buffer.is_empty() => return None,
                None => return Some(String::from_utf8_lossy(&std::mem::take(&mut self.buffer)).trim_end().to_owned()),
            }
        }
    }

    /// Why not all that it wrote was read, if that is so.
    #[must_use]
    pub fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// What it wrote to standard error so far.
    #[must_use]
    pub fn errors(&self) -> String {
        String::from_utf8_lossy(&self.errors).trim().to_owned()
    }

    /// Closes its standard input: for a visit, the tab.
    pub async fn close_input(&mut self) {
        let _ = self.input.shutdown().await;
    }
}

/// Starts a command with `input` on its standard input.
///
/// # Errors
/// When the engine refuses: no such container, not running.
pub async fn start(
    engine: &Engine,
    container: &str,
    command: &[&str],
    environment: &[String],
    input: &[u8],
) -> Result<Running, ExecError> {
    begin(engine, container, command, environment, input).await.map(|(running, _)| running)
}

async fn begin(
    engine: &Engine,
    container: &str,
    command: &[&str],
    environment: &[String],
    input: &[u8],
) -> Result<(Running, String), ExecError> {
    let failed = |source| ExecError { command: command.join(" "), container: container.to_owned(), source };
    let options = CreateExecOptions {
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        env: Some(environment.to_vec()),
        cmd: Some(command.iter().map(|word| (*word).to_owned()).collect()),
        ..Default::default()
    };
    let created = engine.docker().create_exec(container, options).await.map_err(failed)?;
    let options = StartExecOptions { output_capacity: Some(1 << 20), ..Default::default() };
    match engine.docker().start_exec(&created.id, Some(options)).await.map_err(failed)? {
        StartExecResults::Attached { output, input: writer } => {
            let mut stdin = writer;
            stdin.write_all(input).await.map_err(|error| failed(error.into()))?;
            stdin.flush().await.map_err(|error| failed(error.into()))?;
            Ok((Running { input: stdin, output, buffer: Vec::new(), errors: Vec::new(), broken: None }, created.id))
        }
        StartExecResults::Detached => Err(failed(bollard::errors::Error::NoHomePathError)),
    }
}

/// Runs a command to its end.
///
/// # Errors
/// When the engine refuses; a command that fails is no error, see [`ExecOutput::code`].
pub async fn run(
    engine: &Engine,
    container: &str,
    command: &[&str],
    environment: &[String],
    input: &[u8],
) -> Result<ExecOutput, ExecError> {
    let (mut running, id) = begin(engine, container, command, environment, input).await?;
    running.close_input().await;
    let mut stdout = Vec::new();
    while let Some(output) = running.output.next().await {
        match output {
            Err(error) => return Err(ExecError { command: command.join(" "), container: container.to_owned(), source: error }),
            Ok(LogOutput::StdErr { message }) if running.errors.len() < MAX_BYTES => running.errors.extend_from_slice(&message),
            Ok(LogOutput::StdOut { message } | LogOutput::Console { message }) if stdout.len() < MAX_BYTES => {
                stdout.extend_from_slice(&message);
            }
            _ => {}
        }
    }
    let failed = |source| ExecError { command: command.join(" "), container: container.to_owned(), source };
    let inspected = engine.docker().inspect_exec(&id).await.map_err(failed)?;
    Ok(ExecOutput {
        code: inspected.exit_code.unwrap_or(-1),
        stdout: String::from_utf8_lossy(&stdout).into_owned(),
        stderr: String::from_utf8_lossy(&running.errors).into_owned(),
    })
}
