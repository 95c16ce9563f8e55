//! Every spelling of a revision that git has, compared with what git makes of it.

use trueup::repo::RepoError;

use crate::git::{Git, now, resolve};

fn history() -> Git {
    let git = Git::new();
    git.write("a", "1").commit("first: one");
    git.write("a", "2").commit("second: fix the two");
    git.git(&["tag", "light"]);
    git.git(&["tag", "-a", "v1.0", "-m", "version"]);
    git.git(&["checkout", "-q", "-b", "feature/x"]);
    git.write("b", "3").commit("third: on the side");
    git.git(&["checkout", "-q", "main"]);
    git.write("a", "4").commit("fourth: main goes on");
    git.git(&["merge", "-q", "--no-ff", "-m", "merge the side", "feature/x"]);
    git
}

#[test]
fn spellings_mean_what_they_mean_to_git() {
    let git = history();
    git.git(&["update-ref", "refs/remotes/origin/main", "HEAD~1"]);
    git.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    git.git(&["config", "remote.origin.url", "."]);
    git.git(&["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"]);
    git.git(&["config", "branch.main.remote", "origin"]);
    git.git(&["config", "branch.main.merge", "refs/heads/main"]);
    git.git(&["fetch", "-q", ".", "feature/x"]);
    let full = git.git(&["rev-parse", "HEAD~1"]);
    let short = git.git(&["rev-parse", "--short", "HEAD~1"]);
    let described = git.git(&["describe", "--long"]);
    let upper = short.to_uppercase();
    let repo = git.open();
    for spec in [
        "HEAD",
        "@",
        "main",
        "heads/main",
        "refs/heads/main",
        "feature/x",
        "light",
        "v1.0",
        "tags/v1.0",
        "v1.0^{}",
        "v1.0^{commit}",
        "v1.0^0",
        "v1.0~1",
        "HEAD~3",
        "HEAD~~",
        "HEAD^",
        "HEAD^2",
        "HEAD^2~1",
        "@~1",
        "@^2",
        "main^{/fix the}",
        ":/third",
        ":/fix the",
        "main@{0}",
        "main@{1}",
        "HEAD@{2}",
        "@{1}",
        "@{-1}",
        "@{-1}~1",
        "main@{upstream}",
        "main@{u}",
        "@{u}",
        "origin",
        "origin/main",
        "FETCH_HEAD",
        &full,
        &short,
        &described,
        &upper,
    ] {
        let peeled = if spec.starts_with(":/") { spec.to_owned() } else { format!("{spec}^{{commit}}") };
        let wanted = git.git(&["rev-parse", "--verify", &peeled]);
        assert_eq!(Ok(wanted), resolve(&repo, spec).map(|id| id.to_string()), "{spec}");
    }
    git.git(&["checkout", "-q", "--detach", "HEAD~1"]);
    git.write("c", "").commit("fifth: nobody's branch");
    for spec in ["HEAD", "@{0}", "HEAD~1", "HEAD@{1}", ":/nobody's"] {
        let wanted = git.git(&["rev-parse", spec]);
        assert_eq!(Ok(wanted), resolve(&git.open(), spec).map(|id| id.to_string()), "{spec}");
    }
}

#[test]
fn times_of_the_reflog_mean_what_they_mean_to_git() {
    let git = Git::new();
    let noon = now().timestamp().as_second();
    // Four commits: ten days, three days, thirty hours and five hours before now.
    for hours in [240, 72, 30, 5] {
        git.tick(noon - hours * 3600 - 3600 - git.clock());
        git.commit(&format!("{hours} hours ago"));
    }
    let repo = git.open();
    for time in [
        "yesterday",
        "1 day ago",
        "one day ago",
        "2 days ago",
        "2.days.ago",
        "3 days ago",
        "4 days",
        "1 week ago",
        "last week",
        "2 weeks ago",
        "1 month ago",
        "1 hour ago",
        "6 hours ago",
        "90 minutes ago",
        "31 hours",
        "1 day 7 hours ago",
        "now",
        "noon",
        "midnight",
        "yesterday noon",
        "2026-11-23",
        "2026/11/21",
        "2026-11-23 05:00:00",
        "2026-11-23T07:00:00Z",
        "2026-11-23 07:00 +0100",
        "2026-11-24 06:59:59 +0000",
        "2026-11-24 07:00:00",
        "1795500000",
        "last monday",
        "last friday",
        "1 year ago",
    ] {
        for name in ["main", "", "HEAD"] {
            let spec = format!("{name}@{{{time}}}");
            let mut command = git.command(git.path());
            command.env("GIT_TEST_DATE_NOW", noon.to_string()).args(["rev-parse", "--verify", &spec]);
            let output = command.output().unwrap();
            assert!(output.status.success(), "git knows no {spec}");
            let wanted = String::from_utf8(output.stdout).unwrap().trim().to_owned();
            assert_eq!(Ok(wanted), resolve(&repo, &spec).map(|id| id.to_string()), "{spec}");
        }
    }
    let parent = resolve(&repo, "main@{yesterday}~1").unwrap();
    assert_eq!(resolve(&repo, "main~2").unwrap(), parent);
    for nonsense in ["banana", "5", "3 bananas ago", "2026-13-45", "25:00", "ago", "last"] {
        let error = resolve(&repo, &format!("main@{{{nonsense} }}")).unwrap_err();
        assert!(matches!(error, RepoError::NoTime { .. }), "{nonsense}: {error}");
    }
}

