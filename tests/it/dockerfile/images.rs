//! Image references, against the distribution grammar.

use trueup::formats::image::ImageRef;

#[track_caller]
fn is(text: &str, registry: &str, repository: &str, tag: Option<&str>, digest: Option<&str>) {
    let image = ImageRef::parse(text).unwrap_or_else(|| panic!("`{text}` is a reference"));
    assert_eq!(
        (image.registry.as_str(), image.repository.as_str(), image.tag.as_deref(), image.digest.as_deref()),
        (registry, repository, tag, digest),
        "{text}"
    );
}

#[test]
fn references() {
    let digest = format!("sha256:{}", "0a".repeat(32));
    is("python", "docker.io", "library/python", None, None);
    is("python:3.12.4-slim", "docker.io", "library/python", Some("3.12.4-slim"), None);
    is("docker.io/python", "docker.io", "library/python", None, None);
    is("docker.io/library/python:3", "docker.io", "library/python", Some("3"), None);
    is("index.docker.io/library/python", "docker.io", "library/python", None, None);
    is("library/python", "docker.io", "library/python", None, None);
    is("certbot/certbot:v2.8.0", "docker.io", "certbot/certbot", Some("v2.8.0"), None);
    is(&format!("a:1@{digest}"), "docker.io", "library/a", Some("1"), Some(&digest));
    is(&format!("a@{digest}"), "docker.io", "library/a", None, Some(&digest));
    is("localhost/x", "localhost", "x", None, None);
    is("localhost:5000/x:1", "localhost:5000", "x", Some("1"), None);
    is("x:5000", "docker.io", "library/x", Some("5000"), None);
    is("reg.example.com/a/b/c:1", "reg.example.com", "a/b/c", Some("1"), None);
    is("reg:5000/a", "reg:5000", "a", None, None);
    is("[::1]:5000/a:1", "[::1]:5000", "a", Some("1"), None);
    is("UP/a", "UP", "a", None, None);
    is("a/b", "docker.io", "a/b", None, None);
    is("x/a.b_c__d--e", "docker.io", "x/a.b_c__d--e", None, None);
}

#[test]
fn no_references() {
    let hex = "0a".repeat(32);
    let (long_tag, long_name) = (format!("a:{}", "x".repeat(129)), "a".repeat(250));
    for text in [
        "",
        ":1",
        "a:",
        "a@",
        "Python",
        "a/B",
        "a b",
        "a:b c",
        "a..b",
        "a___b",
        "-a",
        "a-",
        "a//b",
        "/a",
        "a/",
        "a:-x",
        "a:.x",
        "$a",
        "a:${b}",
        "a@sha256:00",
        "a@md5:00",
        "a@sha256:",
        "a:1:2",
        "http://a/b",
        "ü",
        "a:1@",
        &hex,
        &format!("a@sha256:{}", hex.to_uppercase()),
        &long_tag,
        &long_name,
        "[::1/a",
        "-x.com/a",
        "x.com:/a",
        "x.com:p/a",
    ] {
        assert_eq!(ImageRef::parse(text), None, "{text}");
    }
}

#[test]
fn as_people_write_them() {
    let familiar = |text: &str| ImageRef::parse(text).unwrap().familiar();
    assert_eq!(familiar("docker.io/library/python:3"), "python");
    assert_eq!(familiar("docker.io/certbot/certbot"), "certbot/certbot");
    assert_eq!(familiar("library/a/b"), "library/a/b");
    assert_eq!(familiar("quay.io/a/b:1"), "quay.io/a/b");
    assert_eq!(ImageRef::parse("docker.io/library/python:3").unwrap().shown(), "python:3");
    let same = |a: &str, b: &str| ImageRef::parse(a).unwrap().same_repository(&ImageRef::parse(b).unwrap());
    assert!(same("nginx:1", "docker.io/library/nginx"));
    assert!(!same("nginx", "bitnami/nginx"));
    assert!(!same("nginx", "quay.io/library/nginx"));
}
