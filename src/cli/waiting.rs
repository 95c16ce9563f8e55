//! What is said on the error stream while Linear is waited for.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use super::output;
use crate::linear::{self, Pause, Sleep};
use crate::report::encode;
use crate::sync::Going;

/// The longest wait for a rate limit to begin anew.
const LONGEST_WAIT: i64 = 10 * 60;

/// Where nobody watches a terminal, each step beyond so many is not worth a line of its own.
const FEW_STEPS: usize = 50;

/// How far a sync is.
pub(super) fn going(going: &Going) {
    let text = format!("{} of {} · issue {}", going.done + 1, going.all, encode::line(&going.issue));
    if std::io::stderr().is_terminal() {
        over(&text);
    } else if going.all <= FEW_STEPS || going.done.is_multiple_of(FEW_STEPS) {
        output::note(&format!("{text}\n"));
    }
}

/// Takes the last step off the terminal.
pub(super) fn done() {
    if std::io::stderr().is_terminal() {
        over("");
    }
}

/// Writes over the line of a terminal.
fn over(text: &str) {
    output::note(&format!("\r\u{1b}[2K{text}"));
    let _ = std::io::stderr().flush();
}

/// Waits with a visible countdown, up to a bound.
pub(super) struct Patience;

impl Pause for Patience {
    fn before_retry(&self, longest: Duration, why: &linear::Error) -> bool {
        output::note(&format!("{}; trying again\n", encode::line(&why.to_string())));
        Sleep.before_retry(longest, why)
    }

    fn until_reset(&self, reset_ms: Option<i64>) -> bool {
        let left = |reset: i64| (reset - jiff::Timestamp::now().as_millisecond()).div_euclid(1000) + 1;
        let Some(reset) = reset_ms.filter(|reset| left(*reset) <= LONGEST_WAIT) else { return false };
        let terminal = std::io::stderr().is_terminal();
        if !terminal {
            output::note(&format!("Linear's rate limit is used up; waiting {} s for it\n", left(reset).max(0)));
        }
        while left(reset) > 0 {
            if terminal {
                over(&format!("Linear's rate limit is used up; going on in {} s (Ctrl-C stops)", left(reset)));
            }
            let rest = reset - jiff::Timestamp::now().as_millisecond();
            std::thread::sleep(Duration::from_millis(u64::try_from(rest.clamp(1, 1000)).unwrap_or(1000)));
        }
        true
    }
}
