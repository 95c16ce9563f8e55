//! Nasty spellings, each with what BuildKit reads.

use trueup::formats::dockerfile::{Args, parse};

use super::shown;

/// What is behind the `FROM a` that is put before `text`, on lines that count from 1.
fn body(text: &str) -> String {
    let file = parse(format!("FROM a\n{text}").as_bytes());
    let shown = shown(&file);
    shown.strip_prefix("1 s0 FROM ‹a›\n").unwrap_or_else(|| panic!("{shown}")).to_owned()
}

#[track_caller]
fn reads(text: &str, expected: &str) {
    assert_eq!(body(text).trim_end(), expected, "\n{text}");
}

#[track_caller]
fn whole(text: impl AsRef<[u8]>, expected: &str) {
    assert_eq!(shown(&parse(text.as_ref())).trim_end(), expected, "\n{}", String::from_utf8_lossy(text.as_ref()));
}

#[test]
fn directives_stand_at_the_top_only() {
    let escape = |text: &str| parse(text.as_bytes()).escape;
    assert_eq!(escape("# escape=`\nFROM a\n"), '`');
    assert_eq!(escape("#escape=`\nFROM a\n"), '`');
    assert_eq!(escape("  #  ESCAPE =  `  \nFROM a\n"), '`');
    assert_eq!(escape("\u{feff}# escape=`\r\nFROM a\n"), '`');
    assert_eq!(escape("# syntax=docker/dockerfile:1\n# check=skip=all\n# escape=`\nFROM a\n"), '`');
    assert_eq!(escape("\n# escape=`\nFROM a\n"), '\\', "behind a blank line");
    assert_eq!(escape("# a comment\n# escape=`\nFROM a\n"), '\\', "behind a comment");
    assert_eq!(escape("# other=x\n# escape=`\nFROM a\n"), '\\', "behind an unknown directive");
    assert_eq!(escape("#!/bin/x\n# escape=`\nFROM a\n"), '\\', "behind a shebang");
    assert_eq!(escape("FROM a\n# escape=`\n"), '\\', "behind an instruction");
    assert_eq!(escape("# escape=``\nFROM a\n"), '\\', "no escape character");
    whole("# escape=x\nFROM a\n", "2 s0 FROM ‹a›\n! 1 the escape character is \\ or `, not x");
    whole("# escape=`\n# escape=`\nFROM a\n", "3 s0 FROM ‹a›\n! 2 the directive `escape` stands here a second time");
    let file = parse(b"#!/usr/bin/env x\n# syntax = docker/dockerfile:1 \n#check=error=true\nFROM a\n");
    let directives: Vec<_> = file.directives.iter().map(|d| format!("{} {}={}", d.line, d.name, d.value)).collect();
    assert_eq!(directives, ["2 syntax=docker/dockerfile:1", "3 check=error=true"]);
    assert_eq!(file.comments.len(), 1, "directives are no comments");
}

#[test]
fn continuations() {
    reads("RUN a \\\n  b", "2-3 s0 RUN shell \"a   b\"");
    reads("RUN a\\\nb", "2-3 s0 RUN shell \"ab\"");
    reads("RUN a \\  \t\n b", "2-3 s0 RUN shell \"a  b\"");
    reads("RUN a \\\\\nUSER b", "2 s0 RUN shell \"a \\\\\\\\\"\n3 s0 USER ‹b›");
    reads("RUN a \\\\\\\nUSER b", "2 s0 RUN shell \"a \\\\\\\\\\\\\"\n3 s0 USER ‹b›");
    reads("RUN a \\\n# c \\\n\t# d\n  b", "2-5 s0 RUN shell \"a   b\"");
    reads("RUN a \\\n\n \t \n  b\nUSER c", "2-5 s0 RUN shell \"a   b\"\n6 s0 USER ‹c›");
    reads("RUN a \\\n# the end", "2-3 s0 RUN shell \"a\"");
    reads("RUN a \\", "2 s0 RUN shell \"a\"");
    reads("RUN a \\\n\\\n b", "2-4 s0 RUN shell \"a  b\"");
    reads("\\\nRUN a", "2-3 s0 RUN shell \"a\"");
    reads("RU\\\nN a", "2-3 s0 RUN shell \"a\"");
    reads("# RUN a \\\nUSER b", "3 s0 USER ‹b›");
    reads("RUN a # b \\\n c", "2-3 s0 RUN shell \"a # b  c\"");
    reads("\\\n", "! 2 a continuation character with no instruction");
    whole("# escape=`\nFROM a\nRUN b `\n  c\\\nUSER d", "2 s0 FROM ‹a›\n3-4 s0 RUN shell \"b   c\\\\\"\n5 s0 USER ‹d›");
    whole("FROM a\r\nRUN b \\\r\n  c\r\n", "1 s0 FROM ‹a›\n2-3 s0 RUN shell \"b   c\"");
}

