//! The key: where it goes, and where it never goes.

use std::io::Read as _;
use std::net::TcpListener;

use trueup::linear::{Client, Endpoint, EndpointError, Error, Find, Key, KeyError, LINEAR, Setup};
use trueup::twin::{Fault, When};

use crate::linear_world::{Waits, client_of, issue_id, twin, workspace};

const SECRET: &str = "lin_api_Zx81Qp03";

#[test]
fn a_personal_key_is_sent_raw_and_a_token_as_bearer() {
    let table = [
        ("lin_api_abc", "lin_api_abc"),
        (" lin_api_abc\n", "lin_api_abc"),
        ("Bearer lin_api_abc", "lin_api_abc"),
        ("lin_oauth_abc", "lin_oauth_abc"),
        ("bearer  0123abc", "0123abc"),
    ];
    for (given, key) in table {
        // The stand-in takes a personal key raw and anything else only as a bearer.
        let mut workspace = workspace();
        workspace.key = key.to_owned();
        let twin = twin(workspace);
        let (client, _) = client_of(&twin.url(), given, Waits::default());
        client.issues(&Find::ids([issue_id(1)])).unwrap_or_else(|error| panic!("{given}: {error}"));
    }
}

#[test]
fn what_is_no_key_is_said_without_telling_it() {
    for (text, expected) in [
        ("", KeyError::Empty),
        (" \n", KeyError::Empty),
        ("Bearer ", KeyError::Empty),
        ("lin_api_a b", KeyError::Characters),
        ("\"lin_api_ab\"", KeyError::Characters),
        ("lin_api_ä", KeyError::Characters),
        ("lin_api_a\u{0}", KeyError::Characters),
    ] {
        let error = Key::new(text).unwrap_err();
        assert_eq!(error, expected, "{text:?}");
        assert!(!error.to_string().contains("lin_api"));
    }
}

