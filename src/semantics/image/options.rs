//! Options of a command line as getopt_long reads them: bundled, attached values, long ones cut short.

use crate::semantics::shell::Arg;

/// An option: its letter (or a blank), its long name, whether it takes a value.
pub(super) type Spec = (char, &'static str, bool);

/// A value: `None` when it cannot be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    /// Its text.
    pub(super) text: Option<String>,
    /// As written.
    pub(super) raw: String,
}

/// A command line, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parsed<'c> {
    /// Known options by long name, in order.
    pub(super) options: Vec<(&'static str, Option<Value>)>,
    /// What is no option.
    pub(super) operands: Vec<&'c Arg>,
    /// Options that the table does not have, as written.
    pub(super) unknown: Vec<String>,
}

impl Parsed<'_> {
    /// The last value of an option.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.options.iter().rev().find(|(known, _)| *known == name).and_then(|(_, value)| value.as_ref())
    }

    /// Whether an option is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.options.iter().any(|(known, _)| *known == name)
    }
}

impl Value {
    fn of(arg: &Arg) -> Self {
        Self { text: arg.text.clone(), raw: arg.raw.clone() }
    }

    fn part(arg: &Arg, rest: &str) -> Self {
        Self { text: arg.text.is_some().then(|| rest.to_owned()), raw: rest.to_owned() }
    }
}

/// Reads arguments by a table; operands may stand between options.
pub(super) fn read<'c>(args: &'c [Arg], table: &'static [Spec]) -> Parsed<'c> {
    let mut parsed = Parsed::default();
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        // Of a word with an unknown part the begin is still as written: `--uid=$X`.
        let word = arg.text.as_deref().unwrap_or(arg.raw.trim_matches('"'));
        if word == "--" {
            parsed.operands.extend(rest.by_ref());
        } else if let Some(long) = word.strip_prefix("--") {
            let (name, attached) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (long, None),
            };
            match (long_option(table, name), attached) {
                (Some((_, name, true)), Some(value)) => {
                    parsed.options.push((name, Some(Value::part(arg, value))));
                }
                (Some((_, name, true)), None) => parsed.options.push((name, rest.next().map(Value::of))),
                (Some((_, name, false)), _) => parsed.options.push((name, None)),
                (None, _) => parsed.unknown.push(word.to_owned()),
            }
        } else if word.len() > 1 && word.starts_with('-') {
            for (at, letter) in word.char_indices().skip(1) {
                match table.iter().find(|(short, _, _)| *short == letter) {
                    Some((_, name, false)) => parsed.options.push((name, None)),
                    Some((_, name, true)) => {
                        let attached = word.get(at + letter.len_utf8()..).unwrap_or_default();
                        let value = match attached.is_empty() {
                            true => rest.next().map(Value::of),
                            false => Some(Value::part(arg, attached)),
                        };
                        parsed.options.push((name, value));
                        break;
                    }
                    None => parsed.unknown.push(format!("-{letter}")),
                }
            }
        } else {
            parsed.operands.push(arg);
        }
    }
    parsed
}

/// The option of that long name, or the only one that begins so.
fn long_option(table: &'static [Spec], name: &str) -> Option<Spec> {
    let exact = table.iter().find(|(_, long, _)| *long == name);
    let mut begins = table.iter().filter(|(_, long, _)| !name.is_empty() && long.starts_with(name));
    match (exact, begins.next()) {
        (Some(spec), _) => Some(*spec),
        (None, Some(first)) => begins.all(|(_, long, _)| *long == first.1).then_some(*first),
        (None, None) => None,
    }
}
