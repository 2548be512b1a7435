//! `debian:<suite>-slim` where no registry can be reached: made from Debian's packages and imported under the same tag.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::cache;
use crate::debian::{unpacked, which};
use crate::event::Report;
use crate::images::Images;
use crate::import::import;

/// The suites that can be made.
pub(crate) const SUITES: [&str; 4] = ["bullseye", "bookworm", "trixie", "sid"];

const MIRROR: &str = "http://deb.debian.org/debian";
const SECURITY: &str = "http://deb.debian.org/debian-security";
/// Where suites go when they are no longer supported.
const ARCHIVE: &str = "http://archive.debian.org/debian";
const KEYRING: &str = "usr/share/keyrings/debian-archive-keyring.gpg";
const BUILD_TIMEOUT: Duration = Duration::from_secs(900);
const TAIL: usize = 12;

/// The suite of an image that can be made here.
pub(crate) fn suite_of(image: &str) -> Option<&'static str> {
    let name = image.strip_prefix("docker.io/").unwrap_or(image);
    let name = name.strip_prefix("library/").unwrap_or(name);
    let suite = name.strip_prefix("debian:")?.strip_suffix("-slim")?;
    SUITES.into_iter().find(|known| *known == suite)
}

/// What a try adds because of how the one before failed.
#[derive(Default)]
struct Leniency {
    /// Settings of apt; they stay in the image, where apt meets the same archive.
    apt: Vec<&'static str>,
    keyring: Option<PathBuf>,
    source: usize,
}

/// Makes and imports it. An error is in words.
pub(crate) async fn make(images: &Images, image: &str, suite: &str, report: &Report<'_>) -> Result<(), String> {
    let cache = cache::folder().map_err(|error| error.to_string())?;
    let tool = tool(&cache, report).await?;
    // A whole file first: an import that is cut short would leave half an image under the tag.
    let file = tempfile::Builder::new()
        .prefix(cache::ASIDE)
        .suffix(".tar")
        .tempfile_in(&cache)
        .map_err(|error| format!("{}: {error}", cache.display()))?;
    let mut leniency = Leniency::default();
    let sources = sources(suite, std::env::var("RELAPSE_DEBIAN_MIRROR").ok().as_deref());
    // Every failure that a further try could mend is mended once.
    while let Err(log) = attempt(&tool, suite, &sources[leniency.source], &leniency, file.path(), report).await {
        if !mend(&mut leniency, &log, sources.len(), &cache, report).await? {
            return Err(format!("mmdebstrap failed:\n    {}", log.join("\n    ")));
        }
    }
    import(images, image, file.path()).await
}

/// Whether a further try makes sense, after a change.
async fn mend(
    leniency: &mut Leniency,
    log: &[String],
    sources: usize,
    cache: &Path,
    report: &Report<'_>,
) -> Result<bool, String> {
    let said = |text: &str| log.iter().any(|line| line.contains(text));
    for (sign, setting) in
        [("is expired", "Acquire::Check-Valid-Until \"false\""), ("is not valid yet", "Acquire::Check-Date \"false\"")]
    {
        if said(sign) && !leniency.apt.contains(&setting) {
            report.line(&format!("the archive's date and this machine's differ too much; once more with {setting}"));
            leniency.apt.push(setting);
            return Ok(true);
        }
    }
    let untrusted = said("NO_PUBKEY") || said("is not signed") || said("EXPKEYSIG") || said("keyring");
    if untrusted && leniency.keyring.is_none() {
        report.line("the host does not know Debian's keys; once more with those of debian-archive-keyring");
        leniency.keyring = Some(unpacked("debian-archive-keyring", cache, report).await?.join(KEYRING));
        return Ok(true);
    }
    let gone = said("does not have a Release file") || said("404");
    if gone && leniency.source + 1 < sources {
        leniency.source += 1;
        report.line("the suite is not all there; once more with fewer sources, then with Debian's archive");
        return Ok(true);
    }
    Ok(false)
}

/// The lines of `sources.list` to try, the best first.
fn sources(suite: &str, mirror: Option<&str>) -> Vec<Vec<String>> {
    let line = |mirror: &str, suite: &str| format!("deb {mirror} {suite} main");
    let main = mirror.unwrap_or(MIRROR);
    if suite == "sid" {
        return vec![vec![line(main, suite)]];
    }
    let mut all = vec![line(main, suite), line(main, &format!("{suite}-updates"))];
    if mirror.is_none() {
        all.push(line(SECURITY, &format!("{suite}-security")));
    }
    vec![all, vec![line(main, suite)], vec![line(ARCHIVE, suite)]]
}

/// The host's mmdebstrap, or one that is fetched and not installed.
async fn tool(cache: &Path, report: &Report<'_>) -> Result<PathBuf, String> {
    if let Some(found) = which("mmdebstrap") {
        return Ok(found);
    }
    let hint = "install mmdebstrap, or load the image yourself (`docker load`)";
    which("perl").ok_or_else(|| format!("mmdebstrap and perl are not on PATH; {hint}"))?;
    let tree = unpacked("mmdebstrap", cache, report).await;
    let tree = tree.map_err(|why| format!("mmdebstrap is not on PATH and could not be fetched: {why}; {hint}"))?;
    Ok(tree.join("usr/bin/mmdebstrap"))
}