#[test]
fn heredocs() {
    reads(
        "RUN <<EOF\na\n# b\n\nEOF\nUSER c",
        "2-6 s0 RUN shell \"<<EOF\"\n  << EOF \"a\\n# b\\n\\n\" at 3\n7 s0 USER ‹c›",
    );
    reads("RUN cat <<EOF > f\na\nEOF", "2-4 s0 RUN shell \"cat <<EOF > f\"\n  << EOF \"a\\n\" at 3");
    reads("RUN cat << EOF > f\na\nEOF", "2-4 s0 RUN shell \"cat << EOF > f\"\n  << EOF \"a\\n\" at 3");
    reads("RUN 3<<EOF cat\nEOF", "2-3 s0 RUN shell \"3<<EOF cat\"\n  << EOF \"\" at 3");
    reads("RUN <<-'EOF'\n\ta\n \tb\n\tEOF", "2-5 s0 RUN shell \"<<-'EOF'\"\n  <<-' EOF \"a\\n \\tb\\n\" at 3");
    reads("RUN <<EOF\na\n EOF\nEOF", "2-5 s0 RUN shell \"<<EOF\"\n  << EOF \"a\\n EOF\\n\" at 3");
    reads(
        "COPY <<a <<\"b\" /d/\n1\nb\na\n2\nb\nUSER c",
        "2-7 s0 COPY ‹<<a› ‹<<\"b\"› ‹/d/›\n  << a \"1\\nb\\n\" at 3\n  <<' b \"2\\n\" at 6\n8 s0 USER ‹c›",
    );
    reads("ONBUILD RUN <<E\na\nE", "2-4 s0 ONBUILD\n  2-4 s0 RUN shell \"<<E\"\n    << E \"a\\n\" at 3");
    reads("RUN \\\n  <<EOF\na \\\nEOF", "2-5 s0 RUN shell \"<<EOF\"\n  << EOF \"a \\\\\\n\" at 4");
    reads("RUN <<$EOF\na\n$EOF", "2-4 s0 RUN shell \"<<$EOF\"\n  << $EOF \"a\\n\" at 3");
    reads("RUN <<E\"O\"F\na\nEOF", "2-4 s0 RUN shell \"<<E\\\"O\\\"F\"\n  <<' EOF \"a\\n\" at 3");
    reads("RUN <<EOF\r\na\r\nEOF\r\nUSER c", "2-4 s0 RUN shell \"<<EOF\"\n  << EOF \"a\\r\\n\" at 3\n5 s0 USER ‹c›");
}

