//! The typed parts of phrases. Each is a word of the vocabulary, with the expression that reads it; what was read is its only field.

use std::str::FromStr;
use std::time::Duration;

use cucumber::Parameter;
use relapse_lab::act::Change;
use relapse_model::expect::deadline;
use relapse_model::expect::{logged, resolves};

/// `should` or `should not`.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "should", regex = "should not|should")]
pub struct Should(pub bool);

impl FromStr for Should {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self(text == "should"))
    }
}

/// `within 10s` or `throughout 2s`.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "deadline", regex = r"(?:within|throughout) \d+(?:\.\d+)?(?:ms|s|m)")]
pub struct Deadline(pub deadline::Deadline);

/// A step that takes longer is broken off, so no deadline is longer; patience makes both longer.
pub(crate) const LONGEST: Duration = Duration::from_secs(300);

impl FromStr for Deadline {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let deadline: deadline::Deadline = text.parse()?;
        match Duration::from_millis(deadline.milliseconds(1.0)) {
            Duration::ZERO => Err(format!("`{text}` is no time at all: nothing could be seen in it")),
            time if time > LONGEST => {
                let most = LONGEST.as_secs();
                Err(format!("`{text}` is longer than a step may take, which is {most} s: write two Thens, or a shorter time"))
            }
            _ => Ok(Self(deadline)),
        }
    }
}

macro_rules! word {
    ($(#[$about:meta])* $type:ident, $name:literal, $regex:literal) => {
        $(#[$about])*
        #[derive(Debug, Clone, Parameter)]
        #[param(name = $name, regex = $regex)]
        pub struct $type(pub String);

        impl FromStr for $type {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                Ok(Self(text.to_owned()))
            }
        }
    };
}

/// Read before the scenario starts, by `lab_phrase`; here the words only have to be of the right form.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "lab", regex = r"[a-z0-9-]+")]
pub(super) struct LabName;

/// Levels other than as on the day: `app_port at 3000 and deploy_gate at answers-first`. Read as [`LabName`] is.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "levels", regex = r"[a-z0-9_]+ at \S+(?: and [a-z0-9_]+ at \S+)*")]
pub(super) struct LevelList;

impl FromStr for LabName {
    type Err = String;

    fn from_str(_: &str) -> Result<Self, String> {
        Ok(Self)
    }
}

impl FromStr for LevelList {
    type Err = String;

    fn from_str(_: &str) -> Result<Self, String> {
        Ok(Self)
    }
}

word!(
    /// Somebody who visits, pushes, logs in.
    User, "user", r"[A-Za-z0-9][A-Za-z0-9_-]*"
);
word!(
    /// A part of the lab: a service, or a container that a part has made.
    Part, "part", r"[A-Za-z0-9][A-Za-z0-9_.-]*"
);
word!(
    /// What is pushed goes by this name; it need not be there yet.
    App, "app", r"[A-Za-z0-9][A-Za-z0-9_.-]*"
);
word!(
    /// A host name.
    Host, "host", r"[A-Za-z0-9][A-Za-z0-9.-]*"
);
word!(
    /// A URL with its scheme.
    Url, "url", r"(?:https?|ws)://\S+"
);
word!(
    /// A cookie's name.
    Cookie, "cookie", r"[A-Za-z0-9_-]+"
);
word!(
    /// A folder or file name.
    FileName, "file", r"[A-Za-z0-9][A-Za-z0-9_./-]*"
);
word!(
    /// What was attempted: the name of an action in a part's log, or `push`.
    Action, "action", r"[a-z-]+"
);
word!(
    /// What it was done to: `user/app` for a push, otherwise as the part's log says.
    Target, "target", r"[^\s]+"
);
word!(
    /// What came of it.
    Outcome, "outcome", r"success|failure|refused"
);
word!(
    /// What a container is.
    Condition, "state", r"running|exited|paused|removed|in a crash loop"
);
/// A host, or a host and the beginning of a path: `q.trap.jp/api/1.0/`.
#[derive(Debug, Clone, Parameter)]
#[param(name = "pattern", regex = r"[^\s]+")]
pub struct Pattern(pub String);

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let host = text.split('/').next().unwrap_or_default();
        let fits = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        if text.contains("://") {
            return Err(format!(
                "`{text}` has a scheme, which no access log has: write the host, then a path, such as `shop.test/api/`"
            ));
        }
        if host.is_empty() || !host.chars().all(fits) {
            return Err(format!("`{text}` names no host: write the host, then a path if you like, such as `shop.test/api/`"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// Whose addresses a name has: `lb-1`, `lb-1 and lb-2`, `lb-1 only`, `nothing`.
#[derive(Debug, Clone, Parameter)]
#[param(name = "owners", regex = r"[A-Za-z0-9][A-Za-z0-9_.-]*(?: and [A-Za-z0-9][A-Za-z0-9_.-]*)*(?: only)?")]
pub struct Owners(pub resolves::Owners);

impl FromStr for Owners {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

/// `logged-in` or `logged-out`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameter)]
#[param(name = "session", regex = "logged-in|logged-out")]
pub enum Session {
    /// With a session.
    LoggedIn,
    /// Without.
    LoggedOut,
}

impl FromStr for Session {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(if text == "logged-in" { Self::LoggedIn } else { Self::LoggedOut })
    }
}

/// What is done to a part.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "change", regex = "killed|stopped|paused|resumed|started|restarted|removed")]
pub struct ChangeWord(pub Change);

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
            other => return Err(format!("`{other}` cannot be done to a part")),
        }))
    }
}

/// `at least 3`.
#[derive(Debug, Clone, Copy, Parameter)]
#[param(name = "comparison", regex = r"(?:at least|at most|exactly) \d+")]
pub struct Comparison(pub logged::Comparison);

impl FromStr for Comparison {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

/// A parameter type, as it is collected for those who read features without playing them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Type {
    pub(crate) name: &'static str,
    pub(crate) regex: &'static str,
    /// Whether a word that fits the expression can be read; in words, if not.
    pub(crate) read: fn(&str) -> Result<(), String>,
}

impl Type {
    pub(super) const fn of<T: Parameter + FromStr<Err = String>>() -> Self {
        Self { name: T::NAME, regex: T::REGEX, read: read::<T> }
    }
}

fn read<T: FromStr<Err = String>>(word: &str) -> Result<(), String> {
    word.parse::<T>().map(drop)
}

/// The parameter types of this file.
pub(super) const TYPES: &[Type] = &[
    Type::of::<LabName>(),
    Type::of::<LevelList>(),
    Type::of::<User>(),
    Type::of::<Session>(),
    Type::of::<Part>(),
    Type::of::<App>(),
    Type::of::<Host>(),
    Type::of::<Url>(),
    Type::of::<Cookie>(),
    Type::of::<FileName>(),
    Type::of::<Action>(),
    Type::of::<Target>(),
    Type::of::<Outcome>(),
    Type::of::<Condition>(),
    Type::of::<Pattern>(),
    Type::of::<Owners>(),
    Type::of::<ChangeWord>(),
    Type::of::<Comparison>(),
    Type::of::<Should>(),
    Type::of::<Deadline>(),
];
