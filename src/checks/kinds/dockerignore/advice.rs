//! Which lines would drop a path: every suggestion is tried before it is made.

use bstr::ByteSlice;

use crate::formats::dockerignore::{Dockerignore, Rule, exactly};
use crate::repo::RepoPath;

/// Names that tools make and nobody copies on purpose: their extensions.
const GENERATED: &[&str] = &["bak", "class", "log", "o", "pyc", "pyd", "pyo", "swp", "tmp"];
/// Folders that hold what an image is made of: never suggested whole.
const SOURCES: &[&str] = &["app", "cmd", "internal", "lib", "pkg", "source", "sources", "src"];
/// So many patterns are looked through for one that is only anchored too high.
const LOOKED_AT: usize = 500;

/// Lines that, at the end of the file, drop `path`, and leave alone which of `keeps` was kept. `wanted` are all
/// paths to be dropped: a name that stands at several depths is dropped at any depth.
pub(super) fn addition(file: &Dockerignore, path: &RepoPath, wanted: &[RepoPath], keeps: &[RepoPath]) -> Vec<String> {
    let kept: Vec<&RepoPath> = keeps.iter().filter(|keep| !file.decide(keep.as_bytes()).ignored).collect();
    for candidate in candidates(file, path, wanted) {
        let mut lines = vec![candidate];
        let tried = file.with(&lines.join("\n"));
        let lost = kept.iter().filter(|keep| tried.decide(keep.as_bytes()).ignored);
        lines.extend(lost.map(|keep| format!("!{}", exactly(keep.as_bytes()))));
        let tried = file.with(&lines.join("\n"));
        let works = tried.errors.is_empty() && tried.decide(path.as_bytes()).ignored;
        if works && kept.iter().all(|keep| !tried.decide(keep.as_bytes()).ignored) {
            return lines;
        }
    }
    vec![exactly(path.as_bytes())]
}

/// Candidates, the best first.
fn candidates(file: &Dockerignore, path: &RepoPath, wanted: &[RepoPath]) -> Vec<String> {
    let mut candidates: Vec<String> =
        too_high(file, path).map(|rule| format!("**/{}", rule.pattern)).into_iter().collect();
    let parts: Vec<String> = path.parts().map(|part| part.to_str_lossy().into_owned()).collect();
    let Some((name, folders)) = parts.split_last() else { return candidates };
    let deeper = |part: &str| wanted.iter().any(|path| path.parts().skip(1).any(|other| other == part.as_bytes()));
    for (depth, part) in parts.iter().enumerate() {
        if part.starts_with(".env") && depth == 0 {
            candidates.push(".env*".to_owned());
        } else if part.starts_with('.') || part.starts_with("__") {
            let anywhere = depth > 0 || deeper(part);
            candidates.push(format!("{}{}", if anywhere { "**/" } else { "" }, exactly(part.as_bytes())));
        }
    }
    if let Some((_, kind)) =
        folders.iter().find_map(|folder| folder.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()))
    {
        candidates.push(format!("**/*.{}", exactly(kind.as_bytes())));
    }
    let kind = name.rsplit_once('.').map_or("", |(_, kind)| kind);
    if GENERATED.contains(&kind) {
        candidates.push(format!("**/*.{kind}"));
    }
    if kind == "md" && folders.is_empty() {
        candidates.push("*.md".to_owned());
    }
    candidates
        .extend(folders.first().filter(|top| !SOURCES.contains(&top.as_str())).map(|top| exactly(top.as_bytes())));
    candidates
}

/// A pattern that would drop the path if it were not anchored at the root.
pub(super) fn too_high<'f>(file: &'f Dockerignore, path: &RepoPath) -> Option<&'f Rule> {
    let empty = Dockerignore { patterns: Vec::new(), errors: Vec::new(), over: None };
    let anchored = |rule: &&Rule| !rule.negated && !rule.pattern.starts_with("**") && rule.pattern != "*";
    file.patterns.iter().filter(anchored).take(LOOKED_AT).find(|rule| {
        let anywhere = empty.with(&format!("**/{}", rule.pattern));
        anywhere.errors.is_empty() && anywhere.decide(path.as_bytes()).ignored
    })
}
