//! `configurable`: a command gets its addresses and domains from variables.

use crate::checks::{
    Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, Reason, Shell, TreeCheck, each_script,
};
use crate::semantics::files::Files;
use crate::semantics::shell::{Arg, Command, Unseen};
use crate::source::Span;

/// The kind.
pub const KIND: Kind = Kind {
    name: "configurable",
    summary: "no literal e-mail address or domain is passed to a command",
    doc: "Looks at every run of the command: `email` are the values of `-m` and `--email`, `domain` those of `-d`, `--domain`, `--domains` and `--cert-name` (`--option=value` and `-dvalue` too, lists with commas, arguments collected in variables and arrays, `set -- \"$@\" -d …`). Holds when each kind of value is passed at least once and none is written in the script. `${X:-admin@example.org}` is a default and fine, and so is a variable that is only assigned when it is empty.

Fails when a value, or a piece of it, is a literal address or domain, also by a detour: a constant (`EMAIL=a@b.c`, `for d in a.org b.org`) cannot be set from outside. Fails when a kind of value is never passed: nothing is configurable about it. A domain without `-d` in front is a note.

Unknown: arguments without a known value that may hold what is missing (`certbot certonly $ARGS`, `\"$@\"`), regions that cannot be read.

Source: <https://eff-certbot.readthedocs.io/en/stable/using.html#certbot-command-line-options>.",
    example: "check = { configurable = { files = \"certbot-entrypoint.sh\", command = \"certbot\", values = [\"email\", \"domain\"] } }",
    fields: &[
        Field { name: "files", takes: FieldType::Files, required: true, doc: "the scripts" },
        Field { name: "command", takes: FieldType::Text, required: true, doc: "the program" },
        Field {
            name: "values",
            takes: FieldType::SomeOf(&["email", "domain"]),
            required: true,
            doc: "which values come from variables",
        },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let files = args.files("files");
    let command = args.text("command")?;
    if command.contains(char::is_whitespace) {
        args.mistake("command", "`command` names one program", None);
        return None;
    }
    let values = args.texts("values").iter().filter_map(|text| Value::named(text)).collect();
    Some(Body::Tree(Box::new(Configurable { files, command, values })))
}

struct Configurable {
    files: FileSet,
    command: String,
    values: Vec<Value>,
}

/// A kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    Email,
    Domain,
}

impl Value {
    fn named(text: &str) -> Option<Self> {
        match text {
            "email" => Some(Self::Email),
            "domain" => Some(Self::Domain),
            _ => None,
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Email => "an e-mail address",
            Self::Domain => "a domain",
        }
    }

    fn variable(self) -> &'static str {
        match self {
            Self::Email => "CERTBOT_EMAIL",
            Self::Domain => "CERTBOT_DOMAIN",
        }
    }

    fn options(self) -> &'static [&'static str] {
        match self {
            Self::Email => &["-m", "--email"],
            Self::Domain => &["-d", "--domain", "--domains", "--cert-name"],
        }
    }

    /// Whether a literal piece holds such a value.
    fn is_in(self, text: &str) -> bool {
        match self {
            Self::Email => text.contains('@') && text.split('@').all(|part| !part.is_empty()),
            Self::Domain => text.split([',', ' ']).any(is_domain),
        }
    }
}

/// Whether a text is a name such as `example.org`, `*.example.org` or the end of one, `.example.org`.
fn is_domain(text: &str) -> bool {
    let text = text.trim_start_matches("*.").trim_start_matches('.');
    let labels: Vec<&str> = text.trim_end_matches('.').split('.').collect();
    let valid = |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    labels.len() >= 2
        && labels.iter().all(valid)
        && labels.last().is_some_and(|last| last.len() >= 2 && last.chars().all(|c| c.is_alphabetic() || c == '-'))
}

/// A value that is passed.
struct Passed<'a> {
    kind: Value,
    option: String,
    arg: &'a Arg,
    /// Of `--email=x`, what stands behind the `=`; else the whole word.
    literals: Vec<String>,
}

impl TreeCheck for Configurable {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        each_script(files, &self.files, &mut outcome, |shell, outcome| self.judge(shell, outcome));
        outcome
    }
}