#[test]
fn a_key_goes_over_tls_or_to_this_machine_only() {
    let here =
        ["http://127.0.0.1:1/g", "http://127.9.9.9/g", "http://[::1]:1/g", "http://localhost/g", "http://LOCALHOST/g"];
    for url in here {
        assert!(Endpoint::new(url).unwrap_or_else(|error| panic!("{url}: {error}")).is_loopback(), "{url}");
    }
    for url in [LINEAR, "https://linear.example:8443/x", " https://linear.example/ "] {
        assert!(!Endpoint::new(url).unwrap().is_loopback(), "{url}");
    }
    let plain = |scheme: &str| EndpointError::Plain { scheme: scheme.to_owned() };
    let table = [
        ("http://api.linear.app/graphql", plain("http")),
        ("http://10.0.0.1/", plain("http")),
        ("http://127.0.0.1.example.com/", plain("http")),
        ("http://localhost.example.com/", plain("http")),
        ("http://[::ffff:10.0.0.1]/", plain("http")),
        ("http://0.0.0.0/", plain("http")),
        ("ftp://localhost/", plain("ftp")),
        ("file:///etc/passwd", plain("file")),
        ("https://ada:secret@api.linear.app/", EndpointError::UserInfo),
        ("http://ada@localhost/", EndpointError::UserInfo),
    ];
    for (url, expected) in table {
        let error = Endpoint::new(url).unwrap_err();
        assert_eq!(error, expected, "{url}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    for url in ["", "api.linear.app", "https://", "http://[::1/", "/graphql"] {
        assert!(matches!(Endpoint::new(url), Err(EndpointError::NoUrl { .. })), "{url:?}");
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let to = format!("http://{}/graphql", elsewhere.local_addr().unwrap());
    let twin = twin(workspace());
    for when in [When::Request(1), When::Always] {
        twin.fault(when, Fault::Redirect { to: to.clone() });
        let (client, _) = client_of(&twin.url(), "lin_api_twin", Waits::default());
        let error = client.issues(&Find::ids([issue_id(1)])).unwrap_err();
        assert_eq!(error, Error::Redirected { status: 307 });
    }
    // Nobody came, so nobody brought the key.
    assert_eq!(elsewhere.accept().map(drop).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn the_key_is_in_no_text() {
    let twin = twin(workspace());
    // The stand-in repeats the wrong key in its message, as careless servers do.
    let (client, _) = client_of(&twin.url(), SECRET, Waits::default());
    let mut errors = vec![client.issues(&Find::ids([issue_id(1)])).unwrap_err()];
    let body =
        format!("{{\"errors\":[{{\"message\":\"m\",\"extensions\":{{\"userPresentableMessage\":\"no {SECRET}\"}}}}]}}");
    let faults = [
        Fault::CutBefore,
        Fault::Truncated,
        Fault::Page { status: 502 },
        Fault::Redirect { to: format!("https://linear.example/?{SECRET}") },
        Fault::Body { status: 200, body: body.clone() },
        Fault::Body { status: 502, body: SECRET.to_owned() },
        Fault::Body { status: 200, body: format!("<title>{SECRET}</title>") },
    ];
    for fault in faults {
        twin.fault(When::Always, fault);
        errors.push(client.issues(&Find::ids([issue_id(1)])).unwrap_err());
        twin.clear_faults();
    }
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (nobody, _) = client_of(&format!("http://{closed}/graphql"), SECRET, Waits::default());
    errors.push(nobody.issues(&Find::ids([issue_id(1)])).unwrap_err());
    for error in &errors {
        let texts = [error.to_string(), format!("{error:?}"), format!("{error:#?}")];
        assert!(texts.iter().all(|text| !text.contains("Zx81Qp03")), "{error:?}");
    }
    assert_eq!(errors.iter().filter(|error| error.to_string().contains("***")).count(), 3);
    let key = Key::new(SECRET).unwrap();
    assert_eq!(format!("{key:?} {key:#?}"), "Key(***) Key(***)");
}

#[test]
fn no_proxy_sees_a_key_on_its_way_to_this_machine() {
    // A child with a proxy of its own, since the environment is the whole process's.
    if let Ok(url) = std::env::var("TRUEUP_TEST_DIRECT") {
        let mut setup = Setup::new(Endpoint::new(&url).unwrap(), Key::new("lin_api_twin").unwrap(), "x");
        // A proxy that says nothing is not waited for long.
        setup.limits.whole = std::time::Duration::from_secs(10);
        Client::new(setup).unwrap().issues(&Find::ids([issue_id(1)])).unwrap();
        return;
    }
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let twin = twin(workspace());
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "linear_key::no_proxy_sees_a_key_on_its_way_to_this_machine"])
        .env("TRUEUP_TEST_DIRECT", twin.url())
        .env("http_proxy", &address)
        .env("HTTP_PROXY", &address)
        .env("ALL_PROXY", &address)
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(twin.log().len(), 1);
    if let Ok((mut connection, _)) = proxy.accept() {
        let mut seen = String::new();
        let _ = connection.read_to_string(&mut seen);
        panic!("the proxy was asked: {seen}");
    }
}

/// Breaks down in the midst of a request.
struct Breaks;

impl trueup::linear::Pause for Breaks {
    fn before_retry(&self, _: std::time::Duration, why: &Error) -> bool {
        panic!("broke down: {why} {why:?}");
    }
}

#[test]
fn a_panic_in_the_midst_of_a_request_tells_no_key() {
    // A child, so that all that it prints can be looked at.
    if let Ok(url) = std::env::var("TRUEUP_TEST_PANIC") {
        let key = Key::new(SECRET).unwrap();
        let setup = Setup { pause: Box::new(Breaks), ..Setup::new(Endpoint::new(&url).unwrap(), key, "x") };
        let client = Client::new(setup).unwrap();
        let held = Key::new(SECRET);
        let _ = client.issues(&Find::ids([issue_id(1)]));
        unreachable!("{held:?}");
    }
    let mut workspace = workspace();
    workspace.key = SECRET.to_owned();
    let twin = twin(workspace);
    for fault in [Fault::CutBefore, Fault::Body { status: 502, body: SECRET.to_owned() }] {
        twin.fault(When::Always, fault);
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "linear_key::a_panic_in_the_midst_of_a_request_tells_no_key", "--nocapture"])
            .env("TRUEUP_TEST_PANIC", twin.url())
            .env("RUST_BACKTRACE", "full")
            .env("RUST_LOG", "trace")
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains("broke down") && said.contains("stack backtrace"), "{said}");
        assert!(!said.contains("Zx81Qp03"), "{said}");
        twin.clear_faults();
    }
}
