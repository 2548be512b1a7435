//! Reasons: why there is no verdict, or what is wrong with a feature, each with the next move.
//!
//! `reasons!` declares an enum of them where they arise. A variant has its meaning (the doc comment), a stable id, the sentence with its
//! figures, and the next move: one that lacks any of these does not compile. The examples of its fields make the page
//! `features/TROUBLESHOOTING.md`.

use serde::{Deserialize, Serialize};

/// Something that can be explained: its `Display` is the sentence that people read.
pub trait Explain: std::fmt::Display {
    /// The stable word for it, which `relapse explain` takes.
    fn id(&self) -> &'static str;

    /// What to do about it, in one line, with the names that the author uses.
    fn next(&self) -> String;

    /// The part of it that stays in an outcome.
    fn reason(&self) -> Reason {
        Reason { id: self.id().to_owned(), next: self.next() }
    }
}

/// Why there is no verdict, for programs; the sentence stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The stable word for it.
    pub id: String,
    /// What to do about it, in one line.
    pub next: String,
}

/// A reason as `relapse explain` and the page show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The stable word for it.
    pub id: &'static str,
    /// The sentence as it is printed, with the fields' examples.
    pub symptom: String,
    /// What it means.
    pub meaning: &'static str,
    /// What to do about it, with the fields' examples.
    pub next: String,
}

impl Explanation {
    /// Of an example; `meaning` is its doc comment.
    #[must_use]
    pub fn of(example: &impl Explain, meaning: &'static str) -> Self {
        Self { id: example.id(), symptom: example.to_string(), meaning: meaning.trim(), next: example.next() }
    }
}

/// Declares an enum of reasons, each variant with all that is needed to explain it. Field names stand in the sentence and in the next
/// move as in `format!`; the literal behind a field's type is its example.
///
/// ```
/// relapse_model::reasons! {
///     /// Why a kettle does not tell.
///     pub enum Kettle {
///         /// No water was in it, so it could not boil.
///         Empty { kettle: String = "kettle-1" } is "kettle-empty",
///             says "{kettle} is empty", next "fill {kettle}, and switch it on again";
///     }
/// }
/// use relapse_model::reason::Explain;
/// assert_eq!(Kettle::all()[0].symptom, "kettle-1 is empty");
/// assert_eq!(Kettle::Empty { kettle: "mine".into() }.next(), "fill mine, and switch it on again");
/// ```
///
/// One without a next move is none:
///
/// ```compile_fail
/// relapse_model::reasons! {
///     /// Why a kettle does not tell.
///     pub enum Kettle {
///         /// No water was in it, so it could not boil.
///         Empty { kettle: String = "kettle-1" } is "kettle-empty", says "{kettle} is empty";
///     }
/// }
/// ```
#[macro_export]
macro_rules! reasons {
    ($(#[$attribute:meta])* $visible:vis enum $name:ident { $(
        $(#[doc = $meaning:literal])+
        $variant:ident $({ $($field:ident: $type:ty = $example:literal),+ $(,)? })?
            is $id:literal, says $says:literal, next $next:literal;
    )+ }) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        $visible enum $name { $(
            $(#[doc = $meaning])+
            $variant $({ $(#[doc = concat!("Such as `", $example, "`.")] $field: $type),+ })?,
        )+ }

        impl $name {
            /// Each of these, with the examples of its fields.
            $visible fn all() -> Vec<$crate::reason::Explanation> {
                vec![$($crate::reason::Explanation::of(
                    &Self::$variant $({ $($field: ::std::convert::From::from($example)),+ })?,
                    concat!($($meaning),+),
                )),+]
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self { $(
                    Self::$variant $({ $($field),+ })? => {
                        $($(let _ = $field;)+)?
                        f.write_fmt(format_args!($says))
                    }
                )+ }
            }
        }

        impl $crate::reason::Explain for $name {
            fn id(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $id,)+ }
            }

            fn next(&self) -> String {
                match self { $(
                    Self::$variant $({ $($field),+ })? => {
                        $($(let _ = $field;)+)?
                        format_args!($next).to_string()
                    }
                )+ }
            }
        }
    };
}
