//! A machine for tests: folders that look as the kernel's do.

use std::fs;
use std::path::Path;

/// Writes a file, in folders that need not be there.
pub(super) fn write(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A process, its state and times, and how long its only task has waited, in nanoseconds.
pub(super) fn process(folder: &Path, pid: u32, name: &str, times: [u32; 4], waited: u64) {
    let [user, system, child_user, child_system] = times;
    write(folder, &format!("proc/{pid}/comm"), &format!("{name}\n"));
    let stat = format!("{pid} ({name}) S 1 1 1 0 -1 0 0 0 0 0 {user} {system} {child_user} {child_system} 20 0 1\n");
    write(folder, &format!("proc/{pid}/stat"), &stat);
    write(folder, &format!("proc/{pid}/schedstat"), &format!("1000 {waited} 3\n"));
    fs::create_dir_all(folder.join(format!("proc/{pid}/task/{pid}"))).unwrap();
}

/// With a `dockerd` and an nginx.
pub(super) fn machine() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "proc/stat", "cpu  100 1 50 900 5 2 3 4 0 0\ncpu0 1 1 1 1\n");
    process(root, 7, "dockerd", [10, 5, 20, 5], 2_000_000);
    process(root, 8, "nginx (8)", [1, 1, 0, 0], 30_000_000);
    fs::create_dir_all(root.join("groups")).unwrap();
    folder
}
