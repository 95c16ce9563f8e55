//! A stand-in for Linear that is as strict as the schema, and a client that does not sleep.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use trueup::linear::{Client, Endpoint, Error, IssueId, Key, Limits, Pause, Setup, document};
use trueup::twin::{Request, Twin, Validator, Workspace};
use uuid::Uuid;

/// Validates document, variables and input types against a schema.
pub struct Strict(Valid<Schema>);

impl Strict {
    /// With the project's own part of Linear's schema.
    pub fn trimmed() -> Self {
        Self(Schema::parse_and_validate(document::SCHEMA, "assets/linear/schema.graphql").unwrap())
    }
}

impl Validator for Strict {
    fn check(&self, request: &Request) -> Result<(), String> {
        let document = ExecutableDocument::parse_and_validate(&self.0, request.query.as_str(), "request")
            .map_err(|with| with.errors.to_string())?;
        let operation = document.operations.get(Some(&request.operation)).map_err(|e| e.message().to_string())?;
        let text = serde_json::to_string(&request.variables).unwrap();
        let values: JsonMap = serde_json::from_str(&text).unwrap();
        let known = |name: &str| operation.variables.iter().any(|variable| variable.name == name);
        if let Some(unknown) = request.variables.keys().find(|name| !known(name)) {
            return Err(format!("the variable {unknown} is not declared"));
        }
        coerce_variable_values(&self.0, operation, &values).map_err(|error| error.message().to_string())?;
        Ok(())
    }
}

/// What the attachments' URLs begin with here.
pub const PREFIX: &str = "trueup://plan/";

/// A strict stand-in.
pub fn twin(workspace: Workspace) -> Twin {
    Twin::start_with(workspace, Box::new(Strict::trimmed())).unwrap()
}

/// Remembers how long it would have waited.
#[derive(Clone, Default)]
pub struct Waits {
    pub before_retry: Arc<Mutex<Vec<Duration>>>,
    pub resets: Arc<Mutex<Vec<Option<i64>>>>,
    /// Whether it waits for a reset.
    pub patient: bool,
}

impl Pause for Waits {
    fn before_retry(&self, longest: Duration, _: &Error) -> bool {
        self.before_retry.lock().unwrap().push(longest);
        true
    }

    fn until_reset(&self, reset_ms: Option<i64>) -> bool {
        self.resets.lock().unwrap().push(reset_ms);
        self.patient
    }
}

/// A client of a stand-in, and its waits.
pub fn client(twin: &Twin) -> (Client, Waits) {
    client_of(&twin.url(), &twin.key(), Waits::default())
}

/// A client of an address.
pub fn client_of(url: &str, key: &str, waits: Waits) -> (Client, Waits) {
    let setup = Setup {
        endpoint: Endpoint::new(url).unwrap(),
        key: Key::new(key).unwrap(),
        attachments: PREFIX.to_owned(),
        pause: Box::new(waits.clone()),
        limits: Limits::default(),
    };
    (Client::new(setup).unwrap(), waits)
}

/// A workspace with one team, `STAB`.
pub fn workspace() -> Workspace {
    let mut workspace = Workspace::default();
    workspace.add_team("STAB", "Statsboard Back");
    workspace
}

/// An id of version 4.
pub fn v4(n: u128) -> Uuid {
    uuid::Builder::from_random_bytes(n.to_be_bytes()).into_uuid()
}

pub fn issue_id(n: u128) -> IssueId {
    IssueId::new(v4(n))
}
