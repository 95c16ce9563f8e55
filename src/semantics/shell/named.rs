//! Which commands a plan means by `certbot renew`.

use super::{Arg, Command};

/// Whether a command is the one that words name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// A word that decides it has no known value.
    Unknown,
}

/// What certbot can be told to do (<https://eff-certbot.readthedocs.io/en/stable/using.html#certbot-commands>).
const CERTBOT: [&str; 16] = [
    "run",
    "certonly",
    "renew",
    "enhance",
    "certificates",
    "revoke",
    "delete",
    "register",
    "unregister",
    "update_account",
    "show_account",
    "install",
    "plugins",
    "rollback",
    "reconfigure",
    "update_symlinks",
];

impl Command {
    /// The words of the program `name` as it is started here: the command's own, those behind
    /// `docker run IMAGE`, `docker exec CONTAINER`, `compose run SERVICE`, or those of `--entrypoint`.
    /// `None` when it is another program.
    pub fn started(&self, name: &str) -> Option<Vec<Arg>> {
        let program = self.program().map(str::to_owned).unwrap_or_else(|| {
            let shape = self.argv.first().map(Arg::shape).unwrap_or_default();
            shape.rsplit('/').next().unwrap_or_default().to_owned()
        });
        if is_program(&program, name) {
            return Some(self.argv.clone());
        }
        let args = self.argv.get(1..).unwrap_or_default();
        if program.starts_with("python") {
            let at = args.iter().position(|arg| arg.text.as_deref() == Some("-m"))?;
            let module = args.get(at + 1)?.text.as_deref()?;
            return (module == name).then(|| args.get(at + 1..).unwrap_or_default().to_vec());
        }
        if !matches!(
            program.as_str(),
            "docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose" | "kubectl"
        ) {
            return None;
        }
        let starts = args.iter().position(|arg| matches!(arg.text.as_deref(), Some("run" | "exec")))?;
        let rest = args.get(starts + 1..)?;
        if let Some(words) = entrypoint(rest) {
            // The arguments follow the image, whose name may be another one than the program's.
            let at = rest.iter().position(|arg| image(arg).as_deref() == Some(name) && !arg.raw.contains("--"));
            let own = rest.iter().position(|arg| arg.raw.starts_with("--entrypoint")).unwrap_or_default();
            let start = at.filter(|at| *at > own + 1).unwrap_or(own);
            let joined = rest.get(own).is_some_and(|arg| arg.raw.contains('='));
            let skipped = if start > own { start + 1 } else { own + if joined { 1 } else { 2 } };
            let tail = rest.iter().skip(skipped);
            let first = words.first().map(Arg::shape)?;
            return is_program(first.rsplit('/').next()?, name).then(|| words.iter().chain(tail).cloned().collect());
        }
        // `docker exec certbot certbot renew`: the container, then the program.
        let at = rest.iter().position(|arg| image(arg).as_deref() == Some(name))?;
        let own = rest.get(at + 1).and_then(|arg| arg.text.as_deref()).is_some_and(|text| is_program(text, name));
        rest.get(if own { at + 1 } else { at }..).map(<[Arg]>::to_vec)
    }

    /// Whether it is the command that `words` names: the program, then each further word among its arguments
    /// in order. For certbot the further word is what it is told to do.
    pub fn named(&self, words: &[String]) -> Named {
        let Some((program, wanted)) = words.split_first() else { return Named::No };
        let Some(argv) = self.started(program) else { return Named::No };
        let args = argv.get(1..).unwrap_or_default();
        let mut left = wanted.iter().peekable();
        for arg in args {
            if left.peek().is_some_and(|word| arg.text.as_deref() == Some(word.as_str())) {
                left.next();
            }
        }
        if left.peek().is_none() {
            return Named::Yes;
        }
        let told = |arg: &Arg| arg.text.as_deref().is_some_and(|text| CERTBOT.contains(&text));
        if program == "certbot" && args.iter().any(told) {
            return Named::No;
        }
        let mut after_option = false;
        for arg in args {
            let shape = arg.shape();
            if arg.text.is_none() && !after_option {
                return Named::Unknown;
            }
            after_option = shape.starts_with('-') && !shape.contains('=');
        }
        Named::No
    }
}

fn is_program(text: &str, name: &str) -> bool {
    let text = text.rsplit('/').next().unwrap_or(text);
    text == name || (name == "certbot" && matches!(text, "certbot-auto" | "letsencrypt" | "letsencrypt-auto"))
}

/// The last part of an image's or service's name: `certbot` of `certbot/certbot:v2.8.0`.
fn image(arg: &Arg) -> Option<String> {
    let shape = arg.shape();
    let name = shape.rsplit('/').next()?;
    Some(name.split([':', '@']).next()?.to_owned())
}

/// The words of `--entrypoint "certbot renew"`.
fn entrypoint(args: &[Arg]) -> Option<Vec<Arg>> {
    let at = args.iter().position(|arg| arg.shape().starts_with("--entrypoint"))?;
    let option = args.get(at)?;
    let value = match option.shape().strip_prefix("--entrypoint=") {
        Some(value) => Arg {
            text: option.text.as_ref().map(|_| value.to_owned()),
            sketch: Some(value.to_owned()),
            ..option.clone()
        },
        None => args.get(at + 1)?.clone(),
    };
    let pieces = value.known().pieces(" \t\n\\");
    Some(pieces.into_iter().flatten().map(|known| Arg::new(known, &value.raw, value.span)).collect())
}
