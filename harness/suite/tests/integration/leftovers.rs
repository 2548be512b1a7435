//! Nothing is left behind, however a run ends: by itself, by Ctrl-C, by a signal, or by `kill -9` at the worst moments. And nothing
//! that is not ours is touched: a container, a network and a volume of somebody else's stay as they were.
//!
//! The moments are chosen by what the engine tells of the run, not by time. `cargo test -p relapse --test integration leftovers -- --ignored`
//! kills at random moments, `RELAPSE_TEST_KILLS` times, from the seed `RELAPSE_TEST_SEED`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::common::{Project, docker, labelled, relapse, until, with_images};
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tempfile::TempDir;

relapse_testing::tests! {
    #[engine] nothing_is_left_however_a_run_ends,
    #[engine] #[ignore = "takes most of a minute: a reaper that is paused"] a_paused_reaper_holds_no_run_up_and_goes_on_later,
    #[engine] #[ignore = "takes minutes: kills runs at random moments"] nothing_is_left_of_runs_that_are_killed_at_random_moments,
}

const INCIDENT: &str = "features/trap/login_loop.feature";
/// The container that the run's own deployer makes, in the midst of a step.
const APP: &str = "example.to-hutohu.trap.show";
/// How long a dead run's things may stay.
const WITHIN: Duration = Duration::from_secs(15);
/// How long a moment may take to come.
const MOMENT: Duration = Duration::from_secs(90);

/// Things of somebody else's on the same engine.
struct Bystander {
    name: String,
    before: [String; 3],
}

impl Bystander {
    fn new() -> Self {
        let name = format!("relapse-test-bystander-{}", std::process::id());
        docker(&["network", "create", &name]);
        docker(&["volume", "create", &name]);
        let mount = format!("{name}:/data");
        docker(&["run", "--detach", "--name", &name, "--network", &name, "--volume", &mount, "relapse-agent", "idle"]);
        let before = Self::look(&name);
        Self { name, before }
    }

    fn look(name: &str) -> [String; 3] {
        let container = "{{.Id}} {{.State.Status}} {{.State.StartedAt}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
        [
            docker(&["inspect", "--type", "container", "--format", container, name]),
            docker(&["network", "inspect", "--format", "{{.Id}} {{.Created}} {{len .Containers}}", name]),
            docker(&["volume", "inspect", "--format", "{{.Name}} {{.CreatedAt}}", name]),
        ]
    }

    fn is_untouched(&self) {
        assert_eq!(Self::look(&self.name), self.before, "somebody else's container, network or volume was touched");
    }
}

impl Drop for Bystander {
    fn drop(&mut self) {
        for arguments in [["rm", "--force", "--volumes"].as_slice(), &["network", "rm"], &["volume", "rm"]] {
            let _ = Command::new("docker").args(arguments).arg(&self.name).output();
        }
    }
}

/// What the engine told about a container.
#[derive(Debug)]
struct Event {
    action: String,
    labels: BTreeMap<String, String>,
}

/// A run of the command, as in a terminal: in a process group of its own.
struct Victim {
    child: Child,
    events: Child,
    told: Receiver<Event>,
    output: TempDir,
    /// From the first thing that the engine told.
    run: Option<String>,
}

