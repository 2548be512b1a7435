//! A real `git push` from the workstation.

use std::path::Path;

use relapse_model::timeline::Record;

use super::error::ActError;
use crate::lab::Lab;
use crate::raise::{Archive, project_root, upload};
use relapse_engine::exec;

/// Everything a push does on the workstation. A folder that was pushed before is a work tree already.
const SCRIPT: &str = r#"
set -e
cd "$WORK"
export GIT_TERMINAL_PROMPT=0 HOME="$WORK"
[ -d .git ] || git init --quiet --initial-branch=master
git add --all
git -c user.name="$PUSHER" -c user.email="$PUSHER@example.org" commit --quiet --allow-empty --message "by $PUSHER"
git push --quiet "$REMOTE" HEAD:master
git rev-parse HEAD
"#;

impl Lab {
    /// Pushes `folder`'s files, with `extra` (name and content) laid over them, to `user`'s repository `app`.
    ///
    /// # Errors
    /// When the harness could not act. A push that is refused is none: that is what came of it.
    pub async fn push(&self, user: &str, app: &str, folder: &Path, extra: &[(String, String)]) -> Result<(), ActError> {
        let Some(workstation) = &self.topology.workstation else {
            return Err(ActError::new(
                "this topology has no workstation: name one in x-relapse (`workstation: { service, remote }`)",
            ));
        };
        let work = format!("home/{user}/{app}");
        let bytes = archive(&work, folder, extra).map_err(ActError::new)?;
        let container = self.container(&workstation.service);
        upload(&self.engine, &container, bytes).await.map_err(ActError::new)?;
        let remote = workstation.remote.replace("{user}", user).replace("{app}", app);
        // The user's name is also the password, as for every login of a lab.
        let remote = remote.replacen("://", &format!("://{user}:{user}@"), 1);
        let environment = [format!("WORK=/{work}"), format!("REMOTE={remote}"), format!("PUSHER={user}")];
        let output = exec::run(&self.engine, &container, &["sh", "-c", SCRIPT], &environment, b"").await?;
        let (outcome, detail) = match output.code {
            0 => ("success", output.stdout),
            code => ("failure", format!("exit code {code}: {}", output.stderr.trim())),
        };
        self.recorder.record(Record::Attempt {
            name: "push".into(),
            target: format!("{user}/{app}"),
            outcome: outcome.into(),
            detail: detail.trim().to_owned(),
        });
        Ok(())
    }
}

/// The files of a folder within the project; links that lead out of it are refused.
fn archive(work: &str, folder: &Path, extra: &[(String, String)]) -> Result<Vec<u8>, String> {
    let mut archive = Archive::new(Vec::new(), tar::HeaderMode::Complete);
    let named = |(path, error): (std::path::PathBuf, std::io::Error)| format!("{}: {error}", path.display());
    archive.path(&project_root(folder), folder, Path::new(work)).map_err(named)?;
    for (name, content) in extra {
        archive.text(&Path::new(work).join(name), content, 0o644).map_err(|error| format!("{name}: {error}"))?;
    }
    archive.finish().map_err(|error| error.to_string())
}
