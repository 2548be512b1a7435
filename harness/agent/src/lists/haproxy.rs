//! An HAProxy's servers of a backend: those that have an address. It is asked again and again, and what it says is read only where it says
//! something new: a thousand lines are half a millisecond's work, a dozen times a second for each HAProxy.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::MissedTickBehavior;

use super::{Tell, same, server, tell_reading};
use relapse_service::haproxy::Runtime;

/// An HAProxy does not tell when something changes.
const EVERY: Duration = Duration::from_millis(80);
/// `srv_time_since_last_change`, counted from 0: it differs each second, and says nothing of who is in the list.
const TIME: usize = 9;

#[derive(clap::Args)]
pub(crate) struct Options {
    backend: String,
    /// The Runtime API.
    #[arg(default_value = "127.0.0.1:9999")]
    api: SocketAddr,
}

pub(super) async fn read(options: &Options, tell: &Tell) -> anyhow::Result<()> {
    let runtime = Runtime(options.api);
    let command = [format!("show servers state {}", options.backend)];
    let mut last = String::new();
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let reading = match runtime.send(&command).await {
            Ok(text) if says_the_same(&last, &text) => {
                if !same(tell).await {
                    return Ok(());
                }
                continue;
            }
            Ok(text) => {
                last = text;
                Runtime::read(&last).map(|slots| {
                    let with_address = slots.iter().filter_map(|slot| Some(server(slot.address?, slot.serves(), slot.state())));
                    with_address.collect()
                })
            }
            Err(error) => {
                last.clear();
                Err(error)
            }
        };
        if !tell_reading(reading, tell, Duration::ZERO).await {
            return Ok(());
        }
    }
}

/// Whether two answers differ in the time column at most.
fn says_the_same(last: &str, text: &str) -> bool {
    if last == text {
        return true;
    }
    let (mut before, mut now) = (last.lines(), text.lines());
    loop {
        match (before.next(), now.next()) {
            (None, None) => return true,
            (Some(before), Some(now)) if before == now || without_time(before) == without_time(now) => {}
            _ => return false,
        }
    }
}

/// What is before the time and what is after it.
fn without_time(line: &str) -> (&str, &str) {
    let mut spaces = line.match_indices(' ').map(|(at, _)| at).skip(TIME - 1);
    let Some(begin) = spaces.next() else { return (line, "") };
    let end = spaces.next().unwrap_or(line.len());
    (&line[..begin], &line[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(time: u8, admin: u8) -> String {
        format!("1\n# be_id\n4 webapp 1 webapp1 10.83.128.1 2 {admin} 1 1 {time} 1 0 0 0 0 0 0 - 8080 - 0 0 - - 0\n\n")
    }

    #[test]
    fn time_that_passes_is_no_change_and_a_state_is() {
        assert!(says_the_same(&answer(9, 4), &answer(10, 4)));
        assert!(!says_the_same(&answer(9, 4), &answer(9, 5)));
        assert!(!says_the_same("", &answer(9, 4)));
        assert!(!says_the_same(&answer(9, 4), "1\n# be_id\n\n"));
    }
}
