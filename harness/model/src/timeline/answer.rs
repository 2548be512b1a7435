//! Who answered a request: the container that owns the address that answered, not what a header says.
//! Where that container only passed the request on, its access log tells to which address, and so on to the end.

use std::net::{IpAddr, SocketAddr};

use super::Timeline;
use crate::wire::visit::Hop;

/// Who answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answerer {
    /// The part; `None` when nobody of this lab owned the address.
    pub part: Option<String>,
    /// The address that answered last in the chain.
    pub address: Option<IpAddr>,
}

impl Answerer {
    /// For people.
    #[must_use]
    pub fn name(&self) -> String {
        match (&self.part, self.address) {
            (Some(part), _) => part.clone(),
            (None, Some(address)) => format!("{address} (nobody of this lab)"),
            (None, None) => "nobody".into(),
        }
    }
}

impl Timeline {
    /// Who answered `hop`, which was recorded at `at_ms`. With several lines about one request (a proxy before a part),
    /// the line that names an address further on is followed.
    #[must_use]
    pub fn answered_by(&self, at_ms: u64, hop: &Hop) -> Answerer {
        let Some(peer) = hop.peer.filter(|_| hop.status.is_some()) else {
            return Answerer { part: None, address: None };
        };
        let mut address = peer.ip();
        let mut part = self.owner(address, at_ms).map(ToOwned::to_owned);
        for (writer, access) in self.accesses(&hop.request_id) {
            // A line with an address further on is a proxy's; without, its writer answered by itself.
            match last_upstream(&access.upstream) {
                Some(next) => {
                    address = next;
                    part = self.owner(next, at_ms).map(ToOwned::to_owned);
                    break;
                }
                None => part = Some(writer.to_owned()),
            }
        }
        Answerer { part, address: Some(address) }
    }
}

/// The address that answered last in nginx's `$upstream_addr`: `10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80`.
fn last_upstream(text: &str) -> Option<IpAddr> {
    let last = text.rsplit([',', ' ']).find(|piece| !piece.is_empty() && *piece != ":")?;
    last.parse::<SocketAddr>().map(|address| address.ip()).or_else(|_| last.parse()).ok()
}

#[cfg(test)]
mod tests {
    use super::last_upstream;

    #[test]
    fn the_last_address_of_nginx_is_the_one_that_answered() {
        assert_eq!(last_upstream("10.0.0.1:80, 10.0.0.2:8080").map(|a| a.to_string()).as_deref(), Some("10.0.0.2"));
        assert_eq!(last_upstream("10.0.0.1:80 : 10.0.0.3:80").map(|a| a.to_string()).as_deref(), Some("10.0.0.3"));
        assert_eq!(last_upstream("").or(last_upstream("-")), None);
    }
}