#[test]
fn no_heredocs() {
    let user = |line: &str, run: &str| reads(&format!("{line}\nUSER c"), &format!("2 s0 {run}\n3 s0 USER ‹c›"));
    user("RUN cat <<<EOF", "RUN shell \"cat <<<EOF\"");
    user("RUN cat <<< EOF", "RUN shell \"cat <<< EOF\"");
    user("RUN echo $((1<<X))", "RUN shell \"echo $((1<<X))\"");
    user("RUN echo $((1 << 3))", "RUN shell \"echo $((1 << 3))\"");
    user("RUN echo a<<EOF", "RUN shell \"echo a<<EOF\"");
    user("RUN echo '<<EOF'", "RUN shell \"echo '<<EOF'\"");
    user("RUN echo \"it <<EOF\"", "RUN shell \"echo \\\"it <<EOF\\\"\"");
    user("RUN echo \\<<EOF", "RUN shell \"echo \\\\<<EOF\"");
    user("RUN cat <<", "RUN shell \"cat <<\"");
    user("RUN [\"cat\", \"<<EOF\"]", "RUN json [\"cat\", \"<<EOF\"]");
    user("CMD cat <<EOF", "CMD shell \"cat <<EOF\"");
    user("ENV A=<<EOF", "ENV ‹A›=‹<<EOF›");
    user("ENTRYPOINT cat <<EOF", "ENTRYPOINT shell \"cat <<EOF\"");
    user("HEALTHCHECK CMD cat <<EOF", "HEALTHCHECK shell \"cat <<EOF\"");
    user("RUN echo it's <<EOF", "RUN shell \"echo it's <<EOF\"");
    user("RUN echo ${a[0]} <<EOF", "RUN shell \"echo ${a[0]} <<EOF\"");
}

#[test]
fn exec_and_shell_form() {
    reads("CMD [\"a\",\"b c\"]", "2 s0 CMD json [\"a\", \"b c\"]");
    reads("CMD  [ \"a\" , \"b\" ] ", "2 s0 CMD json [\"a\", \"b\"]");
    reads("CMD []", "2 s0 CMD json []");
    reads("CMD [\"a\", \\\n # c\n \"b\"]", "2-4 s0 CMD json [\"a\", \"b\"]");
    reads("CMD [\"\\u00e9\\n\\ud83d\\ude00\\ud83d\"]", "2 s0 CMD json [\"é\\n😀\u{fffd}\"]");
    reads("CMD ['a']", "2 s0 CMD shell \"['a']\"");
    reads("CMD [\"a\",]", "2 s0 CMD shell \"[\\\"a\\\",]\"");
    reads("CMD [\"a\"] b", "2 s0 CMD shell \"[\\\"a\\\"] b\"");
    reads("CMD [\"a\" \"b\"]", "2 s0 CMD shell \"[\\\"a\\\" \\\"b\\\"]\"");
    reads("CMD [\"a\\x\"]", "2 s0 CMD shell \"[\\\"a\\\\x\\\"]\"");
    reads("CMD [\"a\tb\"]", "2 s0 CMD shell \"[\\\"a\\tb\\\"]\"");
    reads("CMD [a]", "2 s0 CMD shell \"[a]\"");
    reads("CMD [ -f x ]", "2 s0 CMD shell \"[ -f x ]\"");
    reads(
        "CMD [\"a\", 1]",
        "2 s0 CMD shell \"[\\\"a\\\", 1]\"\n! 2 CMD has a JSON array with something else than strings in it",
    );
    reads("CMD\nENTRYPOINT", "2 s0 CMD\n3 s0 ENTRYPOINT");
    reads("RUN\nSHELL []", "2 s0 RUN\n3 s0 SHELL json []\n! 2 RUN has no arguments\n! 3 SHELL has no arguments");
    reads("SHELL bash -c", "2 s0 SHELL shell \"bash -c\"\n! 2 SHELL takes a JSON array: [\"/bin/bash\", \"-c\"]");
    reads("COPY [\"a b\", \"/c d/\"]", "2 s0 COPY json [\"a b\", \"/c d/\"]");
    reads("VOLUME [\"/a\"]\nVOLUME /a /b", "2 s0 VOLUME json [\"/a\"]\n3 s0 VOLUME ‹/a› ‹/b›");
}

