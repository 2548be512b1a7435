//! The Git server: a real git pushes, is refused by a hook and by name, pushes twice, and the webhook tells of what was moved.

use relapse_wire::log::{Action, Line};
use serde_json::Value;

use crate::image::{Image, Release, Server, Setup, until};

pub(crate) const RELEASES: &[Release] = &[
    Release::new("bullseye", "relapse-git:bullseye", &[("SUITE", "bullseye")]).nightly(),
    Release::new("bookworm", "relapse-git", &[]),
    Release::new("trixie", "relapse-git:trixie", &[("SUITE", "trixie")]).nightly(),
    Release::new("sid", "relapse-git:sid", &[("SUITE", "sid")]).nightly(),
];

/// Whoever is told of pushes: keeps each head and body, and whether the body is signed by the secret; and answers 200.
const RECEIVER: &str = r#"
use IO::Socket::INET;
use Digest::SHA "hmac_sha256_hex";
my $server = IO::Socket::INET->new(LocalAddr => "127.0.0.1:9000", Listen => 5, ReuseAddr => 1) or die $!;
while (my $client = $server->accept) {
    my ($head, $length, $signature) = ("", 0, "none");
    while (my $line = <$client>) {
        $head .= $line;
        $length = $1 if $line =~ /^content-length: (\d+)/i;
        $signature = $1 if $line =~ /^x-gitea-signature: (\w+)/i;
        last if $line eq "\r\n";
    }
    read($client, my $body, $length);
    print $client "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    open(my $file, ">>", "/told"); print $file "$body\n"; close($file);
    open(my $heads, ">>", "/heads"); print $heads $head; close($heads);
    open(my $signed, ">>", "/signed"); print $signed ($signature eq hmac_sha256_hex($body, "secret") ? "right" : "wrong"), "\n"; close($signed);
}
"#;

pub(crate) async fn test(image: Image) {
    let setup = Setup {
        files: &[("/receiver.pl", RECEIVER)],
        command: &["git-server"],
        environment: &[
            ("LISTEN", "127.0.0.1:80"),
            ("REPOSITORIES", "/repositories"),
            ("PUBLIC_URL", "http://git.lab"),
            ("HOOK_URL", "http://127.0.0.1:9000/hook"),
            ("HOOK_SECRET", "secret"),
        ],
        ..Setup::default()
    };
    let server = image.start(setup).await;
    server.shell("nohup perl /receiver.pl > /dev/null 2>&1 & until grep -q :2328 /proc/net/tcp; do sleep 0.05; done").await;
    server.shell("git config --global user.name kaz; git config --global user.email kaz@lab; git init -q /work; cd /work; git checkout -q -b master").await;
    pushed(&server).await;
    refused(&server).await;
    // A branch that is gone is nobody's business; what was refused before is pushed after all.
    let third = server.shell("cd /work; git push -q origin :branch; git push -q origin master; git rev-parse HEAD").await;
    let told = until(async || Some(webhook_calls(&server).await).filter(|told| told.len() > 3)).await.unwrap();
    assert_eq!((told.len(), told[3]["after"].as_str()), (4, Some(third.trim())), "{told:?}");
}

const OWNER: &str = "http://kaz:any@127.0.0.1/kaz/site.git";

/// Twice: the second begins where the first ended. What was pushed is what a clone gets.
async fn pushed(server: &Server) {
    let absent = server.exec(&["git", "ls-remote", OWNER]).await;
    assert!(absent.code != 0 && absent.stderr.contains("not found"), "{absent:?}");
    let first = commit(server, "first").await;
    server.shell(&format!("cd /work; git remote add origin {OWNER}; git push -q origin master")).await;
    let second = commit(server, "second").await;
    // Two branches at once.
    server.shell("cd /work; git push -q origin master master:branch").await;
    assert_eq!(server.shell(&format!("git clone -q {OWNER} /copy; git -C /copy rev-parse HEAD")).await, second);

    let (first, second) = (first.trim(), second.trim());
    let nothing = "0".repeat(40);
    let told = until(async || Some(webhook_calls(server).await).filter(|told| told.len() == 3)).await.unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let moved: Vec<[String; 3]> = told.iter().map(|one| ["ref", "before", "after"].map(|key| text(&one[key]))).collect();
    assert_eq!(moved[0], ["refs/heads/master", &nothing, first]);
    assert_eq!(moved[1], ["refs/heads/branch", &nothing, second]);
    assert_eq!(moved[2], ["refs/heads/master", first, second]);
    assert_eq!(text(&told[2]["commits"][0]["message"]), "second\n");
    assert_eq!(text(&told[2]["repository"]["clone_url"]), "http://git.lab/kaz/site.git");
    assert_eq!(text(&told[2]["pusher"]["login"]), "kaz");
    let heads = server.shell("cat /heads").await.to_lowercase();
    assert_eq!(heads.matches("x-gitea-event: push\r\n").count(), 3, "{heads}");
    assert_eq!(server.shell("cat /signed").await, "right\n".repeat(3));
    let actions = until(async || Some(actions(server).await).filter(|actions| actions.len() == 3)).await.unwrap();
    for action in actions {
        assert_eq!((action.target.as_str(), action.outcome.as_str()), ("kaz/site", "success"));
    }
}

/// By a hook of the repository, in its words; by name, since only its owner pushes; and nobody is told.
async fn refused(server: &Server) {
    let hook = "/repositories/kaz/site.git/hooks/pre-receive";
    server.shell(&format!("printf '#!/bin/sh\\necho not on a Friday >&2\\nexit 1\\n' > {hook}; chmod +x {hook}")).await;
    commit(server, "third").await;
    let by_hook = server.exec(&["git", "-C", "/work", "push", "origin", "master"]).await;
    assert!(by_hook.code != 0 && by_hook.stderr.contains("remote: not on a Friday"), "{by_hook:?}");
    assert!(by_hook.stderr.contains("pre-receive hook declined"), "{by_hook:?}");
    server.shell(&format!("rm {hook}")).await;

    let other = OWNER.replace("kaz:any", "eve:any");
    let by_name = server.exec(&["git", "-C", "/work", "push", &other, "master"]).await;
    assert!(by_name.code != 0 && by_name.stderr.contains("Authentication failed"), "{by_name:?}");
    assert_eq!(webhook_calls(server).await.len(), 3);
}

/// Gives the commit's id, as git prints it.
async fn commit(server: &Server, message: &str) -> String {
    server.shell(&format!("cd /work; git commit -q --allow-empty -m {message}; git rev-parse HEAD")).await
}

/// Bodies that came to the receiver.
async fn webhook_calls(server: &Server) -> Vec<Value> {
    let bodies = server.exec(&["cat", "/told"]).await.stdout;
    bodies.lines().map(|body| serde_json::from_str(body).unwrap()).collect()
}

/// What the server's log says of webhooks.
async fn actions(server: &Server) -> Vec<Action> {
    let log = server.log().await;
    let lines = log.lines().filter_map(|line| serde_json::from_str(line).ok());
    let actions = lines.filter_map(|line| if let Line::Action(action) = line { Some(action) } else { None });
    actions.filter(|action| action.name == "webhook").collect()
}
