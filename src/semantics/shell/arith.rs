//! Whole-number arithmetic, as far as its variables are known.

use super::run::Runner;
use super::state::Scope;
use super::status::Status;
use super::vars::{Known, Value};
use crate::formats::shell::{self, Node, NodeKind};

/// Expressions nest at most this deep.
const DEEPEST: usize = 32;

/// A number, and whether it follows from the script alone.
#[derive(Clone, Copy)]
struct Number {
    value: i64,
    outside: bool,
    /// It is the status of a command that failed: some number from 1 up.
    failed: bool,
}

impl Number {
    fn of(value: i64) -> Self {
        Self { value, outside: false, failed: false }
    }
}

/// Reads one expression; `None` wherever something is not known or not understood.
struct Reader<'r, 'e, 't> {
    runner: &'r mut Runner<'e>,
    rest: &'t str,
    depth: usize,
}

/// Binary operators from the loosest to the tightest.
const LEVELS: [&[&str]; 6] = [&["||"], &["&&"], &["==", "!="], &["<=", ">=", "<", ">"], &["+", "-"], &["*", "/", "%"]];

impl Reader<'_, '_, '_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn takes(&mut self, operator: &str) -> bool {
        self.skip();
        match self.rest.strip_prefix(operator) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn level(&mut self, level: usize) -> Option<Number> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.level(level + 1)?;
        'next: loop {
            self.skip();
            for operator in *operators {
                if self.rest.starts_with(operator) && self.takes(operator) {
                    let right = self.level(level + 1)?;
                    if (left.failed || right.failed) && !decides(operator, left, right) {
                        return None;
                    }
                    left = Number {
                        value: apply(operator, left.value, right.value)?,
                        outside: left.outside || right.outside,
                        failed: false,
                    };
                    continue 'next;
                }
            }
            return Some(left);
        }
    }

    fn unary(&mut self) -> Option<Number> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let number = if self.takes("++") {
            let name = self.name()?;
            self.change(&name, |value| value.checked_add(1))
        } else if self.takes("--") {
            let name = self.name()?;
            self.change(&name, |value| value.checked_sub(1))
        } else if self.takes("!") {
            self.unary().map(|number| Number { value: i64::from(number.value == 0), failed: false, ..number })
        } else if self.takes("-") {
            self.unary()
                .filter(|number| !number.failed)
                .and_then(|number| Some(Number { value: number.value.checked_neg()?, ..number }))
        } else if self.takes("(") {
            let inner = self.level(0);
            if self.takes(")") { inner } else { None }
        } else {
            self.operand()
        };
        self.depth -= 1;
        number
    }

    fn name(&mut self) -> Option<String> {
        self.skip();
        let braced = self.rest.strip_prefix("${");
        let text = braced.or_else(|| self.rest.strip_prefix('$')).unwrap_or(self.rest);
        let length = text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let (name, rest) = text.split_at_checked(length)?;
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        self.rest = if braced.is_some() { rest.strip_prefix('}')? } else { rest };
        Some(name.to_owned())
    }

    fn operand(&mut self) -> Option<Number> {
        self.skip();
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            let (number, rest) = self.rest.split_at_checked(digits)?;
            self.rest = rest;
            return Some(Number::of(number.parse().ok()?));
        }
        if let Some(status) = self.status() {
            return status;
        }
        let name = self.name()?;
        if self.takes("++") {
            let before = self.value(&name)?;
            self.change(&name, |value| value.checked_add(1))?;
            return Some(before);
        }
        if self.takes("--") {
            let before = self.value(&name)?;
            self.change(&name, |value| value.checked_sub(1))?;
            return Some(before);
        }
        if self.takes("+=") {
            let by = self.level(0)?;
            return self.change(&name, |value| value.checked_add(by.value));
        }
        if self.takes("-=") {
            let by = self.level(0)?;
            return self.change(&name, |value| value.checked_sub(by.value));
        }
        self.skip();
        if self.rest.starts_with('=') && !self.rest.starts_with("==") {
            self.takes("=");
            let new = self.level(0)?;
            if new.failed {
                self.runner.vars.set(&name, Some(Value::Text(Known::status(Status::FAIL))));
                return Some(new);
            }
            return self.change(&name, |_| Some(new.value));
        }
        self.value(&name)
    }

    /// `$?` and `${PIPESTATUS[0]}`; the inner `None` when the status is not known.
    fn status(&mut self) -> Option<Option<Number>> {
        let rest = self.rest.strip_prefix('$')?;
        let (name, rest) = match rest.strip_prefix('{') {
            Some(rest) => rest.split_once('}')?,
            None => rest.split_at_checked(1)?,
        };
        if name != "?" && !name.starts_with("PIPESTATUS") {
            return None;
        }
        self.rest = rest;
        Some(number(&self.runner.status_named(name)))
    }

    fn value(&mut self, name: &str) -> Option<Number> {
        match self.runner.vars.get(name)? {
            Value::Text(known) => number(known),
            _ => None,
        }
    }

    fn change(&mut self, name: &str, new: impl FnOnce(i64) -> Option<i64>) -> Option<Number> {
        let old = self.value(name).unwrap_or(Number { outside: true, ..Number::of(0) });
        let number = Number { value: new(old.value)?, failed: false, ..old };
        let known = Known { outside: number.outside, fixed: !number.outside, ..Known::fixed(number.value.to_string()) };
        self.runner.vars.set(name, Some(Value::Text(known)));
        Some(number)
    }
}

