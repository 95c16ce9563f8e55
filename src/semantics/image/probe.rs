//! What a HEALTHCHECK probes, and over which scheme.
//!
//! A URL without a scheme is http for curl and wget: <https://curl.se/docs/manpage.html#URL>.

use std::sync::LazyLock;

use regex::Regex;

use super::interpreter::{self, What};
use super::options::{Spec, read};
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

const CURL: &[Spec] = &[
    ('A', "user-agent", true),
    ('b', "cookie", true),
    ('c', "cookie-jar", true),
    ('C', "continue-at", true),
    ('d', "data", true),
    ('D', "dump-header", true),
    ('e', "referer", true),
    ('E', "cert", true),
    ('F', "form", true),
    ('H', "header", true),
    ('K', "config", true),
    ('m', "max-time", true),
    ('o', "output", true),
    ('P', "ftp-port", true),
    ('Q', "quote", true),
    ('r', "range", true),
    ('t', "telnet-option", true),
    ('T', "upload-file", true),
    ('u', "user", true),
    ('U', "proxy-user", true),
    ('w', "write-out", true),
    ('x', "proxy", true),
    ('X', "request", true),
    ('y', "speed-time", true),
    ('Y', "speed-limit", true),
    ('z', "time-cond", true),
    ('f', "fail", false),
    (' ', "fail-with-body", false),
    ('s', "silent", false),
    ('S', "show-error", false),
    ('k', "insecure", false),
    ('L', "location", false),
    ('I', "head", false),
    ('i', "include", false),
    ('v', "verbose", false),
    (' ', "url", true),
    (' ', "connect-timeout", true),
    (' ', "retry", true),
    (' ', "retry-delay", true),
    (' ', "retry-max-time", true),
    (' ', "retry-connrefused", false),
    (' ', "retry-all-errors", false),
    (' ', "data-raw", true),
    (' ', "data-binary", true),
    (' ', "data-urlencode", true),
    (' ', "json", true),
    (' ', "cacert", true),
    (' ', "capath", true),
    (' ', "key", true),
    (' ', "resolve", true),
    (' ', "connect-to", true),
    (' ', "interface", true),
    (' ', "unix-socket", true),
    (' ', "abstract-unix-socket", true),
    (' ', "proto", true),
    (' ', "proto-default", true),
    (' ', "proto-redir", true),
    (' ', "max-redirs", true),
    (' ', "max-filesize", true),
    (' ', "limit-rate", true),
    (' ', "noproxy", true),
    (' ', "stderr", true),
    (' ', "oauth2-bearer", true),
    (' ', "keepalive-time", true),
    (' ', "http1.1", false),
    (' ', "http2", false),
];
const WGET: &[Spec] = &[
    ('O', "output-document", true),
    ('o', "output-file", true),
    ('a', "append-output", true),
    ('T', "timeout", true),
    ('t', "tries", true),
    ('U', "user-agent", true),
    ('P', "directory-prefix", true),
    ('Y', "proxy", true),
    ('i', "input-file", true),
    ('q', "quiet", false),
    ('S', "server-response", false),
    ('c', "continue", false),
    (' ', "spider", false),
    (' ', "header", true),
    (' ', "post-data", true),
    (' ', "post-file", true),
    (' ', "method", true),
    (' ', "body-data", true),
    (' ', "user", true),
    (' ', "password", true),
    (' ', "ca-certificate", true),
    (' ', "waitretry", true),
    (' ', "connect-timeout", true),
    (' ', "read-timeout", true),
    (' ', "dns-timeout", true),
    (' ', "bind-address", true),
    (' ', "max-redirect", true),
    (' ', "referer", true),
    (' ', "no-verbose", false),
    (' ', "no-check-certificate", false),
];

