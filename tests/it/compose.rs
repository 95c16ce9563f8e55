//! Compose files as Compose resolves them.

use proptest::prelude::*;
use serde_json::{Value, json};
use trueup::repo::RepoPath;
use trueup::report::inspect;
use trueup::semantics::compose::{self, Located, Part, Project, Recipe, Scalar, bytes, cpus};
use trueup::semantics::files::{Files, Parses};

use crate::checks::judge;
use crate::memory::Memory;
use crate::mutation::mutations;

fn project_of(tree: &[(&str, &str)], paths: &[&str]) -> Project {
    let tree = Memory::with(tree);
    let parses = Parses::default();
    let paths: Vec<RepoPath> = paths.iter().map(|path| RepoPath::parse(path).unwrap()).collect();
    compose::load_merged(&Files::new(&tree, &parses), &paths).unwrap().unwrap()
}

fn one(text: &str) -> Project {
    project_of(&[("c.yml", text)], &["c.yml"])
}

fn services(project: &Project) -> Value {
    let json = inspect::compose::json(project);
    assert_eq!(json["errors"], json!([]), "{json:#}");
    json["services"].clone()
}

fn errors(project: &Project) -> Vec<String> {
    let json = inspect::compose::json(project);
    let list = json["errors"].as_array().unwrap();
    list.iter()
        .map(|e| format!("{}:{} {}", e["path"].as_str().unwrap(), e["line"], e["message"].as_str().unwrap()))
        .collect()
}

#[test]
fn variables_are_interpolated() {
    // value → the text, or what stays unknown
    let table: &[(&str, Result<&str, &str>, &[&str])] = &[
        ("plain", Ok("plain"), &[]),
        ("", Ok(""), &[]),
        ("$X", Err("$X"), &["X"]),
        ("${X}", Err("${X}"), &["X"]),
        ("a${X}b$Y.c", Err("a${X}b$Y.c"), &["X", "Y"]),
        ("${X:-d}", Ok("d"), &["X"]),
        ("${X-d}", Ok("d"), &["X"]),
        ("${X:-}", Ok(""), &["X"]),
        ("${X-}b", Ok("b"), &["X"]),
        ("${X:?it is needed}", Err("${X:?it is needed}"), &["X"]),
        ("${X?}", Err("${X?}"), &["X"]),
        ("${X:+a}", Err("${X:+a}"), &["X"]),
        ("${X+a${Y}}", Err("${X+a${Y}}"), &["X", "Y"]),
        ("${X:-${Y:-e}}f", Ok("ef"), &["X", "Y"]),
        ("${X:-${Y}}", Err("${Y}"), &["X", "Y"]),
        ("${X:-a-b:-c?d}", Ok("a-b:-c?d"), &["X"]),
        ("${X-:-}", Ok(":-"), &["X"]),
        ("${X:-{\"a\":1}}", Ok("{\"a\":1}"), &["X"]),
        ("$$X $${Y} $$$Z", Err("$X ${Y} $$Z"), &["Z"]),
        ("${x_1:-é}", Ok("é"), &["x_1"]),
        ("cost $5", Err("cost $5"), &[]),
        ("100%$", Err("100%$"), &[]),
        ("${X", Err("${X"), &[]),
        ("${}", Err("${}"), &[]),
        ("${X:=d}", Err("${X:=d}"), &[]),
        ("${X:}", Err("${X:}"), &[]),
        ("${ X }", Err("${ X }"), &[]),
        ("${1:-a}", Err("${1:-a}"), &[]),
    ];
    for (raw, wanted, names) in table {
        let scalar = Scalar::interpolate(raw);
        let got = scalar.text.value().ok_or(scalar.text.shown());
        assert_eq!(got, wanted.map(str::to_owned).map_err(str::to_owned), "{raw}");
        let got: Vec<&str> = scalar.variables.iter().map(|v| v.name.as_str()).collect();
        assert_eq!(got, *names, "{raw}");
    }
    for raw in ["cost $5", "100%$", "${X", "${}", "${X:=d}", "${ X }"] {
        assert!(Scalar::interpolate(raw).invalid.is_some(), "{raw}");
    }
}