/// A text as a number.
fn number(known: &Known) -> Option<Number> {
    match &known.text {
        Some(text) => Some(Number { value: text.trim().parse().ok()?, outside: known.outside, failed: false }),
        None if known.failed() => Some(Number { failed: true, ..Number::of(1) }),
        None => None,
    }
}

/// Whether it follows from the one being a number from 1 up, whichever, what an operator makes of two.
fn decides(operator: &str, left: Number, right: Number) -> bool {
    let zero = |number: Number| !number.failed && number.value == 0;
    match operator {
        "||" | "&&" => true,
        "==" | "!=" | "<" | ">" | "<=" | ">=" => zero(left) || zero(right),
        _ => false,
    }
}

fn apply(operator: &str, left: i64, right: i64) -> Option<i64> {
    match operator {
        "||" => Some(i64::from(left != 0 || right != 0)),
        "&&" => Some(i64::from(left != 0 && right != 0)),
        "==" => Some(i64::from(left == right)),
        "!=" => Some(i64::from(left != right)),
        "<=" => Some(i64::from(left <= right)),
        ">=" => Some(i64::from(left >= right)),
        "<" => Some(i64::from(left < right)),
        ">" => Some(i64::from(left > right)),
        "+" => left.checked_add(right),
        "-" => left.checked_sub(right),
        "*" => left.checked_mul(right),
        "/" => left.checked_div(right),
        "%" => left.checked_rem(right),
        _ => None,
    }
}

impl Runner<'_> {
    /// The number of an expression, its assignments done.
    fn number(&mut self, text: &str) -> Option<Number> {
        let mut reader = Reader { runner: self, rest: text, depth: 0 };
        let number = reader.level(0)?;
        reader.skip();
        reader.rest.is_empty().then_some(number)
    }

    /// The text of `$(( … ))`.
    pub(super) fn arithmetic(&mut self, text: &str) -> Known {
        let inside = text.strip_prefix("$((").and_then(|text| text.strip_suffix("))"));
        match inside.and_then(|text| self.number(text)) {
            Some(number) => {
                let text = number.value.to_string();
                Known { text: Some(text), fixed: !number.outside, outside: number.outside, ..Known::unseen() }
            }
            None => Known::unseen(),
        }
    }

    /// The status of `(( … ))` and `[[ … ]]`.
    pub(super) fn judge_test(&mut self, text: &str, scope: &Scope) -> Status {
        if let Some(inside) = text.strip_prefix("((").and_then(|text| text.strip_suffix("))")) {
            return match self.number(inside) {
                Some(number) if !number.outside => Status::of(number.value != 0),
                _ => Status::EITHER,
            };
        }
        let Some(inside) = text.strip_prefix("[[").and_then(|text| text.strip_suffix("]]")) else {
            return Status::EITHER;
        };
        // The inside of `[[ ]]` reads as commands whose words are the operands; where it does not, it is open.
        let script = shell::parse(inside.trim().replace('\n', " ").as_bytes());
        match script.body.as_slice() {
            [node] if script.errors.is_empty() => self.judge_node(node, scope),
            _ => Status::EITHER,
        }
    }

    fn judge_node(&mut self, node: &Node, scope: &Scope) -> Status {
        match &node.kind {
            NodeKind::Simple { assigns, words } if assigns.is_empty() && node.redirects.is_empty() => {
                // What `$( … )` in it does has been seen already.
                if words.iter().any(|word| word.raw.contains("$(") || word.raw.contains('`')) {
                    return Status::EITHER;
                }
                let operands: Vec<(Known, String)> =
                    words.iter().map(|word| (self.text(word, scope), word.raw.clone())).collect();
                judge(&operands)
            }
            NodeKind::And(left, right) => {
                let (left, right) = (self.judge_node(left, scope), self.judge_node(right, scope));
                if left.fails() || right.fails() {
                    Status::FAIL
                } else if left.succeeds() && right.succeeds() {
                    Status::OK
                } else {
                    Status::EITHER
                }
            }
            NodeKind::Or(left, right) => {
                let (left, right) = (self.judge_node(left, scope), self.judge_node(right, scope));
                if left.succeeds() || right.succeeds() {
                    Status::OK
                } else if left.fails() && right.fails() {
                    Status::FAIL
                } else {
                    Status::EITHER
                }
            }
            NodeKind::Not(inner) => self.judge_node(inner, scope).negated(),
            _ => Status::EITHER,
        }
    }
}

