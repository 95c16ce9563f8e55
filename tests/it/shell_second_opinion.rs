//! Shell scripts read by another parser: where it reads a script without errors, both see the same commands.

use std::collections::BTreeSet;

use trueup::formats::shell::{Node, NodeKind, Part, Word, parse};

/// Where commands begin, by this parser: the first word of each.
fn ours(nodes: &[Node], starts: &mut BTreeSet<usize>) {
    for node in nodes {
        for target in node.redirects.iter().filter(|r| !r.operator.starts_with("<<")).filter_map(|r| r.target.as_ref())
        {
            inside(target, starts);
        }
        match &node.kind {
            NodeKind::Simple { assigns, words } => {
                assigns
                    .iter()
                    .flat_map(|a| a.value.iter().chain(a.array.iter().flatten()))
                    .for_each(|w| inside(w, starts));
                starts.extend(words.first().map(|word| word.span.start));
                words.iter().for_each(|word| inside(word, starts));
            }
            NodeKind::Pipeline(inner) | NodeKind::Group(inner) | NodeKind::Subshell(inner) => ours(inner, starts),
            NodeKind::Not(inner) | NodeKind::Background(inner) => ours(std::slice::from_ref(inner), starts),
            NodeKind::Function { body, .. } => ours(std::slice::from_ref(body), starts),
            NodeKind::And(left, right) | NodeKind::Or(left, right) => {
                ours(std::slice::from_ref(left), starts);
                ours(std::slice::from_ref(right), starts);
            }
            NodeKind::If { branches, otherwise } => {
                branches.iter().for_each(|(condition, body)| {
                    ours(condition, starts);
                    ours(body, starts);
                });
                ours(otherwise, starts);
            }
            NodeKind::While { condition, body, .. } => {
                ours(condition, starts);
                ours(body, starts);
            }
            NodeKind::For { words, body, .. } => {
                words.iter().flatten().for_each(|word| inside(word, starts));
                ours(body, starts);
            }
            NodeKind::Case { word, arms } => {
                inside(word, starts);
                arms.iter().for_each(|(_, body)| ours(body, starts));
            }
            NodeKind::Test(_) | NodeKind::Unreadable => {}
        }
    }
}

fn inside(word: &Word, starts: &mut BTreeSet<usize>) {
    for part in &word.parts {
        match part {
            Part::Command(nodes) | Part::Process(nodes) => ours(nodes, starts),
            Part::Array(words) => words.iter().for_each(|word| inside(word, starts)),
            Part::Variable { operator: Some((_, word)), .. } => inside(word, starts),
            _ => {}
        }
    }
}

/// The same by tree-sitter's bash grammar, commands inside `[[ ]]`, arithmetic and here-documents left out.
fn theirs(node: tree_sitter::Node<'_>, source: &[u8], starts: &mut BTreeSet<usize>) {
    let skipped = matches!(node.kind(), "arithmetic_expansion" | "heredoc_body")
        || (node.kind() == "test_command" && source[node.start_byte()..].starts_with(b"[["))
        || (node.kind() == "compound_statement" && source[node.start_byte()..].starts_with(b"(("));
    if skipped {
        return;
    }
    match node.kind() {
        "command_name" => drop(starts.insert(node.start_byte())),
        "declaration_command" | "unset_command" | "test_command" => drop(starts.insert(node.start_byte())),
        _ => {}
    }
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        theirs(child, source, starts);
    }
}

#[test]
fn another_parser_sees_the_same_commands() {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).unwrap();
    let mut compared = 0;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/shell");
    let files = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()));
    let snippets = [
        "a && b | c || d > f\n",
        "if a; then b; elif c; then d; else e; fi > x 2>&1\n",
        "case \"$1\" in a|b*) x;; *) y ;; esac\n",
        "f() ( a )\nfunction g { b; }\nh ()\n{ c; }; i\n",
        "x=1 y=$(foo `bar`) cmd \"$x-${y:-$(d \"q\")}\" {a,b} ${z%%.*}\n",
        "for d in $(A); do a; done | b\nwhile read -r l; do x; done < <(y)\nuntil z; do :; done &\n",
        "cat <<EOF >f 2>&1 || exit 1\nx\nEOF\ncat <<-'EOF' | sh && y\n\tx\n\tEOF\n",
        "set -euo pipefail\nexport A=b C\nA=(a \"b c\" $d)\nA+=(e)\nx \"${A[@]}\"\nunset A\n[ -f x ] && a\n",
        "sudo -u a sh -c 'b; c' && (d; e) || { f; }\ntime g; h | i |& j\n",
    ];
    let texts = files.filter_map(Result::ok).chain(snippets.map(str::to_owned));
    // Line by line what stands in whole scripts as well: the other parser gives a whole script up for one region.
    let lines: Vec<String> = texts
        .flat_map(|text| text.lines().map(|l| format!("{l}\n")).chain([text.clone()]).collect::<Vec<_>>())
        .collect();
    // What the other parser is known to misread, without saying so.
    let misread = ["\r", "\u{feff}", "! ", "\\`", "time -p", "coproc"];
    for text in lines.iter().filter(|text| !misread.iter().any(|mark| text.contains(mark))) {
        let script = parse(text.as_bytes());
        let tree = parser.parse(text, None).unwrap();
        if tree.root_node().has_error() || !script.errors.is_empty() {
            continue;
        }
        let (mut one, mut other) = (BTreeSet::new(), BTreeSet::new());
        ours(&script.body, &mut one);
        theirs(tree.root_node(), text.as_bytes(), &mut other);
        assert_eq!(one, other, "{text}");
        compared += one.len();
    }
    assert!(compared > 300, "only {compared} commands were compared");
}
