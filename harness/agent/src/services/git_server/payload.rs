//! The body of Gitea's push event, as of Gitea 1.9 (2019). The lists of changed files of a commit are left out.

use hmac::digest::Digest;
use serde_json::{Value, json};
use sha2::Sha256;

use super::repository::{NOTHING, Repository, Update};

/// As many commits as Gitea tells by default.
const MAX_COMMITS: &str = "--max-count=5";

/// # Errors
/// When Git cannot tell the commits.
pub(super) async fn of(repository: &Repository, update: &Update, public_url: &str, secret: &str) -> anyhow::Result<Value> {
    let Update { reference, before, after } = update;
    let name = repository.full_name();
    let html_url = format!("{}/{name}", public_url.trim_end_matches('/'));
    let range = if before == NOTHING { after.clone() } else { format!("{before}..{after}") };
    let format = "--format=%H%x1f%an%x1f%ae%x1f%cn%x1f%ce%x1f%cI%x1f%B%x1e";
    let listed = repository.ask(&["log", MAX_COMMITS, format, &range, "--"]).await?;
    let commits: Vec<Value> = listed.split('\x1e').filter_map(|text| commit(text, &html_url)).collect();
    let head = repository.ask(&["symbolic-ref", "--short", "HEAD"]).await?;
    let user = json!({
        "id": number(&repository.user), "login": repository.user, "full_name": "", "username": repository.user,
        "email": format!("{}@noreply.localhost", repository.user), "avatar_url": "", "language": "",
    });
    let compare_url = if before == NOTHING { String::new() } else { format!("{html_url}/compare/{before}...{after}") };
    Ok(json!({
        "secret": secret,
        "ref": reference,
        "before": before,
        "after": after,
        "compare_url": compare_url,
        "commits": commits,
        "repository": {
            "id": number(&name), "owner": user, "name": repository.app, "full_name": name, "description": "",
            "empty": false, "private": false, "fork": false, "mirror": false, "html_url": html_url,
            "clone_url": format!("{html_url}.git"), "default_branch": head.trim(),
        },
        "pusher": user,
        "sender": user,
    }))
}

fn commit(text: &str, html_url: &str) -> Option<Value> {
    let fields: Vec<&str> = text.trim_start().splitn(7, '\x1f').collect();
    let [id, author, author_email, committer, committer_email, at, message] = fields[..] else { return None };
    Some(json!({
        "id": id, "message": message, "url": format!("{html_url}/commit/{id}"), "timestamp": at, "verification": null,
        "author": { "name": author, "email": author_email, "username": "" },
        "committer": { "name": committer, "email": committer_email, "username": "" },
    }))
}

/// A number for what Gitea has in its database: the same name always has the same.
fn number(name: &str) -> u32 {
    Sha256::digest(name).iter().take(3).fold(1, |number, byte| (number << 8) | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_keeps_its_whole_message() {
        let text = "\nabc\x1fA\x1fa@x\x1fB\x1fb@x\x1f2019-10-28T00:00:00+09:00\x1ffirst\n\nbody\n";
        let seen = commit(text, "http://git/u/a").unwrap();
        assert_eq!(seen["message"], "first\n\nbody\n");
        assert_eq!(seen["url"], "http://git/u/a/commit/abc");
        assert!(commit("\n", "http://git/u/a").is_none());
    }
}
