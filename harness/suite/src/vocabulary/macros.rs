//! `step!` and `parameter!`: what a step or a parameter says about itself stands beside it, and is collected as it is.

/// A step of the vocabulary, with what it says about itself: its role, its expression, its meaning (the doc comment), an example, and, for
/// a Then, what it rests on. The role says whether it is a Given (`State`), a When (`Demand`, `Trigger`) or a Then (`Users`, `Told`,
/// `Mechanism`): see [`Role`](crate::Role) and [`Evidence`](crate::Evidence). The function is an ordinary step of the cucumber crate, which
/// the crate names as a dependency.
///
/// `relapse steps`, `relapse lint` and the runner know such a step as they know their own. One that is written with cucumber's attributes
/// alone is played as well, and nothing else is known of it.
///
/// ```
/// use relapse::World;
/// use relapse::lab::act::Change;
/// use relapse::parameters::Service;
///
/// relapse::step! {
///     /// It is killed, and started again.
///     Trigger: "{service} is power-cycled",
///     example: "app is power-cycled",
///     async fn power_cycled(world: &mut World, service: Service) {
///         for change in [Change::Killed, Change::Started] {
///             world.act(async |lab| lab.change(&service.0, change).await).await;
///         }
///     }
/// }
/// ```
#[macro_export]
macro_rules! step {
    ($(#[doc = $about:literal])+ State: $expression:tt, example: $example:literal, $($function:tt)+) => {
        $crate::step! { @of given State $expression, $example, [], [$($about)+] $($function)+ }
    };
    ($(#[doc = $about:literal])+ Demand: $expression:tt, example: $example:literal, $($function:tt)+) => {
        $crate::step! { @of when Demand $expression, $example, [], [$($about)+] $($function)+ }
    };
    ($(#[doc = $about:literal])+ Trigger: $expression:tt, example: $example:literal, $($function:tt)+) => {
        $crate::step! { @of when Trigger $expression, $example, [], [$($about)+] $($function)+ }
    };
    ($(#[doc = $about:literal])+ Users: $expression:tt, example: $example:literal, rests_on: $rests_on:tt, $($function:tt)+) => {
        $crate::step! { @of then Users $expression, $example, $rests_on, [$($about)+] $($function)+ }
    };
    ($(#[doc = $about:literal])+ Told: $expression:tt, example: $example:literal, rests_on: $rests_on:tt, $($function:tt)+) => {
        $crate::step! { @of then Told $expression, $example, $rests_on, [$($about)+] $($function)+ }
    };
    ($(#[doc = $about:literal])+ Mechanism: $expression:tt, example: $example:literal, rests_on: $rests_on:tt, $($function:tt)+) => {
        $crate::step! { @of then Mechanism $expression, $example, $rests_on, [$($about)+] $($function)+ }
    };
    (@of $kind:ident $role:ident $expression:tt, $example:literal, [$($evidence:ident),*], [$($about:literal)+] $($function:tt)+) => {
        $(#[doc = $about])+
        #[::cucumber::$kind(expr = $expression)]
        $($function)+

        $crate::__private::inventory::submit! {
            $crate::__private::Phrase {
                role: $crate::Role::$role,
                expression: $expression,
                about: ::std::concat!($($about),+),
                example: $example,
                rests_on: &[$($crate::Evidence::$evidence),*],
                module: ::std::module_path!(),
                place: ::cucumber::step::Location { path: ::std::file!(), line: ::std::line!(), column: ::std::column!() },
            }
        }
    };
}

/// Registers a type that implements [`cucumber::Parameter`] and `FromStr`: what its words name, see [`Names`](crate::Names), is looked up by
/// `relapse lint` and before anything is run, and a word that it does not read is told at its place.
///
/// ```
/// #[derive(cucumber::Parameter)]
/// #[param(name = "database", regex = "[a-z0-9-]+")]
/// struct Database(String);
///
/// impl std::str::FromStr for Database {
///     type Err = String;
///
///     fn from_str(text: &str) -> Result<Self, String> {
///         Ok(Self(text.to_owned()))
///     }
/// }
///
/// relapse::parameter!(Database names Service);
/// ```
#[macro_export]
macro_rules! parameter {
    ($type:ident) => {
        $crate::parameter!($type names Nothing);
    };
    ($type:ident names $names:ident) => {
        $crate::__private::inventory::submit! { $crate::__private::Type::of::<$type>($crate::Names::$names) }
    };
}