#[test]
fn flags() {
    reads("COPY --from=b --chown=u:g a /b", "2 s0 COPY --from=b --chown=u:g ‹a› ‹/b›");
    reads("COPY --chown=\"u g\":\\x a /b", "2 s0 COPY --chown=u g:x ‹a› ‹/b›");
    reads("COPY --link a /b", "2 s0 COPY --link ‹a› ‹/b›");
    reads("COPY a --from=b /c", "2 s0 COPY ‹a› ‹--from=b› ‹/c›");
    reads("COPY -- --from=b /c", "2 s0 COPY ‹--from=b› ‹/c›");
    reads(
        "RUN --mount=type=cache,target=/a \\\n --mount=type=tmpfs,target=/b c",
        "2-3 s0 RUN --mount=type=cache,target=/a --mount=type=tmpfs,target=/b shell \"c\"",
    );
    reads("RUN --mount=a x --network=none", "2 s0 RUN --mount=a shell \"x --network=none\"");
    reads("COPY --from b a /c", "2 s0 COPY --from ‹b› ‹a› ‹/c›\n! 2 COPY --from has no value: write --from=…");
    reads("COPY --owner=b a /c", "2 s0 COPY --owner=b ‹a› ‹/c›\n! 2 COPY has no flag --owner");
    reads("COPY --FROM=b a /c", "2 s0 COPY --FROM=b ‹a› ‹/c›\n! 2 COPY has no flag --FROM");
    reads("COPY --from=a --from=b a /c", "2 s0 COPY --from=a --from=b ‹a› ‹/c›\n! 2 COPY has --from twice");
    reads("COPY --link=yes a /c", "2 s0 COPY --link=yes ‹a› ‹/c›\n! 2 COPY --link is true or false, not `yes`");
    reads("USER --x a", "2 s0 USER --x ‹a›\n! 2 USER has no flag --x");
    reads("CMD --x", "2 s0 CMD --x\n! 2 CMD has no flag --x");
    whole(
        "# syntax=example.com/own/frontend\nFROM a\nCOPY --owner=b a /c\nINCLUDE x",
        "2 s0 FROM ‹a›\n3 s0 COPY --owner=b ‹a› ‹/c›\n4 s0 INCLUDE ‹x›",
    );
}

#[test]
fn healthchecks() {
    reads(
        "HEALTHCHECK --interval=1m30s --retries=3 CMD curl -f x || exit 1",
        "2 s0 HEALTHCHECK --interval=1m30s --retries=3 shell \"curl -f x || exit 1\"",
    );
    reads("healthcheck cmd [\"a\"]", "2 s0 HEALTHCHECK json [\"a\"]");
    reads("HEALTHCHECK \\\n  CMD \\\n  a", "2-4 s0 HEALTHCHECK shell \"a\"");
    reads("HEALTHCHECK none", "2 s0 HEALTHCHECK ‹none›");
    reads("HEALTHCHECK NONE x", "2 s0 HEALTHCHECK ‹NONE› ‹x›\n! 2 HEALTHCHECK NONE takes no arguments");
    reads("HEALTHCHECK", "2 s0 HEALTHCHECK\n! 2 HEALTHCHECK has no arguments: it takes CMD and a command, or NONE");
    reads("HEALTHCHECK CMD", "2 s0 HEALTHCHECK\n! 2 HEALTHCHECK CMD has no command");
    reads(
        "HEALTHCHECK curl x",
        "2 s0 HEALTHCHECK ‹curl› ‹x›\n! 2 HEALTHCHECK takes CMD and a command, or NONE, not `curl`",
    );
    reads(
        "HEALTHCHECK --interval=30 CMD a",
        "2 s0 HEALTHCHECK --interval=30 shell \"a\"\n! 2 HEALTHCHECK --interval=30 is no duration (30s, 1m30s)",
    );
}

