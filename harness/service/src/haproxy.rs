//! HAProxy's Runtime API: <https://docs.haproxy.org/2.6/management.html#9.3>. A connection carries one line of commands, joined by `;`,
//! and is closed by HAProxy after the answers.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A Runtime API that takes longer has stopped answering.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);
const MAX_BYTES: u64 = 16 << 20;
/// `show servers state` says in which form it writes.
const FORM: &str = "1";

/// Where a Runtime API listens.
#[derive(Debug, Clone, Copy)]
pub struct Runtime(pub SocketAddr);

/// What the administrator wants of a server: `srv_admin_state`, a bit field (`enum srv_admin` of haproxy/server-t.h).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admin(u8);

impl Admin {
    const FORCED_MAINTENANCE: u8 = 0x01;
    const FORCED_DRAIN: u8 = 0x08;
    /// Forced, inherited, by name resolution: HAProxy's own `SRV_ADMF_MAINT`. Not 0x04: a slot that was declared `disabled` keeps it while
    /// it serves. Nor 0x40: a server whose name came from an SRV record has it.
    const MAINTENANCE: u8 = Self::FORCED_MAINTENANCE | 0x02 | 0x20;
    const DRAIN: u8 = Self::FORCED_DRAIN | 0x10;

    /// It gets nothing.
    pub fn is_maintenance(self) -> bool {
        self.0 & Self::MAINTENANCE != 0
    }

    /// It gets nothing new.
    pub fn is_drain(self) -> bool {
        self.0 & Self::DRAIN != 0
    }

    const READY: Self = Self(0);
}

/// One server of a backend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// As HAProxy's configuration has it.
    pub name: String,
    /// `None` while it has none.
    pub address: Option<SocketAddr>,
    /// What the administrator wants of it.
    pub admin: Admin,
    /// By its checks; without checks it is up.
    pub is_up: bool,
}

impl Slot {
    /// Whether requests are sent to it as far as the administrator is concerned.
    pub fn serves(&self) -> bool {
        !self.admin.is_maintenance() && self.address.is_some()
    }

    /// A server that serves, whatever it was before.
    pub fn added(name: String, address: SocketAddr) -> Self {
        Self { name, address: Some(address), admin: Admin::READY, is_up: true }
    }

    /// As it is once it has an address and is ready.
    pub fn fill(&mut self, address: SocketAddr) {
        (self.address, self.admin) = (Some(address), Admin::READY);
    }

    /// As it is once it is in maintenance.
    pub fn free(&mut self) {
        self.admin = Admin(Admin::FORCED_MAINTENANCE);
    }

    /// The word for its state.
    pub fn state(&self) -> &'static str {
        match (self.admin.is_maintenance(), self.admin.is_drain(), self.is_up) {
            (true, ..) => "maintenance",
            (_, true, _) => "drain",
            (.., true) => "up",
            (.., false) => "down",
        }
    }
}

impl Runtime {
    /// Sends commands, and returns HAProxy's answer to all of them.
    ///
    /// # Errors
    /// When nobody listens, or HAProxy is silent.
    pub async fn send(self, commands: &[String]) -> anyhow::Result<String> {
        let line = commands.join(";") + "\n";
        let exchange = async {
            let mut stream = TcpStream::connect(self.0).await?;
            stream.write_all(line.as_bytes()).await?;
            let mut text = String::new();
            stream.take(MAX_BYTES).read_to_string(&mut text).await?;
            Ok::<_, std::io::Error>(text)
        };
        match tokio::time::timeout(ANSWERS_WITHIN, exchange).await {
            Ok(outcome) => outcome.with_context(|| format!("HAProxy's Runtime API at {}", self.0)),
            Err(_) => bail!("HAProxy's Runtime API at {} did not answer within {} s", self.0, ANSWERS_WITHIN.as_secs()),
        }
    }

    /// Sends commands, and returns the answer to each. An empty line ends an answer, and no answer has one in it.
    ///
    /// # Errors
    /// As for [`Self::send`], and when there are not as many answers as commands.
    pub async fn answers(self, commands: &[String]) -> anyhow::Result<Vec<String>> {
        let answers = each(&self.send(commands).await?);
        ensure!(
            answers.len() == commands.len(),
            "HAProxy gave {} answers to {} commands: {answers:?}",
            answers.len(),
            commands.len()
        );
        Ok(answers)
    }

