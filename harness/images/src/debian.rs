//! Packages of the host's own Debian or Ubuntu, fetched and unpacked beside the system: nothing is installed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;

use crate::cache::ASIDE;
use crate::event::Report;

const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(180);

/// Where a program is, as a shell would find it.
pub(crate) fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

/// The folder into which a package of the host's release is unpacked; fetched unless it was before.
pub(crate) async fn unpacked(package: &str, cache: &Path, report: &Report<'_>) -> Result<PathBuf, String> {
    let folder = cache.join("packages").join(package);
    if folder.join("usr").is_dir() {
        return Ok(folder);
    }
    for program in ["apt-get", "dpkg-deb"] {
        which(program).ok_or_else(|| format!("{program} is not on PATH"))?;
    }
    report.line(&format!("fetching the package {package} into {}", folder.display()));
    std::fs::create_dir_all(cache).map_err(|error| format!("{}: {error}", cache.display()))?;
    // Unpacked aside and renamed, so that what is there is whole.
    let aside = tempfile::Builder::new().prefix(ASIDE).tempdir_in(cache);
    let aside = aside.map_err(|error| format!("{}: {error}", cache.display()))?;
    let download = |private: &[String]| {
        let mut command = apt(private);
        command.arg("download").arg(package).current_dir(aside.path());
        command
    };
    if let Err(first) = run(download(&[])).await {
        report.line("the host's package lists do not have it; fetching lists of our own");
        let private = private_lists(cache).map_err(|error| format!("{}: {error}", cache.display()))?;
        let mut update = apt(&private);
        update.arg("update");
        // One broken source of the host is no obstacle: whether the package was found decides.
        let updated = run(update).await;
        run(download(&private)).await.map_err(|second| {
            let update = updated.err().map(|error| format!("\nand apt-get update: {error}")).unwrap_or_default();
            format!("apt-get download {package}: {first}\nand with fresh lists: {second}{update}")
        })?;
    }
    let archive = std::fs::read_dir(aside.path())
        .ok()
        .and_then(|mut items| items.find_map(|item| item.ok().map(|item| item.path()).filter(|path| is_package(path))))
        .ok_or_else(|| format!("apt-get download {package} wrote no .deb"))?;
    let tree = aside.path().join("tree");
    let mut unpack = Command::new("dpkg-deb");
    unpack.arg("-x").arg(&archive).arg(&tree);
    run(unpack).await?;
    let place = folder.parent().unwrap_or(cache);
    std::fs::create_dir_all(place)
        .and_then(|()| if folder.exists() { std::fs::remove_dir_all(&folder) } else { Ok(()) })
        .and_then(|()| std::fs::rename(&tree, &folder))
        .map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

fn is_package(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "deb")
}

fn apt(options: &[String]) -> Command {
    let mut command = Command::new("apt-get");
    // The cache is in a home folder, which apt's own user cannot enter.
    command.args(["-q", "-o", "APT::Sandbox::User=root"]).args(options);
    command
}

fn private_lists(cache: &Path) -> std::io::Result<Vec<String>> {
    let (lists, archives) = (cache.join("apt/lists"), cache.join("apt/cache"));
    std::fs::create_dir_all(lists.join("partial"))?;
    std::fs::create_dir_all(archives.join("archives/partial"))?;
    let setting = |name: &str, path: &Path| ["-o".to_owned(), format!("{name}={}", path.display())];
    Ok([setting("Dir::State::Lists", &lists), setting("Dir::Cache", &archives)].concat())
}

async fn run(mut command: Command) -> Result<(), String> {
    command.env("LC_ALL", "C").stdin(std::process::Stdio::null()).kill_on_drop(true);
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    let output = tokio::time::timeout(DOWNLOAD_TIMEOUT, command.output()).await;
    let output = output.map_err(|_| format!("{program} did not end within {} s", DOWNLOAD_TIMEOUT.as_secs()))?;
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said: Vec<_> = said.lines().filter(|line| !line.trim().is_empty()).take(5).collect();
    Err(format!("{program} ended with {}: {}", output.status, said.join("; ")))
}
