//! https by load, and wss held: with the run's authority, and with nothing else.
#![cfg(test)]

mod common;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use common::{Folder, run_for};
use futures_util::{SinkExt, StreamExt};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A server with a certificate of the authority for `name`, that echoes over WebSockets or answers 200. Gives its port.
fn serve(folder: &Path, name: &str, echoes: bool) -> u16 {
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    let made = Command::new(env!("CARGO_BIN_EXE_relapse-agent"))
        .args(["certificate", "--names", name, "--authority"])
        .arg(folder.join("authority"))
        .arg("--certificate")
        .arg(&certificate)
        .arg("--key")
        .arg(&key)
        .status()
        .unwrap();
    assert!(made.success());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let chain = CertificateDer::pem_file_iter(&certificate).unwrap().collect::<Result<_, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_file(&key).unwrap();
    let config = rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    // A client that does not trust it goes away.
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    if !echoes {
                        let _ = stream.read(&mut [0; 4096]).await;
                        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi").await;
                        return;
                    }
                    let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
                    while let Some(Ok(message)) = socket.next().await {
                        let _ = socket.send(message).await;
                    }
                });
            }
        });
    });
    port
}

#[test]
fn load_is_sent_by_https_to_whom_the_run_trusts() {
    let folder = Folder::new("load-tls");
    let port = serve(&folder.0, "localhost", false);
    for (host, is_trusted) in [("localhost", true), ("127.0.0.1", false)] {
        let asked = json!({ "url": format!("https://{host}:{port}/"), "per_second": 10, "most_seconds": 30 });
        let lines = run_for(Duration::from_millis(1500), &["load"], &folder.0, &asked);
        let samples: Vec<_> = lines.iter().filter(|line| line["saw"] == "sample").collect();
        assert!(!samples.is_empty(), "{lines:?}");
        for sample in samples {
            let error = sample["error"].as_str().unwrap_or_default();
            assert_eq!((sample["status"] == 200, error.contains("TLS with")), (is_trusted, !is_trusted), "{sample}");
        }
    }
}

#[test]
fn wss_is_held() {
    let folder = Folder::new("hold-tls");
    let port = serve(&folder.0, "localhost", true);
    let asked = json!({ "url": format!("wss://localhost:{port}/"), "count": 3, "most_seconds": 30 });
    let lines = run_for(Duration::from_millis(2500), &["hold"], &folder.0, &asked);
    let last = lines.last().expect("something is told");
    assert_eq!((&last["open"], &last["lost"]), (&json!(3), &json!(0)), "{lines:?}");
}
