//! `concordat serve` as a process of its own, to be killed. The test program is its own server: started anew with the variable
//! [`SERVE`] it runs the command line of the real one.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    time::Duration,
};

use clap::Parser as _;
use serde_json::{Value, json};
use tests::support::app::PASSWORD;

const SERVE: &str = "CONCORDAT_TEST_SERVE";

/// Not a test: the process that tests start and kill.
#[test]
#[ignore = "what other tests start as a server"]
fn the_server() {
    if std::env::var_os(SERVE).is_none() {
        return;
    }
    // It doesn't outlive the test that holds the other end.
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    run(&["serve"]);
}

/// Runs a command of the command line in this process.
pub fn run(arguments: &[&str]) {
    try_run(arguments).unwrap_or_else(|error| panic!("concordat {arguments:?}: {error}"));
}

/// The same, with what it says when it refuses.
pub fn try_run(arguments: &[&str]) -> Result<(), String> {
    let command = api::cli::Concordat::parse_from(["concordat"].iter().chain(arguments));
    // On a thread of its own: a runtime can't be waited for from within another.
    let outcome = std::thread::spawn(|| actix_web::rt::System::new().block_on(command.run()));
    outcome.join().expect("a command doesn't panic").map_err(|error| error.to_string())
}

/// The command that starts the test program anew.
pub fn command() -> Command {
    Command::new(std::env::current_exe().expect("the test program"))
}

/// A server in a process of its own.
pub struct Server {
    child: Child,
    url: String,
    http: reqwest::Client,
    log: mpsc::Receiver<String>,
}

/// A new signing key in a folder, with the server's secret beside it.
pub fn signing_key(folder: &Path) -> PathBuf {
    let (key, secret) = (folder.join("signing.pem"), folder.join("secret"));
    run(&["key", key.to_str().expect("a plain path")]);
    run(&["secret", secret.to_str().expect("a plain path")]);
    key
}

impl Server {
    pub async fn start(database_url: &str, key: &Path) -> Self {
        Self::start_by(command(), database_url, key).await
    }

    /// Starts it by a command that passes its arguments on to the test program.
    pub async fn start_by(mut command: Command, database_url: &str, key: &Path) -> Self {
        command.args(["faults::process::the_server", "--exact", "--ignored", "--nocapture"]);
        command.env(SERVE, "yes").env("DATABASE_URL", database_url).env("CONCORDAT_SIGNING_KEY_FILE", key);
        command.env("CONCORDAT_SECRET_FILE", key.with_file_name("secret"));
        command
            .env("CONCORDAT_LISTEN", "127.0.0.1:0")
            .env("CONCORDAT_WORKERS", "2")
            .env("RUST_LOG", "error,api::cli=info,api::http=info");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
        let log = BufReader::new(child.stderr.take().expect("a pipe"));
        let ((found, url), (tell, told)) = (mpsc::channel(), mpsc::channel());
        std::thread::spawn(move || {
            let mut said = String::new();
            for line in log.lines().map_while(Result::ok) {
                let entry: Value = serde_json::from_str(&line).unwrap_or_default();
                if entry["fields"]["message"] == "listening" {
                    let _ = found.send(Ok(entry["fields"]["url"].as_str().expect("an address").to_owned()));
                }
                said.push_str(&line);
                said.push('\n');
                let _ = tell.send(line);
            }
            let _ = found.send(Err(said));
        });
        let url = actix_web::rt::task::spawn_blocking(move || url.recv_timeout(Duration::from_secs(60)));
        let url = url.await.expect("waiting").expect("the server listens within a minute");
        let url = url.unwrap_or_else(|said| panic!("the server didn't start: {said}"));
        let http = reqwest::Client::builder().no_proxy().build().expect("a client can be made");
        Self { child, url, http, log: told }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the log says of a request, and everything before; waits for it.
    pub fn log_until(&self, request_id: &str) -> String {
        let mut said = String::new();
        while !said.contains(request_id) {
            said.push_str(&self.log.recv_timeout(Duration::from_secs(60)).expect("the request is logged"));
            said.push('\n');
        }
        said
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has ended by itself: how, and what it said since it was asked last.
    pub fn ended(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().expect("it ends");
        (status, self.log.iter().collect::<Vec<_>>().join("\n"))
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is gone");
    }

    pub async fn sign_in(&self, office: &str) -> Caller {
        let mut caller = Caller { url: self.url.clone(), http: self.http.clone(), token: String::new() };
        let query = "mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }";
        let input = json!({ "input": { "email": format!("{office}@concordat.example"), "password": PASSWORD } });
        let answer = caller.ask(query, input).await.expect("an answer");
        caller.token =
            answer["data"]["signIn"]["accessToken"].as_str().unwrap_or_else(|| panic!("no token: {answer}")).to_owned();
        caller
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody who asks such a server.
#[derive(Clone)]
pub struct Caller {
    url: String,
    http: reqwest::Client,
    token: String,
}

impl Caller {
    /// The answer; nothing when none came.
    pub async fn ask(&self, query: &str, variables: Value) -> Option<Value> {
        let mut request =
            self.http.post(format!("{}/graphql", self.url)).json(&json!({ "query": query, "variables": variables }));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        request.send().await.ok()?.json().await.ok()
    }

    /// The identifier of a line of Halton's agreement.
    pub async fn line(&self, code: &str) -> String {
        let query =
            "query ($codes: [String!]) { tenant(by: { slug: \"halton\" }) { agreement(by: { reference: \"halton-laa-2008\" }) {
            indicators(filter: { codes: $codes }) { nodes { id area { reference } } } } } }";
        let answer = self.ask(query, json!({ "codes": [code] })).await.expect("an answer");
        let lines = answer.pointer("/data/tenant/agreement/indicators/nodes").and_then(Value::as_array).expect("lines");
        let line = lines.iter().find(|line| line["area"]["reference"] == "halton").expect("the line is there");
        line["id"].as_str().expect("an identifier").to_owned()
    }
}
