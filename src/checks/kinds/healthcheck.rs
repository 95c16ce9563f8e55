//! `healthcheck`: the image has a probe that can fail.

use crate::checks::{Args, Body, Field, FieldType, FileSet, Finding, Kind, Outcome, Reason, TreeCheck, at, each_image};
use crate::semantics::files::Files;
use crate::semantics::image::{Asked, Asks, Health, Image, Probe};
use crate::semantics::shell::CanFail;

/// The kind.
pub const KIND: Kind = Kind {
    name: "healthcheck",
    summary: "the image has an effective HEALTHCHECK that can fail",
    doc: "Holds when the image of each Dockerfile has an effective HEALTHCHECK (the last one of its last stage and of \
every stage that it is built FROM) whose command can fail; with `scheme` it also has to probe over that scheme. \
Scripts of the build context are followed.\n\n\
Fails when there is none: `NONE`, a commented-out one, a base image's own, which cannot be seen. Fails when the probe \
cannot fail: `true`, `:`, `exit 0`, `echo`, `printf` and an interpreter told to exit 0 cannot; `a || b` can if both \
can, `a && b` if one can, `a; b` and a pipeline as their last (any part under pipefail); other commands can. In exec \
form `||` is an argument. With `scheme`: fails when it probes over the other one, or not over http at all \
(`pg_isready`). `curl` without `-f` holds with a note: an error page is an answer for it.\n\n\
Unknown when the command cannot be read, and, with `scheme`, when no URL can be seen: it comes from a variable without \
a value or from a script that is not in the repository.\n\n\
Source: <https://docs.docker.com/reference/dockerfile/#healthcheck>.",
    example: "check = { healthcheck = { files = \"Dockerfile\", scheme = \"http\" } }",
    fields: &[
        Field { name: "files", takes: FieldType::Files, required: true, doc: "the Dockerfiles" },
        Field {
            name: "scheme",
            takes: FieldType::OneOf(&["http", "https"]),
            required: false,
            doc: "what the probe has to ask over; anything when not given",
        },
    ],
    compile,
};

fn compile(args: &mut Args<'_>) -> Option<Body> {
    let scheme = args.text("scheme").map(|scheme| match scheme.as_str() {
        "https" => Asks::Https,
        _ => Asks::Http,
    });
    Some(Body::Tree(Box::new(Healthcheck { files: args.files("files"), scheme })))
}

struct Healthcheck {
    files: FileSet,
    scheme: Option<Asks>,
}

impl TreeCheck for Healthcheck {
    fn evaluate(&self, files: &Files<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        each_image(files, &self.files, &mut outcome, self, |check, files, image, outcome| match image.health(files) {
            Health::Unset(comments) => absent(image, &comments, outcome),
            Health::Off(place) => {
                let finding = Finding::fault("HEALTHCHECK NONE switches every probe off".to_owned());
                outcome.push(at(finding, &place).help("write a HEALTHCHECK with a CMD"));
            }
            Health::Probe(probe) => check.judge(&probe, outcome),
        });
        outcome
    }
}

fn absent(image: &Image<'_>, comments: &[u32], outcome: &mut Outcome) {
    if let Some((place, names)) = image.open_base() {
        let names = names.join(", ");
        let finding = Finding::note(format!("FROM has a variable without a value ({names}): its stage may have one"));
        return outcome.doubt(Reason::Unresolved, at(finding, &place));
    }
    let finding = match comments.first() {
        Some(line) => {
            let range = crate::source::LineRange::at(*line);
            Finding::fault(format!("no HEALTHCHECK: the one on line {line} is commented out"))
                .lines(&image.walk.file, range)
        }
        None => at(
            Finding::fault("no HEALTHCHECK in the final stage or a stage it is built from".to_owned()),
            &image.from_place(),
        ),
    };
    outcome.push(finding.help("add one, for example `HEALTHCHECK CMD curl -f http://localhost:9000/health || exit 1`"));
}

fn word(scheme: &Asks) -> &'static str {
    if *scheme == Asks::Https { "https" } else { "http" }
}

impl Healthcheck {
    fn judge(&self, probe: &Probe, outcome: &mut Outcome) {
        match probe.can_fail {
            CanFail::Yes => outcome.push(at(Finding::proof("the probe can fail".to_owned()), &probe.place)),
            CanFail::No => {
                let finding = Finding::fault("the probe cannot fail: whatever happens, it ends with 0".to_owned());
                let help = "let its status be that of the request: `curl -f http://… || exit 1`";
                return outcome.push(at(finding, &probe.place).help(help));
            }
            CanFail::Unknown => {
                let finding = Finding::note("it cannot be told whether the probe can fail".to_owned());
                outcome.doubt(Reason::Unresolved, at(finding, &probe.place));
            }
        }
        if let Some(scheme) = &self.scheme {
            judge_scheme(scheme, probe, outcome);
        }
        if probe.names_cmd {
            let note = Finding::note("CMD stands twice: the second is looked for as a program".to_owned());
            outcome.push(at(note, &probe.place).help("a Dockerfile says CMD once, before the array"));
        }
        if let Some(curl) = probe.asked.iter().find(|asked| asked.lenient) {
            let note = Finding::note("curl without -f takes an error page for an answer".to_owned());
            outcome.push(at(note, &curl.place).help("add -f"));
        }
    }
}

/// Whether the probe asks over the scheme: the other one is a fault, even beside it.
fn judge_scheme(scheme: &Asks, probe: &Probe, outcome: &mut Outcome) {
    let wanted = word(scheme);
    let find = |fits: &dyn Fn(&Asks) -> bool| probe.asked.iter().find(|asked: &&Asked| fits(&asked.asks));
    if let Some(other) = find(&|asks| matches!(asks, Asks::Http | Asks::Https) && asks != scheme) {
        let finding = Finding::fault(format!("it probes over {}, not {wanted}", word(&other.asks)));
        outcome.push(at(finding, &other.place).help(format!("ask {wanted}://")));
    } else if let Some(asked) = find(&|asks| asks == scheme) {
        outcome.push(at(Finding::proof(format!("it probes over {wanted}")), &asked.place));
    } else if let Some((place, what)) = probe.hidden.first() {
        let finding = Finding::note(format!("its URL cannot be seen: {what}"));
        outcome.doubt(Reason::Unresolved, at(finding, place));
    } else if let Some(Asked { asks: Asks::Unseen(what), place, .. }) = find(&|asks| matches!(asks, Asks::Unseen(_))) {
        let finding = Finding::note(format!("its URL cannot be seen: {what}"));
        outcome.doubt(Reason::Unresolved, at(finding, place));
    } else {
        let finding = Finding::fault(format!("it probes nothing over {wanted}"));
        outcome
            .push(at(finding, &probe.place).help(format!("ask the service itself: `curl -f {wanted}://localhost:…`")));
    }
}