#[test]
fn pairs() {
    reads("ENV A=1 B=\"x y\" C='$A' D=a\\ b", "2 s0 ENV ‹A›=‹1› ‹B›=‹\"x y\"› ‹C›=‹'$A'› ‹D›=‹a\\ b›");
    reads("ENV A some  value ", "2 s0 ENV ‹A›=‹some  value›");
    reads("ENV A\tb", "2 s0 ENV ‹A›=‹b›");
    reads("ENV A=", "2 s0 ENV ‹A›=‹›");
    reads("ENV A B=C", "2 s0 ENV ‹A›=‹B=C›");
    reads("ENV \"A\"=b", "2 s0 ENV ‹A›=‹b›");
    reads("ENV A=1 \\\n  # c\n  B=2", "2-4 s0 ENV ‹A›=‹1› ‹B›=‹2›");
    reads("LABEL a.b=\"x=y\" 'c d'=e", "2 s0 LABEL ‹a.b›=‹\"x=y\"› ‹c d›=‹e›");
    reads("ARG A B=1 C=", "2 s0 ARG ‹A› ‹B›=‹1› ‹C›=‹›");
    reads("ENV A", "2 s0 ENV\n! 2 ENV has a name without a value: write it as name=value");
    reads("ENV A=1 B", "2 s0 ENV ‹A›=‹1›\n! 2 ENV has a word without `=` among its name=value words");
    reads("ENV =1", "2 s0 ENV\n! 2 ENV has a name that is empty");
    reads("ENV A=it's", "2 s0 ENV ‹A›=‹it's›\n! 2 ENV cannot be read: a single quote is not closed");
    reads(
        "ENV\nARG\nLABEL",
        "2 s0 ENV\n3 s0 ARG\n4 s0 LABEL\n! 2 ENV has no arguments\n! 3 ARG has no arguments\n! 4 LABEL has no arguments",
    );
}

#[test]
fn words_and_missing_arguments() {
    reads("WORKDIR /a b", "2 s0 WORKDIR ‹/a b›");
    reads("USER \"a\"", "2 s0 USER ‹\"a\"›");
    reads("EXPOSE 80 81/udp", "2 s0 EXPOSE ‹80› ‹81/udp›");
    reads("COPY a\tb  c /d", "2 s0 COPY ‹a› ‹b› ‹c› ‹/d›");
    reads("COPY a", "2 s0 COPY ‹a›\n! 2 COPY has one argument: it needs a source and a destination");
    reads(
        "COPY a <<EOF\nEOF",
        "2-3 s0 COPY ‹a› ‹<<EOF›\n  << EOF \"\" at 3\n! 2 COPY has a here-document as its destination",
    );
    for keyword in ["ADD", "COPY", "VOLUME", "EXPOSE", "USER", "WORKDIR", "STOPSIGNAL", "MAINTAINER"] {
        reads(keyword, &format!("2 s0 {keyword}\n! 2 {keyword} has no arguments"));
        reads(&format!("{keyword} \\\n  "), &format!("2-3 s0 {keyword}\n! 2 {keyword} has no arguments"));
    }
}

#[test]
fn onbuild() {
    reads("ONBUILD RUN a", "2 s0 ONBUILD\n  2 s0 RUN shell \"a\"");
    reads("onbuild copy --from=x a /b", "2 s0 ONBUILD\n  2 s0 COPY --from=x ‹a› ‹/b›");
    reads("ONBUILD", "2 s0 ONBUILD\n! 2 ONBUILD has no instruction");
    reads("ONBUILD ONBUILD RUN a", "2 s0 ONBUILD\n  2 s0 ONBUILD\n! 2 ONBUILD cannot stand inside ONBUILD");
    reads("ONBUILD FROM a", "2 s0 ONBUILD\n  2 s0 FROM ‹a›\n! 2 FROM cannot stand inside ONBUILD");
    reads("ONBUILD CPY a b", "2 s0 ONBUILD\n  2 s0 CPY ‹a› ‹b›\n! 2 unknown instruction CPY (did you mean COPY?)");
}

#[test]
fn froms_and_stages() {
    whole(
        "ARG V=1\nFROM --platform=$P a:$V as Build\nRUN x\nfrom b\nUSER y",
        "1 - ARG ‹V›=‹1›\n2 s0 FROM --platform=$P ‹a:$V› ‹as› ‹Build›\n3 s0 RUN shell \"x\"\n4 s1 FROM ‹b›\n5 s1 USER ‹y›",
    );
    whole("FROM", "1 s0 FROM\n! 1 FROM has no image");
    whole("FROM a b", "1 s0 FROM ‹a› ‹b›\n! 1 FROM takes one image, or an image and `AS name`");
    whole(
        "FROM a AS 1st",
        "1 s0 FROM ‹a› ‹AS› ‹1st›\n! 1 FROM `1st` is no name for a stage: a letter, then letters, digits, `-`, `_`, `.`",
    );
    whole("FROM a # b", "1 s0 FROM ‹a› ‹#› ‹b›\n! 1 FROM takes one image, or an image and `AS name`");
    whole(
        "RUN a\nFROM b",
        "1 - RUN shell \"a\"\n2 s0 FROM ‹b›\n! 1 RUN before the first FROM: only ARG may stand there",
    );
    whole("ARG A", "1 - ARG ‹A›\n! 1 the Dockerfile has no FROM, so no stage");
    whole("", "! 1 the Dockerfile has no instructions");
    whole("# only\n\n", "! 1 the Dockerfile has no instructions");
}

