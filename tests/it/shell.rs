//! Shell scripts: how they are read, and what runs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;
use trueup::formats::shell::{LARGEST_SCRIPT, Node, NodeKind, Part, Redirect, Script, Word, parse};
use trueup::semantics::shell::{CanFail, Command, Env, Flow, World, can_fail, can_fail_exec, flow, flow_in};
use trueup::source::{Lines, Span};

/// A tree in one line: `a && b` as `And(a, b)`.
fn tree(nodes: &[Node]) -> String {
    nodes.iter().map(node).collect::<Vec<_>>().join("; ")
}

fn node(node: &Node) -> String {
    let mut text = match &node.kind {
        NodeKind::Simple { assigns, words } => {
            let assigns = assigns.iter().map(|a| {
                let sign = if a.append { "+=" } else { "=" };
                match (&a.value, &a.array) {
                    (Some(value), _) => format!("{}{sign}{}", a.name, word(value)),
                    (None, array) => {
                        format!("{}{sign}[{}]", a.name, words_of(array.as_deref().unwrap_or_default()))
                    }
                }
            });
            assigns.chain(words.iter().map(word)).collect::<Vec<_>>().join(" ")
        }
        NodeKind::Pipeline(parts) => format!("Pipe({})", parts.iter().map(self::node).collect::<Vec<_>>().join(", ")),
        NodeKind::Not(inner) => format!("Not({})", self::node(inner)),
        NodeKind::And(a, b) => format!("And({}, {})", self::node(a), self::node(b)),
        NodeKind::Or(a, b) => format!("Or({}, {})", self::node(a), self::node(b)),
        NodeKind::Background(inner) => format!("Background({})", self::node(inner)),
        NodeKind::Group(inner) => format!("{{{}}}", tree(inner)),
        NodeKind::Subshell(inner) => format!("({})", tree(inner)),
        NodeKind::If { branches, otherwise } => {
            let branches: Vec<String> = branches.iter().map(|(c, b)| format!("{} then {}", tree(c), tree(b))).collect();
            format!("If({} else {})", branches.join(" elif "), tree(otherwise))
        }
        NodeKind::While { until, condition, body } => {
            format!("{}({} do {})", if *until { "Until" } else { "While" }, tree(condition), tree(body))
        }
        NodeKind::For { variable, words, body } => {
            let words = words.as_ref().map(|w| format!(" in {}", words_of(w))).unwrap_or_default();
            format!("For({variable}{words} do {})", tree(body))
        }
        NodeKind::Case { word: subject, arms } => {
            let arms: Vec<String> = arms
                .iter()
                .map(|(p, b)| format!("{}) {}", p.iter().map(word).collect::<Vec<_>>().join("|"), tree(b)))
                .collect();
            format!("Case({} {})", word(subject), arms.join(" "))
        }
        NodeKind::Function { name, body } => format!("Function({name} {})", self::node(body)),
        NodeKind::Test(text) => format!("Test({text})"),
        NodeKind::Unreadable => "Unreadable".to_owned(),
    };
    for redirect in &node.redirects {
        let Redirect { operator, descriptor, target, .. } = redirect;
        let descriptor = descriptor.map(|d| d.to_string()).unwrap_or_default();
        write!(text, " {descriptor}{operator}{}", target.as_ref().map(word).unwrap_or("?".into())).unwrap();
    }
    text.trim_start().to_owned()
}

