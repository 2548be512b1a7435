//! The harness of our own integration tests, on libtest-mimic: filters, `--list`, `--ignored` and nextest do what they say; and what several
//! tests need.
//!
//! A test says whether it needs an engine. Without one it is *ignored*, with the reason; with `RELAPSE_REQUIRE_ENGINE=1` it fails. So a
//! test that did not run never counts as one that passed.
//!
//! The target says `harness = false` in `Cargo.toml`. Each of its modules lists its tests, and `main` lists the modules:
//!
//! ```no_run
//! mod leftovers {
//!     relapse_testing::tests! {
//!         wrong_use_is_refused,
//!         #[engine] nothing_is_left,
//!         #[engine] #[ignore = "takes minutes: kills runs at random moments"] nothing_is_left_at_random,
//!     }
//!
//!     fn wrong_use_is_refused() {}
//!     fn nothing_is_left() {}
//!     fn nothing_is_left_at_random() {}
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     relapse_testing::run(vec![leftovers::tests()])
//! }
//! ```
//!
//! The compiler reports a function that no list names: nothing uses it.

mod engine;
mod plan;
mod text;
mod times;
mod turns;

use std::process::ExitCode;

pub use libtest_mimic::Completion;
use libtest_mimic::{Arguments, Trial};
pub use text::assert_same_text;

use plan::Machine;
use times::Times;
use turns::Turns;

/// The tests of one module.
pub struct Module {
    name: &'static str,
    tests: Vec<Test>,
}

impl Module {
    /// `path` is the module's `module_path!()`. The target's own name is left out of the tests' names.
    #[must_use]
    pub fn new(path: &'static str, tests: Vec<Test>) -> Self {
        Self::named(path.split_once("::").map_or("", |(_, name)| name), tests)
    }

    /// Tests that are made at run time, under a name of their own.
    #[must_use]
    pub fn named(name: &'static str, tests: Vec<Test>) -> Self {
        Self { name, tests }
    }
}

/// One test.
pub struct Test {
    name: String,
    needs_engine: bool,
    is_alone: bool,
    ignored: Option<&'static str>,
    run: Box<dyn FnOnce() -> Completion + Send>,
}

impl Test {
    /// A test that runs on any machine. It fails by a panic.
    #[must_use]
    pub fn new(name: impl Into<String>, run: impl FnOnce() -> Completion + Send + 'static) -> Self {
        Self { name: name.into(), needs_engine: false, is_alone: false, ignored: None, run: Box::new(run) }
    }

    /// It needs a Docker engine.
    #[must_use]
    pub fn engine(mut self) -> Self {
        self.needs_engine = true;
        self
    }

    /// It needs the engine to itself: no other test that needs one runs beside it.
    #[must_use]
    pub fn alone(mut self) -> Self {
        (self.needs_engine, self.is_alone) = (true, true);
        self
    }

    /// It runs only with `--ignored` or `--include-ignored`.
    #[must_use]
    pub fn ignore(mut self, why: &'static str) -> Self {
        self.ignored = Some(why);
        self
    }
}

/// What a test's function returns: nothing, or that this machine does not let it run.
pub trait Ended {
    /// As libtest-mimic wants it.
    fn completion(self) -> Completion;
}

impl Ended for () {
    fn completion(self) -> Completion {
        Completion::Completed
    }
}

impl Ended for Completion {
    fn completion(self) -> Completion {
        self
    }
}

impl Ended for Result<(), Completion> {
    fn completion(self) -> Completion {
        self.err().unwrap_or(Completion::Completed)
    }
}

/// Lists the tests of a module, as its function `tests`. `#[engine]`, `#[alone]` and `#[ignore = "why"]` may stand before a name.
#[macro_export]
macro_rules! tests {
    ($($(#[$mark:ident $(= $why:literal)?])* $name:ident),+ $(,)?) => {
        pub(crate) fn tests() -> $crate::Module {
            $crate::Module::new(module_path!(), vec![$(
                $crate::Test::new(stringify!($name), || $crate::Ended::completion($name()))$(.$mark($($why)?))*
            ),+])
        }
    };
}

/// The `main` of a test target: runs what the command line asks for.
#[must_use]
pub fn run(modules: Vec<Module>) -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Tests of an engine wait for most of their time.
    arguments.test_threads.get_or_insert_with(|| 1 + std::thread::available_parallelism().map_or(1, usize::from));
    let machine = Machine::here(&arguments, &modules);
    if let Some(line) = machine.complaint(&arguments, &modules) {
        eprintln!("{line}");
    }
    let times = Times::default();
    let trials = trials(&arguments, &machine, &times, modules);
    let conclusion = libtest_mimic::run(&arguments, trials);
    let slowest = times.slowest();
    if !slowest.is_empty() {
        eprintln!("the slowest:\n{}\n", slowest.join("\n"));
    }
    conclusion.exit_code()
}

/// Those that need no engine come first: they take no time, and nothing then runs beside a lab that is being watched.
fn trials(arguments: &Arguments, machine: &Machine, times: &Times, modules: Vec<Module>) -> Vec<Trial> {
    let turns = Turns::default();
    let (mut plain, mut others) = (Vec::new(), Vec::new());
    for module in modules {
        for test in module.tests {
            let among = if test.needs_engine { &mut others } else { &mut plain };
            let name = plan::name(module.name, &test);
            let (of, times, run) = (name.clone(), times.clone(), test.run);
            let test = Test { run: Box::new(move || times.of(of, run)), ..test };
            among.push(trial(arguments, name, test, machine.clone(), turns.clone()));
        }
    }
    plain.append(&mut others);
    plain
}

fn trial(arguments: &Arguments, name: String, test: Test, machine: Machine, turns: Turns) -> Trial {
    let is_asked_for = arguments.ignored || arguments.include_ignored;
    let ignored = plan::is_ignored(arguments, &machine, &test);
    let run = move || match test.ignored {
        Some(why) if !is_asked_for => Ok(Completion::ignored_with(why)),
        _ if !test.needs_engine => Ok((test.run)()),
        _ => machine.with_engine(|| turns.take(test.is_alone, test.run)),
    };
    Trial::ignorable_test(name, run).with_ignored_flag(ignored)
}