#[test]
fn recovery() {
    reads("FORM x\nUSER a", "2 s0 FORM ‹x›\n3 s0 USER ‹a›\n! 2 unknown instruction FORM (did you mean FROM?)");
    reads("<<<<<<< HEAD\nUSER a", "2 s0 <<<<<<< ‹HEAD›\n3 s0 USER ‹a›\n! 2 unknown instruction <<<<<<<");
    reads("EOF", "2 s0 EOF\n! 2 unknown instruction EOF");
    reads(
        "RUN <<A\nx\nUSER a",
        "2-4 s0 RUN shell \"<<A\"\n  << A \"x\\nUSER a\" at 3\n! 2 the here-document `A` is not closed: no line is just `A`",
    );
    whole(
        b"FROM a\nRUN b\xff\xfec\nUSER d",
        "1 s0 FROM ‹a›\n2 s0 RUN shell \"b\u{fffd}\u{fffd}c\"\n3 s0 USER ‹d›\n! 2 bytes that are no UTF-8",
    );
    whole(b"# caf\xe9\nFROM a", "2 s0 FROM ‹a›");
    whole(
        b"FROM a\nRUN <<E\n\xff\nE",
        "1 s0 FROM ‹a›\n2-4 s0 RUN shell \"<<E\"\n  << E \"\u{fffd}\\n\" at 3\n! 3 bytes that are no UTF-8",
    );
    whole(b"FROM a\0b\nRUN \0", "1 s0 FROM ‹a\0b›\n2 s0 RUN shell \"\\0\"");
    whole(
        "FROM\u{a0}a",
        "1 - FROM\u{a0}A\n! 1 unknown instruction FROM\u{a0}A (did you mean FROM?)\n! 1 the Dockerfile has no FROM, so no stage",
    );
    let long = format!("FROM a\nENV A={}\nUSER b", "x".repeat(65_530));
    assert!(shown(&parse(long.as_bytes())).ends_with("! 2 this line has 65536 bytes; Docker reads at most 65535\n"));
    let fits = format!("FROM a\nENV A={}\nUSER b", "x".repeat(65_529));
    assert!(parse(fits.as_bytes()).errors.is_empty());
}

#[test]
fn comments_are_whole_lines() {
    let file = parse(b"# one \n\nFROM a # no\n  #two\nRUN b \\\n  # three\n  c\nRUN <<E\n# no\nE\n");
    let comments: Vec<_> = file.comments.iter().map(|c| format!("{} {}", c.line, c.text)).collect();
    assert_eq!(comments, ["1 one", "4 two", "6 three"]);
}

#[test]
fn a_joined_line_knows_its_source() {
    let source = "FROM a\r\nRUN first && \\\r\n  # note é\r\n\r\n\t second \\\r\n third\r\n";
    let file = parse(source.as_bytes());
    let Args::Shell(line) = &file.instructions[1].args else { panic!() };
    assert_eq!(line.text, "first && \t second  third");
    for word in ["first", "&&", "second", "third"] {
        let joined = line.text.find(word).unwrap();
        assert_eq!(line.source_offset(joined), source.find(word).unwrap(), "{word}");
        let span = line.span(joined, joined + word.len());
        assert_eq!(&source[span.start..span.end], word);
    }
    let all = line.span(0, line.text.len());
    assert_eq!((file.lines.range(all).line, file.lines.range(all).end_line), (2, 6));
    let first = line.span(0, "first && ".len());
    assert_eq!(&source[first.start..first.end], "first && ", "a span does not run into the next line");
}

