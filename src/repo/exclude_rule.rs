//! One line of an ignore file (<https://git-scm.com/docs/gitignore>).
//!
//! Our own, because the library's answer differs from git's where a later rule takes an excluded folder's files
//! back, and where a `!` rule stands in another file than the rule that it negates. Tests compare with
//! `git check-ignore`.

/// One rule.
#[derive(Debug)]
pub(super) struct Rule {
    /// `!rule`: takes back what earlier ones ignore.
    pub negated: bool,
    folder_only: bool,
    /// Without a `/` it is about names at any depth.
    name_only: bool,
    glob: Glob,
}

impl Rule {
    /// Reads an ignore file.
    pub fn all_of(bytes: &[u8], ignore_case: bool) -> Vec<Self> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        bytes.split(|b| *b == b'\n').filter_map(|line| Self::of(line, ignore_case)).collect()
    }

    fn of(line: &[u8], ignore_case: bool) -> Option<Self> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() || line.starts_with(b"#") {
            return None;
        }
        let line = without_trailing_blanks(line);
        let (negated, pattern) = match line.strip_prefix(b"!") {
            Some(pattern) => (true, pattern),
            None => (false, line),
        };
        let (folder_only, pattern) = match pattern.strip_suffix(b"/") {
            Some(pattern) => (true, pattern),
            None => (false, pattern),
        };
        let name_only = !pattern.contains(&b'/');
        let pattern = pattern.strip_prefix(b"/").unwrap_or(pattern);
        Some(Self { negated, folder_only, name_only, glob: Glob::of(pattern, ignore_case) })
    }

    /// Whether the rule is about this path, relative to the folder of its ignore file.
    pub fn matches(&self, path: &[u8], is_folder: bool) -> bool {
        if self.folder_only && !is_folder {
            return false;
        }
        let name = path.rsplit(|b| *b == b'/').next().unwrap_or(path);
        self.glob.matches(if self.name_only { name } else { path })
    }
}

/// Blanks at the end do not count, unless a backslash stands before them.
fn without_trailing_blanks(line: &[u8]) -> &[u8] {
    let mut end = 0;
    let mut bytes = line.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b' ' => {}
            b'\\' => match bytes.next() {
                Some((at, _)) => end = at + 1,
                None => return line,
            },
            _ => end = at + 1,
        }
    }
    line.get(..end).unwrap_or(line)
}

/// A shell pattern in which `*` and `?` do not match `/`, as git reads it.
#[derive(Debug)]
struct Glob {
    /// What stands before the first wildcard.
    prefix: Vec<u8>,
    rest: Vec<Token>,
    /// How many bytes at least the rest matches: shorter texts need no try.
    shortest: usize,
    ignore_case: bool,
}

#[derive(Debug)]
enum Token {
    /// This byte.
    Byte(u8),
    /// One byte but `/`.
    Any,
    /// One byte of these.
    Class(Box<[bool; 256]>),
    /// Any number of bytes but `/`.
    Star,
    /// Anything, `/` too.
    All,
    /// Any number of whole folders, with the `/` after each.
    Folders,
    /// Nothing: the pattern is malformed.
    Never,
}

impl Glob {
    fn of(pattern: &[u8], ignore_case: bool) -> Self {
        let magic = pattern.iter().position(|b| matches!(b, b'*' | b'?' | b'[' | b'\\')).unwrap_or(pattern.len());
        let (prefix, rest) = pattern.split_at_checked(magic).unwrap_or((pattern, &[]));
        let mut prefix = prefix.to_vec();
        if ignore_case {
            prefix.make_ascii_lowercase();
        }
        let rest = tokens(rest, ignore_case);
        let free = |token: &&Token| matches!(token, Token::Star | Token::All | Token::Folders);
        let shortest = rest.len() - rest.iter().filter(free).count();
        Self { prefix, rest, shortest, ignore_case }
    }

    fn matches(&self, text: &[u8]) -> bool {
        if self.ignore_case { self.matches_cased(&text.to_ascii_lowercase()) } else { self.matches_cased(text) }
    }

    fn matches_cased(&self, text: &[u8]) -> bool {
        let Some(text) = text.strip_prefix(self.prefix.as_slice()) else { return false };
        if self.rest.is_empty() { text.is_empty() } else { text.len() >= self.shortest && run(&self.rest, text) }
    }
}

fn tokens(pattern: &[u8], ignore_case: bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = pattern;
    let mut before = b'/';
    while let Some((byte, after)) = rest.split_first() {
        let (token, after) = match byte {
            b'*' => stars(before, rest),
            b'?' => (Token::Any, after),
            b'[' => class(after, ignore_case).unwrap_or((Token::Never, &[])),
            b'\\' => match after.split_first() {
                Some((byte, after)) => (Token::Byte(lower(*byte, ignore_case)), after),
                None => (Token::Never, after),
            },
            byte => (Token::Byte(lower(*byte, ignore_case)), after),
        };
        // Twice is the same as once, and what a text can take is then bounded by its length.
        if !(matches!(token, Token::Folders) && matches!(tokens.last(), Some(Token::Folders))) {
            tokens.push(token);
        }
        before = *byte;
        rest = after;
    }
    tokens
}

fn lower(byte: u8, ignore_case: bool) -> u8 {
    if ignore_case { byte.to_ascii_lowercase() } else { byte }
}

