//! Where a server listens. `PORT@ADDRESS` stands for a host's firewall: only packets that arrive on the interface which owns
//! ADDRESS find a listener; any other interface answers with a reset, as if nothing were there.

use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::Context;
use axum::Router;
use tokio::net::{TcpListener, TcpSocket, UnixListener};

/// As the kernel's default `somaxconn`.
const BACKLOG: u32 = 4096;

/// A listening address as Compose files write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// `ADDRESS:PORT`.
    Tcp(SocketAddr),
    /// `PORT@ADDRESS`: every address, but only by the interface that owns ADDRESS.
    Interface {
        /// The port.
        port: u16,
        /// ADDRESS.
        owner: Ipv4Addr,
    },
    /// `unix:/path`.
    Unix(PathBuf),
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no listening address: expected ADDRESS:PORT, PORT@ADDRESS or unix:/path");
        if let Some(path) = text.strip_prefix("unix:") {
            return if path.starts_with('/') { Ok(Self::Unix(path.into())) } else { Err(wrong()) };
        }
        if let Some((port, owner)) = text.split_once('@') {
            let port = port.parse().map_err(|_| wrong())?;
            return Ok(Self::Interface { port, owner: owner.parse().map_err(|_| wrong())? });
        }
        text.parse().map(Self::Tcp).map_err(|_| wrong())
    }
}

/// A bound listener.
#[derive(Debug)]
pub enum Listener {
    /// Of one address, or of one interface.
    Tcp(TcpListener),
    /// A socket that every user may use.
    Unix(UnixListener),
}

impl Address {
    /// Binds it.
    ///
    /// # Errors
    /// When the address is taken, or no interface owns it.
    pub async fn bind(&self) -> anyhow::Result<Listener> {
        match self {
            Self::Unix(path) => unix(path).map(Listener::Unix),
            Self::Tcp(_) | Self::Interface { .. } => self.bind_tcp().map(Listener::Tcp),
        }
    }

    /// Binds it for a server that speaks TCP only, for example one with TLS.
    ///
    /// # Errors
    /// When it is a Unix socket, the address is taken, or no interface owns it.
    pub fn bind_tcp(&self) -> anyhow::Result<TcpListener> {
        let (address, interface) = match self {
            Self::Tcp(address) => (*address, None),
            Self::Interface { port, owner } => {
                (SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), *port), Some(interface_of(*owner)?))
            }
            Self::Unix(path) => anyhow::bail!("{}: expected a TCP address here, not a Unix socket", path.display()),
        };
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.set_reuseaddr(true)?;
        if let Some(name) = &interface {
            socket.bind_device(Some(name.as_bytes())).with_context(|| format!("binding to the interface {name}"))?;
        }
        socket.bind(address).with_context(|| format!("listening on {address}"))?;
        socket.listen(BACKLOG).with_context(|| format!("listening on {address}"))
    }
}

/// Serves until the process is asked to stop; then its connections end at once.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: Listener, router: Router) -> anyhow::Result<()> {
    let serving = async {
        match listener {
            Listener::Tcp(listener) => axum::serve(listener, router).await,
            Listener::Unix(listener) => axum::serve(listener, router).await,
        }
    };
    tokio::select! {
        outcome = serving => Ok(outcome?),
        () = super::stop::stopped() => Ok(()),
    }
}

/// A Unix socket that every user of the machine may connect to, in the place of a stale one.
///
/// # Errors
/// When something else than a socket is there, or it cannot be made.
pub fn unix(path: &Path) -> anyhow::Result<UnixListener> {
    let shown = path.display();
    match std::fs::symlink_metadata(path) {
        Ok(found) if found.file_type().is_socket() => {
            std::fs::remove_file(path).with_context(|| format!("removing the stale socket {shown}"))?;
        }
        Ok(_) => anyhow::bail!("{shown}: expected no file or a stale socket, and found something else; remove it"),
        Err(_) => {}
    }
    let listener = UnixListener::bind(path).with_context(|| format!("listening on {shown}"))?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o666))
        .with_context(|| format!("opening {shown} to every user"))?;
    Ok(listener)
}

/// The interface that owns an address.
fn interface_of(owner: Ipv4Addr) -> anyhow::Result<String> {
    let all = interfaces().context("listing the network interfaces")?;
    let found = all.iter().find(|(_, address)| *address == owner);
    found.map(|(name, _)| name.clone()).with_context(|| {
        let seen: Vec<String> = all.iter().map(|(name, address)| format!("{name} {address}")).collect();
        format!("no interface owns {owner}; there are: {}", seen.join(", "))
    })
}

/// Names and IPv4 addresses of all interfaces.
fn interfaces() -> nix::Result<Vec<(String, Ipv4Addr)>> {
    let all = nix::ifaddrs::getifaddrs()?;
    Ok(all.filter_map(|entry| Some((entry.interface_name, entry.address?.as_sockaddr_in()?.ip()))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_forms_are_understood() {
        assert_eq!("0.0.0.0:80".parse(), Ok(Address::Tcp("0.0.0.0:80".parse().unwrap())));
        assert_eq!("8080@10.83.128.10".parse(), Ok(Address::Interface { port: 8080, owner: Ipv4Addr::new(10, 83, 128, 10) }));
        assert_eq!("unix:/run/x.sock".parse(), Ok(Address::Unix("/run/x.sock".into())));
    }

    #[test]
    fn others_are_refused_with_what_was_expected() {
        for wrong in ["", "80", "nginx:80", "80@nginx", "70000@10.0.0.1", "unix:relative", "unix:"] {
            let error = wrong.parse::<Address>().expect_err(wrong);
            assert!(error.contains("expected ADDRESS:PORT, PORT@ADDRESS or unix:/path"), "{error}");
        }
    }

    #[tokio::test]
    async fn an_interface_is_found_by_its_address() {
        assert_eq!(interface_of(Ipv4Addr::LOCALHOST).unwrap(), "lo");
        let error = interface_of(Ipv4Addr::new(192, 0, 2, 1)).expect_err("nobody owns TEST-NET").to_string();
        assert!(error.contains("no interface owns 192.0.2.1") && error.contains("lo 127.0.0.1"), "{error}");
    }

    #[tokio::test]
    async fn a_listener_bound_to_an_interface_answers_there() {
        let listener = Address::Interface { port: 0, owner: Ipv4Addr::LOCALHOST }.bind_tcp().unwrap();
        let port = listener.local_addr().unwrap().port();
        let (accepted, connected) = tokio::join!(listener.accept(), tokio::net::TcpStream::connect(("127.0.0.1", port)));
        assert!(accepted.is_ok() && connected.is_ok());
    }
}
