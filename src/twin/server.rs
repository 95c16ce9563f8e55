//! The server: connections, the log of requests, faults.

use std::io::{self, BufReader};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use serde_json::{Map, Value, json};

use super::answer::{self, Asked};
use super::complexity;
use super::fault::{Fault, Gate, When};
use super::graphql::{self, Operation};
use super::http::{self, Received, Response};
use super::validator::{Documents, Request, Validator};
use super::workspace::Workspace;

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was carried out, and answered unless a fault hid the answer.
    Done,
    /// It was refused, with this code.
    Refused(String),
    /// A fault struck before it was carried out.
    Lost,
}

/// A request, for tests to look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// Its number, from 1.
    pub number: u64,
    /// Its operation; empty when it was no request of GraphQL.
    pub operation: String,
    /// Whether it is a mutation.
    pub writes: bool,
    /// Its variables.
    pub variables: Map<String, Value>,
    /// What it costs.
    pub points: f64,
    /// What became of it.
    pub outcome: Outcome,
}

struct Shared {
    workspace: Workspace,
    validator: Box<dyn Validator>,
    log: Vec<Logged>,
    received: u64,
    faults: Vec<(When, Fault)>,
    gates: Vec<Gate>,
    mistakes: Vec<String>,
    connections: Vec<TcpStream>,
}

/// A stand-in that runs until it is dropped.
pub struct Twin {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    ends: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Twin {
    /// Starts a stand-in on a free port of 127.0.0.1. It accepts what the client's own documents say.
    ///
    /// # Errors
    /// The machine gives no port.
    pub fn start(workspace: Workspace) -> io::Result<Self> {
        Self::start_with(workspace, Box::new(Documents::default()))
    }

    /// Starts a stand-in with another validator.
    ///
    /// # Errors
    /// The machine gives no port.
    pub fn start_with(workspace: Workspace, validator: Box<dyn Validator>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Mutex::new(Shared {
            workspace,
            validator,
            log: Vec::new(),
            received: 0,
            faults: Vec::new(),
            gates: Vec::new(),
            mistakes: Vec::new(),
            connections: Vec::new(),
        }));
        let ends = Arc::new(AtomicBool::new(false));
        let (own, done) = (Arc::clone(&shared), Arc::clone(&ends));
        let acceptor =
            std::thread::Builder::new().name("twin".to_owned()).spawn(move || accept(&listener, &own, &done))?;
        Ok(Self { address, shared, ends, acceptor: Some(acceptor) })
    }

    /// Where it listens: what `LINEAR_API_URL` is to be.
    pub fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    /// The key that it accepts: what `LINEAR_API_KEY` is to be.
    pub fn key(&self) -> String {
        lock(&self.shared).workspace.key.clone()
    }

    /// Looks at the workspace, or changes it, as people do.
    pub fn with<T>(&self, work: impl FnOnce(&mut Workspace) -> T) -> T {
        work(&mut lock(&self.shared).workspace)
    }

    /// The requests so far.
    pub fn log(&self) -> Vec<Logged> {
        lock(&self.shared).log.clone()
    }

    /// Forgets the requests so far; the next has number 1.
    pub fn clear_log(&self) {
        let mut shared = lock(&self.shared);
        shared.log.clear();
        shared.received = 0;
    }

    /// What the validator found wrong so far.
    pub fn mistakes(&self) -> Vec<String> {
        lock(&self.shared).mistakes.clone()
    }

    /// Lets a fault strike: once, or with [`When::Always`] until they are cleared.
    pub fn fault(&self, when: When, fault: Fault) {
        let mut shared = lock(&self.shared);
        if let Fault::WaitBefore(gate) | Fault::WaitAfter(gate) = &fault {
            shared.gates.push(gate.clone());
        }
        shared.faults.push((when, fault));
    }

    /// Takes back the faults that have not struck.
    pub fn clear_faults(&self) {
        lock(&self.shared).faults.clear();
    }
}

impl Drop for Twin {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        {
            let mut shared = lock(&self.shared);
            shared.gates.iter().for_each(Gate::open);
            for connection in shared.connections.drain(..) {
                // Whoever closed it already has done the same.
                let _ = connection.shutdown(Shutdown::Both);
            }
        }
        // The acceptor waits for a connection: this is one.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Mutex<Shared>>, ends: &Arc<AtomicBool>) {
    let mut threads: Vec<JoinHandle<()>> = Vec::new();
    for connection in listener.incoming() {
        let mut held = lock(shared);
        if ends.load(Ordering::SeqCst) {
            break;
        }
        let Ok(connection) = connection else { continue };
        if let Ok(own) = connection.try_clone() {
            held.connections.push(own);
        }
        drop(held);
        threads.retain(|thread| !thread.is_finished());
        let shared = Arc::clone(shared);
        threads.extend(std::thread::Builder::new().name("twin".to_owned()).spawn(move || {
            // A connection that breaks is the other side's to notice.
            let _ = serve(connection, &shared);
        }));
    }
    for thread in threads {
        let _ = thread.join();
    }
}