/// Two stars or more that are a whole folder name cross folders; else they are as one.
fn stars(before: u8, rest: &[u8]) -> (Token, &[u8]) {
    let count = rest.iter().take_while(|b| **b == b'*').count();
    let after = rest.get(count..).unwrap_or_default();
    if count < 2 || before != b'/' {
        return (Token::Star, after);
    }
    match after {
        [] | [b'\\', b'/', ..] => (Token::All, after),
        [b'/', after @ ..] => (Token::Folders, after),
        _ => (Token::Star, after),
    }
}

/// A bracket expression, from after its `[`; `None` when it is malformed.
fn class(rest: &[u8], ignore_case: bool) -> Option<(Token, &[u8])> {
    let (negated, mut rest) = match rest {
        [b'!' | b'^', rest @ ..] => (true, rest),
        _ => (false, rest),
    };
    let mut set = Box::new([false; 256]);
    let mut add =
        |from: u8, to: u8| set.iter_mut().take(usize::from(to) + 1).skip(usize::from(from)).for_each(|b| *b = true);
    let mut previous = None;
    let mut first = true;
    loop {
        let (byte, after) = rest.split_first()?;
        rest = after;
        match byte {
            b']' if !first => break,
            b'\\' => {
                let (byte, after) = rest.split_first()?;
                rest = after;
                add(*byte, *byte);
                previous = Some(*byte);
            }
            b'-' if previous.is_some() && rest.first().is_some_and(|b| *b != b']') => {
                let (mut to, after) = rest.split_first()?;
                rest = after;
                if *to == b'\\' {
                    (to, rest) = rest.split_first()?;
                }
                if let Some(from) = previous.take() {
                    add(from, *to);
                }
            }
            b'[' if rest.first() == Some(&b':') => {
                let end = rest.iter().position(|b| *b == b']')?;
                match rest.get(1..end).and_then(|name| name.strip_suffix(b":")) {
                    Some(name) => {
                        let holds = named_class(name)?;
                        (0..=255).filter(holds).for_each(|byte| add(byte, byte));
                        rest = rest.get(end + 1..)?;
                        previous = None;
                    }
                    None => {
                        add(b'[', b'[');
                        previous = Some(b'[');
                    }
                }
            }
            byte => {
                add(*byte, *byte);
                previous = Some(*byte);
            }
        }
        first = false;
    }
    if ignore_case {
        for byte in b'a'..=b'z' {
            if set.get(usize::from(byte.to_ascii_uppercase())) == Some(&true) {
                set.iter_mut().skip(usize::from(byte)).take(1).for_each(|b| *b = true);
            }
        }
    }
    if negated {
        set.iter_mut().for_each(|b| *b = !*b);
    }
    set.iter_mut().skip(usize::from(b'/')).take(1).for_each(|b| *b = false);
    Some((Token::Class(set), rest))
}

fn named_class(name: &[u8]) -> Option<fn(&u8) -> bool> {
    Some(match name {
        b"alnum" => u8::is_ascii_alphanumeric,
        b"alpha" => u8::is_ascii_alphabetic,
        b"blank" => |b| matches!(b, b' ' | b'\t'),
        b"cntrl" => u8::is_ascii_control,
        b"digit" => u8::is_ascii_digit,
        b"graph" => u8::is_ascii_graphic,
        b"lower" => u8::is_ascii_lowercase,
        b"print" => |b| b.is_ascii_graphic() || *b == b' ',
        b"punct" => u8::is_ascii_punctuation,
        b"space" => |b| b.is_ascii_whitespace() || *b == 0x0b,
        b"upper" => u8::is_ascii_uppercase,
        b"xdigit" => u8::is_ascii_hexdigit,
        _ => return None,
    })
}

/// Follows all ways to match at once: work grows with pattern times text, whatever the pattern.
fn run(tokens: &[Token], text: &[u8]) -> bool {
    let mut here = vec![false; tokens.len() + 1];
    let mut next = here.clone();
    enter(tokens, &mut here, 0);
    for byte in text {
        next.iter_mut().for_each(|state| *state = false);
        for (at, token) in tokens.iter().enumerate() {
            if here.get(at) != Some(&true) {
                continue;
            }
            let (stays, moves) = match token {
                Token::Byte(wanted) => (false, byte == wanted),
                Token::Any => (false, *byte != b'/'),
                Token::Class(set) => (false, set.get(usize::from(*byte)) == Some(&true)),
                Token::Star => (*byte != b'/', *byte != b'/'),
                Token::All => (true, true),
                Token::Folders => (true, *byte == b'/'),
                Token::Never => (false, false),
            };
            if stays && let Some(state) = next.get_mut(at) {
                *state = true;
            }
            if moves {
                enter(tokens, &mut next, at + 1);
            }
        }
        std::mem::swap(&mut here, &mut next);
    }
    here.last() == Some(&true)
}

/// Marks a place, and those after it that need nothing more of the text.
fn enter(tokens: &[Token], states: &mut [bool], mut at: usize) {
    while let Some(state) = states.get_mut(at) {
        *state = true;
        if !matches!(tokens.get(at), Some(Token::Star | Token::All | Token::Folders)) {
            return;
        }
        at += 1;
    }
}
