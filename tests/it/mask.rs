//! What is shown of a text that holds secrets.

use trueup::source::mask;

#[test]
fn values_of_secret_keys_are_hidden_and_references_stay() {
    let table = [
        ("DB_PASSWORD: hunter2", "DB_PASSWORD: ***"),
        ("DB_PASSWORD: correct horse battery", "DB_PASSWORD: ***"),
        ("DB_PASSWORD: 'correct horse'", "DB_PASSWORD: ***"),
        ("- DB_PASSWORD=hunter2", "- DB_PASSWORD=***"),
        ("{DB_PASSWORD: a b, A: c d}", "{DB_PASSWORD: ***, A: c d}"),
        ("ENV DB_PASSWORD=a B=c", "ENV DB_PASSWORD=*** B=c"),
        ("DB_PASSWORD: ${DB_PASSWORD}", "DB_PASSWORD: ${DB_PASSWORD}"),
        ("DB_PASSWORD: ${PASS:?set it}", "DB_PASSWORD: ${PASS:?set it}"),
        ("DB_PASSWORD: ${DB_PASSWORD:-hunter2}", "DB_PASSWORD: ${DB_PASSWORD:-***}"),
        ("DB_PASSWORD: ${PASS:-a b}", "DB_PASSWORD: ${PASS:-***}"),
        ("DB_PASSWORD: \"${PASS:-a b}\"", "DB_PASSWORD: \"${PASS:-***}\""),
        ("X: ${DB_PASSWORD-hunter2}", "X: ${DB_PASSWORD-***}"),
        ("X: ${API_TOKEN:+hunter2}/y", "X: ${API_TOKEN:+***}/y"),
        ("X: ${API_TOKEN:-${Y:-hunter2}}/y", "X: ${API_TOKEN:-${Y:-***}}/y"),
        ("X: ${PLAIN:-y}", "X: ${PLAIN:-y}"),
        ("X: ${DB_PASSWORD:-}", "X: ${DB_PASSWORD:-}"),
        ("U: postgres://u:hunter2@h/d", "U: postgres://u:***@h/d"),
        ("U: postgres://u:${P:-hunter2}@h/d", "U: postgres://u:${P:-***}@h/d"),
        ("  SECRET: |\n    hunter2\n    more\n  B: c", "  SECRET: ***\n    ***\n    ***\n  B: c"),
        ("DB_PASSWORD: &pw hunter2", "DB_PASSWORD: ***"),
        ("{\"token\": {\"value\": \"hunter2\"}}", "{\"token\": ***}"),
        ("ENV API_TOKEN hunter2 more", "ENV API_TOKEN ***"),
        ("ENV PATH /usr/bin", "ENV PATH /usr/bin"),
        ("FROM x\n onbuild env\tAPI_TOKEN hunter2", "FROM x\n onbuild env\tAPI_TOKEN ***"),
        ("'token' =\n {a: hunter2}", "'token' =\n ***}"),
        ("curl -u me:hunter2 https://x/", "curl -u me:*** https://x/"),
        ("curl -H \"Authorization: Bearer hunter2\" https://x/", "curl -H \"Authorization: ***"),
        ("docker login -u me -p hunter2 x", "docker login -u me -p *** x"),
        ("mysql -phunter2 -u root", "mysql -p*** -u root"),
        ("sshpass -p 'hunter2' ssh x", "sshpass -p '***' ssh x"),
        ("mkdir -p /app && install -d -o app /tmp", "mkdir -p /app && install -d -o app /tmp"),
        ("PLAIN: a b", "PLAIN: a b"),
        ("API_KEY = hunter2", "API_KEY = ***"),
        ("the author: me", "the author: ***"),
        ("\"api-key\"  :\n\t\"hunter2\"", "\"api-key\"  :\n\t***"),
        ("login --auth-token hunter2 x", "login --auth-token *** x"),
        ("my-passwd hunter2", "my-passwd hunter2"),
        ("a key is a token of trust", "a key is a token of trust"),
        ("PASSWORD\u{a0}: x", "PASSWORD\u{a0}: x"),
        ("PASSWORD: caf\u{e9}\u{a0}au lait", "PASSWORD: ***"),
        ("the value of DB_PASSWORD is a literal", "the value of DB_PASSWORD is a literal"),
    ];
    for (text, wanted) in table {
        assert_eq!(mask(text), wanted);
    }
}

#[test]
fn any_text_is_masked_without_trouble() {
    for unit in ["${A_KEY:-", "}", "key: |\n ", "${", "token=", "keykey", "key ", "pwd\"", "://a:b", "é"] {
        mask(&unit.repeat(20_000));
    }
}
