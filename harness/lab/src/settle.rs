//! Before anything is judged by what was not logged, the reader of the log has passed that moment: it is asked of the engine what the last
//! line is, and waited for until that one was read.

use std::sync::atomic::Ordering;
use std::time::Duration;

use bollard::container::LogOutput;
use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::StreamExt;
use futures_util::future::join_all;
use relapse_model::timeline::Source;

use crate::follow::Log;
use crate::raise::Lab;

/// A reader that lags by more makes a gap.
const READ_WITHIN: Duration = Duration::from_secs(20);

impl Lab {
    /// Returns once everything was read that these sources (without any named: all) have logged by now. What was not is a gap.
    pub(crate) async fn settle(&self, sources: Option<&[Source]>) {
        let wanted = |log: &Log| sources.is_none_or(|sources| sources.contains(&Source::Log { service: log.service.clone() }));
        let logs = self.follower.logs().into_iter().filter(wanted);
        join_all(logs.map(|log| self.passed(log))).await;
    }

    async fn passed(&self, mut log: Log) {
        let began_ms = self.recorder.now_ms();
        let Some(last) = self.last_line(&log.container).await else { return };
        let passed = log.reached.wait_for(|reached| reached.over || reached.time >= last);
        match tokio::time::timeout(READ_WITHIN, passed).await {
            Ok(Ok(reached)) if reached.time >= last => {
                log.whole_ms.fetch_max(began_ms, Ordering::Relaxed);
            }
            // Its reader has ended, and has said why if that was too early.
            Ok(_) => {}
            Err(_late) => {
                let why = format!("its reader is {} s and more behind", READ_WITHIN.as_secs());
                // What it has not read was written at any time since it had read everything.
                let since_ms = log.whole_ms.load(Ordering::Relaxed);
                self.recorder.gap(Source::Log { service: log.service }, since_ms, false, why);
            }
        }
    }

    /// When the last line of a container's log was written, as the engine writes times; `None` where there is none, or no container.
    async fn last_line(&self, container: &str) -> Option<String> {
        let options = LogsOptionsBuilder::new().follow(false).stdout(true).stderr(true).timestamps(true).tail("1").build();
        let mut lines = self.engine.docker().logs(container, Some(options));
        let mut last = None;
        while let Some(Ok(output)) = lines.next().await {
            let bytes = match &output {
                LogOutput::StdIn { message }
                | LogOutput::StdOut { message }
                | LogOutput::StdErr { message }
                | LogOutput::Console { message } => message.clone(),
            };
            let text = String::from_utf8_lossy(&bytes).into_owned();
            last = text.split(' ').next().map(ToOwned::to_owned).max(last);
        }
        last
    }
}
