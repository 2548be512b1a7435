//! nginx: who is in an upstream by its configuration file, and in truth by who answers; and its access lines.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use crate::access::{answer, get, line};
use crate::agent::Members;
use crate::image::{Image, Release, Server, Setup, until};

pub(crate) const RELEASES: &[Release] = &[
    Release::new("1.18", "relapse-nginx:1.18", &[("SUITE", "bullseye"), ("RELEASE", "1.18")]),
    Release::new("1.22", "relapse-nginx:1.22", &[("SUITE", "bookworm"), ("RELEASE", "1.22")]),
    Release::new("1.26", "relapse-nginx:1.26", &[("SUITE", "trixie"), ("RELEASE", "1.26")]),
    Release::new("1.30", "relapse-nginx:1.30", &[("SUITE", "sid"), ("RELEASE", "1.30")]),
];

const CONFIGURATION: &str = r#"
daemon off;
pid /run/nginx.pid;
error_log /dev/stderr notice;
events {}
http {
    map $upstream_header_time $answering { "" ""; "~-$" ""; default $upstream_addr; }
    log_format access escape=json
        '{"access":{"at":$msec,"id":"$http_x_request_id","host":"$host","method":"$request_method","path":"$request_uri",'
        '"status":$status,"upstream":"$answering","tried":"$upstream_addr","seconds":$request_time}}';
    proxy_connect_timeout 1s;
    upstream other { server 127.0.0.9:8001; }
    upstream webapp { # { is no block here
        server 127.0.0.1:8001 max_fails=0;
        server 127.0.0.2:80 weight=2;
        server 127.0.0.3 weight=1;
        server 127.0.0.4:8001 down;
    }
    upstream retried { server 127.0.0.1:8002; server 127.0.0.2:8001 backup; }
    upstream refusing { server 127.0.0.1:8002; server 127.0.0.1:8003; }
    server {
        listen 8080;
        access_log /dev/stdout access;
        location / { proxy_pass http://webapp; }
        location /retried { proxy_pass http://retried; }
        location /refused { proxy_pass http://refusing; }
        location /ready { access_log off; return 204; }
        location /own { return 204; }
    }
    # Says at which address it was asked.
    server { listen 80; listen 8001; return 200 "$server_addr:$server_port"; access_log off; }
}
"#;

pub(crate) async fn test(image: Image) {
    let server =
        image.start(Setup { files: &[("/etc/nginx/nginx.conf", CONFIGURATION)], ports: &[8080], ..Setup::default() }).await;
    let at = server.at(8080).await;
    until(async || answer(at, "/ready", "").await).await.unwrap();
    upstream(at).await;
    lines(&server, at).await;
}

/// Those that the file lists are those that nginx uses.
async fn upstream(at: SocketAddr) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), CONFIGURATION).unwrap();
    let mut members = Members::of(&["nginx", "webapp", file.path().to_str().unwrap()]);
    let listed = ["127.0.0.1:8001", "127.0.0.2:80", "127.0.0.3:80"];
    let configured = listed.map(|address| format!("{address} configured"));
    let all: Vec<&str> = configured.iter().map(String::as_str).chain(["(127.0.0.4:8001 down)"]).collect();
    members.have(&all).await;
    let mut answering = BTreeSet::new();
    for _ in 0..4 {
        answering.insert(get(at, "/", "").await.1);
    }
    assert_eq!(answering.iter().map(String::as_str).collect::<Vec<_>>(), listed, "who answers");
    std::fs::write(file.path(), "http {}").unwrap();
    members.fail("there is no `upstream webapp` in the file").await;
}

async fn lines(server: &Server, at: SocketAddr) {
    let addresses = |all: &[&str]| all.iter().map(|one| one.parse().unwrap()).collect::<Vec<SocketAddr>>();
    get(at, "/retried", "").await;
    let access = line(server, "/retried").await;
    assert_eq!((access.host.as_str(), access.method.as_str(), access.status), ("app.lab", "GET", 200), "{access:?}");
    // The refusal of the first has no time of a header: only the list as a whole tells who answered.
    assert_eq!(access.upstreams().collect::<Vec<_>>(), addresses(&["127.0.0.1:8002", "127.0.0.2:8001"]), "{access:?}");
    assert!(access.upstream.ends_with("127.0.0.2:8001") && !access.was_tried_elsewhere(), "{access:?}");

    assert_eq!(get(at, "/refused", "").await.0, 502);
    let access = line(server, "/refused").await;
    assert_eq!((access.status, access.upstream.as_str()), (502, ""), "{access:?}");
    let tried: BTreeSet<SocketAddr> = access.upstreams().collect();
    assert_eq!(tried.into_iter().collect::<Vec<_>>(), addresses(&["127.0.0.1:8002", "127.0.0.1:8003"]), "{access:?}");

    let target = "/own?quote=\"&back=\\&no=%22";
    get(at, target, "X-Request-Id: a\"b\\c\td\r\n").await;
    let access = line(server, target).await;
    assert_eq!((access.status, access.id.as_str()), (204, "a\"b\\c\td"), "{access:?}");
    assert_eq!((access.upstream.as_str(), access.upstreams().count()), ("", 0), "{access:?}");
}