#[test]
fn interpolation_is_bounded() {
    let deep = format!("{}x{}", "${A:-".repeat(100_000), "}".repeat(100_000));
    assert!(Scalar::interpolate(&deep).invalid.unwrap().contains("32 deep"));
    assert!(Scalar::interpolate(&"${".repeat(1 << 20)).invalid.is_some());
    assert!(Scalar::interpolate(&"$A".repeat(1 << 20)).invalid.unwrap().contains("1000 variables"));
}

#[test]
fn a_text_with_unknown_parts_knows_what_it_could_be() {
    let table = [
        ("${X}", "anything", true),
        (".env.${X}", ".env.prod", true),
        (".env.${X}", ".env", false),
        ("${X}/.env.prod", ".env.prod", false),
        ("a${X}b${Y}c", "a1b2c", true),
        ("a${X}b${Y}c", "a1c", false),
        ("a${X}b", "ab", true),
        ("a${X}bb", "ab", false),
        ("ab", "ab", true),
        ("ab", "abc", false),
    ];
    for (raw, text, wanted) in table {
        assert_eq!(Scalar::interpolate(raw).text.could_be(text), wanted, "{raw} {text}");
    }
}

#[test]
fn every_spelling_becomes_one_form() {
    let project = one(r#"
services:
  web:
    environment: [A=1, "B=x=y", C, "D=", "A=2", "E=${X:-z}", "F=${Y}"]
    env_file: .env
    tmpfs: /tmp:size=1m
    build: ./app
    volumes:
      - data:/data
      - ./src:/src:ro
      - /anon
      - ~/x:/y
      - C:\x:/z:rw
      - ${V}:/v
      - ${D:-./d}:/d
      - ${D}/sub:/s
      - ${WHOLE}
      - {type: tmpfs, target: /run}
    read_only: "yes"
    privileged: ${P:-off}
    depends_on: [db]
    networks: [back]
    secrets: [s1]
  db:
    environment: {A: 1, B: true, C: , D: "", E: 1.50}
    env_file: [a.env, {path: b.env, required: false}]
    tmpfs: [/tmp, /run]
    build: {context: ., args: [V=1, W], dockerfile: D}
    labels: ["a=b"]
    read_only: on
"#);
    assert_eq!(
        services(&project),
        json!({
            "web": {
                "environment": {"A": "2", "B": "x=y", "C": null, "D": "", "E": "z", "F": "${Y}"},
                "env_file": [{"path": ".env"}],
                "tmpfs": ["/tmp:size=1m"],
                "build": {"context": "./app"},
                "volumes": [
                    {"type": "volume", "source": "data", "target": "/data"},
                    {"type": "bind", "source": "./src", "target": "/src", "read_only": true},
                    {"type": "volume", "target": "/anon"},
                    {"type": "bind", "source": "~/x", "target": "/y"},
                    {"type": "bind", "source": "C:\\x", "target": "/z"},
                    {"source": "${V}", "target": "/v"},
                    {"type": "bind", "source": "./d", "target": "/d"},
                    {"type": "bind", "source": "${D}/sub", "target": "/s"},
                    {"target": "${WHOLE}"},
                    {"type": "tmpfs", "target": "/run"},
                ],
                "read_only": true,
                "privileged": false,
                "depends_on": {"db": {"condition": "service_started"}},
                "networks": {"back": null},
                "secrets": [{"source": "s1"}],
            },
            "db": {
                "environment": {"A": 1, "B": true, "C": null, "D": "", "E": 1.50},
                "env_file": [{"path": "a.env"}, {"path": "b.env", "required": false}],
                "tmpfs": ["/tmp", "/run"],
                "build": {"context": ".", "args": {"V": "1", "W": null}, "dockerfile": "D"},
                "labels": {"a": "b"},
                "read_only": true,
            },
        })
    );
}

#[test]
fn a_service_extends_others() {
    let common = r"
services:
  base:
    extends: root
    build: {context: app, dockerfile: Dockerfile.nginx}
    env_file: base.env
    cap_drop: [NET_RAW]
    volumes: [./conf:/etc/conf]
    command: [a]
  root:
    user: '1000'
    environment: [A=root, B=root]
";
    let main = r"
services:
  web:
    extends: {file: deploy/common.yml, service: base}
    build: {target: final}
    environment: {B: web}
    cap_drop: [ALL, NET_RAW]
    volumes: ['data:/etc/conf', 'xx:/x']
    command: [b]
    env_file: [web.env]
  api:
    extends: {service: web}
    cap_drop: !override [SYS_TIME]
    env_file: !reset []
    user: !reset null
";
    let project = project_of(&[("c.yml", main), ("deploy/common.yml", common)], &["c.yml"]);
    assert_eq!(
        services(&project),
        json!({
            "web": {
                "user": "1000",
                "environment": {"A": "root", "B": "web"},
                "build": {"context": "app", "dockerfile": "Dockerfile.nginx", "target": "final"},
                "env_file": [{"path": "base.env"}, {"path": "web.env"}],
                "cap_drop": ["NET_RAW", "ALL"],
                "volumes": [
                    {"type": "volume", "source": "data", "target": "/etc/conf"},
                    {"type": "volume", "source": "xx", "target": "/x"},
                ],
                "command": ["b"],
            },
            "api": {
                "environment": {"A": "root", "B": "web"},
                "build": {"context": "app", "dockerfile": "Dockerfile.nginx", "target": "final"},
                "cap_drop": ["SYS_TIME"],
                "volumes": [
                    {"type": "volume", "source": "data", "target": "/etc/conf"},
                    {"type": "volume", "source": "xx", "target": "/x"},
                ],
                "command": ["b"],
            },
        })
    );
    let web = project.service("web").unwrap();
    let build = web.build(&project).unwrap();
    assert_eq!(build.context, Located::At(RepoPath::parse("deploy/app").unwrap()));
    assert_eq!(build.recipe, Recipe::File(Located::At(RepoPath::parse("deploy/app/Dockerfile.nginx").unwrap())));
    let files: Vec<Located> = web.env_files(&project).into_iter().map(|file| file.located).collect();
    let at = |path: &str| Located::At(RepoPath::parse(path).unwrap());
    assert_eq!(files, [at("deploy/base.env"), at("web.env")]);
}

#[test]
fn anchors_merge_keys_and_reset_are_resolved() {
    let project = one(r"
x-common: &common
  read_only: true
  cap_drop: [ALL]
x-env: &env {A: 1}
services:
  web:
    <<: *common
    environment: {<<: *env, B: 2}
  api:
    <<: [*common]
    cap_drop: !reset [ALL]
  off: !reset
");
    assert_eq!(
        services(&project),
        json!({
            "web": {"environment": {"B": 2, "A": 1}, "read_only": true, "cap_drop": ["ALL"]},
            "api": {"read_only": true},
        })
    );
}

#[test]
fn files_and_documents_are_laid_over_each_other() {
    let a = "services:\n  web: {image: a, ports: ['1:1'], environment: [A=1], build: .}\nvolumes: {v: }\n";
    let b =
        "services:\n  web: {image: b, ports: ['2:2'], environment: {A: 2}, build: {target: x}}\n  api: {image: c}\n";
    let wanted = json!({
        "web": {"image": "b", "ports": ["1:1", "2:2"], "environment": {"A": 2}, "build": {"context": ".", "target": "x"}},
        "api": {"image": "c"},
    });
    assert_eq!(services(&project_of(&[("d/a.yml", a), ("e/b.yml", b)], &["d/a.yml", "e/b.yml"])), wanted);
    assert_eq!(services(&one(&format!("{a}---\n{b}"))), wanted);
}

#[test]
fn files_are_included() {
    let main =
        "include: [inc/a.yml, {path: [inc/b.yml, inc/c.yml], project_directory: .}]\nservices: {web: {image: w}}\n";
    let project = project_of(
        &[
            ("m.yml", main),
            ("inc/a.yml", "services: {a: {build: x}}\nvolumes: {va: }\n"),
            ("inc/b.yml", "services: {b: {build: x}}\n"),
            ("inc/c.yml", "services: {b: {image: \"${I}\"}}\nvolumes: {vc: {external: yes}}\n"),
        ],
        &["m.yml"],
    );
    let json = inspect::compose::json(&project);
    assert_eq!(
        json,
        json!({
            "kind": "compose",
            "services": {"web": {"image": "w"}, "a": {"build": {"context": "x"}}, "b": {"build": {"context": "x"}, "image": "${I}"}},
            "volumes": {"va": null, "vc": {"external": true}},
            "errors": [],
        })
    );
    let context = |name: &str| project.service(name).unwrap().build(&project).unwrap().context;
    assert_eq!(context("a"), Located::At(RepoPath::parse("inc/x").unwrap()));
    assert_eq!(context("b"), Located::At(RepoPath::parse("x").unwrap()));
    assert_eq!(project.variables.iter().map(|v| v.name.as_str()).collect::<Vec<_>>(), ["I"]);
}

#[test]
fn what_cannot_be_resolved_is_said_with_its_place() {
    let table: &[(&str, &[&str])] = &[
        (
            "services:\n  a:\n    extends: b\n  b:\n    extends: a\n",
            &[
                "c.yml:3 services extend each other in a circle: a → b → a",
                "c.yml:5 services extend each other in a circle: b → a → b",
            ],
        ),
        ("services:\n  a:\n    extends: x\n", &["c.yml:3 it extends the service x, which its file does not have"]),
        (
            "services:\n  a:\n    extends: {file: x.yml, service: x}\n",
            &["c.yml:3 it extends from x.yml: there is no file x.yml"],
        ),
        (
            "services:\n  a:\n    extends: {file: ../x.yml, service: x}\n",
            &["c.yml:3 it extends from ../x.yml, which is not in this repository"],
        ),
        (
            "services:\n  a:\n    extends: {file: \"${X}\", service: x}\n",
            &["c.yml:3 it extends from the file ${X}, which has no value"],
        ),
        (
            "services:\n  a:\n    extends: {file: c.yml, service: a}\n",
            &["c.yml:3 services extend each other in a circle: a → a"],
        ),
        ("services: [a]\n", &["c.yml:1 `services` is a list, not a mapping"]),
        ("services: {a: text}\n", &["c.yml:1 it is a text, not a mapping"]),
        ("- a\n", &["c.yml:1 it is a list at the top, not a mapping"]),
        ("services:\n  a: {image: x\n", &["c.yml:2 line 2 is no YAML"]),
        ("a: 1\na: 2\n", &["c.yml:2 line 2 is no YAML that Compose reads: key `a` stands twice, first on line 1"]),
        ("include: [c.yml]\n", &["c.yml:1 files include each other in a circle"]),
        ("include: [x.yml]\n", &["c.yml:1 there is no file x.yml"]),
        ("include: x.yml\n", &["c.yml:1 `include` is a text, not a list"]),
        ("services:\n  a:\n    environment:\n      - {A: 1}\n", &["c.yml:4 `environment` lists a mapping"]),
        ("services:\n  a:\n    command: cost $5\n", &["c.yml:3 a value cannot be read: `$` stands before no"]),
        (
            "services:\n  a:\n    volumes: ['aa::b', 'aa:/b:ro:dd', /x]\n",
            &["c.yml:3 volume `aa::b` has an empty part", "c.yml:3 volume `aa:/b:ro:dd` has too many colons"],
        ),
        (
            "services:\n  a:\n    extends: b\n    cap_drop: {a: 1}\n  b: {cap_drop: [a]}\n",
            &["c.yml:4 `cap_drop` is a list here and a mapping in"],
        ),
    ];
    for (text, wanted) in table {
        let got = errors(&one(text));
        let fits = got.len() == wanted.len() && got.iter().zip(*wanted).all(|(got, wanted)| got.starts_with(wanted));
        assert!(fits, "{text}\n{got:#?}");
    }
}

#[test]
fn sizes_and_cpus_are_read_as_docker_reads_them() {
    let sizes = [
        ("512M", Some(512 << 20)),
        ("512m", Some(512 << 20)),
        ("1g", Some(1 << 30)),
        ("1.5G", Some(3 << 29)),
        ("64kb", Some(64 << 10)),
        ("64 KiB", Some(64 << 10)),
        ("1024", Some(1024)),
        ("10b", Some(10)),
        ("1T", Some(1 << 40)),
        ("0", Some(0)),
        (".5k", Some(512)),
        ("512MiB", Some(512 << 20)),
        ("", None),
        ("M", None),
        ("512X", None),
        ("512Mi", None),
        ("-1", None),
        ("1,5G", None),
        ("half", None),
        ("512 M B", None),
        ("1e400", None),
        ("9999999P", None),
        ("infM", None),
        ("512MBs", None),
    ];
    for (text, wanted) in sizes {
        assert_eq!(bytes(text), wanted, "{text}");
    }
    let table = [
        ("0.5", Some(500_000_000)),
        ("2", Some(2_000_000_000)),
        (".25", Some(250_000_000)),
        ("1e-1", Some(100_000_000)),
        ("0", Some(0)),
        ("500m", None),
        ("50%", None),
        ("-1", None),
        ("", None),
        ("NaN", None),
        ("inf", None),
        ("1/2", None),
        ("0,5", None),
    ];
    for (text, wanted) in table {
        assert_eq!(cpus(text), wanted, "{text}");
    }
}

#[test]
fn inspect_shows_no_secret() {
    let project = one(r"
services:
  web:
    environment:
      DB_PASSWORD: hunter2
      API_TOKEN: ${API_TOKEN:-hunter2}
      OTHER_KEY: ${OTHER_KEY:+hunter2}
      URL: postgres://app:hunter2@db/x
      PLAIN: ${DB_PASSWORD-hunter2}/x
      PASSWORD_FILE: /run/secrets/x
      SECRET: 5
      REF_SECRET: ${REF:?set it}
    command: [run, --password=hunter2, --api-token, hunter2]
    entrypoint: run --password hunter2
  api:
    environment: ['DB_PASSWORD=hunter2', 'A=1', '${NAME}=hunter2']
    labels: ['my.secret=hunter2']
    build: {args: [NPM_TOKEN=hunter2]}
");
    let json = inspect::compose::json(&project);
    assert!(!json.to_string().contains("hunter2"), "{json:#}");
    let env = &json["services"]["web"]["environment"];
    assert_eq!(env["API_TOKEN"], "***");
    assert_eq!(env["PLAIN"], "***/x");
    assert_eq!(env["PASSWORD_FILE"], "/run/secrets/x");
    assert_eq!(env["REF_SECRET"], "${REF}");
    assert_eq!(env["SECRET"], "***");
}

#[test]
fn large_values_are_resolved() {
    for value in [
        "x".repeat(1 << 20),
        "${A:-b}".repeat(1 << 16),
        "$$".repeat(1 << 18),
        "a:".repeat(1 << 18),
        "${A".repeat(1 << 18),
    ] {
        let text = format!(
            "services:\n  w:\n    environment: ['K={value}']\n    volumes: ['{value}']\n    image: '{value}'\n"
        );
        inspect::compose::json(&one(&text));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_is_interpolated(pieces in proptest::collection::vec(proptest::sample::select(vec![
        "a", "B", "$", "$$", "${", "}", ":-", "-", ":+", "?", "X", "${X}", "$Y", "${Z:-d}", "{", " ", "é", "/", ":", "=",
    ]), 0..24), values in proptest::collection::vec("[ab:/]{0,3}", 24)) {
        let raw = pieces.concat();
        let scalar = Scalar::interpolate(&raw);
        if !raw.contains('$') {
            prop_assert_eq!(scalar.text.value(), Some(raw.clone()));
        }
        // Whatever the unknown variables are, the text could be what comes out.
        let mut values = values.iter();
        let known = scalar.text.parts().iter().map(|part| match part {
            Part::Known(text) => text.clone(),
            Part::Unknown(_) => values.next().cloned().unwrap_or_default(),
        });
        let known: String = known.collect();
        prop_assert!(scalar.text.could_be(&known), "{} {}", raw, known);
        for separator in ['/', ':', '='] {
            if let Some((before, after)) = scalar.text.split_once(separator) {
                prop_assert_eq!(format!("{}{separator}{}", before.shown(), after.shown()), scalar.text.shown());
            }
            prop_assert!(scalar.text.shown().ends_with(&scalar.text.after_last(separator).shown()));
        }
    }
}

#[test]
fn extending_is_bounded() {
    let mut wide = "services:\n  base:\n    dns: [".to_owned();
    wide.push_str(&"1.1.1.1, ".repeat(2_000));
    wide.push_str("]\n");
    for i in 0..200 {
        wide.push_str(&format!("  s{i}: {{extends: base}}\n"));
    }
    assert!(errors(&one(&wide)).iter().any(|e| e.contains("more than 200000 values")));
    let mut chain = "services:\n  s0: {image: x}\n".to_owned();
    for i in 1..200 {
        chain.push_str(&format!("  s{i}: {{extends: s{}}}\n", i - 1));
    }
    assert!(errors(&one(&chain)).iter().any(|e| e.contains("through more than 64")));
}

const CHECKS: &[&str] = &[
    "compose = { files = \"c.yml\", path = \"volumes.v\", absent = true }",
    "compose = { files = \"c.yml\", services = \"web\", path = \"read_only\", equals = true }",
    "mounts = { files = \"c.yml\", volume = \"data\", absent = true }",
    "volumes_declared = { files = \"c.yml\" }",
    "resources = { files = \"c.yml\" }",
    "tmpfs = { files = \"c.yml\", paths = [\"/tmp\", \"/run\"] }",
    "capabilities = { files = \"c.yml\", built_from = \"Dockerfile.nginx*\", image = \"nginx\", drop = \"ALL\" }",
    "no_new_privileges = { files = \"c.yml\" }",
    "env_file = { files = \"c.yml\", lacks = \".env.prod\" }",
    "environment = { files = \"c.yml\" }",
    "documented_variables = { files = \"c.yml\", documents = \"README.md\" }",
    "compose_user = { files = \"c.yml\" }",
    "deployment_document = { files = \"c.yml\", documents = \"README.md\" }",
];

#[test]
fn mutated_files_are_resolved_and_judged() {
    let all =
        format!("check = {{ all = [{}] }}", CHECKS.iter().map(|c| format!("{{ {c} }}")).collect::<Vec<_>>().join(", "));
    let readme = "TAG and DB_PASSWORD for c.yml\n";
    mutations("compose", 30, |bytes| {
        let mut tree = Memory::with(&[("README.md", readme), ("other.yml", "services: {o: {image: x}}\n")]);
        tree.add("c.yml", bytes);
        let outcome = judge(&all, &tree);
        assert!(outcome.evidence().next().is_some());
        let mut alone = Memory::default();
        alone.add("c.yml", bytes);
        let path = RepoPath::parse("c.yml").unwrap();
        let project = compose::load(&Files::new(&alone, &Parses::default()), &path).unwrap().unwrap();
        inspect::compose::json(&project);
    });
}

#[test]
fn no_check_of_a_file_that_is_no_yaml_holds() {
    for text in ["services: {web: {image: x}", "a:\n\tb: 1\n", "a: *b", "a: 1\na: 1\n", "- a", "services: x", "\0"] {
        for check in CHECKS {
            let tree = Memory::with(&[("README.md", "x"), ("c.yml", text)]);
            let outcome = judge(&format!("check = {{ {check} }}"), &tree);
            assert_eq!(outcome.verdict().word(), "unknown", "{check} on {text:?}: {:?}", outcome.findings);
        }
    }
}

#[test]
fn bombs_are_unknown_and_name_the_bound() {
    let bomb = include_str!("../corpus/compose/bomb.yml");
    let deep = format!("services: {}x{}\n", "[".repeat(300), "]".repeat(300));
    for text in [bomb, deep.as_str()] {
        let tree = Memory::with(&[("README.md", "x"), ("c.yml", text)]);
        for check in CHECKS {
            let outcome = judge(&format!("check = {{ {check} }}"), &tree);
            let words = outcome.reason_text().unwrap();
            assert!(
                words.raw().contains("200000 nodes") || words.raw().contains("deeper than 128"),
                "{check}: {words:?}"
            );
        }
    }
}
