//! Package managers of languages whose dependencies are linked into what is built, and Ruby's and PHP's.
//!
//! Rules: <https://getcomposer.org/doc/03-cli.md#install-i>, <https://bundler.io/man/bundle-install.1.html>,
//! <https://go.dev/ref/mod>, <https://doc.rust-lang.org/cargo/commands/>,
//! <https://maven.apache.org/guides/introduction/introduction-to-the-lifecycle.html>.

use super::groups::Manager;
use super::install::{Act, Ecosystem, Install, Reads};
use super::line::{Line, Operand, Takes};
use super::selection::Selection;
use super::tools::Around;
use crate::semantics::shell::Arg;

const TAKES: Takes = Takes {
    long: &[
        "working-dir",
        "without",
        "with",
        "path",
        "jobs",
        "gemfile",
        "manifest-path",
        "target",
        "target-dir",
        "bin",
        "package",
        "features",
        "profile",
        "recipe-path",
        "root",
        "file",
        "projects",
        "configuration",
        "runtime",
        "output",
        "framework",
        "only",
        "retry",
    ],
    short: "dojfpFcrP",
};

/// What the program does; `None`: nothing about dependencies.
pub(super) fn act(program: &str, args: &[Arg], around: Around<'_>) -> Option<Act> {
    let line = Line::read(args, TAKES);
    if line.has(&["help", "h", "dry-run"]) {
        return None;
    }
    match program {
        "composer" | "composer.phar" => composer(&line, around),
        "bundle" | "bundler" => bundle(&line, around),
        _ => {
            let tool = linked(program, &line)?;
            let mut found = Install::of_manifest(tool, Ecosystem::Compiled, Manager::Asked);
            found.selection = Selection::main();
            Some(Act::Install(Box::new(found)))
        }
    }
}

/// The tool, when its command fetches what the project is linked with.
fn linked(program: &str, line: &Line) -> Option<&'static str> {
    let words: Vec<&str> = line.operands.iter().filter_map(|operand| operand.text.as_deref()).collect();
    match (program, words.as_slice()) {
        ("go", ["mod", "download" | "vendor" | "tidy", ..] | ["build", ..]) => Some("go"),
        ("go", ["install" | "get", what, ..]) if what.starts_with('.') => Some("go"),
        ("cargo", ["fetch" | "build" | "b" | "vendor", ..] | ["chef", "cook", ..]) => Some("cargo"),
        ("cargo", ["install", ..]) if line.has(&["path"]) => Some("cargo"),
        ("mvn" | "mvnw", goals)
            if goals.iter().any(|goal| {
                goal.starts_with("dependency:")
                    || matches!(*goal, "package" | "install" | "verify" | "compile" | "deploy" | "test")
            }) =>
        {
            Some("maven")
        }
        ("gradle" | "gradlew", tasks) => tasks
            .iter()
            .any(|task| {
                let task = task.rsplit(':').next().unwrap_or(task);
                matches!(task, "build" | "assemble" | "dependencies" | "bootJar" | "jar" | "installDist" | "shadowJar")
            })
            .then_some("gradle"),
        ("dotnet", ["restore" | "build" | "publish", ..]) => Some("dotnet"),
        ("mix", ["deps.get", ..]) => Some("mix"),
        ("dart" | "flutter", ["pub", "get", ..]) => Some("dart"),
        ("swift", ["package", "resolve", ..] | ["build", ..]) => Some("swift"),
        ("stack" | "cabal", ["build" | "install", ..]) => Some("haskell"),
        _ => None,
    }
}

fn composer(line: &Line, around: Around<'_>) -> Option<Act> {
    let mut found = Install::of_manifest("composer", Ecosystem::Php, Manager::Composer);
    match line.first()? {
        "install" | "i" | "update" | "u" => {
            if line.has(&["no-dev"]) || around.is_set("COMPOSER_NO_DEV") {
                found.selection.without.push("dev".to_owned());
            }
            found.exact = true;
        }
        "require" | "req" => found.reads = Reads::Named(line.rest().iter().map(Operand::shown).collect()),
        _ => return None,
    }
    found.selection.unseen.extend(line.unseen.iter().cloned());
    found.place = around.place("vendor");
    Some(Act::Install(Box::new(found)))
}

fn bundle(line: &Line, around: Around<'_>) -> Option<Act> {
    match line.first() {
        None | Some("install") => {
            let mut found = Install::of_manifest("bundle", Ecosystem::Ruby, Manager::Bundler);
            found.selection.without = line.listed(&["without"]);
            // `--without a b`: the words after it are groups too.
            if !found.selection.without.is_empty() {
                found.selection.without.extend(line.rest().iter().map(Operand::shown));
            }
            if let Some(groups) = around.setting("bundle", "without", "BUNDLE_WITHOUT") {
                found.selection.without.extend(groups.split([':', ' ', ',']).map(str::to_owned));
            }
            if let Some(groups) = around.setting("bundle", "only", "BUNDLE_ONLY") {
                found.selection.only = groups
                    .split([':', ' ', ','])
                    .map(|group| if group == "default" { super::selection::MAIN } else { group }.to_owned())
                    .collect();
            }
            found.selection.unseen.extend(line.unseen.iter().cloned());
            Some(Act::Install(Box::new(found)))
        }
        Some("config") => {
            let words: Vec<String> =
                line.rest().iter().filter(|o| o.text.as_deref() != Some("set")).map(Operand::shown).collect();
            let (key, values) = words.split_first()?;
            Some(Act::Setting("bundle", key.clone(), values.join(" ")))
        }
        _ => None,
    }
}
