//! DNS, both ways. Our name server is asked by dig, and by a real server that forwards to it; our resolver asks that server.
//!
//! All is in one container: dnsmasq is the machine's resolver, our server beside it has the zone `trap.jp`.

use relapse_wire::resolve::Resolution;

use crate::agent::Members;
use crate::image::{Image, Release, Server, Setup, until};

pub(crate) const RELEASES: &[Release] = &[
    Release::new("bullseye", "relapse-test-dns:bullseye", &[("SUITE", "bullseye")]).nightly(),
    Release::new("bookworm", "relapse-test-dns:bookworm", &[("SUITE", "bookworm")]),
    Release::new("trixie", "relapse-test-dns:trixie", &[("SUITE", "trixie")]).nightly(),
    Release::new("sid", "relapse-test-dns:sid", &[("SUITE", "sid")]).nightly(),
];

/// As many as no datagram of 1,232 bytes has room for, which is what dig and dnsmasq ask for at most.
const MANY: u8 = 100;

const DNSMASQ: &str = "
no-resolv
no-hosts
listen-address=127.0.0.1
bind-interfaces
user=root
cache-size=0
local=/lab/
addn-hosts=/lab/hosts
server=/trap.jp/127.0.0.1#5353
";
const ZONE: &str = r#"
$TTL 0
app.trap.jp. A 10.1.0.1
alias.trap.jp. CNAME app.trap.jp.
six.trap.jp. AAAA fd00::1
text.trap.jp. TXT "v=1; all" "more"
*.wild.trap.jp. A 10.1.0.9
"#;

pub(crate) async fn test(image: Image) {
    let many = |name: &str| -> Vec<(String, String)> { (1..=MANY).map(|n| (format!("10.2.0.{n}"), name.to_owned())).collect() };
    let zone = many("many.trap.jp.").into_iter().fold(ZONE.to_owned(), |zone, (ip, name)| zone + &format!("{name} A {ip}\n"));
    let hosts = many("many.lab")
        .into_iter()
        .fold("10.0.0.1 one.lab\nfd00::1 six.lab\n".to_owned(), |hosts, (ip, name)| hosts + &format!("{ip} {name}\n"));
    let files = [("/etc/dnsmasq.conf", DNSMASQ), ("/lab/zone", &zone), ("/lab/hosts", &hosts)];
    let both =
        "/relapse-agent dns --views 127.0.0.1:5353=/lab/zone & exec dnsmasq --keep-in-foreground --conf-file=/etc/dnsmasq.conf";
    let setup = Setup { files: &files, command: &["sh", "-c", both], resolver: Some("127.0.0.1"), ..Setup::default() };
    let server = image.start(setup).await;
    let is_up = async || Some(dig(&server, "app.trap.jp A").await).filter(|answer| answer.contains("status: NOERROR"));
    until(is_up).await.unwrap();
    served(&server).await;
    resolved(&server).await;
    listed(&server).await;
}

/// Our server, in dig's words.
async fn served(server: &Server) {
    for (question, status, words) in [
        ("app.trap.jp A", "NOERROR", "app.trap.jp.\t\t0\tIN\tA\t10.1.0.1"),
        ("alias.trap.jp A", "NOERROR", "alias.trap.jp.\t\t0\tIN\tCNAME\tapp.trap.jp."),
        ("six.trap.jp AAAA", "NOERROR", "six.trap.jp.\t\t0\tIN\tAAAA\tfd00::1"),
        ("text.trap.jp TXT", "NOERROR", "\"v=1; all\" \"more\""),
        ("any.wild.trap.jp A", "NOERROR", "any.wild.trap.jp.\t0\tIN\tA\t10.1.0.9"),
        ("six.trap.jp A", "NOERROR", "ANSWER: 0, AUTHORITY: 1"),
        ("_http._tcp.app.trap.jp SRV", "NXDOMAIN", "ANSWER: 0, AUTHORITY: 1"),
        ("nobody.trap.jp A", "NXDOMAIN", "IN\tSOA"),
        ("elsewhere.example A", "REFUSED", "ANSWER: 0"),
    ] {
        let said = dig(server, question).await;
        assert!(
            said.contains(&format!("status: {status}")) && said.contains(words),
            "{question}: expected {status}, {words}; {said}"
        );
        assert!(status == "REFUSED" || said.contains("flags: qr aa"), "{question} is answered with authority: {said}");
    }
    let cut = dig(server, "+ignore many.trap.jp A").await;
    assert!(cut.contains("flags: qr aa tc") && cut.contains("ANSWER: 0"), "{cut}");
    let whole = dig(server, "many.trap.jp A").await;
    assert!(whole.contains("retrying in TCP mode") && whole.contains("ANSWER: 100,"), "{whole}");
}

/// The machine's resolver, in our words: names of dnsmasq's own, and names for which it asks our server.
async fn resolved(server: &Server) {
    for (name, expected) in [
        ("one.lab", "10.0.0.1"),
        ("app.trap.jp", "10.1.0.1"),
        ("alias.trap.jp", "10.1.0.1"),
        ("any.wild.trap.jp", "10.1.0.9"),
        ("nobody.lab", "Name or service not known"),
        ("nobody.trap.jp", "Name or service not known"),
        ("six.lab", "it has no IPv4 address"),
        ("text.trap.jp", "No address associated with hostname"),
        ("elsewhere.example", "Temporary failure in name resolution"),
    ] {
        let resolution = resolve(server, name).await;
        let address = resolution.addresses.first().map(ToString::to_string);
        assert_eq!(address.or(resolution.error).as_deref(), Some(expected), "{name}");
    }
    // In any datagram, at most a part of them.
    for name in ["many.lab", "many.trap.jp"] {
        assert_eq!(resolve(server, name).await.addresses.len(), usize::from(MANY), "{name}");
    }
}

async fn resolve(server: &Server, name: &str) -> Resolution {
    let said = server.exec(&["/relapse-agent", "resolve", name]).await;
    serde_json::from_str(&said.stdout).unwrap_or_else(|error| panic!("{name}: {error}: {said:?}"))
}

/// The addresses of a name as a list, as they change.
async fn listed(server: &Server) {
    let mut members = Members::within(server, &["dns", "one.lab", "8080"]);
    members.have(&["10.0.0.1:8080 answered"]).await;
    members.stay().await;
    for (hosts, expected) in [
        ("10.0.0.3 one.lab\n10.0.0.2 one.lab\n", ["10.0.0.2:8080 answered", "10.0.0.3:8080 answered"].as_slice()),
        ("10.0.0.4 other.lab\n", &[]),
        ("10.0.0.5 one.lab\n", &["10.0.0.5:8080 answered"]),
    ] {
        server.shell(&format!("printf '{hosts}' > /lab/hosts; kill -HUP 1")).await;
        members.have(expected).await;
    }
    // The name is there, and has no address.
    Members::within(server, &["dns", "text.trap.jp", "8080"]).have(&[]).await;
    // Who does not know says nothing of who is in a list.
    Members::within(server, &["dns", "elsewhere.example", "8080"]).fail("Temporary failure in name resolution").await;
}

/// Our server's answer to a question.
async fn dig(server: &Server, question: &str) -> String {
    let arguments = question.split(' ');
    let command: Vec<&str> = ["dig", "@127.0.0.1", "-p", "5353", "+tries=1", "+time=2"].into_iter().chain(arguments).collect();
    server.exec(&command).await.stdout
}
