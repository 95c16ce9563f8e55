//! Waiting, which tests do without.

use std::time::Duration;

use super::error::Error;

/// How a client waits before it tries again.
pub trait Pause: Send + Sync {
    /// Waits a random part of `longest` after `why`. False gives up: the error is returned.
    fn before_retry(&self, longest: Duration, why: &Error) -> bool;

    /// Waits until a rate limit begins anew, `reset_ms` being milliseconds since 1970. False gives up, which is also
    /// what happens without an implementation of its own: only a face knows what the time is and how to show it.
    fn until_reset(&self, reset_ms: Option<i64>) -> bool {
        let _ = reset_ms;
        false
    }
}

/// Waits in earnest.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sleep;

impl Pause for Sleep {
    fn before_retry(&self, longest: Duration, _why: &Error) -> bool {
        std::thread::sleep(jitter(longest));
        true
    }
}

/// A random part of a time, at least half of it, so that two who failed together do not come back together.
pub fn jitter(longest: Duration) -> Duration {
    // Without randomness the whole time is as good a wait as any.
    let share = getrandom::u32().map_or(1.0, |n| 0.5 + f64::from(n) / f64::from(u32::MAX) / 2.0);
    longest.mul_f64(share)
}
