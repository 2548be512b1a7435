//! What goes on meanwhile, on standard error: on a terminal a line for each scenario that runs, with its step and its seconds; elsewhere
//! a line when one begins.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::output;
use crate::runner::{Event, Job};
use relapse_model::text::clean;

/// How often the seconds on a terminal move on.
const TICK: Duration = Duration::from_millis(250);
/// No colours, so that `NO_COLOR` needs no case of its own.
const LINE: &str = "{spinner} {elapsed:>4} {prefix}  {wide_msg}";

/// Lines that change while scenarios run.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    bars: MultiProgress,
    running: Arc<Mutex<BTreeMap<usize, ProgressBar>>>,
}

impl Progress {
    /// Prints something else while the changing lines are out of its way.
    pub(super) fn aside(&self, print: impl FnOnce()) {
        self.bars.suspend(print);
    }

    /// Tells what happened with a job.
    pub(super) fn tell(&self, index: usize, job: &Job, event: &Event) {
        let script = &job.script;
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Noise(noise) => self.aside(|| output::aside(&format!("busy: {}  {noise}", script.place()))),
            Event::Began if self.bars.is_hidden() => {
                output::aside(&format!("begins: {}  {}{}", script.place(), script.name, at(job)))
            }
            Event::Began => {
                let style = ProgressStyle::with_template(LINE).unwrap_or_else(|_| ProgressStyle::default_spinner());
                let bar = self.bars.add(ProgressBar::new_spinner().with_style(style).with_prefix(script.place()));
                bar.set_message(format!("{}{}", script.name, at(job)));
                bar.enable_steady_tick(TICK);
                running.insert(index, bar);
            }
            Event::Step { text, line } => {
                if let Some(bar) = running.get(&index) {
                    bar.set_message(clean(&format!("{line}: {text}")).replace('\n', " "));
                }
            }
            Event::Judged(then) => {
                if let Some(bar) = running.get(&index) {
                    bar.set_message(clean(&format!("{}: {}: {}", then.line, then.verdict, then.text)).replace('\n', " "));
                }
            }
            Event::Ended(_) => {
                if let Some(bar) = running.remove(&index) {
                    bar.finish_and_clear();
                    self.bars.remove(&bar);
                }
            }
        }
    }
}

/// The levels that the command chose over the scenario's own, which tell its runs apart.
fn at(job: &Job) -> String {
    let mut chosen = job.choice.set.clone();
    chosen.extend(job.choice.forced.clone());
    let chosen: Vec<String> = chosen.iter().map(|(factor, level)| format!("{factor} at {level}")).collect();
    match chosen.len() {
        0 => String::new(),
        1..=3 => format!(", with {}", chosen.join(" and ")),
        many => format!(", with {many} factors set"),
    }
}
