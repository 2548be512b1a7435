//! What is done.

use std::str::FromStr;

use cucumber::Parameter;
use relapse_lab::act::Change;

use super::word::word;
use crate::parameter;

word!(
    /// What is pushed goes by this name; it need not be there yet.
    App names Nothing, "app", r"[A-Za-z0-9][A-Za-z0-9_.-]*"
);
word!(
    /// A folder or file name.
    FileName names File, "file", r"[A-Za-z0-9][A-Za-z0-9_./-]*"
);

/// `logged-in` or `logged-out`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameter)]
#[param(name = "session", regex = "logged-in|logged-out")]
pub enum Session {
    /// With a session.
    LoggedIn,
    /// Without.
    LoggedOut,
}

parameter!(Session);

impl FromStr for Session {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(if text == "logged-in" { Self::LoggedIn } else { Self::LoggedOut })
    }
}

/// What is done to a service.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "change", regex = "killed|stopped|paused|resumed|started|restarted|removed")]
pub struct ChangeWord(pub Change);

parameter!(ChangeWord);

impl FromStr for ChangeWord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self(match text {
            "killed" => Change::Killed,
            "stopped" => Change::Stopped,
            "paused" => Change::Paused,
            "resumed" => Change::Resumed,
            "started" => Change::Started,
            "restarted" => Change::Restarted,
            "removed" => Change::Removed,
            other => return Err(format!("`{other}` cannot be done to a service")),
        }))
    }
}
