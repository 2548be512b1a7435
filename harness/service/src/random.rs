//! What nobody can guess.

use anyhow::Context;
use rand::TryRng;
use rand::rngs::SysRng;

/// This many random bytes, as hexadecimal digits.
///
/// # Errors
/// When the kernel has no randomness.
pub fn hexadecimal(bytes: usize) -> anyhow::Result<String> {
    let mut random = vec![0; bytes];
    SysRng.try_fill_bytes(&mut random).context("reading random bytes from the kernel")?;
    Ok(hex::encode(random))
}