fn words_of(words: &[Word]) -> String {
    words.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// Unquoted text as it is, quoted text in «».
fn word(word: &Word) -> String {
    let parts = word.parts.iter().map(|part| match part {
        Part::Literal(text, false) => text.clone(),
        Part::Literal(text, true) => format!("«{text}»"),
        Part::Variable { name, operator, quoted } => {
            let operator = operator.as_ref().map(|(o, w)| format!("{o}{}", self::word(w))).unwrap_or_default();
            if *quoted { format!("«${{{name}{operator}}}»") } else { format!("${{{name}{operator}}}") }
        }
        Part::Command(nodes) => format!("$({})", tree(nodes)),
        Part::Process(nodes) => format!("<({})", tree(nodes)),
        Part::Array(words) => format!("[{}]", words_of(words)),
        Part::Opaque(text) => format!("¿{text}?"),
    });
    parts.collect()
}

#[test]
fn scripts_are_read_as_bash_reads_them() {
    let table = [
        ("a b c", "a b c"),
        ("a && b | c || d > f", "Or(And(a, Pipe(b, c)), d >f)"),
        ("! a | b && c", "And(Not(Pipe(a, b)), c)"),
        ("! { a; }; ! if b; then c; fi", "Not({a}); Not(If(b then c else ))"),
        ("a & b; c", "Background(a); b; c"),
        ("a \\\n  b # c\nd", "a b; d"),
        ("a &&\n# why\n\nb", "And(a, b)"),
        ("A=1 B+='x y' c", "A=1 B+=«x y» c"),
        ("A=(1 \"2 3\" $x) x[1]=y", "A=[1 «2 3» ${x}] x[1]=y"),
        ("export A=b C; local x=(1 2)", "export A=b C; local x=[1 2]"),
        ("echo a'b'\"c$d\"e\\ f", "echo a«bc»«${d}»e« »f"),
        ("echo \"\" ''", "echo «» «»"),
        ("echo $'a\\n\\x41\\''", "echo «a\nA'»"),
        ("echo ${x:-a b} \"${y:=c}\" ${z%%.*} ${#x} ${A[@]}", "echo ${x:-a b} «»«${y:=c}» ${z%%.*} ¿${#x}? ${A[@]}"),
        ("echo $1 ${10} $# $? $x-y $ $$", "echo ${1} ${10} ${#} ${?} ${x}-y $ ${$}"),
        ("echo $(a; b) `c \\`d\\`` $((1 + 2))", "echo $(a; b) $(c $(d)) ¿$((1 + 2))?"),
        ("(a; b) > f 2>&1", "(a; b) >f 2>&1"),
        ("((1 + 1)); ( (a) )", "Test(((1 + 1))); ((a))"),
        ("[[ $x =~ ^(a|b)$ && -n $y ]] || c", "Or(Test([[ $x =~ ^(a|b)$ && -n $y ]]), c)"),
        ("[ -f x ] && a", "And([ -f x ], a)"),
        ("if a; then b; elif c; then d; else e; fi", "If(a then b elif c then d else e)"),
        ("while a; do b; done; until c; do d; done", "While(a do b); Until(c do d)"),
        ("for x in a \"b c\"; do d; done; for y do e; done", "For(x in a «b c» do d); For(y do e)"),
        ("for ((i=0;i<3;i++)); do a; done", "For( do a)"),
        ("case $x in a|b) c;; (*) d ;& e) ;; esac", "Case(${x} a|b) c *) d e) )"),
        ("f() { a; }; function g { b; }; h() (c)", "Function(f {a}); Function(g {b}); Function(h (c))"),
        ("f() for i in a; do b; done", "Function(f For(i in a do b))"),
        ("f() { a; } > x; f", "Function(f {a} >x); f"),
        ("{ a; } | b; { while c; do d; done }", "Pipe({a}, b); {While(c do d)}"),
        ("> f; 2>e cmd <i a", ">f; cmd a 2>e <i"),
        ("a 2>/dev/null b >&2 c &>d", "a b c 2>/dev/null >&2 &>d"),
        ("a < <(b) > >(c)", "a <<(b) ><(c)"),
        ("cat <<E\nx $y\nE\nz", "cat <<«x »«${y}»«\n»; z"),
        ("cat <<-'E' | b && c\n\tx $y\n\tE\n", "And(Pipe(cat <<-«x $y\n», b), c)"),
        ("cat <<A <<B && {\n1\nA\n2\nB\nd; }", "And(cat <<«1\n» <<«2\n», {d})"),
        ("a \"$(cat <<E\nx\nE\n)\"", "a «»$(cat <<«x\n»)"),
        ("a <<< \"b $c\"", "a <<<«b »«${c}»"),
        ("time a; time { b; }", "time a; {b}"),
        ("echo if then fi; echo }", "echo if then fi; echo }"),
        ("echo a#b; #c", "echo a#b"),
        ("a;b&&c", "a; And(b, c)"),
        ("x=$(a || b) || c", "Or(x=$(Or(a, b)), c)"),
        ("echo {a,b} @(x|y) *.c", "echo {a,b} @(x|y) *.c"),
        ("a\r\nif b\r\nthen c\r\nfi\r\n", "a; If(b then c else )"),
    ];
    let wrong: Vec<String> = table
        .iter()
        .map(|(text, wanted)| (text, wanted, parse(text.as_bytes())))
        .filter(|(_, wanted, script)| tree(&script.body) != **wanted || !script.errors.is_empty())
        .map(|(text, wanted, script)| {
            format!("{text}\n  reads  {}\n  wanted {wanted}\n  {:?}", tree(&script.body), script.errors)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn mistakes_have_a_place_and_leave_the_rest() {
    let table = [
        ("a\nif then\nb", 2, "there is no command in `if`", "a; Unreadable; b"),
        ("a\n)\nb", 2, "`)` closes nothing", "a; Unreadable; b"),
        ("a\nfi\nb", 2, "`fi` closes nothing", "a; Unreadable; b"),
        ("a\nb | | c\nd", 2, "`|` stands where a command should begin", "a; Unreadable; d"),
        ("a\necho \"x\nb", 2, "`\"` without its end", "a; Unreadable"),
        ("a\nif b; then c", 2, "`if` without `fi`", "a; Unreadable"),
        ("f() {\na\n> \nb\n}\nc", 3, "`>` without a target", "Function(f {a; Unreadable; b}); c"),
        ("a &&", 1, "a command is missing at the end", "Unreadable"),
        ("a; echo x (y)", 1, "`(` stands in a command", "a; Unreadable"),
        ("echo $(a", 1, "`(` without `)`", "Unreadable"),
    ];
    for (text, line, message, wanted) in table {
        let script = parse(text.as_bytes());
        let first = script.errors.first().unwrap_or_else(|| panic!("no error in {text}"));
        assert_eq!((first.line, first.message.as_str()), (line, message), "{text}");
        assert_eq!(tree(&script.body), wanted, "{text}");
    }
}

#[test]
fn bounds_are_named() {
    let deep = format!("{}a{}", "( ".repeat(200), ")".repeat(200));
    for (text, words) in [
        (deep, "nested deeper than the bound of 128"),
        ("a\n".repeat(150_000), "over the bound of 200000 statements and words"),
        (" ".repeat(LARGEST_SCRIPT + 1), "over the bound of 1048576 for a script"),
    ] {
        let script = parse(text.as_bytes());
        assert!(script.errors.iter().any(|e| e.message.contains(words)), "{:?}", script.errors.first());
        assert!(script.body.iter().any(|n| n.kind == NodeKind::Unreadable));
    }
    for (text, words) in [
        ("f() { g; g; }; g() { f x; }; f; a=x; ".to_owned() + &"a=$a$a; ".repeat(40), "over the bound of 65536 bytes"),
        ("x\n".repeat(30_000), "more than the bound of 20000 commands"),
        ((0..40).map(|i| format!("f{i}() {{ f{}; f{}; }}\n", i + 1, i + 1)).collect::<String>() + "f0", "bound of 32"),
        (format!("echo \"{}\"", "$a".repeat(33)), "more than 32 expansions in one value"),
    ] {
        let flow = run(&text);
        assert!(flow.opaque.iter().any(|o| o.what.contains(words)), "{words}: {:?}", flow.opaque.first());
    }
}

/// Every span of a script with the text it was made of, when it has one.
fn spans(nodes: &[Node], found: &mut Vec<(Span, Option<String>)>) {
    for node in nodes {
        found.push((node.span, None));
        for redirect in &node.redirects {
            found.push((redirect.span, None));
            redirect.target.iter().for_each(|word| word_spans(word, found));
        }
        match &node.kind {
            NodeKind::Simple { assigns, words } => {
                for assign in assigns {
                    found.push((assign.span, None));
                    assign.value.iter().chain(assign.array.iter().flatten()).for_each(|word| word_spans(word, found));
                }
                words.iter().for_each(|word| word_spans(word, found));
            }
            NodeKind::Pipeline(inner) | NodeKind::Group(inner) | NodeKind::Subshell(inner) => spans(inner, found),
            NodeKind::Not(inner) | NodeKind::Background(inner) => spans(std::slice::from_ref(inner), found),
            NodeKind::Function { body, .. } => spans(std::slice::from_ref(body), found),
            NodeKind::And(a, b) | NodeKind::Or(a, b) => {
                spans(std::slice::from_ref(a), found);
                spans(std::slice::from_ref(b), found);
            }
            NodeKind::If { branches, otherwise } => {
                branches.iter().for_each(|(c, b)| {
                    spans(c, found);
                    spans(b, found);
                });
                spans(otherwise, found);
            }
            NodeKind::While { condition, body, .. } => {
                spans(condition, found);
                spans(body, found);
            }
            NodeKind::For { words, body, .. } => {
                words.iter().flatten().for_each(|word| word_spans(word, found));
                spans(body, found);
            }
            NodeKind::Case { word, arms } => {
                word_spans(word, found);
                for (patterns, body) in arms {
                    patterns.iter().for_each(|word| word_spans(word, found));
                    spans(body, found);
                }
            }
            NodeKind::Test(_) | NodeKind::Unreadable => {}
        }
    }
}

fn word_spans(word: &Word, found: &mut Vec<(Span, Option<String>)>) {
    found.push((word.span, Some(word.raw.clone())));
    for part in &word.parts {
        match part {
            Part::Command(nodes) | Part::Process(nodes) => spans(nodes, found),
            Part::Array(words) => words.iter().for_each(|word| word_spans(word, found)),
            Part::Variable { operator: Some((_, word)), .. } => word_spans(word, found),
            _ => {}
        }
    }
}

fn corpus() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/shell");
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    files.sort();
    assert!(files.len() >= 15);
    files
}

#[test]
fn the_corpus_is_read_without_mistakes_and_with_exact_spans() {
    for (name, bytes) in corpus() {
        let script = parse(&bytes);
        if matches!(name.as_str(), "broken.sh" | "nul.sh") {
            assert!(!script.errors.is_empty(), "{name}");
        } else {
            assert_eq!(script.errors, [], "{name}");
        }
        let mut found = Vec::new();
        spans(&script.body, &mut found);
        for (span, raw) in found {
            let text = bytes.get(span.start..span.end).unwrap_or_else(|| panic!("{name}: {span:?} is out of bounds"));
            let Some(raw) = raw else { continue };
            // Backquotes take backslashes out of the text; latin1.sh has bytes that are no text.
            if name != "latin1.sh" && !text.contains(&b'`') && !text.contains(&b'\\') {
                assert_eq!(String::from_utf8_lossy(text).replace("\r\n", "\n"), raw, "{name}");
            }
        }
    }
    let script = parse(b"\xef\xbb\xbf#!/bin/sh -e \n  a\r\n");
    assert_eq!(script.shebang.as_deref(), Some("/bin/sh -e"));
    assert_eq!(script.body[0].span, Span::new(19, 20));
}

/// Everything that is ever done with a script, on any bytes.
fn survive(bytes: &[u8]) -> Script {
    let script = parse(bytes);
    let mut found = Vec::new();
    spans(&script.body, &mut found);
    for (span, _) in found {
        assert!(span.start <= span.end && span.end <= bytes.len(), "{span:?} of {}", bytes.len());
    }
    let lines = Lines::of(bytes);
    assert!(script.errors.iter().all(|e| e.span.end <= bytes.len() && e.line >= 1 && e.line <= lines.count()));
    let flow = flow(&script, &Env::new());
    assert!(flow.commands.iter().all(|c| c.span.end <= bytes.len() && !c.argv.is_empty()));
    assert!(flow.commands.iter().all(|c| c.conditional == (c.conditions > 0)));
    can_fail(&script, &Env::new());
    for command in flow.commands.iter().take(3) {
        for ok in [true, false] {
            let assume = |other: &Command| (other.span == command.span).then_some(ok);
            let world = World { assume: Some(&assume), through: true, ..World::default() };
            flow_in(&script, &Env::new(), world);
        }
    }
    trueup::report::inspect::shell::json(bytes);
    script
}

#[test]
fn mutated_scripts_never_panic() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below.max(1) as u64).unwrap()
    };
    let pieces: [&[u8]; 24] = [
        b"'",
        b"\"",
        b"`",
        b"$(",
        b"${",
        b"}",
        b")",
        b"(",
        b"\\",
        b"\n",
        b"\r\n",
        b"<<E\n",
        b"E\n",
        b";;",
        b"&&",
        b"|",
        b"\0",
        b"\xff",
        b"if ",
        b"fi",
        b"((",
        b"))",
        b"case x in ",
        b"done",
    ];
    for (_, bytes) in corpus() {
        for _ in 0..12 {
            let mut mutated = bytes.clone();
            for _ in 0..1 + random(4) {
                let at = random(mutated.len());
                match random(4) {
                    0 => mutated.truncate(at.max(1)),
                    1 => drop(mutated.splice(at..at, pieces[random(pieces.len())].iter().copied())),
                    2 => drop(mutated.splice(at..(at + random(8)).min(mutated.len()), [])),
                    _ => {
                        let piece: Vec<u8> = mutated[at..(at + random(40)).min(mutated.len())].to_vec();
                        let to = random(mutated.len());
                        mutated.splice(to..to, piece);
                    }
                }
            }
            survive(&mutated);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in "[ab \\n;&|(){}<>$`'\"\\\\#!=\\[\\]*0-9-]{0,60}|(if|then|fi|do|done|for x in|case x in|esac|while|\\{|\\}|a|;|\\n| |\\(|\\)|f\\(\\)|<<E|E|\\$\\(|\"){0,30}") {
        survive(text.as_bytes());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        survive(&bytes);
    }

    #[test]
    fn commands_one_after_the_other_run_in_that_order(names in proptest::collection::vec("[a-d]{1,3}", 1..20)) {
        let flow = run(&names.join("\n"));
        let ran: Vec<&str> = flow.commands.iter().filter_map(Command::program).collect();
        prop_assert_eq!(ran, names);
    }
}

fn run(text: &str) -> Flow {
    flow(&parse(text.as_bytes()), &Env::new())
}

/// What runs, a command a line: `?` before, under a condition; `~` before, when its failure is swallowed;
/// `name:` of the function before; wrappers with `>`; unknown words as `<raw>`.
fn ran(flow: &Flow) -> String {
    let line = |command: &Command| {
        let mut line = String::new();
        if command.conditional {
            line.push('?');
        }
        if command.ignored {
            line.push('~');
        }
        if let Some(function) = &command.function {
            write!(line, "{function}: ").unwrap();
        }
        let words = |args: &[trueup::semantics::shell::Arg]| {
            let words: Vec<String> =
                args.iter().map(|arg| arg.text.clone().unwrap_or_else(|| format!("<{}>", arg.raw))).collect();
            words.join(" ")
        };
        for wrapper in &command.wrappers {
            write!(line, "{} > ", words(wrapper)).unwrap();
        }
        line + &words(&command.argv)
    };
    flow.commands.iter().map(line).collect::<Vec<_>>().join(" | ")
}

#[test]
fn commands_run_in_the_order_a_shell_runs_them() {
    let table = [
        // Functions where they are called, the last definition, arguments, locals, recursion.
        ("f() { a \"$1\"; }; b; f x; f y", "b | f: a x | f: a y"),
        ("f() { a; }; f() { b; }; f", "f: b"),
        ("f() { g; }; g() { a; }; f", "g: a"),
        ("f() { local v=1; a $v; }; v=2; f; b $v", "f: local v=1 | f: a 1 | b 2"),
        ("f() { a; return; b; }; f; c", "f: a | f: return | c"),
        ("f() { a; f; }; f", "f: a | f: a"),
        ("unused() { a; }; b", "b"),
        ("f() { a \"$@\"; shift; b \"$*\" $#; }; f 1 '2 3'", "f: a 1 2 3 | f: shift | f: b 2 3 1"),
        ("if x; then f() { a; }; else f() { b; }; fi; f", "x | ?f: a | ?f: b"),
        // Conditions.
        ("if a; then b; else c; fi; d", "a | ?b | ?c | d"),
        ("a && b || c", "a | b | ?c"),
        ("[ -f x ] && b; c", "[ -f x ] | ?b | c"),
        ("apt-get update && apt-get install -y curl", "apt-get update | apt-get install -y curl"),
        ("a || true; b || echo x; c || exit 1", "~a | ?true | ~b | ?echo x | c | ?exit 1"),
        ("! a; a & b", "~a | ~a | b"),
        ("true && a; false || b; false && c; true || d", "true | a | false | b | false | true"),
        ("while x; do a; done; while true; do b; done; c", "x | ?a | true | b"),
        ("while true; do a && break; done; c", "true | a | break | c"),
        ("until a; do b; done; c", "a | ?b | c"),
        ("for i in 1 2; do a $i; done; for j in $X; do b $j; done", "a 1 | a 2 | ?b <$j>"),
        ("for d in ${D:-x y}; do a $d; done", "a x | a y"),
        ("n=0; while [ $n -lt 2 ]; do a; n=$((n+1)); done; b $n", "[ 0 -lt 2 ] | a | [ 1 -lt 2 ] | [ 2 -lt 2 ] | b 2"),
        ("case $1 in a) b;; *) c;; esac", "?b | ?c"),
        ("x=a; case $x in a) b;; *) c;; esac", "b"),
        ("x=1; if [ $x = 1 ]; then a; else b; fi", "[ 1 = 1 ] | a"),
        ("a; exit; b", "a | exit"),
        ("[ -n \"$X\" ] || exit 1; b", "[ -n <\"$X\"> ] | ?exit 1 | b"),
        ("(a; exit 1); b", "a | exit 1 | b"),
        ("exec a; b", "exec > a"),
        // Variables.
        ("A=1; B=$A-2; c \"$B\" '$A' $U", "c 1-2 $A <$U>"),
        ("A='x y'; a $A \"$A\"", "a x y x y"),
        ("a ${X:-d} ${Y-e}; : ${Z:=f}; b $Z", "a d e | : f | b f"),
        ("A=1; if x; then A=2; fi; b $A", "x | b <$A>"),
        ("A=1; if x; then A=2; exit; fi; b $A", "x | ?exit | b 1"),
        ("A=1; (A=2; a $A); b $A", "a 2 | b 1"),
        ("A=1; x | A=2; b $A", "x | b 1"),
        ("A=(1 '2 3'); A+=(4); a \"${A[@]}\" ${A[0]}", "a 1 2 3 4 1"),
        ("A=$(x); b \"$A\"", "x | b <\"$A\">"),
        ("A=$(echo 1); b $A", "echo 1 | b 1"),
        ("F=a.tar.gz; b ${F%.gz} ${F%%.*} ${F#a.}; D=x,y; c ${D//,/ }", "b a.tar a tar.gz | c x y"),
        ("A=1 b; c $A", "b | c <$A>"),
        ("set -- a b; x \"$@\"; shift; y $1", "set -- a b | x a b | shift | y b"),
        ("IFS=,; for d in ${D:-a,b}; do x $d; done", "x a | x b"),
        ("unset A; a ${A:-d}", "unset A | a d"),
        ("read A; a $A", "read A | a <$A>"),
        // Wrappers.
        ("sudo -u app -- env -i A=1 nice -n 5 a b", "sudo -u app -- > env -i A=1 > nice -n 5 > a b"),
        ("timeout -k 5 300 a; timeout --signal=KILL 5m a", "timeout -k 5 300 > a | timeout --signal=KILL 5m > a"),
        ("timeout -t 300 a", "timeout -t 300 > a"),
        (
            "gosu app a; su-exec app:app a; setpriv --reuid 1 --clear-groups a",
            "gosu app > a | su-exec app:app > a | setpriv --reuid 1 --clear-groups > a",
        ),
        ("sh -c 'a $1; b' _ x", "sh -c > a x | sh -c > b"),
        (
            "bash -euo pipefail -c \"a | b\"; bash -lc 'c'",
            "bash -euo pipefail -c > a | bash -euo pipefail -c > b | bash -lc > c",
        ),
        ("su - app -c 'a && b'; runuser -u app -- c", "su - app -c > a | su - app -c > b | runuser -u app -- > c"),
        ("f() { a; }; timeout 5 f; sh -c f; time f", "timeout 5 > f | sh -c > f | f: time > a"),
        ("command -v a; command b; builtin cd /", "command -v a | command > b | builtin > cd /"),
        ("eval 'a; b'; eval \"c $X\"", "a | b | c <…>"),
        ("xargs -0 rm < f; env -S 'a b' c", "xargs -0 > rm | env -S > env > a b c"),
        ("busybox sh -c a; exec tini -- b", "busybox > sh -c > a | exec > tini -- > b"),
        // Input that is run.
        ("echo 'a b' | sh", "echo a b | sh > a b"),
        ("bash <<E\na\nE\nsh -s <<< b", "bash > a | sh -s > b"),
        ("curl x | sh", "curl x | sh"),
        ("a $(b) `c`; d <(e)", "b | c | a <$(b)> <`c`> | e | d <<(e)>"),
        ("[[ $(a) == b ]] && c", "a | ?c"),
        // Handlers.
        ("trap 'a; b' EXIT; c; exit; d", "trap a; b EXIT | c | exit | a | b"),
        ("trap a TERM; b", "trap a TERM | b | ?a"),
    ];
    let wrong: Vec<String> = table
        .iter()
        .map(|(text, wanted)| (text, wanted, ran(&run(text))))
        .filter(|(_, wanted, found)| found != *wanted)
        .map(|(text, wanted, found)| format!("{text}\n  runs   {found}\n  wanted {wanted}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_cannot_be_seen_is_named() {
    let table = [
        ("curl -fsSL x | sudo bash", "what `curl -fsSL x` prints is run by `bash`"),
        ("sh -c \"$(curl x)\"", "what `sh` is told to run, `\"$(curl x)\"`, has no known value"),
        ("eval \"$X\"", "what `eval \"$X\"` runs has no known value"),
        ("$CMD a", "the command's name `$CMD` has no known value"),
        (". \"$DIR/lib.sh\"", "the script that is sourced, `\"$DIR/lib.sh\"`, has no known value"),
        ("if then\n", "a region that cannot be read"),
        ("bash < script", "what `bash` reads, `script`, is not known"),
    ];
    for (text, wanted) in table {
        let flow = run(text);
        assert!(flow.opaque.iter().any(|o| o.what == wanted), "{text}: {:?}", flow.opaque);
    }
    for text in ["curl x | tar xz", "sh script.sh", ". ./lib.sh", "echo a | sh", "bash -x"] {
        assert_eq!(run(text).opaque, [], "{text}");
    }
}

#[test]
fn commands_know_what_surrounds_them() {
    let flow = run(
        "set -euo pipefail\ncd /app\na > f 2>/dev/null <<E\nin\nE\nb | tee -a log >&2\nA=1 env B=2 c\n(cd sub; d)\ne",
    );
    assert!(flow.errexit && flow.pipefail);
    let command = |name: &str| flow.commands.iter().find(|c| c.program() == Some(name)).unwrap();
    assert_eq!(command("a").writes, ["f"]);
    assert_eq!(command("a").stdin.as_ref().unwrap().text.as_deref(), Some("in\n"));
    assert_eq!(command("tee").writes, ["log"]);
    let env: BTreeMap<&str, &str> =
        command("c").env.iter().map(|(name, arg)| (name.as_str(), arg.text.as_deref().unwrap())).collect();
    assert_eq!(env, BTreeMap::from([("A", "1"), ("B", "2")]));
    assert_eq!(command("d").directory.as_deref(), Some("/app/sub"));
    assert_eq!(command("e").directory.as_deref(), Some("/app"));
    assert!(!run("set -e; set +e; a").errexit);
    let known = Env::from([("USER".to_owned(), "app".to_owned())]);
    let flow = trueup::semantics::shell::flow(&parse(b"chown $USER /app"), &known);
    assert_eq!(ran(&flow), "chown app /app");
    assert!(!flow.commands[0].argv[1].fixed && flow.commands[0].argv[2].fixed);
}

#[test]
fn a_world_in_which_a_command_fails_has_only_what_runs_then() {
    let fails = |text: &str, ok: bool| {
        let script = parse(text.as_bytes());
        let flow = flow_in(
            &script,
            &Env::new(),
            World { assume: Some(&|c| (c.program() == Some("x")).then_some(ok)), ..World::default() },
        );
        ran(&flow).replace('~', "")
    };
    let table = [
        ("if x; then a; else b; fi", "x | a", "x | b"),
        ("x && a || b", "x | a | ?b", "x | b"),
        ("if ! x; then b; exit 1; fi; a", "x | a", "x | b | exit 1"),
        ("set -e; x; a", "set -e | x | a", "set -e | x"),
        ("set -e; f() { x; b; }; if f; then a; fi", "set -e | f: x | f: b | ?a", "set -e | f: x | f: b | ?a"),
        ("x; [ $? -eq 0 ] && a", "x | [ 0 -eq 0 ] | a", "x | [ <$?> -eq 0 ]"),
        ("x; rc=$?; if [ \"$rc\" != 0 ]; then b; fi", "x | [ 0 != 0 ]", "x | [ <\"$rc\"> != 0 ] | b"),
        ("x || { bad=1; }; if [ -n \"$bad\" ]; then b; fi", "x | [ -n <\"$bad\"> ] | ?b", "x | [ -n 1 ] | b"),
        ("out=$(x 2>&1) || b", "x", "x | b"),
        ("for i in 1 2; do x && break; b; done; a", "x | break | a", "x | b | x | b | a"),
        (
            "n=0; until x; do n=$((n+1)); if [ $n -ge 2 ]; then b; exit 1; fi; done; a",
            "x | a",
            "x | [ 1 -ge 2 ] | [ 2 -ge 2 ] | b | exit 1",
        ),
        ("trap 'b' ERR; set -e; x; a", "trap b ERR | set -e | x | a", "trap b ERR | set -e | x | b"),
        (
            "set -o pipefail; x | tee log || b",
            "set -o pipefail | x | tee log | ?b",
            "set -o pipefail | x | tee log | b",
        ),
        ("f() { x || return 1; a; }; f || b", "f: x | f: a | ?b", "f: x | f: return 1 | b"),
    ];
    for (text, ok, fail) in table {
        assert_eq!(fails(text, true), ok, "{text}, it succeeds");
        assert_eq!(fails(text, false), fail, "{text}, it fails");
    }
}

#[test]
fn whether_a_script_can_fail() {
    use CanFail::{No, Unknown, Yes};
    let table = [
        (No, "true\n:\nexit 0\necho x\nprintf x\n/bin/true\nX=1\nexec true\ntimeout 5 true\nexit 256"),
        (No, "a || true\na || exit 0\na; exit 0\na && echo ok || echo bad\na | true\na || :; echo done"),
        (No, "(a) || (exit 0)\nif a; then exit 0; else exit 0; fi\nif a; then true; fi\na &\nwait"),
        (No, "sh -c 'exit 0'\npython -c 'exit(0)'\npython3 -c 'import sys; sys.exit(0)'\nnode -e 'process.exit(0)'"),
        (No, "f() { return 0; }; f\nbash -c 'a || true'\n$X || true\nperl -e 'exit 0'\nphp -r 'exit(0);'\na; true"),
        (
            Yes,
            "a\nexit 1\nfalse\n! true\na || exit 1\na && exit 0 || exit 1\na; exit $?\na || exit\n[ -f x ]\ntest -f x",
        ),
        (Yes, "true && a\n{ a; } || exit 1\nset -e; a; echo ok\nset -o pipefail; a | true\na | grep ok\n! a"),
        (
            Yes,
            "if a; then exit 0; else exit 1; fi\nsh -c 'a || exit 1'\npython -c 'import x; x.y()'\nX=$(a)\na & wait $!",
        ),
        (
            Yes,
            "f() { a && return 0; return 1; }; f\ncode=$(a); [ \"$code\" = 200 ]\nbash -ec 'a; true'\necho > /dev/tcp/h/80",
        ),
        (
            Yes,
            "a; rc=$?; if [ $rc -ne 0 ]; then exit 1; fi; exit 0\n: < /tmp/ready\npython -c 'exit(1)'\na || { echo; exit 1; }",
        ),
        (Unknown, "$CMD\n$CMD || exit 1\nexit $CODE\nif then"),
    ];
    for (wanted, lines) in table {
        for text in lines.lines() {
            assert_eq!(can_fail(&parse(text.as_bytes()), &Env::new()), wanted, "{text}");
        }
    }
    let exec: [(CanFail, &[&str]); 9] = [
        (Yes, &["curl", "-f", "http://x", "||", "exit", "0"]),
        (No, &["true", "||", "exit", "1"]),
        (No, &["/bin/echo", "x"]),
        (Yes, &["exit", "0"]),
        (Yes, &[":"]),
        (No, &["sh", "-c", "curl x || exit 0"]),
        (Yes, &["/bin/sh", "-c", "curl x || exit 1"]),
        (No, &["python", "-c", "exit(0)"]),
        (Unknown, &[]),
    ];
    for (wanted, argv) in exec {
        let argv: Vec<String> = argv.iter().map(|&text| text.to_owned()).collect();
        assert_eq!(can_fail_exec(&argv), wanted, "{argv:?}");
    }
}

#[test]
fn inspect_calls_conditional_what_stands_behind_work_that_may_fail() {
    let script = "certbot renew && echo ok\necho done\ntrue && echo always\n";
    let json = trueup::report::inspect::shell::json(script.as_bytes());
    let conditional: Vec<bool> =
        json["commands"].as_array().unwrap().iter().map(|command| command["conditional"] == true).collect();
    assert_eq!(conditional, [false, true, false, false, false]);
}

#[test]
fn inspect_shows_commands_in_order_and_no_secret() {
    let script = r#"#!/bin/sh
DB_PASSWORD=sw0rdfish
COPY="$DB_PASSWORD"
renew() {
    timeout 300 certbot renew \
        --quiet
}
if renew; then echo ok; fi
psql --password sw0rdfish "$COPY" -h "$HOST"
curl -u admin:sw0rdfish -H "Authorization: Bearer sw0rdfish" "https://x:sw0rdfish@h/" API_TOKEN=sw0rdfish
sh -c 'sudo run "${TOKEN:-sw0rdfish}"'
eval "x sw0rdfish $Y"
if then
"#;
    let json = trueup::report::inspect::shell::json(script.as_bytes());
    assert!(!json.to_string().contains("sw0rdfish"), "{json}");
    assert_eq!(json["kind"], "shell");
    let commands = json["commands"].as_array().unwrap();
    let shown: Vec<String> = commands
        .iter()
        .map(|c| format!("{}-{} {} {} {}", c["line"], c["end_line"], c["function"], c["conditional"], c["argv"]))
        .collect();
    let wanted = [
        r#"5-6 "renew" false ["timeout","300","certbot","renew","--quiet"]"#,
        r#"8-8 null true ["echo","ok"]"#,
        r#"9-9 null false ["psql","--password","***","***","-h","\"$HOST\""]"#,
        r#"10-10 null false ["curl","-u","admin:***","-H","Authorization: ***","https://x:***@h/","API_TOKEN=***"]"#,
        r#"11-11 null false ["sudo","run","***"]"#,
        r#"12-12 null false ["x","***","…"]"#,
    ];
    assert_eq!(shown, wanted);
    assert_eq!(json["errors"][0]["line"], 13);
    assert_eq!(json["errors"][0]["message"], "there is no command in `if`");
}