fn serve(connection: TcpStream, shared: &Mutex<Shared>) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut writer = connection.try_clone()?;
    let mut reader = BufReader::new(connection);
    while let Some(received) = http::receive(&mut reader)? {
        let Some(response) = respond(shared, &received) else { break };
        response.write(&mut writer)?;
        if !response.stays {
            break;
        }
    }
    writer.shutdown(Shutdown::Both)
}

/// A request as the server takes it.
struct Taken {
    number: u64,
    request: Request,
    operation: Option<Operation>,
    points: f64,
    fault: Option<Fault>,
}

/// The answer to a request; none cuts the connection.
fn respond(shared: &Mutex<Shared>, received: &Received) -> Option<Response> {
    let taken = take(shared, received);
    match &taken.fault {
        Some(Fault::CutBefore) => return None,
        Some(Fault::Page { status }) => return Some(Response::page(*status)),
        Some(Fault::Error { status, code, message }) => {
            let body = json!({"errors": [{"message": message, "extensions": {"code": code, "statusCode": status}}]});
            return Some(Response::json(*status, &body));
        }
        Some(Fault::Redirect { to }) => {
            let mut response = Response::page(307);
            response.headers.push(("location", to.clone()));
            return Some(response);
        }
        Some(Fault::Body { status, body }) => {
            let mut response = Response::json(*status, &Value::Null);
            response.body = body.clone().into_bytes();
            return Some(response);
        }
        Some(Fault::WaitBefore(gate)) => gate.pass(),
        _ => {}
    }
    let mut response = finish(&mut lock(shared), received, &taken);
    match &taken.fault {
        Some(Fault::CutAfter) => return None,
        Some(Fault::WaitAfter(gate)) => gate.pass(),
        Some(Fault::PageAfter { status }) => response = Response::page(*status),
        Some(Fault::Truncated) => {
            response.sent = Some(response.body.len() / 2);
            response.stays = false;
        }
        Some(Fault::Halved) => response.body.truncate(response.body.len() / 2),
        _ => {}
    }
    Some(response)
}

/// Numbers a request and finds the fault that strikes it.
fn take(shared: &Mutex<Shared>, received: &Received) -> Taken {
    let body: Value = serde_json::from_slice(&received.body).unwrap_or(Value::Null);
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let variables = body.get("variables").and_then(Value::as_object).cloned().unwrap_or_default();
    let request = Request { query: text("query"), operation: text("operationName"), variables };
    let operation = graphql::operation(&request.query, Some(&request.operation)).ok();
    let writes = operation.as_ref().is_some_and(|operation| operation.writes);
    let mut shared = lock(shared);
    shared.received += 1;
    let number = shared.received;
    let before = |is: &dyn Fn(&Logged) -> bool| shared.log.iter().filter(|one| is(one)).count() as u64;
    let nth_write = before(&|one| one.writes) + 1;
    let nth_of_kind = before(&|one| one.operation == request.operation) + 1;
    let strikes = |when: &When| match when {
        When::Request(n) => *n == number,
        When::Write(n) => writes && *n == nth_write,
        When::Operation(name, n) => *name == request.operation && *n == nth_of_kind,
        When::Always => true,
    };
    let found = shared.faults.iter().position(|(when, _)| strikes(when));
    let fault = found.map(|at| match shared.faults.get(at) {
        Some((When::Always, fault)) => fault.clone(),
        _ => shared.faults.remove(at).1,
    });
    let points = operation.as_ref().map_or(0.0, |operation| complexity::points(&operation.fields, &request.variables));
    shared.log.push(Logged {
        number,
        operation: request.operation.clone(),
        writes,
        variables: request.variables.clone(),
        points,
        outcome: Outcome::Lost,
    });
    Taken { number, request, operation, points, fault }
}

/// Carries a request out and logs what became of it.
fn finish(shared: &mut Shared, received: &Received, taken: &Taken) -> Response {
    let points = taken.points;
    let answer = answer::carry_out(
        &mut shared.workspace,
        &*shared.validator,
        &mut shared.mistakes,
        received,
        &Asked {
            request: &taken.request,
            operation: taken.operation.as_ref(),
            points,
            breaks: matches!(taken.fault, Some(Fault::Between)),
        },
    );
    for logged in shared.log.iter_mut().filter(|one| one.number == taken.number) {
        logged.outcome = answer.refused.clone().map_or(Outcome::Done, Outcome::Refused);
    }
    answer.response
}
