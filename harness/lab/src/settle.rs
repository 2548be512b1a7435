//! Before anything is judged by what was not logged, the reader of the log has passed that moment: it is asked of the engine what the last
//! line is, and waited for until that one was read.

use std::time::Duration;

use bollard::container::LogOutput;
use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::StreamExt;
use futures_util::future::join_all;
use relapse_model::timeline::{Missed, Source};

use crate::follow::Log;
use crate::lab::Lab;

/// A reader that lags by more makes a gap.
const READ_WITHIN: Duration = Duration::from_secs(20);

impl Lab {
    /// Returns once everything was read that these sources (without any named: all) have logged by now. What was not is a gap.
    pub(crate) async fn settle(&self, sources: Option<&[Source]>) {
        let wanted = |log: &Log| sources.is_none_or(|sources| sources.contains(&Source::Log { service: log.service.clone() }));
        let logs = self.follower.logs().into_iter().filter(wanted);
        join_all(logs.map(|log| self.passed(log))).await;
    }

    async fn passed(&self, log: Log) {
        let began_ms = self.recorder.now_ms();
        let Some(last) = self.last_line(&log.container).await else { return };
        let mut reached = log.reached.subscribe();
        let passed = reached.wait_for(|reached| reached.over || reached.time >= last);
        if let Err(_late) = tokio::time::timeout(READ_WITHIN, passed).await {
            log.gap(&self.recorder, false, Missed::ReaderBehind { seconds: READ_WITHIN.as_secs() });
            return;
        }
        // A reader that ended too early has said why; nobody waits for how far it is known to be whole.
        log.reached.send_if_modified(|reached| {
            if reached.time >= last {
                reached.whole_ms = reached.whole_ms.max(began_ms);
            }
            false
        });
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