impl Configurable {
    fn judge(&self, shell: &Shell<'_>, outcome: &mut Outcome) {
        let flow = shell.flow(true);
        let runs: Vec<(&Command, Vec<Arg>)> =
            flow.commands.iter().filter_map(|command| Some((command, command.started(&self.command)?))).collect();
        let mut seen: Vec<(Span, String)> = Vec::new();
        let mut given = Vec::new();
        let mut hidden: Vec<Span> = Vec::new();
        for (command, argv) in &runs {
            let (passed, loose) = passed(argv, &self.values);
            for value in passed.iter().filter(|value| value.arg.text.as_deref() != Some("")) {
                given.push(value.kind);
                let place = (value.arg.span, value.option.clone() + &value.arg.raw + &value.arg.shape());
                if !seen.contains(&place) {
                    seen.push(place);
                    self.value(shell, outcome, value);
                }
            }
            // `xargs certbot … -d`: the value comes from what xargs reads.
            let last = argv.last().map(Arg::shape).unwrap_or_default();
            if self.values.iter().any(|kind| kind.options().contains(&last.as_str())) {
                hidden.push(command.span);
            }
            for arg in loose {
                let place = (arg.span, arg.raw.clone() + &arg.shape());
                // A text that brings an option as well (`$ARGS`) says where its values belong.
                if seen.contains(&place) || passed.iter().any(|value| value.arg.span == arg.span) {
                    continue;
                }
                seen.push(place);
                self.loose(shell, outcome, command, arg, &mut hidden);
            }
        }
        for kind in self.values.iter().filter(|kind| !given.contains(kind)) {
            self.missing(shell, outcome, *kind, &runs, &hidden, &flow.opaque);
        }
        shell.doubt_hidden(outcome, &flow);
        let is = |command: &Command| command.started(&self.command).is_some();
        shell.note_uncalled(outcome, &flow, &format!("`{}`", self.command), is);
    }

    /// Judges a value behind its option.
    fn value(&self, shell: &Shell<'_>, outcome: &mut Outcome, passed: &Passed<'_>) {
        let Passed { kind, option, arg, literals } = passed;
        let named = option == "--cert-name";
        let literal = literals.iter().find(|text| kind.is_in(text) || (arg.fixed && !text.is_empty() && !named));
        let what = kind.what();
        match literal {
            Some(_) => {
                let how = if arg.raw.contains('$') && arg.fixed { ", a constant of the script" } else { "" };
                let message = format!("{what} is written in the script: `{option}` gets `{}`{how}", shown(arg));
                let variable = kind.variable();
                let help = format!(
                    "take it from the environment: `\"${{{variable}:?}}\"`, or with a default `${{{variable}:-…}}`"
                );
                outcome.push(Finding::fault(message).at(shell.file, arg.span).help(help));
            }
            None if named && arg.fixed => {}
            None => {
                let message = format!("{what} comes from outside: `{option}` gets `{}`", shown(arg));
                outcome.push(Finding::proof(message).at(shell.file, arg.span));
            }
        }
    }

    /// Judges a word that is neither an option nor the value of one.
    fn loose(&self, shell: &Shell<'_>, outcome: &mut Outcome, command: &Command, arg: &Arg, hidden: &mut Vec<Span>) {
        let name = &self.command;
        if arg.text.is_none() {
            hidden.push(command.span);
            let literal = self.values.iter().find(|kind| arg.literals().iter().any(|text| kind.is_in(text)));
            if let Some(kind) = literal {
                let message = format!("{} is written in the script, in `{}`", kind.what(), arg.raw);
                let help = format!("take it from the environment: `\"${{{}:?}}\"`", kind.variable());
                outcome.push(Finding::fault(message).at(shell.file, arg.span).help(help));
            } else if self.values.contains(&Value::Domain)
                && arg.raw.to_ascii_uppercase().contains("DOMAIN")
                && !arg.raw.contains("$(")
            {
                let message = format!("`{}` is passed to `{name}` without `-d`, which it takes domains with", arg.raw);
                outcome.push(Finding::note(message).at(shell.file, arg.span));
            }
            return;
        }
        let text = arg.text.as_deref().unwrap_or_default();
        if !self.values.contains(&Value::Domain) || !text.split(',').all(is_domain) {
            return;
        }
        let message = format!("`{}` is passed to `{name}` without `-d`, which it takes domains with", arg.raw);
        outcome.push(Finding::note(message).at(shell.file, arg.span));
        if arg.fixed {
            let message = format!("a domain is written in the script: `{name}` gets `{}`", shown(arg));
            let help = format!("take it from the environment: `-d \"${{{}:?}}\"`", Value::Domain.variable());
            outcome.push(Finding::fault(message).at(shell.file, arg.span).help(help));
        }
    }

    /// Judges that no run passes a value of this kind.
    fn missing(
        &self,
        shell: &Shell<'_>,
        outcome: &mut Outcome,
        kind: Value,
        runs: &[(&Command, Vec<Arg>)],
        hidden: &[Span],
        opaque: &[crate::semantics::shell::Opaque],
    ) {
        let name = &self.command;
        if let Some(span) = hidden.first() {
            let message = format!("whether {} is passed depends on arguments without a known value", kind.what());
            return outcome.doubt(Reason::Unresolved, Finding::note(message).at(shell.file, *span));
        }
        let reads = |arg: &Arg| matches!(arg.shape().split('=').next(), Some("-c" | "--config"));
        if let Some((command, _)) = runs.iter().find(|(_, argv)| argv.iter().any(reads)) {
            let message = format!("whether {} is passed depends on the file that `--config` names", kind.what());
            return outcome.doubt(Reason::Unresolved, Finding::note(message).at(shell.file, command.span));
        }
        let could = |kind: Unseen| runs.is_empty() || matches!(kind, Unseen::Text | Unseen::Child | Unseen::Bound);
        if opaque.iter().any(|opaque| could(opaque.kind)) {
            return shell.doubt(outcome, opaque.iter().filter(|opaque| could(opaque.kind)));
        }
        if !shell.script.errors.is_empty() {
            return;
        }
        let option = kind.options().first().copied().unwrap_or_default();
        let help = format!("pass it from the environment: `{option} \"${{{}:?}}\"`", kind.variable());
        let finding = match runs.first() {
            Some((command, _)) => {
                Finding::fault(format!("no run of `{name}` passes {}", kind.what())).at(shell.file, command.span)
            }
            None => {
                Finding::fault(format!("no `{name}` runs in {}", shell.file.path.shown().raw())).path(&shell.file.path)
            }
        };
        outcome.push(finding.help(help));
    }
}

