//! A command line in its options and operands.

use crate::semantics::shell::Arg;

/// Which options of a program take a value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Takes {
    /// Long ones, without the dashes.
    pub long: &'static [&'static str],
    /// Short ones, one letter each.
    pub short: &'static str,
}

/// An option as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    /// `only` of `--only`, `r` of `-r`.
    pub name: String,
    /// Its value: `None` for a flag, `Some(None)` when there is one that cannot be seen.
    pub value: Option<Option<String>>,
}

/// A word that is no option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Operand {
    /// Its text, `None` when a part of it is not known.
    pub text: Option<String>,
    /// As written, quotes taken off.
    pub raw: String,
}

impl Operand {
    /// Its text, or as it is written when a part of it is not known.
    pub fn shown(&self) -> String {
        self.text.clone().unwrap_or_else(|| self.raw.clone())
    }
}

/// A command line after the program's name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Line {
    /// Options in order.
    pub options: Vec<Given>,
    /// The other words in order.
    pub operands: Vec<Operand>,
    /// Words that could be anything, options too: `$OPTS`, `$(…)`. As written.
    pub unseen: Vec<String>,
}

/// A word of a command line, split where the shell splits an unquoted expansion.
struct Word<'a> {
    text: Option<String>,
    raw: &'a str,
}

fn words(args: &[Arg]) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    for arg in args {
        let quoted = arg.raw.starts_with(['"', '\'']);
        match &arg.text {
            // The shell drops an unquoted expansion to nothing, and splits one at its blanks.
            Some(text) if !quoted && arg.raw.starts_with(['$', '`']) && !decides(&arg.raw) => {
                words.extend(text.split_whitespace().map(|part| Word { text: Some(part.to_owned()), raw: &arg.raw }));
            }
            text => words.push(Word { text: text.clone().filter(|_| !decides(&arg.raw)), raw: &arg.raw }),
        }
    }
    words
}

/// Whether a word is the output of commands of which some may not run: `$(test "$ENV" = prod && echo --no-dev)`.
fn decides(raw: &str) -> bool {
    let inside = raw.split_once("$(").or_else(|| raw.split_once('`')).map(|(_, inside)| inside);
    inside.is_some_and(|inside| ["&&", "||", "if ", "case "].iter().any(|word| inside.contains(word)))
}

impl Line {
    /// Reads the words after a program's name as getopt does: `--name value`, `--name=value`, `-n value`,
    /// `-nvalue`, `-abn value`, `--`.
    pub fn read(args: &[Arg], takes: Takes) -> Self {
        let mut line = Self::default();
        let mut words = words(args).into_iter();
        let mut only_operands = false;
        while let Some(word) = words.next() {
            let bare = word.raw.trim_matches(['"', '\'']);
            let seen = word.text.as_deref().unwrap_or(bare);
            if !only_operands && seen == "--" {
                only_operands = true;
            } else if let Some(long) = seen.strip_prefix("--").filter(|_| !only_operands) {
                let (name, value) = match long.split_once('=') {
                    Some((name, value)) => (name, Some(word.text.is_some().then(|| unquoted(value)))),
                    None if takes.long.contains(&long) => (long, words.next().map(|next| next.text)),
                    None => (long, None),
                };
                line.options.push(Given { name: name.to_owned(), value });
            } else if let Some(short) = seen.strip_prefix('-').filter(|s| !s.is_empty() && !only_operands) {
                line.short(short, word.text.is_some(), takes, || words.next().map(|next| next.text));
            } else if word.text.is_none() && bare.starts_with(['$', '`']) && !word.raw.starts_with(['"', '\'']) {
                line.unseen.push(word.raw.to_owned());
            } else {
                line.operands.push(Operand { text: word.text.clone(), raw: bare.to_owned() });
            }
        }
        line
    }

    fn short(&mut self, letters: &str, known: bool, takes: Takes, mut next: impl FnMut() -> Option<Option<String>>) {
        for (at, letter) in letters.char_indices() {
            if !takes.short.contains(letter) {
                self.options.push(Given { name: letter.to_string(), value: None });
                continue;
            }
            let rest = letters.get(at + letter.len_utf8()..).unwrap_or_default();
            let value = match rest {
                "" => next(),
                rest => Some(known.then(|| unquoted(rest.strip_prefix('=').unwrap_or(rest)))),
            };
            self.options.push(Given { name: letter.to_string(), value });
            return;
        }
    }

    /// Whether a flag or option of one of these names is given.
    pub fn has(&self, names: &[&str]) -> bool {
        self.options.iter().any(|option| names.contains(&option.name.as_str()))
    }

    /// Every value of the options of these names, in order; `None` for one that cannot be seen.
    pub fn values<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = Option<&'a str>> {
        self.options
            .iter()
            .filter(move |option| names.contains(&option.name.as_str()))
            .filter_map(|option| option.value.as_ref())
            .map(|value| value.as_deref())
    }

    /// The values that can be seen, split at commas and blanks.
    pub fn listed(&self, names: &[&str]) -> Vec<String> {
        self.values(names)
            .flatten()
            .flat_map(|value| value.split([',', ' ', '\t', ':']))
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Whether an option of these names has a value that cannot be seen.
    pub fn hides(&self, names: &[&str]) -> bool {
        self.values(names).any(|value| value.is_none())
    }

    /// The text of the first operand.
    pub fn first(&self) -> Option<&str> {
        self.operands.first()?.text.as_deref()
    }

    /// The operands after the first.
    pub fn rest(&self) -> &[Operand] {
        self.operands.get(1..).unwrap_or_default()
    }
}

/// A value whose quotes a shell has already seen, or has not (`--without="a b"` read raw).
fn unquoted(value: &str) -> String {
    value.trim_matches(['"', '\'']).to_owned()
}