#[test]
fn every_span_shows_its_text() {
    let source = "FROM --platform=linux/amd64 a AS b\nCOPY --from=x \\\n  one two \\\n  /three\nENV A=1 \\\n  B=\"2 3\"\nCMD [\"a\", \\\n \"b\"]\nARG C\n";
    let file = parse(source.as_bytes());
    assert!(file.errors.is_empty());
    let mut seen = 0;
    for instruction in &file.instructions {
        for flag in &instruction.flags {
            let text = &source[flag.span.start..flag.span.end];
            assert_eq!(text, format!("--{}={}", flag.name, flag.value.as_deref().unwrap()));
            seen += 1;
        }
        match &instruction.args {
            Args::Words(words) => {
                for word in words {
                    assert_eq!(&source[word.span.start..word.span.end], word.text);
                    seen += 1;
                }
            }
            Args::Json(words) => {
                for word in words {
                    assert_eq!(&source[word.span.start..word.span.end], format!("\"{}\"", word.text));
                    seen += 1;
                }
            }
            Args::Pairs(pairs) => {
                for pair in pairs {
                    let written = pair.value.as_ref().map_or(pair.name.clone(), |v| format!("{}={v}", pair.name));
                    assert_eq!(&source[pair.span.start..pair.span.end], written);
                    seen += 1;
                }
            }
            _ => {}
        }
    }
    assert_eq!(seen, 13);
}

#[test]
fn what_the_shell_reads() {
    let script = |text: &str| parse(format!("FROM a\n{text}").as_bytes()).instructions[1].script().map(|s| s.text);
    assert_eq!(script("RUN a b").as_deref(), Some("a b"));
    assert_eq!(script("RUN <<EOF\na\nb\nEOF").as_deref(), Some("a\nb\n"));
    assert_eq!(script("RUN << EOF\na\nEOF").as_deref(), Some("a\n"));
    assert_eq!(script("RUN cat <<EOF > f\na\nEOF").as_deref(), Some("cat <<EOF > f\na\nEOF"));
    assert_eq!(script("RUN <<EOF sh\na\nEOF").as_deref(), Some("<<EOF sh\na\nEOF"));
    assert_eq!(script("RUN cat <<A <<B\n1\nA\n2\nB").as_deref(), Some("cat <<A <<B\n1\nA\n2\nB"));
    assert_eq!(script("RUN [\"a\"]"), None);
    let source = "FROM a\nRUN <<-EOF\n\tone\n\t\ttwo\n\tEOF\n";
    let joined = parse(source.as_bytes()).instructions[1].script().unwrap();
    assert_eq!(joined.text, "one\ntwo\n");
    assert_eq!(joined.source_offset(joined.text.find("two").unwrap()), source.find("two").unwrap());
    let source = "FROM a\nRUN cat <<A > f\nbody\nA\nUSER b\n";
    let joined = parse(source.as_bytes()).instructions[1].script().unwrap();
    assert_eq!(joined.source_offset(joined.text.find("body").unwrap()), source.find("body").unwrap());
    assert_eq!(joined.source_offset(joined.text.rfind('A').unwrap()), source.find("\nA\n").unwrap() + 1);
}

#[test]
fn what_a_copy_copies() {
    let file = parse(b"FROM a\nCOPY --from=b x <<E y /d/\nhi\nE\nADD [\"<<E\", \"/d\"]\nCOPY a\nRUN b");
    let copy = file.instructions[1].copy().unwrap();
    assert_eq!(copy.sources.iter().map(|w| w.text.as_str()).collect::<Vec<_>>(), ["x", "y"]);
    assert_eq!(copy.inline.iter().map(|d| d.content.as_str()).collect::<Vec<_>>(), ["hi\n"]);
    assert_eq!((copy.destination.text.as_str(), copy.from), ("/d/", Some("b")));
    assert_eq!(file.instructions[2].copy().unwrap().sources[0].text, "<<E");
    assert!(file.instructions[3].copy().is_none());
    assert!(file.instructions[4].copy().is_none());
}
