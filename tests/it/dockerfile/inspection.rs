//! `inspect`: the JSON of a Dockerfile.

use serde_json::json;
use trueup::formats::dockerfile::parse;
use trueup::report::inspect::dockerfile::json as inspected;

#[test]
fn the_contract() {
    let file = parse(
        b"# syntax=docker/dockerfile:1\nARG V=1 W\nfrom --platform=$P a:$V as b\nRUN --network=none x \\\n y\nCMD [\"c\", \"d\"]\nENV K=v L='w x'\nCOPY <<-'E' /f\n\thi\nE\nONBUILD COPY --link g /h\nONBUILD RUN make all\nCMD\nXYZZY",
    );
    let expected = json!({
        "kind": "dockerfile",
        "escape": "\\",
        "directives": [{"name": "syntax", "value": "docker/dockerfile:1", "line": 1}],
        "instructions": [
            {"keyword": "ARG", "line": 2, "end_line": 2, "stage": null, "flags": [], "json": false, "args": ["V=1", "W"], "heredocs": []},
            {"keyword": "FROM", "line": 3, "end_line": 3, "stage": 0, "flags": [{"name": "platform", "value": "$P"}], "json": false, "args": ["a:$V", "as", "b"], "heredocs": []},
            {"keyword": "RUN", "line": 4, "end_line": 5, "stage": 0, "flags": [{"name": "network", "value": "none"}], "json": false, "args": "x  y", "heredocs": []},
            {"keyword": "CMD", "line": 6, "end_line": 6, "stage": 0, "flags": [], "json": true, "args": ["c", "d"], "heredocs": []},
            {"keyword": "ENV", "line": 7, "end_line": 7, "stage": 0, "flags": [], "json": false, "args": ["K=v", "L='w x'"], "heredocs": []},
            {"keyword": "COPY", "line": 8, "end_line": 10, "stage": 0, "flags": [], "json": false, "args": ["<<-'E'", "/f"],
             "heredocs": [{"name": "E", "content": "hi\n", "expand": false, "chomp": true, "line": 9}]},
            {"keyword": "ONBUILD", "line": 11, "end_line": 11, "stage": 0, "flags": [], "json": false, "args": ["COPY", "g", "/h"], "heredocs": [],
             "deferred": {"keyword": "COPY", "line": 11, "end_line": 11, "stage": 0, "flags": [{"name": "link", "value": null}], "json": false, "args": ["g", "/h"], "heredocs": []}},
            {"keyword": "ONBUILD", "line": 12, "end_line": 12, "stage": 0, "flags": [], "json": false, "args": ["RUN", "make all"], "heredocs": [],
             "deferred": {"keyword": "RUN", "line": 12, "end_line": 12, "stage": 0, "flags": [], "json": false, "args": "make all", "heredocs": []}},
            {"keyword": "CMD", "line": 13, "end_line": 13, "stage": 0, "flags": [], "json": false, "args": [], "heredocs": []},
            {"keyword": "XYZZY", "line": 14, "end_line": 14, "stage": 0, "flags": [], "json": false, "args": [], "heredocs": []},
        ],
        "errors": [{"line": 14, "message": "unknown instruction XYZZY"}],
    });
    assert_eq!(inspected(&file), expected);
}

#[test]
fn no_secret_comes_out() {
    let file = parse(
        b"FROM a\nENV DB_PASSWORD=hunter2\nENV API_TOKEN hunter2 hunter2\nARG SECRET_KEY='hunter2'\nLABEL my.secret=hunter2\n\
          RUN TOKEN=hunter2 make && login --password hunter2\nCMD [\"serve\", \"--password\", \"hunter2\", \"--token=hunter2\"]\n\
          ENV URL=https://user:hunter2@example.com/\nENV PASSWORD=${X:-hunter2}\nRUN <<E\nexport PASSWORD=hunter2\nE\n\
          ONBUILD ENV A_KEY=hunter2\nPASSWORD=hunter2 x\n",
    );
    let text = inspected(&file).to_string();
    assert!(!text.to_lowercase().contains("hunter2"), "{text}");
    let text = inspected(&parse(b"FROM a\nENV DB_PASSWORD=$PASS KEY_FILE=/run/key MONKEY=banana\nARG TOKEN=\"${T}\""))
        .to_string();
    for kept in ["DB_PASSWORD=$PASS", "KEY_FILE=/run/key", "MONKEY=banana", "${T}"] {
        assert!(text.contains(kept), "{kept} in {text}");
    }
}
