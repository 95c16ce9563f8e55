//! Names the engine: a hash over the sources that a verdict follows from, so that answers kept by another engine are
//! never taken for this one's.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

/// What a verdict follows from: the rooms, and the versions of the crates that they use.
const SOURCES: &[&str] =
    &["src/checks", "src/semantics", "src/formats", "src/repo", "src/source", "src/plan", "src/verify", "Cargo.lock"];

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        collect(&root.join(source), &mut files);
    }
    files.sort();
    // Two halves, so that the name has 128 bits; the same compiler gives the same name.
    let mut halves = [DefaultHasher::new(), DefaultHasher::new()];
    for (half, hasher) in halves.iter_mut().enumerate() {
        half.hash(hasher);
        for file in &files {
            file.strip_prefix(&root).unwrap_or(file).hash(hasher);
            std::fs::read(file).unwrap_or_default().hash(hasher);
        }
    }
    let [first, second] = halves.map(|hasher| hasher.finish());
    println!("cargo::rustc-env=TRUEUP_ENGINE={first:016x}{second:016x}");
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    match std::fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| collect(&entry.path(), files)),
        Err(_) => files.push(path.to_path_buf()),
    }
}
