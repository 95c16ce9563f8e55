//! URLs in code of other languages.

use std::sync::LazyLock;

use regex::Regex;

use super::Asks;

static URL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)(?-u:\b)http(s?)://").ok());
static TLS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?-u:\b)HTTPSConnection(?-u:\b)|['"](?:node:)?https['"]"#).ok());
static PLAIN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?-u:\b)HTTPConnection(?-u:\b)|['"](?:node:)?http['"]|HTTP/1\.[01]"#).ok());
static WEB: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?-u:\b)(?:requests|httpx|urllib[0-9]?|aiohttp|http|fetch|axios|got|needle|undici|Net::HTTP|LWP|HTTParty|faraday|",
        r"file_get_contents|curl_[a-z_]+|HttpClient|webclient)(?-u:\b)",
    ))
    .ok()
});
static IMPORTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?-u:\b)(?:import|from|require(?:_once|_relative)?|use|include)(?-u:\b)[\s("']*([A-Za-z_][A-Za-z0-9_.]*)"#,
    )
    .ok()
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
pub(super) fn code(text: &str, is_file: bool) -> Asks {
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
