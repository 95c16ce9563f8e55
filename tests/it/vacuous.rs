//! No kind holds by emptiness: its own example, on trees that prove nothing.

use trueup::checks::{KINDS, Verdict};
use trueup::repo::{EntryKind, Match, Pattern, ReadError, RepoPath, Tree};

use crate::checks::judge_on;
use crate::memory::Memory;

/// A tree in which every path is there and none can be read.
struct Unreadable;

impl Tree for Unreadable {
    fn entry(&self, _: &RepoPath) -> Result<Option<trueup::repo::Entry>, ReadError> {
        Err(ReadError::Unreadable("permission denied".to_owned()))
    }

    fn glob(&self, pattern: &Pattern) -> Result<Vec<Match>, ReadError> {
        let name = pattern.as_str().replace(['*', '?', '[', ']', '{', '}'], "x");
        Ok(vec![Match { path: RepoPath::parse(name).unwrap(), kind: EntryKind::File { executable: false } }])
    }

    fn bytes(&self, _: trueup::repo::BlobId) -> Result<std::sync::Arc<[u8]>, ReadError> {
        Err(ReadError::Unreadable("permission denied".to_owned()))
    }
}

/// A tree whose every path is an empty file.
fn empty_files(check: &str) -> Memory {
    let mut tree = Memory::default();
    for quoted in check.split('"').skip(1).step_by(2).filter(|text| !text.contains([' ', '@', '$'])) {
        let name = quoted.trim_start_matches('/').replace("**", "x").replace(['*', '?', '[', ']', '{', '}'], "x");
        let taken = tree.files.keys().any(|path| {
            let other = RepoPath::parse(&name).unwrap();
            path.strip(&other).is_some() || other.strip(path).is_some()
        });
        if !name.is_empty() && !taken {
            tree.add(&name, b"");
        }
    }
    tree
}

#[test]
fn no_example_holds_on_a_tree_without_anything() {
    for kind in KINDS {
        let outcome = judge_on(kind.example, &Memory::default());
        assert_ne!(outcome.verdict(), Verdict::Holds, "{}: {:?}", kind.name, outcome);
    }
}

#[test]
fn no_example_holds_on_a_tree_that_cannot_be_read() {
    for kind in KINDS {
        let outcome = judge_on(kind.example, &Unreadable);
        assert_ne!(outcome.verdict(), Verdict::Holds, "{}: {:?}", kind.name, outcome);
    }
}

#[test]
fn no_example_holds_on_empty_files_but_where_nothing_is_asked_of_them() {
    // `file` asks only whether it is there, `mounts` and `env_file` that no service does something.
    for kind in KINDS.iter().filter(|kind| !matches!(kind.name, "file" | "any" | "mounts" | "env_file")) {
        let outcome = judge_on(kind.example, &empty_files(kind.example));
        assert_ne!(outcome.verdict(), Verdict::Holds, "{}: {:?}", kind.name, outcome);
    }
}
