//! Which stages there are and what each is built from.

use std::sync::Arc;

use trueup::formats::dockerfile::parse;
use trueup::semantics::stages::{Base, Build};

fn build(text: &str, args: &[(&str, &str)]) -> Build {
    let args: Vec<_> = args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Build::of(Arc::new(parse(text.as_bytes())), &args)
}

/// Each stage's base: `#0`, `scratch`, an image, or `? text names`.
fn bases_with(text: &str, args: &[(&str, &str)]) -> Vec<String> {
    let bases = build(text, args).stages.into_iter().map(|stage| match stage.base {
        Base::Stage(index) => format!("#{index}"),
        Base::Scratch => "scratch".to_owned(),
        Base::Image(image) => image.shown(),
        Base::Unresolved(text, names) => format!("? {text} {}", names.join(",")),
    });
    bases.collect()
}

fn bases(text: &str) -> Vec<String> {
    bases_with(text, &[])
}

#[test]
fn names_and_numbers() {
    assert_eq!(bases("FROM a AS Base\nFROM base\nFROM BASE AS b\nFROM b"), ["a", "#0", "#0", "#2"]);
    assert_eq!(bases("FROM b\nFROM a AS b"), ["b", "a"], "a later stage is an image's name");
    assert_eq!(bases("FROM a AS a\nFROM a"), ["a", "#0"], "a name hides the image from then on");
    assert_eq!(bases("FROM a\nFROM 0"), ["a", "0"], "a number is an image's name");
    assert_eq!(bases("FROM a AS x\nFROM b AS x\nFROM x"), ["a", "b", "#1"], "the last of a name");
    assert_eq!(bases("FROM scratch\nFROM \"a:1\""), ["scratch", "a:1"]);
    assert_eq!(bases("FROM --platform=linux/amd64 a:1 AS b"), ["a:1"]);
    assert_eq!(bases("FROM Up"), ["? Up "]);
}

#[test]
fn global_arguments() {
    assert_eq!(bases("ARG V=3.12\nARG I=python:$V\nFROM ${I}-slim"), ["python:3.12-slim"]);
    assert_eq!(bases("ARG V\nFROM python:$V"), ["? python: V"]);
    assert_eq!(bases("FROM python:$V"), ["? python: V"]);
    assert_eq!(bases("FROM python:${V:-3.1}"), ["python:3.1"]);
    assert_eq!(bases("ARG V\nFROM python:${V:-3.1}"), ["python:3.1"]);
    assert_eq!(bases("ARG V=1\nARG V\nFROM a:$V"), ["a:1"]);
    assert_eq!(bases("ARG V=1\nARG V=2\nFROM a:$V"), ["a:2"]);
    assert_eq!(bases("ARG V=\"1x\"\nFROM a:${V%x}"), ["a:1"]);
    assert_eq!(bases("FROM a\nARG V=1\nFROM b:$V"), ["a", "? b: V"], "an ARG of a stage is not global");
    assert_eq!(bases("ARG S=build\nFROM a AS build\nFROM $S"), ["a", "#0"]);
    assert_eq!(bases("ARG A B=2 C=3\nFROM a:$B-$C"), ["a:2-3"]);
    assert_eq!(bases("ENV V=1\nFROM a:$V"), ["? a: V"], "an ENV is not global");
    assert_eq!(bases("ARG V=latest\nFROM a:$V@b"), ["? a:latest@b "]);
}

#[test]
fn arguments_from_outside_and_automatic_ones() {
    assert_eq!(bases_with("ARG V=1\nFROM a:$V", &[("V", "2")]), ["a:2"]);
    assert_eq!(bases_with("FROM a:${V:-1}", &[("V", "2")]), ["a:1"], "not declared, not seen");
    assert_eq!(bases_with("ARG V=${W}\nFROM a:$V", &[("W", "2")]), ["? a: V"]);
    assert_eq!(bases("FROM a:$TARGETARCH"), ["? a: TARGETARCH"]);
    assert_eq!(bases("FROM a:${TARGETARCH:-amd64}"), ["? a:amd64 TARGETARCH"], "it has a value, if not one to see");
    assert_eq!(bases("ARG P=$BUILDPLATFORM\nFROM a:${P:-x}"), ["? a:x P"]);
    assert_eq!(bases("ARG TARGETARCH=amd64\nFROM a:$TARGETARCH"), ["a:amd64"]);
    assert_eq!(bases_with("FROM a:$TARGETARCH", &[("TARGETARCH", "arm64")]), ["a:arm64"]);
}

#[test]
fn chains_bodies_and_sources() {
    let build = build("FROM a AS one\nRUN x\nFROM one AS two\nUSER u\nRUN y\nFROM b\nFROM two", &[]);
    assert_eq!(build.chain(3).iter().map(|s| s.index).collect::<Vec<_>>(), [0, 1, 3]);
    assert_eq!(build.chain(9).len(), 0);
    let body = |i: usize| build.body_of(&build.stages[i]).iter().map(|i| i.keyword.as_str()).collect::<Vec<_>>();
    assert_eq!((body(0), body(1), body(2)), (vec!["RUN"], vec!["USER", "RUN"], vec![]));
    assert_eq!(build.from_of(&build.stages[1]).unwrap().line, 3);
    let copied = |inside: usize, name: &str| build.copied_from(inside, name).map(|s| s.index);
    assert_eq!(
        (copied(3, "ONE"), copied(3, "1"), copied(1, "two"), copied(1, "1"), copied(3, "9")),
        (Some(0), Some(1), None, None, None)
    );
    assert_eq!(build.mounted_from(3, "1").map(|s| s.index), None);
    assert_eq!(build.mounted_from(3, "two").map(|s| s.index), Some(1));
    assert_eq!(build.named("2").map(|s| s.index), Some(2));
}

#[test]
fn more_stages_than_the_bound_are_not_worked_out() {
    let text = "FROM a\n".repeat(51);
    let build = build(&text, &[]);
    assert!(build.stages.is_empty());
    assert_eq!(build.over.as_deref(), Some("51 stages are over the bound of 50"));
    assert!(self::build(&"FROM a\n".repeat(50), &[]).over.is_none());
}
