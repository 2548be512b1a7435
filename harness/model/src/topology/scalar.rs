//! A value that Compose takes as text whichever way it is written: `8080`, `true`, `1.50`, `"8080"`.

use serde::Deserialize;
use serde::de::{Error, Visitor};

/// A text, or the text that Compose makes of a number or a truth value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scalar(pub(super) String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyScalar;
        impl Visitor<'_> for AnyScalar {
            type Value = Scalar;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text, a number, or true or false")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar(text.to_owned()))
            }
            fn visit_bool<E: Error>(self, value: bool) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string()))
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string()))
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string()))
            }
            fn visit_f64<E: Error>(self, value: f64) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string()))
            }
        }
        deserializer.deserialize_any(AnyScalar)
    }
}

#[cfg(test)]
mod tests {
    use super::Scalar;
    use crate::topology::yaml;

    /// How it is written, and what Compose makes of it.
    const WRITTEN: &[(&str, &str)] = &[
        ("8080", "8080"),
        ("-1", "-1"),
        ("'8080'", "8080"),
        ("true", "true"),
        ("'true'", "true"),
        ("yes", "yes"),
        ("1.50", "1.5"),
        ("'1.50'", "1.50"),
        ("0755", "493"),
        ("0x10", "16"),
        ("1.2.3", "1.2.3"),
        ("12:30", "12:30"),
        ("2024-01-01", "2024-01-01"),
        ("\"\"", ""),
    ];

    #[test]
    fn a_value_is_the_text_that_compose_makes_of_it() {
        for (written, text) in WRITTEN {
            let read: Scalar = yaml::read(written).unwrap();
            assert_eq!(read.0, *text, "{written}");
        }
        assert!(yaml::read::<Scalar>("[a]").is_err());
    }
}