impl Victim {
    fn start(arguments: &[&str]) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().to_string();
        let output = tempfile::tempdir().unwrap();
        let file = |name: &str| std::fs::File::create(output.path().join(name)).unwrap();
        let child =
            relapse().arg("run").args(arguments).stdout(file("out")).stderr(file("err")).process_group(0).spawn().unwrap();
        // What happened between the two is told as well: it is asked for since before the first.
        let mut events = Command::new("docker")
            .args(["events", "--since", &since, "--filter", "type=container", "--filter"])
            .arg(format!("label=relapse.pid={}", child.id()))
            .args(["--format", "{{.Action}} {{json .Actor.Attributes}}"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, told) = channel();
        let lines = BufReader::new(events.stdout.take().unwrap()).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let Some((action, labels)) = line.split_once(" {") else { continue };
                let labels = serde_json::from_str(&format!("{{{labels}")).unwrap_or_default();
                if sender.send(Event { action: action.to_owned(), labels }).is_err() {
                    return;
                }
            }
        });
        Self { child, events, told, output, run: None }
    }

    fn said(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(self.output.path().join(name)).unwrap_or_default();
        format!("{}{}", read("out"), read("err"))
    }

    /// Waits for a moment in the run's life.
    fn until(&mut self, moment: Moment) {
        let began = Instant::now();
        while began.elapsed() < MOMENT {
            let Ok(event) = self.told.recv_timeout(Duration::from_millis(200)) else {
                assert!(self.child.try_wait().unwrap().is_none(), "it ended before {moment:?}:\n{}", self.said());
                continue;
            };
            if let Some(run) = event.labels.get("relapse.run") {
                self.run = Some(run.clone());
            }
            let is_app = event.labels.get("relapse.service").is_some_and(|service| service == APP);
            let now = match moment {
                Moment::Raising => event.action == "start",
                Moment::Step => event.action == "create" && is_app,
                Moment::Teardown => event.action == "destroy",
            };
            if now {
                return;
            }
        }
        panic!("{moment:?} did not come within {MOMENT:?}:\n{}", self.said());
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).unwrap())
    }

    /// As Ctrl-C does: to all processes of the terminal's group.
    fn signal(&self, signal: Signal) {
        killpg(self.pid(), signal).unwrap();
    }

    fn kill(&self) {
        kill(self.pid(), Signal::SIGKILL).unwrap();
    }

    /// The process that removes everything if this one cannot.
    fn reaper(&self) -> Pid {
        let of = |pid: i32| {
            let read = |file: &str| std::fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default();
            // PID (NAME) STATE PARENT
            let parent = read("stat").rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok());
            (read("cmdline").starts_with("relapse-reaper") && parent == Some(self.child.id())).then(|| Pid::from_raw(pid))
        };
        let all = std::fs::read_dir("/proc").unwrap().flatten();
        let mut pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        pids.find_map(of).unwrap_or_else(|| panic!("there is no reaper:\n{}", self.said()))
    }

    fn until_said(&self, words: &str) {
        until(MOMENT, || self.said().contains(words).then_some(())).unwrap_or_else(|| panic!("it did not say {words}"));
    }

    fn ended(&mut self) -> ExitStatus {
        let status = until(MOMENT, || self.child.try_wait().unwrap());
        status.unwrap_or_else(|| panic!("it goes on after {MOMENT:?}:\n{}", self.said()))
    }

    /// Everything that there is of this run.
    fn left(&self) -> Vec<String> {
        let mut left = labelled(&format!("relapse.pid={}", self.child.id()));
        if let Some(run) = &self.run {
            left.extend(labelled(&format!("relapse.run={run}")));
            // What the run made, and did not label.
            for list in [["ps", "--all", "--format", "{{.Names}}"].as_slice(), &["network", "ls", "--format", "{{.Name}}"]] {
                left.extend(docker(list).lines().filter(|name| name.contains(run.as_str())).map(ToOwned::to_owned));
            }
        }
        left
    }

    /// Waits until nothing is there, and says how long that took.
    fn leaves_nothing(&self, how: &str) {
        let began = Instant::now();
        let gone = until(WITHIN, || self.left().is_empty().then_some(()));
        assert!(gone.is_some(), "{how}: left after {WITHIN:?}: {:?}\n{}", self.left(), self.said());
        println!("{:5.1} s  until nothing is left after {how}", began.elapsed().as_secs_f64());
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        // A test that failed leaves no processes either.
        for child in [&mut self.child, &mut self.events] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Moment {
    Raising,
    Step,
    Teardown,
}

fn nothing_is_left_however_a_run_ends() {
    with_images();
    let bystander = Bystander::new();

    let way_in = Project::copy().scenario("Whoever is logged in at traQ is let in to the console");
    for (arguments, code) in
        [([way_in.as_str(), "--patience", "1"].as_slice(), 0), (&[INCIDENT, "--set", "app_port=3000", "--patience", "0.3"], 1)]
    {
        let mut victim = Victim::start(arguments);
        victim.until(Moment::Raising);
        let status = victim.ended();
        assert_eq!(status.code(), Some(code), "{}", victim.said());
        // The command itself has removed it all.
        assert_eq!(victim.left(), Vec::<String>::new(), "left by a run that ended with {code}");
        bystander.is_untouched();
    }

    let mut all = Vec::new();
    for (moment, signal, twice) in [
        (Moment::Raising, Signal::SIGINT, false),
        (Moment::Step, Signal::SIGINT, false),
        (Moment::Step, Signal::SIGINT, true),
        (Moment::Step, Signal::SIGTERM, false),
    ] {
        let how = format!("{signal} in {moment:?}{}", if twice { ", twice" } else { "" });
        let mut victim = Victim::start(&[INCIDENT]);
        victim.until(moment);
        victim.signal(signal);
        if twice {
            victim.until_said("interrupted");
            victim.signal(signal);
        }
        let status = victim.ended();
        assert_eq!(status.code(), Some(130), "{how}:\n{}", victim.said());
        victim.leaves_nothing(&how);
        bystander.is_untouched();
        all.push(victim);
    }

    for moment in [Moment::Raising, Moment::Step, Moment::Teardown] {
        let mut victim = Victim::start(&[if matches!(moment, Moment::Teardown) { &way_in } else { INCIDENT }]);
        victim.until(moment);
        victim.kill();
        victim.ended();
        victim.leaves_nothing(&format!("kill -9 in {moment:?}"));
        bystander.is_untouched();
        all.push(victim);
    }
    // Nor does anything come up later, made by a service that outlived the sweep.
    let late: Vec<String> = all.iter().flat_map(Victim::left).collect();
    assert_eq!(late, Vec::<String>::new(), "left in the end");
}

fn a_paused_reaper_holds_no_run_up_and_goes_on_later() {
    with_images();
    let bystander = Bystander::new();

    let way_in = Project::copy().scenario("Whoever is logged in at traQ is let in to the console");
    let mut victim = Victim::start(&[&way_in]);
    victim.until(Moment::Raising);
    let reaper = victim.reaper();
    kill(reaper, Signal::SIGSTOP).unwrap();
    let status = victim.ended();
    assert_eq!((status.code(), victim.left()), (Some(0), vec![]), "{}", victim.said());
    kill(reaper, Signal::SIGCONT).unwrap();

    let mut victim = Victim::start(&[INCIDENT]);
    victim.until(Moment::Step);
    let reaper = victim.reaper();
    kill(reaper, Signal::SIGSTOP).unwrap();
    victim.kill();
    victim.ended();
    // Nobody else removes it, so that it is seen who does.
    std::thread::sleep(Duration::from_secs(3));
    assert!(!victim.left().is_empty(), "it is gone although its reaper is paused");
    kill(reaper, Signal::SIGCONT).unwrap();
    victim.leaves_nothing("kill -9 with a reaper that was paused");
    bystander.is_untouched();
}

fn nothing_is_left_of_runs_that_are_killed_at_random_moments() {
    with_images();
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seed = number("RELAPSE_TEST_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    println!("RELAPSE_TEST_SEED={seed}");
    let bystander = Bystander::new();
    let mut state = seed;
    for round in 1..=number("RELAPSE_TEST_KILLS").unwrap_or(20) {
        // A linear congruential generator (Knuth's MMIX): the same moments from the same seed, as far as a machine allows.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let moment = Duration::from_millis((state >> 33) % 10_000);
        let mut victim = Victim::start(&[INCIDENT]);
        std::thread::sleep(moment);
        // One that has ended by itself is to have left nothing as well.
        if victim.child.try_wait().unwrap().is_none() {
            victim.kill();
        }
        victim.ended();
        victim.leaves_nothing(&format!("kill -9 number {round}, {:.1} s after the start", moment.as_secs_f64()));
        bystander.is_untouched();
    }
}
