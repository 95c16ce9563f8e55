//! Compilers among the packages of an image.

use std::collections::BTreeSet;

use super::layers::Layers;
use crate::semantics::files::Files;
use crate::semantics::image::{Event, Place, Presence, Ran, RunUser, Timeline, presence};

/// A compiler in an image.
#[derive(Debug, Clone)]
pub enum Compiler {
    /// It is installed here, and there at the end.
    Installed(String, Place),
    /// It is installed, and removed again: where each.
    Removed(String, Place, Place),
    /// It may be there: the place, and why that is not sure.
    Doubtful(Place, String),
}

/// Packages that are compilers, or whose whole purpose is to bring one.
const PACKAGES: &[&str] = &[
    "gcc",
    "g++",
    "gcc-c++",
    "gcc-gfortran",
    "gfortran",
    "gnat",
    "gdc",
    "build-essential",
    "build-base",
    "alpine-sdk",
    "base-devel",
    "clang",
    "tcc",
    "musl-tools",
    "rustc",
    "rust",
    "cargo",
    "rustup",
    "go",
    "golang",
    "golang-go",
    "golang-bin",
    "ghc",
    "default-jdk",
    "default-jdk-headless",
    "c++",
    "cc",
];

/// Packages that are compilers of a version or for a machine: `gcc-12`, `g++-aarch64-linux-gnu`.
const VERSIONED: &[&str] =
    &["gcc-", "g++-", "clang-", "gfortran-", "rustc-", "cargo-", "golang-", "gcc-toolset-", "devtoolset-"];

/// Whether a package is a compiler, or brings one.
pub fn is_compiler(package: &str) -> bool {
    let version = |rest: &str| {
        rest.starts_with(|c: char| c.is_ascii_digit())
            || rest.ends_with("-linux-gnu")
            || rest.contains("-linux-gnu-")
            || rest.contains("-linux-musl")
    };
    PACKAGES.contains(&package)
        || VERSIONED.iter().any(|head| package.strip_prefix(head).is_some_and(version))
        || package.starts_with("crossbuild-essential")
        || (package.starts_with("openjdk")
            && package.contains("jdk")
            && !package.contains("jre")
            && package != "openjdk")
        || (package.starts_with("java-") && package.ends_with("-devel"))
}

/// The compilers that the final image's commands install.
pub fn compilers(layers: &Layers<'_>, files: &Files<'_>) -> Vec<Compiler> {
    let Some(image) = layers.walk.image_of(layers.last()) else { return Vec::new() };
    let timeline = Timeline::of(&image, files);
    // An unknown package could be any; it is asked for by one name.
    let mut names = BTreeSet::from(["gcc".to_owned()]);
    let mut found = Vec::new();
    for event in &timeline.events {
        let ran = match event {
            Event::Ran(ran, _) => ran,
            // Packages take root.
            Event::Hidden(hidden) if matches!(hidden.user, RunUser::Root | RunUser::Unknown) => {
                if !layers.is_installer(&hidden.place) {
                    found.push(Compiler::Doubtful(hidden.place.clone(), hidden.what.clone()));
                }
                continue;
            }
            _ => continue,
        };
        if let Some(what) = of_its_own(ran) {
            found.push(match ran.command.conditional {
                true => Compiler::Doubtful(ran.place(), format!("{what}, under a condition")),
                false => Compiler::Installed(what.to_owned(), ran.place()),
            });
        }
        names.extend(packages(ran).filter(|name| is_compiler(name)));
    }
    for name in names {
        found.extend(match presence(&timeline, &name) {
            Presence::Installed(place) => vec![Compiler::Installed(name, place)],
            Presence::Removed(_, installed, removed) => vec![Compiler::Removed(name, installed, removed)],
            Presence::Never => Vec::new(),
            Presence::Doubtful(doubts) => {
                doubts.into_iter().map(|(place, why)| Compiler::Doubtful(place, why)).collect()
            }
        });
    }
    found
}

/// The words of a command that may be packages, without version, architecture or repository.
fn packages(ran: &Ran) -> impl Iterator<Item = String> {
    ran.command.known_args().flat_map(str::split_whitespace).map(|word| {
        let bare = word.split(['=', '~', '<', '>', ':', '@', '/']).next().unwrap_or(word);
        bare.to_owned()
    })
}

/// A compiler that no package of that name brings: a group of packages, rustup, the build dependencies of
/// another package.
fn of_its_own(ran: &Ran) -> Option<&'static str> {
    let args: Vec<String> = ran.command.known_args().map(str::to_ascii_lowercase).collect();
    let has = |word: &str| args.iter().any(|arg| arg == word);
    match ran.command.program()? {
        "dnf" | "yum" | "microdnf" | "dnf5" => {
            let group = has("groupinstall") || (has("group") && has("install"));
            let tools = |arg: &String| arg.contains("development");
            let listed = has("install") && args.iter().any(|arg| arg.starts_with('@') && tools(arg));
            ((group && args.iter().any(tools)) || listed).then_some("the group of development tools")
        }
        "apt-get" | "apt" if has("build-dep") => Some("build-essential, by build-dep"),
        "rustup" if has("install") || has("default") => Some("rustup's compiler"),
        "rustup-init" | "rustup-init.sh" => Some("rustup's compiler"),
        "curl" | "wget" if args.iter().any(|arg| arg.contains("sh.rustup.rs")) => Some("rustup's compiler"),
        _ => None,
    }
}