/// Programs that speak no http.
const OTHERWISE: &[&str] = &[
    "pg_isready",
    "psql",
    "redis-cli",
    "valkey-cli",
    "mysqladmin",
    "mariadb-admin",
    "mysql",
    "mariadb",
    "mongo",
    "mongosh",
    "nc",
    "ncat",
    "netcat",
    "pgrep",
    "pidof",
    "ps",
    "test",
    "[",
    "[[",
    "kill",
    "killall",
    "supervisorctl",
    "rabbitmq-diagnostics",
    "rabbitmqctl",
    "rabbitmq-plugins",
    "celery",
    "grpc_health_probe",
    "ss",
    "netstat",
    "lsof",
    "ls",
    "cat",
    "stat",
    "find",
    "true",
    "false",
    ":",
    "echo",
    "printf",
    "exit",
    "return",
    "grep",
    "egrep",
    "fgrep",
    "awk",
    "sed",
    "head",
    "tail",
    "wc",
    "cut",
    "tr",
    "sort",
    "sleep",
    "date",
    "cd",
    "set",
    "export",
    "ping",
    "jq",
    "id",
    "whoami",
    "hostname",
    "tee",
    "touch",
    "rm",
    "mkdir",
    "nslookup",
    "dig",
    "getent",
    "which",
    "type",
    "command",
    "nginx",
    "httpd",
    "apachectl",
    "php-fpm",
    "cgi-fcgi",
    "zookeeper-shell",
    "cqlsh",
    "nodetool",
    "etcdctl",
    "break",
    "continue",
    "trap",
    "wait",
    "read",
    "shift",
    "local",
    "declare",
    "unset",
    "env",
    "kafka-topics.sh",
];

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

static URL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\bhttp(s?)://").ok());
static TLS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\bHTTPSConnection\b|['"](?:node:)?https['"]"#).ok());
static PLAIN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\bHTTPConnection\b|['"](?:node:)?http['"]|HTTP/1\.[01]"#).ok());
static WEB: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\b(?:requests|httpx|urllib\d?|aiohttp|http|fetch|axios|got|needle|undici|Net::HTTP|LWP|HTTParty|faraday|",
        r"file_get_contents|curl_\w+|HttpClient|webclient)\b",
    ))
    .ok()
});
static IMPORTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"\b(?:import|from|require(?:_once|_relative)?|use|include)\b[\s("']*([A-Za-z_][\w.]*)"#).ok()
});

/// Modules that speak no http.
const NO_HTTP: &[&str] = &[
    "sys",
    "os",
    "socket",
    "time",
    "json",
    "re",
    "pathlib",
    "subprocess",
    "psycopg2",
    "psycopg",
    "asyncpg",
    "redis",
    "pymysql",
    "MySQLdb",
    "sqlite3",
    "pymongo",
    "asyncio",
    "contextlib",
    "signal",
    "net",
    "fs",
    "import",
    "argparse",
    "datetime",
    "typing",
    "__future__",
    "logging",
];

/// By the URLs of a text in another language. Comment lines do not count.
fn code(text: &str, is_file: bool) -> Asks {
    let is_comment = |line: &&str| {
        let line = line.trim_start();
        is_file && (line.starts_with('#') || line.starts_with("//") || line.starts_with('*'))
    };
    let text = text.lines().filter(|line| !is_comment(line)).collect::<Vec<_>>().join("\n");
    let says = |regex: &LazyLock<Option<Regex>>| regex.as_ref().is_some_and(|regex| regex.is_match(&text));
    let schemes = URL.as_ref().map(|url| {
        let found = url.captures_iter(&text).map(|found| found.get(1).is_some_and(|s| !s.is_empty()));
        found.collect::<Vec<bool>>()
    });
    let schemes = schemes.unwrap_or_default();
    let tls = schemes.contains(&true) || says(&TLS);
    let plain = schemes.contains(&false) || says(&PLAIN) && !says(&TLS);
    match (tls, plain) {
        (true, true) if is_file => Asks::Unseen("which of its URLs it asks".to_owned()),
        (true, _) => Asks::Https,
        (false, true) => Asks::Http,
        (false, false) if says(&WEB) => Asks::Unseen("the URL in its code".to_owned()),
        (false, false) => {
            let foreign = IMPORTS.as_ref().and_then(|imports| {
                let names = imports.captures_iter(&text).filter_map(|found| found.get(1)).map(|name| name.as_str());
                names
                    .map(|name| name.split('.').next().unwrap_or(name))
                    .find(|name| !NO_HTTP.contains(name))
                    .map(str::to_owned)
            });
            foreign.map_or(Asks::Otherwise, |module| Asks::Unseen(format!("what its module {module} asks")))
        }
    }
}
