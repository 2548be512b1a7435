//! A type that is its word, whatever word it is.

macro_rules! word {
    ($(#[$about:meta])* $type:ident names $names:ident, $name:literal, $regex:literal) => {
        $(#[$about])*
        #[derive(Debug, Clone, ::cucumber::Parameter)]
        #[param(name = $name, regex = $regex)]
        pub struct $type(pub String);

        impl ::std::str::FromStr for $type {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                Ok(Self(text.to_owned()))
            }
        }

        $crate::parameter!($type names $names);
    };
}

pub(in crate::vocabulary) use word;