/// One try. An error is the end of the log.
async fn attempt(
    tool: &Path,
    suite: &str,
    sources: &[String],
    leniency: &Leniency,
    file: &Path,
    report: &Report<'_>,
) -> Result<(), Vec<String>> {
    let mut command = Command::new("perl");
    command.arg(tool).args(["--variant=minbase", "--format=tar"]);
    // The file was made by this process: its owner is who we are.
    let root = std::fs::metadata(file).is_ok_and(|file| std::os::unix::fs::MetadataExt::uid(&file) == 0);
    command.arg(if root { "--mode=root" } else { "--mode=unshare" });
    for folder in ["man", "doc", "locale", "info", "lintian"] {
        command.arg(format!("--dpkgopt=path-exclude=/usr/share/{folder}/*"));
    }
    command.args(["--dpkgopt=path-include=/usr/share/doc/*/copyright", "--dpkgopt=force-unsafe-io"]);
    command.arg("--aptopt=Acquire::Languages \"none\"");
    command.args(leniency.apt.iter().map(|setting| format!("--aptopt={setting}")));
    if let Some(hooks) = merged_usr(tool) {
        command.arg(format!("--hook-dir={}", hooks.display()));
    }
    if let Some(keyring) = &leniency.keyring {
        command.arg(format!("--keyring={}", keyring.display()));
    }
    command.args(hooks().map(|hook| format!("--customize-hook={hook}")));
    command.arg(suite).arg(file).args(sources);
    if let Some(folder) = tool.parent() {
        // mmtarfilter is called by its bare name.
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(folders).unwrap_or(path));
    }
    command.env("LC_ALL", "C").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let child = command.spawn().map_err(|error| vec![format!("{}: {error}", tool.display())])?;
    let mut running = Running(child);
    let mut log = VecDeque::new();
    let ended = tokio::time::timeout(BUILD_TIMEOUT, async {
        if let Some(stderr) = running.0.stderr.take() {
            let mut lines = BufReader::new(stderr).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                report.line(&line);
                if log.len() == TAIL {
                    log.pop_front();
                }
                log.push_back(line);
            }
        }
        running.0.wait().await
    });
    let problem = match ended.await {
        Ok(Ok(status)) if status.success() => return Ok(()),
        Ok(Ok(status)) => format!("ended with {status}"),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("did not end within {} min", BUILD_TIMEOUT.as_secs() / 60),
    };
    log.push_back(problem);
    Err(log.into())
}

/// Without it, bookworm's usrmerge brings the whole of Perl: 45 MB. mmdebstrap comes with it since bookworm.
fn merged_usr(tool: &Path) -> Option<PathBuf> {
    let folder = tool.parent()?.parent()?.join("share/mmdebstrap/hooks/maybe-merged-usr");
    folder.is_dir().then_some(folder)
}

/// What an image needs beyond the packages; run by a shell on the host, with the tree as `$1`.
fn hooks() -> [&'static str; 4] {
    [
        // Newer suites trust no keys but those that a source names.
        r#"test ! -e "$1/usr/share/keyrings/debian-archive-keyring.gpg" || sed -i 's|^deb |deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] |' "$1/etc/apt/sources.list""#,
        // Nothing starts services while an image is built.
        r#"printf '#!/bin/sh\nexit 101\n' > "$1/usr/sbin/policy-rc.d" && chmod 755 "$1/usr/sbin/policy-rc.d""#,
        // Packages and apt's own caches (70 MB) do not stay in the layers of builds.
        r#"printf 'APT::Keep-Downloaded-Packages "false";\nDir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\nDPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };\n' > "$1/etc/apt/apt.conf.d/docker-clean" && rm -f "$1"/var/cache/apt/*.bin"#,
        r#"mkdir -p "$1/var/lib/apt/lists/partial" "$1/var/cache/apt/archives/partial""#,
    ]
}

/// Asks mmdebstrap to stop and clean up (it keeps a whole tree in a temporary folder) when nobody waits for it any more.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(pid) = self.0.id().and_then(|pid| i32::try_from(pid).ok()) {
            let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGTERM);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_debian_slim_can_be_made() {
        assert_eq!(suite_of("debian:bookworm-slim"), Some("bookworm"));
        assert_eq!(suite_of("docker.io/library/debian:sid-slim"), Some("sid"));
        for image in ["debian:bookworm", "debian:latest", "debian:woody-slim", "ubuntu:24.04", "team/debian:sid-slim"] {
            assert_eq!(suite_of(image), None, "{image}");
        }
    }

    #[test]
    fn sources_go_from_best_to_last() {
        let all = sources("bullseye", None);
        assert_eq!(all[0].len(), 3);
        assert_eq!(all[2], ["deb http://archive.debian.org/debian bullseye main"]);
        assert_eq!(sources("sid", Some("http://mirror/debian")), [["deb http://mirror/debian sid main"]]);
    }
}
