//! What is refused while a service is read, before it is known whose it is.

use serde_yaml::Spanned;

use crate::topology::located::place;

/// In words, with the place if it is known better than by the service.
pub(super) type Refusal = (String, Option<(usize, usize)>);

/// Calls what reads a value, and gives its place to what it refuses.
pub(super) fn at<T, U>(of: &Spanned<T>, read: impl FnOnce(&T) -> Result<U, String>) -> Result<U, Refusal> {
    read(&of.value).map_err(|message| (message, place(of)))
}
