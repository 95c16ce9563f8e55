//! What Linear still allows.

use reqwest::header::HeaderMap;

/// One allowance within an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Allowance {
    /// How many within the hour.
    pub limit: Option<u64>,
    /// How many are left.
    pub remaining: Option<u64>,
    /// When it begins anew, in milliseconds since 1970.
    pub reset_ms: Option<i64>,
}

/// What Linear told last about its limits.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rate {
    /// Requests.
    pub requests: Allowance,
    /// Points of complexity.
    pub complexity: Allowance,
    /// Requests of the last operation, where it has a limit of its own.
    pub endpoint: Allowance,
    /// Points that the last request cost.
    pub points: Option<f64>,
}

impl Rate {
    /// What the headers of an answer tell; what they do not tell stays as it was, but for an operation's own limit,
    /// which the next operation need not have.
    pub(super) fn read(&mut self, headers: &HeaderMap) {
        allowance(headers, "x-ratelimit-requests", &mut self.requests);
        allowance(headers, "x-ratelimit-complexity", &mut self.complexity);
        self.endpoint = Allowance::default();
        allowance(headers, "x-ratelimit-endpoint-requests", &mut self.endpoint);
        self.points = header(headers, "x-complexity");
    }

    /// When the next request can succeed: the latest reset of what is used up, else the latest of all.
    pub fn reset_ms(&self) -> Option<i64> {
        let all = [self.requests, self.complexity, self.endpoint];
        let used_up = all.iter().filter(|one| one.remaining == Some(0)).filter_map(|one| one.reset_ms).max();
        used_up.or_else(|| all.iter().filter_map(|one| one.reset_ms).max())
    }
}

fn allowance(headers: &HeaderMap, name: &str, into: &mut Allowance) {
    into.limit = header(headers, &format!("{name}-limit")).or(into.limit);
    into.remaining = header(headers, &format!("{name}-remaining")).or(into.remaining);
    into.reset_ms = header(headers, &format!("{name}-reset")).or(into.reset_ms);
}

fn header<T: std::str::FromStr>(headers: &HeaderMap, name: &str) -> Option<T> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}
