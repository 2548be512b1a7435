//! Maps whose order counts.

use std::marker::PhantomData;

use serde::Deserialize;
use serde_yaml::Spanned;

/// A map in the file's order, with the places of its keys.
#[derive(Debug, Clone)]
pub(super) struct InFileOrder<T>(pub(super) Vec<(Spanned<String>, T)>);

impl<T> Default for InFileOrder<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for InFileOrder<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> serde::de::Visitor<'de> for InOrder<T> {
            type Value = InFileOrder<T>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map: of factors, a name each, with `about` and `levels`; or of what a level sets")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<InFileOrder<T>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(InFileOrder(entries))
            }
        }
        deserializer.deserialize_map(InOrder(PhantomData))
    }
}