/// The word as written; of a text that was split into words, the word.
fn shown(arg: &Arg) -> String {
    let shape = arg.shape();
    if arg.raw.contains(' ') && !shape.contains(' ') { shape.replace(HOLE, "…") } else { arg.raw.clone() }
}

/// What stands in a shape for a piece that is not known.
const HOLE: char = '\u{fffc}';

/// Options of certbot whose value is the next word, beside those of addresses and domains: what stands behind
/// them is no domain.
const VALUED: [&str; 36] = [
    "-w",
    "--webroot-path",
    "-c",
    "--config",
    "--config-dir",
    "--work-dir",
    "--logs-dir",
    "--server",
    "--key-type",
    "--rsa-key-size",
    "--elliptic-curve",
    "--preferred-challenges",
    "--preferred-chain",
    "--deploy-hook",
    "--pre-hook",
    "--post-hook",
    "--renew-hook",
    "--http-01-port",
    "--http-01-address",
    "-a",
    "--authenticator",
    "-i",
    "--installer",
    "--cert-path",
    "--key-path",
    "--fullchain-path",
    "--chain-path",
    "--csr",
    "--manual-auth-hook",
    "--manual-cleanup-hook",
    "--user-agent",
    "--max-log-backups",
    "--eab-kid",
    "--eab-hmac-key",
    "--reason",
    "--dns-cloudflare-credentials",
];

/// The flag with a value of flags in one word: `-m` of `-nm`. The others of certbot's that have one letter and
/// no value stand before it.
fn last_flag(shape: &str) -> Option<String> {
    let flags = shape.strip_prefix('-')?;
    let rest = flags.trim_start_matches(['n', 'q', 't', 'v']);
    (rest.len() < flags.len() && rest.starts_with(['m', 'd'])).then(|| format!("-{rest}"))
}

/// The values of a run, and the words that are neither options nor values of options.
fn passed<'a>(argv: &'a [Arg], kinds: &[Value]) -> (Vec<Passed<'a>>, Vec<&'a Arg>) {
    let (mut values, mut loose) = (Vec::new(), Vec::new());
    let mut args = argv.iter().skip(1);
    while let Some(arg) = args.next() {
        // An option that only some values bring stands between holes.
        let whole = arg.shape();
        let within = whole.trim_matches(HOLE);
        let written = if !whole.starts_with('-') && within.starts_with('-') { within.to_owned() } else { whole };
        let shape = last_flag(&written).unwrap_or_else(|| written.clone());
        // Flags without a value, in the same word before the one that has it.
        let others = written.len() - shape.len();
        let option = shape.split('=').next().unwrap_or_default().to_owned();
        let kind = kinds.iter().copied().find(|kind| {
            kind.options().iter().any(|o| *o == option || (o.len() == 2 && shape.len() > 2 && shape.starts_with(o)))
        });
        let joined = match kind {
            Some(_) if shape.contains('=') && option.len() < shape.len() && shape.starts_with("--") => {
                Some(option.len() + 1)
            }
            Some(_) if !shape.starts_with("--") && shape.len() > 2 => Some(2),
            _ => None,
        };
        match (kind, joined) {
            (Some(kind), Some(at)) => {
                let option = if at == 2 { shape.get(..2).unwrap_or_default().to_owned() } else { option };
                let literals = match arg.literals().split_first() {
                    Some((first, rest)) => {
                        let first = first.get((others + at).min(first.len())..).unwrap_or_default().to_owned();
                        std::iter::once(first).chain(rest.iter().cloned()).filter(|text| !text.is_empty()).collect()
                    }
                    None => Vec::new(),
                };
                values.push(Passed { kind, option, arg, literals });
            }
            (Some(kind), None) => {
                if let Some(value) = args.next() {
                    values.push(Passed { kind, option, arg: value, literals: value.literals() });
                }
            }
            (None, _) if VALUED.contains(&shape.as_str()) || (shape.starts_with("--dns-") && !shape.contains('=')) => {
                // `--dns-route53` alone switches a plugin on.
                let value = args.clone().next().map(Arg::shape).unwrap_or_default();
                if !value.starts_with('-') {
                    args.next();
                }
            }
            (None, _) if shape.starts_with('-') => {}
            (None, _) => loose.push(arg),
        }
    }
    (values, loose)
}
