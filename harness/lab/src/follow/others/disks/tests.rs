use super::super::fake::{machine, process, write};
use super::*;

const MIB: f64 = 1_048_576.0;

/// A lab of one container whose process is 8, on a machine with one disk.
struct Machine {
    folder: tempfile::TempDir,
    disks: Disks,
    processes: Processes,
    groups: Groups,
}

const ID: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

impl Machine {
    fn new() -> Self {
        let folder = machine();
        let root = folder.path();
        write(root, &format!("groups/cpuacct/docker/{ID}/tasks"), "8\n");
        write(root, &format!("groups/cpuacct/docker/{ID}/cgroup.procs"), "8\n");
        write(root, "proc/8/cgroup", &format!("3:cpuacct:/docker/{ID}\n"));
        write(root, "block/vdb/stat", "0 0 0 0 0 0 0 0 0 0 0\n");
        write(root, "block/loop0/stat", "0 0 9 0 0 0 9000000 0 0 0 0\n");
        let mut processes = Processes::of(root.join("proc"));
        processes.look();
        let groups = Groups::at(&root.join("proc"), &root.join("groups"), ID, 8).unwrap();
        let disks = Disks::new(root.join("block"), &processes, &groups, &[ID.into()]);
        Self { folder, disks, processes, groups }
    }

    /// What others took in a quarter of a second after which all disks together have moved so much, and the lab has written so much.
    fn taken(&mut self, moved: f64, own: f64, state: &str) -> f64 {
        let root = self.folder.path();
        write(root, "block/vdb/stat", &format!("0 0 0 0 0 0 {} 0 0 0 0\n", moved / SECTOR));
        write(root, "proc/8/io", &format!("rchar: 7\nread_bytes: 0\nwrite_bytes: {own}\n"));
        write(root, "proc/8/stat", &format!("8 (a) D) {state} 1 1 1\n"));
        self.disks.taken_ms(&self.processes, &self.groups, &[ID.into()], 0.5, 250.0)
    }
}

#[test]
fn others_take_as_large_a_share_of_the_waiting_as_they_move() {
    let mut machine = Machine::new();
    assert_eq!(machine.taken(40.0 * MIB, 0.0, "S"), 0.0, "nobody of this lab waits");
    assert_eq!(machine.taken(80.0 * MIB, 0.0, "D"), 250.0);
    assert_eq!(machine.taken(120.0 * MIB, 10.0 * MIB, "D"), 187.5, "a quarter was its own");
    assert_eq!(machine.taken(120.5 * MIB, 10.0 * MIB, "D"), 0.0, "others move next to nothing");
}

#[test]
fn what_a_lab_has_written_is_its_own_also_where_it_comes_to_the_disk_later() {
    let mut machine = Machine::new();
    assert_eq!(machine.taken(0.0, 100.0 * MIB, "S"), 0.0);
    assert_eq!(machine.taken(50.0 * MIB, 100.0 * MIB, "D"), 0.0);
    assert_eq!(machine.taken(90.0 * MIB, 100.0 * MIB, "D"), 0.0);
    assert_eq!(
        machine.taken(130.0 * MIB, 100.0 * MIB, "D").round(),
        197.0,
        "what was removed in the meantime is not expected for ever"
    );
}

#[test]
fn where_the_engine_waits_its_share_of_the_time_is_the_labs() {
    let mut machine = Machine::new();
    process(machine.folder.path(), 7, "dockerd", [10, 5, 20, 5], 0);
    write(machine.folder.path(), "proc/7/stat", "7 (dockerd) D 1 1 1\n");
    assert_eq!(machine.taken(40.0 * MIB, 0.0, "S"), 125.0);
}
