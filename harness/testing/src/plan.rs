//! What becomes of each test: by what the command line asks for, and by what this machine has.

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::{Module, Test, engine};

/// What is known of this machine.
#[derive(Debug, Clone, Default)]
pub(crate) struct Machine {
    /// Why there is no engine, in one line, where one was asked for.
    missing: Option<String>,
    /// A missing engine is a failure, by `RELAPSE_REQUIRE_ENGINE=1`.
    required: bool,
    /// nextest runs each test in a process of its own, and takes whatever ends well for a test that passed.
    by_exit_code: bool,
}

impl Machine {
    /// The engine is asked for only if a test needs it.
    pub(crate) fn here(arguments: &Arguments, modules: &[Module]) -> Self {
        Self {
            missing: if needing(arguments, modules) > 0 { engine::missing() } else { None },
            required: std::env::var_os("RELAPSE_REQUIRE_ENGINE").is_some_and(|value| value == "1"),
            by_exit_code: std::env::var_os("NEXTEST").is_some(),
        }
    }

    /// One line about the tests that are ignored for want of an engine.
    pub(crate) fn complaint(&self, arguments: &Arguments, modules: &[Module]) -> Option<String> {
        let why = self.missing.as_ref().filter(|_| !arguments.list && !self.required)?;
        Some(format!("{} tests need an engine and are ignored, not run: {why}", needing(arguments, modules)))
    }

    /// Runs a test that needs an engine, if there is one.
    pub(crate) fn with_engine(&self, test: impl FnOnce() -> Completion) -> Result<Completion, Failed> {
        match &self.missing {
            None => Ok(test()),
            Some(why) if self.required => Err(format!("RELAPSE_REQUIRE_ENGINE=1, and there is no engine: {why}").into()),
            Some(why) if self.by_exit_code => Err(format!("this test was asked for, and there is no engine: {why}").into()),
            Some(_) => Ok(Completion::ignored_with("needs an engine")),
        }
    }
}

/// `leftovers::nothing_is_left`.
pub(crate) fn name(module: &str, test: &Test) -> String {
    if module.is_empty() { test.name.clone() } else { format!("{module}::{}", test.name) }
}

/// Whether libtest-mimic takes the test for an ignored one. A reason can be given only by a test that runs; so what is ignored is
/// flagged where that decides (in a list, and with `--ignored`), and says its reason otherwise.
pub(crate) fn is_ignored(arguments: &Arguments, machine: &Machine, test: &Test) -> bool {
    let is_flagged = arguments.list || arguments.ignored || arguments.include_ignored;
    let lacks_engine = test.needs_engine && machine.missing.is_some() && !machine.required;
    (is_flagged && test.ignored.is_some()) || (arguments.list && lacks_engine)
}

/// How many tests that are asked for need an engine.
fn needing(arguments: &Arguments, modules: &[Module]) -> usize {
    let is_asked_for = |module: &Module, test: &Test| {
        let ignored = test.ignored.is_some();
        let trial = Trial::test(name(module.name, test), || Ok(())).with_ignored_flag(ignored);
        !arguments.is_filtered_out(&trial) && (arguments.list || !arguments.is_ignored(&trial))
    };
    let needing = |module: &Module| module.tests.iter().filter(|test| test.needs_engine && is_asked_for(module, test)).count();
    modules.iter().map(needing).sum()
}

#[cfg(test)]
mod tests {
    use libtest_mimic::Conclusion;

    use super::*;
    use crate::trials;

    mod own {
        crate::tests! { plain, #[engine] with_engine, #[engine] #[ignore = "takes minutes"] long }

        fn plain() {}
        fn with_engine() {}
        fn long() {}
    }

    /// Nothing is printed: whoever reads this run's output would take it for its own.
    fn arguments(words: &[&str]) -> Arguments {
        Arguments::from_iter([&["test", "--logfile", "/dev/null"], words].concat())
    }

    fn without_engine() -> Machine {
        Machine { missing: Some("nobody answers".into()), ..Machine::default() }
    }

    /// Passed, failed, ignored, filtered out.
    fn run(machine: &Machine, words: &[&str]) -> [u64; 4] {
        let arguments = arguments(words);
        let Conclusion { num_passed, num_failed, num_ignored, num_filtered_out, .. } =
            libtest_mimic::run(&arguments, trials(&arguments, machine, &crate::times::Times::default(), vec![own::tests()]));
        [num_passed, num_failed, num_ignored, num_filtered_out]
    }

    #[test]
    fn with_an_engine_all_run_but_those_that_are_ignored() {
        let machine = Machine::default();
        assert_eq!(run(&machine, &[]), [2, 0, 1, 0]);
        assert_eq!(run(&machine, &["--ignored"]), [1, 0, 0, 2]);
        assert_eq!(run(&machine, &["--include-ignored"]), [3, 0, 0, 0]);
        assert_eq!(run(&machine, &["--exact", "plan::tests::own::plain"]), [1, 0, 0, 2]);
    }

    #[test]
    fn without_an_engine_none_that_needs_it_passes() {
        let machine = without_engine();
        assert_eq!(run(&machine, &[]), [1, 0, 2, 0]);
        assert_eq!(run(&machine, &["--include-ignored"]), [1, 0, 2, 0]);
        assert_eq!(run(&Machine { required: true, ..machine.clone() }, &[]), [1, 1, 1, 0]);
        // What nextest is told in its list it does not run; what it runs all the same must not end well.
        assert_eq!(run(&Machine { by_exit_code: true, ..machine }, &["--exact", "plan::tests::own::with_engine"]), [0, 1, 0, 2]);
    }

    #[test]
    fn a_list_says_what_is_ignored_here() {
        let [list, modules] = [arguments(&["--list"]), arguments(&[])];
        let ignored = |arguments: &Arguments, machine: &Machine| -> Vec<bool> {
            own::tests().tests.iter().map(|test| is_ignored(arguments, machine, test)).collect()
        };
        assert_eq!(ignored(&list, &Machine::default()), [false, false, true]);
        assert_eq!(ignored(&list, &without_engine()), [false, true, true]);
        assert_eq!(ignored(&list, &Machine { required: true, ..without_engine() }), [false, false, true]);
        assert_eq!(ignored(&modules, &without_engine()), [false; 3], "they say why themselves");
    }

    #[test]
    fn the_engine_is_asked_for_only_where_it_is_needed_and_its_want_is_said_once() {
        let needed = |words: &[&str]| needing(&arguments(words), &[own::tests()]);
        assert_eq!([needed(&[]), needed(&["plain"]), needed(&["--include-ignored"]), needed(&["--list"])], [1, 0, 2, 2]);
        let complaint = |machine: Machine, words: &[&str]| machine.complaint(&arguments(words), &[own::tests()]);
        let line = "1 tests need an engine and are ignored, not run: nobody answers";
        assert_eq!(complaint(without_engine(), &[]).as_deref(), Some(line));
        assert_eq!(complaint(without_engine(), &["--list"]), None);
        assert_eq!(complaint(Machine { required: true, ..without_engine() }, &[]), None);
    }
}
