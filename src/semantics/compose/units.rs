//! How Compose writes sizes, CPUs and booleans.

/// A boolean as Compose takes it where it wants one: `yes` and `on` are true as well, numbers are none.
pub fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "y" | "yes" | "on" => Some(true),
        "false" | "n" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// A size in bytes: `512M`, `1.5g`, `64 KiB`, `1024`; `K`, `M`, `G`, `T`, `P` are powers of 1,024, `b`, `B`, `ib`
/// may follow. `None` when it is none.
///
/// Rules: `RAMInBytes` of <https://github.com/docker/go-units>.
pub fn bytes(text: &str) -> Option<u64> {
    let end = text.rfind(|c: char| c.is_ascii_digit() || c == '.' || c == ' ')?;
    let (number, unit) = text.split_at_checked(end + 1)?;
    let number = number.strip_suffix(' ').unwrap_or(number);
    let number: f64 = decimal(number)?;
    let unit = unit.to_ascii_lowercase();
    let mut letters = unit.chars();
    let exponent = match letters.next() {
        None => 0,
        Some('b') if letters.as_str().is_empty() => 0,
        Some(first) => match (first, letters.as_str()) {
            ('k', "" | "b" | "ib") => 1,
            ('m', "" | "b" | "ib") => 2,
            ('g', "" | "b" | "ib") => 3,
            ('t', "" | "b" | "ib") => 4,
            ('p', "" | "b" | "ib") => 5,
            _ => return None,
        },
    };
    let bytes = number * 1024f64.powi(exponent);
    // Beyond 2^63 Docker has no number for it either.
    (bytes < 9.2e18).then_some(bytes as u64)
}

/// A number of CPUs in billionths: `0.5`, `2`, `.25`, `1e-1`. `None` when it is none.
pub fn cpus(text: &str) -> Option<u64> {
    let cpus = decimal(text)?;
    (cpus < 1e9).then_some((cpus * 1e9).round() as u64)
}

/// A decimal number that is not negative; words such as `inf` and `nan` are none.
fn decimal(text: &str) -> Option<f64> {
    let fits = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-');
    if !text.bytes().all(fits) || !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)
}