/// The status of `test`: known only where its operands follow from the script alone. A value that the
/// environment may bring decides nothing, but a counter may be compared with its default.
pub(super) fn judge(operands: &[(Known, String)]) -> Status {
    let negations = operands.iter().take_while(|(operand, _)| operand.text.as_deref() == Some("!")).count();
    let negations = negations.min(operands.len().saturating_sub(1));
    let status = match operands.get(negations..).unwrap_or_default() {
        [] => Some(false),
        [(value, _)] => filled(value),
        [(operator, _), (value, _)] => match operator.text.as_deref() {
            Some("-n") => filled(value),
            Some("-z") => filled(value).map(|filled| !filled),
            _ => None,
        },
        [(left, left_raw), (operator, _), (right, right_raw)] => match operator.text.as_deref() {
            Some(operator) => compare(left, left_raw, operator, right, right_raw),
            None => None,
        },
        _ => None,
    };
    status.map_or(Status::EITHER, |status| Status::of(status != (negations % 2 == 1)))
}

fn filled(value: &Known) -> Option<bool> {
    match &value.text {
        _ if value.outside => None,
        Some(text) => Some(!text.is_empty()),
        None => value.status.map(|_| true),
    }
}

fn compare(left: &Known, left_raw: &str, operator: &str, right: &Known, right_raw: &str) -> Option<bool> {
    let failed = Known::failed;
    let zero = |value: &Known| value.text.as_deref() == Some("0");
    if (failed(left) && zero(right)) || (failed(right) && zero(left)) {
        return match operator {
            "=" | "==" | "-eq" => Some(false),
            "!=" | "-ne" => Some(true),
            "-gt" | "-ge" => Some(failed(left)),
            "-lt" | "-le" => Some(failed(right)),
            _ => None,
        };
    }
    let (one, other) = (left.text.as_deref()?, right.text.as_deref()?);
    let numbers = || Some((one.trim().parse::<i64>().ok()?, other.trim().parse::<i64>().ok()?));
    let counter = |value: &Known, raw: &str| !value.outside && raw.contains('$');
    let ordered = operator.starts_with('-') && (counter(left, left_raw) || counter(right, right_raw));
    if (left.outside || right.outside) && !ordered {
        return None;
    }
    match operator {
        "=" | "==" if !right_raw.contains(['*', '?', '[']) => Some(one == other),
        "!=" if !right_raw.contains(['*', '?', '[']) => Some(one != other),
        "-eq" => numbers().map(|(a, b)| a == b),
        "-ne" => numbers().map(|(a, b)| a != b),
        "-lt" => numbers().map(|(a, b)| a < b),
        "-le" => numbers().map(|(a, b)| a <= b),
        "-gt" => numbers().map(|(a, b)| a > b),
        "-ge" => numbers().map(|(a, b)| a >= b),
        _ => None,
    }
}
