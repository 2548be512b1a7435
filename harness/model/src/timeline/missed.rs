//! Why something that a source told was not read.

use serde::{Serialize, Serializer};

crate::reasons! {
    /// What happened to a source, so that not all of it was read.
    pub enum Missed {
        /// One line of the log is longer than what is kept of a line. What stood behind the cut is not known.
        LineCut { bytes: usize = 1_048_576_usize } is "line-cut",
            says "a line of more than {bytes} bytes was cut",
            next "let the service write shorter lines, or judge by something else than this log";
        /// A service that writes records wrote a line that begins as one does and is none: a field is missing, or the JSON is no JSON.
        LineGarbled { error: String = "missing field `at` at line 1 column 62", line: String = "{\"access\":{\"host\":\"app\",\"method\":\"GET\",\"path\":\"/\",\"status\":200}}" } is "line-garbled",
            says "a line begins as a record does, and is none ({error}): {line}",
            next "write such lines as `relapse steps --markdown` has them under Evidence (in nginx with `escape=json`), or take the service off `x-relapse: speaks:`";
        /// The log is longer than what is read of one: all that came behind is not known.
        LogTooLong { lines: usize = 200_000_usize } is "log-too-long",
            says "it has more than {lines} lines, and the rest is not read",
            next "let the service log less (its log level, its access log), or tell a shorter story";
        /// The engine broke off the log while it was read.
        LogBrokeOff { why: String = "connection reset by peer" } is "log-broke-off",
            says "{why}",
            next "run it again; if it breaks off again, look at the engine's own log, and at `relapse doctor`";
        /// The engine says that the log has ended, and its container goes on.
        LogEndedEarly is "log-ended-early",
            says "it ended, and its container did not",
            next "run it again; if it happens again, the engine's log driver is at fault: look at the engine's own log";
        /// The service logs faster than this machine reads: it is too busy to tell in time.
        ReaderBehind { seconds: u64 = 20_u64 } is "reader-behind",
            says "its reader is {seconds} s and more behind",
            next "give the machine less to do (`--jobs 1`, the tag @serial), or let the service log less";
        /// A probe ended by itself: its container died, or its command did.
        ProbeEnded { why: String = "it ended with code 137" } is "probe-ended",
            says "{why}",
            next "find out what ended it: often a lack of memory on this machine, or the service beside which it runs";
        /// A probe, or a command of the topology that stands in for one, wrote something that is no record.
        ProbeGarbled { error: String = "expected value at line 1 column 1", line: String = "hello" } is "probe-garbled",
            says "something else was told ({error}): {line}",
            next "if the command is your topology's, let it write only records on standard output; else please report it: it is a defect of relapse";
        /// The visitor wrote something that is no record of a visit.
        VisitGarbled { why: String = "the visitor said something else than a sighting (expected value at line 1 column 1): hello" } is "visit-garbled",
            says "{why}",
            next "please report it, with this line: it is a defect of relapse";
        /// A question could not be asked of a service that runs: the engine refused, or the command failed.
        NotAsked { service: String = "app", why: String = "exec: \"getent\": executable file not found in $PATH" } is "not-asked",
            says "{why}",
            next "see whether that works by hand: `relapse up` the topology, and ask {service} the same";
        /// A question could not be asked, since the service does not run.
        NobodyToAsk { service: String = "app", why: String = "app is exited, with code 1; its last words: `no configuration`" } is "nobody-to-ask",
            says "{why}",
            next "let {service} run while this Then is judged, or judge it before the step that ends it";
        /// The engine itself went away: from then on nothing is known of anything.
        EngineLost { why: String = "the Docker engine at unix:///var/run/docker.sock went away in mid-run (its events ended): nothing can be judged any more" } is "engine-lost",
            says "{why}",
            next "see whether the engine runs (`relapse doctor`), and run it again; `relapse leaks --remove` removes what stayed";
    }
}

impl Serialize for Missed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