    /// The servers of a backend, in its order.
    ///
    /// # Errors
    /// As for [`Self::send`], and when there is no such backend.
    pub async fn slots(self, backend: &str) -> anyhow::Result<Vec<Slot>> {
        Self::read(&self.send(&[format!("show servers state {backend}")]).await?)
    }

    /// What `show servers state` answers.
    ///
    /// # Errors
    /// When that is no table.
    pub fn read(text: &str) -> anyhow::Result<Vec<Slot>> {
        let mut lines = text.lines().filter(|line| !line.is_empty());
        let form = lines.next().unwrap_or_default();
        ensure!(form == FORM, "expected form {FORM} of `show servers state`, found {:?}", text.trim());
        lines.filter(|line| !line.starts_with('#')).map(slot).collect()
    }
}

fn each(text: &str) -> Vec<String> {
    let (mut answers, mut answer) = (Vec::new(), String::new());
    for line in text.lines() {
        if line.is_empty() {
            answers.push(std::mem::take(&mut answer));
        } else {
            answer += if answer.is_empty() { "" } else { "; " };
            answer += line;
        }
    }
    answers
}

/// `be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state … srv_port` is field 19, counted from 1.
fn slot(line: &str) -> anyhow::Result<Slot> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [_, _, _, name, address, op, admin, ..] = fields[..] else { bail!("expected at least 19 fields, found {line:?}") };
    let port = fields.get(18).with_context(|| format!("expected at least 19 fields, found {line:?}"))?;
    let port: u16 = port.parse().with_context(|| format!("the port in {line:?}"))?;
    let address = address.parse::<IpAddr>().ok().filter(|address| !address.is_unspecified());
    Ok(Slot {
        name: name.to_owned(),
        address: address.map(|address| SocketAddr::new(address, port)),
        admin: Admin(admin.parse().with_context(|| format!("the administrator's state in {line:?}"))?),
        // 0 stopped, 1 starting, 2 running, 3 stopping.
        is_up: op != "0",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As HAProxy 2.6 wrote it.
    const STATE: &str = "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port\n4 webapp 1 webapp1 10.83.128.1 2 4 1 1 22 1 0 0 0 0 0 0 - 8080 - 0 0 - - 0\n4 webapp 2 webapp2 0.0.0.0 0 5 1 1 24 1 0 0 14 0 0 0 - 8080 - 0 0 - - 0\n\n";

    #[test]
    fn a_slot_declared_disabled_serves_once_it_is_ready() {
        let slots = Runtime::read(STATE).unwrap();
        assert_eq!(slots[0].address, Some("10.83.128.1:8080".parse().unwrap()));
        assert!(slots[0].serves() && slots[0].state() == "up", "{slots:?}");
        assert!(!slots[1].serves() && slots[1].state() == "maintenance", "{slots:?}");
    }

    #[test]
    fn a_server_whose_name_came_from_a_record_serves_until_the_record_goes() {
        // As HAProxy 2.6 wrote it, with `resolvers`.
        let state = "1\n3 webapp 1 webapp1 - 0 96 1 1 15 1 0 0 0 0 0 0 - 0 _webapp._tcp.service.consul 0 0 - - 0\n3 webapp 2 webapp2 10.70.128.14 2 64 1 1 16 1 0 0 0 0 0 0 0a46800e.addr.dc1.consul 8080 _webapp._tcp.service.consul 0 0 - - 0\n\n";
        let slots = Runtime::read(state).unwrap();
        assert!(!slots[0].serves() && slots[0].state() == "maintenance", "{slots:?}");
        assert!(slots[1].serves() && slots[1].state() == "up", "{slots:?}");
    }

    #[test]
    fn each_answer_ends_with_an_empty_line_and_nothing_is_an_answer_too() {
        // As HAProxy 2.6 wrote it.
        let text = "IP changed from '0.0.0.0' to '10.0.0.1', no need to change the port by 'stats socket command'\n\n\nNo such server.\n\n";
        let answers = each(text);
        assert!(answers[0].starts_with("IP changed"), "{answers:?}");
        assert_eq!(answers[1..], ["", "No such server."]);
    }

    #[test]
    fn what_is_no_table_is_told() {
        let error = Runtime::read("Can't find backend.\n").unwrap_err().to_string();
        assert!(error.contains("Can't find backend."), "{error}");
    }
}
