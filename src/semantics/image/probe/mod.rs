//! What a HEALTHCHECK probes, and over which scheme.
//!
//! A URL without a scheme is http for curl and wget: <https://curl.se/docs/manpage.html#URL>.

mod code;
mod tables;

use code::code;
use tables::{CURL, OTHERWISE, WGET};

use super::interpreter::{self, What};
use super::options::read;
use super::provided::{Finder, Provided};
use super::{Place, Ran, Step};
use crate::semantics::shell::Arg;

/// How a command asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asks {
    /// Over http.
    Http,
    /// Over https.
    Https,
    /// It may, but its URL cannot be seen: what, a lower-case fragment.
    Unseen(String),
    /// Not over http at all.
    Otherwise,
}

/// A command of a probe.
#[derive(Debug, Clone)]
pub struct Asked {
    /// How it asks.
    pub asks: Asks,
    /// Where it stands.
    pub place: Place,
    /// Whether it is a curl that takes an error page (HTTP 500, say) for an answer.
    pub lenient: bool,
}

/// How a command of a probe asks; `None` when its own commands stand after it, or it only helps.
pub(super) fn asked(ran: &Ran, finder: &Finder<'_>, steps: &[&Step]) -> Option<Asked> {
    if ran.followed {
        return None;
    }
    let command = &ran.command;
    let args = command.argv.get(1..).unwrap_or_default();
    let found = |asks: Asks| Some(Asked { asks, place: ran.place(), lenient: false });
    let Some(program) = command.program() else {
        return found(Asks::Unseen("a program whose name has no known value".to_owned()));
    };
    match program {
        "curl" => Some(Asked { lenient: is_lenient(args), ..found(curl(args))? }),
        "wget" => found(wget(args)),
        "https" | "xhs" => found(Asks::Https),
        "http" | "xh" => found(explicit(args).unwrap_or(Asks::Http)),
        "openssl" => found(Asks::Https),
        "echo" | "printf" if args.iter().any(|arg| arg.raw.contains("HTTP/1")) => found(Asks::Http),
        name if OTHERWISE.contains(&name) => found(explicit(args).unwrap_or(Asks::Otherwise)),
        _ => found(
            started(ran, finder, steps)
                .or_else(|| explicit(args))
                .unwrap_or_else(|| Asks::Unseen(format!("what `{program}` asks"))),
        ),
    }
}

/// A word that is a URL.
#[derive(Debug, Clone, Copy)]
struct Url<'c> {
    text: Option<&'c str>,
    raw: &'c str,
}

impl<'c> Url<'c> {
    fn of(arg: &'c Arg) -> Self {
        Self { text: arg.text.as_deref(), raw: &arg.raw }
    }
}

/// By a URL with a scheme among the arguments.
fn explicit(args: &[Arg]) -> Option<Asks> {
    args.iter().find_map(|arg| scheme_of(Url::of(arg)).filter(|asks| matches!(asks, Asks::Http | Asks::Https)))
}

/// By the begin of a word: `http://…`, `https://…`; another scheme is not http, none is nothing.
fn scheme_of(url: Url<'_>) -> Option<Asks> {
    let text = url.text.unwrap_or(url.raw.trim_start_matches(['"', '\'']));
    let (scheme, _) = text.split_once("://")?;
    match scheme.to_ascii_lowercase().as_str() {
        "http" => Some(Asks::Http),
        "https" => Some(Asks::Https),
        scheme if scheme.contains(['$', '`']) => Some(Asks::Unseen(format!("the URL `{}`", url.raw))),
        _ => Some(Asks::Otherwise),
    }
}

/// Of URLs, the one that decides: https before what cannot be seen before http.
fn of_urls<'c>(urls: impl Iterator<Item = Url<'c>>, default: &Asks) -> Option<Asks> {
    let mut decided: Option<Asks> = None;
    for url in urls {
        let asks = match scheme_of(url) {
            Some(asks) => asks,
            None if url.text.is_none() && url.raw.trim_start_matches('"').starts_with(['$', '`']) => {
                Asks::Unseen(format!("the URL `{}`", url.raw))
            }
            None => default.clone(),
        };
        let weight = |asks: &Asks| match asks {
            Asks::Https => 3,
            Asks::Unseen(_) => 2,
            Asks::Http => 1,
            Asks::Otherwise => 0,
        };
        if decided.as_ref().is_none_or(|decided| weight(&asks) > weight(decided)) {
            decided = Some(asks);
        }
    }
    decided
}

fn curl(args: &[Arg]) -> Asks {
    let parsed = read(args, CURL);
    let default = match parsed.value("proto-default").and_then(|value| value.text.as_deref()) {
        Some("https") => Asks::Https,
        _ => Asks::Http,
    };
    let named = parsed.options.iter().filter(|(name, _)| *name == "url").filter_map(|(_, value)| value.as_ref());
    let named = named.map(|value| Url { text: value.text.as_deref(), raw: &value.raw });
    let all: Vec<Url<'_>> = parsed.operands.iter().map(|arg| Url::of(arg)).chain(named).collect();
    // Values of options that the table lacks look like operands: URLs that say their scheme go first.
    let spelled = all.iter().any(|url| scheme_of(*url).is_some());
    let urls = all.iter().filter(|url| !spelled || scheme_of(**url).is_some() || url.text.is_none());
    of_urls(urls.copied(), &default).unwrap_or_else(|| Asks::Unseen("a curl without a URL".to_owned()))
}

/// Whether a curl lacks `-f`.
fn is_lenient(args: &[Arg]) -> bool {
    let parsed = read(args, CURL);
    !parsed.has("fail") && !parsed.has("fail-with-body")
}

fn wget(args: &[Arg]) -> Asks {
    let parsed = read(args, WGET);
    of_urls(parsed.operands.iter().map(|arg| Url::of(arg)), &Asks::Http)
        .unwrap_or_else(|| Asks::Unseen("a wget without a URL".to_owned()))
}

/// By the code that an interpreter runs, in an argument or a file of the context.
fn started(ran: &Ran, finder: &Finder<'_>, steps: &[&Step]) -> Option<Asks> {
    match interpreter::starts(&ran.command)?.what {
        What::ForeignText(_, arg) => Some(code(arg.text.as_deref().unwrap_or(&arg.raw), false)),
        What::ForeignFile(_, path) => Some(match finder.at(steps, &[], &ran.absolute(&path)?) {
            Provided::File(file) => code(&file.text(), true),
            Provided::Inline(heredoc) => code(&heredoc.content, true),
            Provided::Lost(_) | Provided::Nowhere => Asks::Unseen(format!("what `{path}` asks")),
        }),
        What::Program(path) => match finder.at(steps, &[], &ran.absolute(path)?) {
            Provided::File(file) if file.bytes.starts_with(b"#!") => Some(code(&file.text(), true)),
            Provided::Inline(heredoc) => Some(code(&heredoc.content, true)),
            _ => None,
        },
        _ => None,
    }
}
