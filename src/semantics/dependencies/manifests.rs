//! Files that say what a project depends on, by their names.

/// Manifests and lock files with a fixed name.
const NAMES: &[&str] = &[
    "pyproject.toml",
    "poetry.lock",
    "poetry.toml",
    "uv.lock",
    "uv.toml",
    "pdm.lock",
    "pdm.toml",
    "Pipfile",
    "Pipfile.lock",
    "setup.py",
    "setup.cfg",
    "environment.yml",
    "environment.yaml",
    "conda-lock.yml",
    "pixi.toml",
    "pixi.lock",
    "pylock.toml",
    "requirements.lock",
    "requirements-dev.lock",
    ".python-version",
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "bun.lock",
    "bun.lockb",
    ".npmrc",
    ".yarnrc",
    ".yarnrc.yml",
    ".pnpmfile.cjs",
    "composer.json",
    "composer.lock",
    "symfony.lock",
    "Gemfile",
    "Gemfile.lock",
    ".ruby-version",
    "go.mod",
    "go.sum",
    "go.work",
    "go.work.sum",
    "Cargo.toml",
    "Cargo.lock",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "settings.gradle",
    "settings.gradle.kts",
    "gradle.properties",
    "libs.versions.toml",
    "packages.lock.json",
    "nuget.config",
    "NuGet.Config",
    "Directory.Packages.props",
    "Directory.Build.props",
    "global.json",
    "mix.exs",
    "mix.lock",
    "pubspec.yaml",
    "pubspec.lock",
    "stack.yaml",
    "stack.yaml.lock",
    "Package.swift",
    "Package.resolved",
];

/// Ends of names that only manifests have.
const ENDS: &[&str] = &[".csproj", ".fsproj", ".vbproj", ".sln", ".gemspec", ".cabal"];

/// Ends of the names of source files.
const CODE: &[&str] = &[
    ".py", ".pyi", ".pyx", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".mts", ".vue", ".svelte", ".go", ".rs",
    ".rb", ".php", ".java", ".kt", ".kts", ".scala", ".c", ".cc", ".cpp", ".h", ".hpp", ".cs", ".fs", ".ex", ".exs",
    ".dart", ".swift", ".hs", ".pl", ".lua", ".clj", ".erl",
];

/// Whether a path names a file that says what a project depends on. Text files in a folder of requirements
/// are (`requirements/prod.txt`).
pub fn is_manifest(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = path.rsplit('/').nth(1).unwrap_or_default().to_ascii_lowercase();
    let list = [".txt", ".in"].iter().any(|end| name.ends_with(end));
    let lower = name.to_ascii_lowercase();
    NAMES.contains(&name)
        || ENDS.iter().any(|end| name.ends_with(end))
        || list && ["requirement", "constraint"].iter().any(|word| lower.contains(word) || folder.contains(word))
        || list && matches!(folder.as_str(), "reqs" | "deps" | "dependencies")
        || list && matches!(lower.as_str(), "reqs.txt" | "deps.txt" | "dependencies.txt")
}

/// Whether a path names a file of source code; manifests that are programs (`setup.py`) are none.
pub fn is_code(path: &str) -> bool {
    CODE.iter().any(|end| path.ends_with(end)) && !is_manifest(path)
}

/// Every fixed name, for patterns that match no file of the tree.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().copied()
}