#[test]
fn errors_name_the_way_out() {
    let git = history();
    let repo = git.open();
    let said = |spec: &str| {
        let error = resolve(&repo, spec).unwrap_err();
        assert!(error.is_of_the_question(), "{error}");
        format!("{error} | {}", error.help())
    };
    assert_eq!("there is no revision `mian` | did you mean `main`?", said("mian"));
    assert_eq!("there is no revision `feature/y~2` | did you mean `feature/x~2`?", said("feature/y~2"));
    assert_eq!("there is no revision `v1.1@{yesterday}` | did you mean `v1.0@{yesterday}`?", said("v1.1@{yesterday}"));
    assert!(said("zzz").contains("git fetch"));
    assert!(said("f").starts_with("there is no revision `f`"), "one digit is no id: {}", said("f"));
    assert!(said("0123456789012345678901234567890123456789").starts_with("there is no revision"));
    assert!(said("main~99").starts_with("there is no revision `main~99`: "), "{}", said("main~99"));
    assert!(said("main@{99}").starts_with("there is no revision `main@{99}`: "), "{}", said("main@{99}"));
    assert!(said("main@{push}").contains("@{push}"));
    assert_eq!(
        "`main:a` is a file, not a commit | name one commit: a branch, a tag, an id, `HEAD~3`, `main@{yesterday}`",
        said("main:a")
    );
    assert!(said("main^{tree}").starts_with("`main^{tree}` is a folder"));
    for set in ["main..light", "main...light", "main^@", "main^!", "^main", "-n1", "", "main.."] {
        assert!(said(set).contains("names no single commit"), "{set}: {}", said(set));
    }
}

#[test]
fn an_ambiguous_id_names_the_candidates_and_prefers_the_only_commit() {
    let git = Git::new();
    git.write("a", "").commit("one");
    // Blobs until one begins as the commit does; then commits until two begin alike.
    let head = git.git(&["rev-parse", "HEAD"]);
    let taken = (0..)
        .map(|n| git2::Oid::hash_object(git2::ObjectType::Blob, format!("{n}").as_bytes()).map(|id| (n, id)).unwrap())
        .find(|(_, id)| id.to_string()[..4] == head[..4])
        .unwrap();
    std::fs::write(git.folder().join("blob"), taken.0.to_string()).unwrap();
    git.git(&["hash-object", "-w", git.folder().join("blob").to_str().unwrap()]);
    let repo = git.open();
    assert_eq!(Ok(head.clone()), resolve(&repo, &head[..4]).map(|id| id.to_string()));
    assert_eq!(Ok(head.clone()), resolve(&repo, &format!("{}^0", &head[..4])).map(|id| id.to_string()));
    let other = (0..)
        .map(|n| git2::Oid::hash_object(git2::ObjectType::Blob, format!("b{n}").as_bytes()).map(|id| (n, id)).unwrap())
        .scan(std::collections::HashMap::new(), |seen, (n, id)| {
            Some(seen.insert(id.to_string()[..4].to_owned(), n).map(|m| (m, n, id)))
        })
        .flatten()
        .find(|(_, _, id)| id.to_string()[..4] != head[..4])
        .unwrap();
    for n in [other.0, other.1] {
        std::fs::write(git.folder().join("blob"), format!("b{n}")).unwrap();
        git.git(&["hash-object", "-w", git.folder().join("blob").to_str().unwrap()]);
    }
    let digits = other.2.to_string()[..4].to_owned();
    let error = resolve(&git.open(), &digits).unwrap_err();
    assert!(matches!(&error, RepoError::AmbiguousId { candidates, .. } if candidates.len() == 2), "{error}");
    assert!(error.to_string().contains(&format!("blob {}", other.2)), "{error}");
}
