//! A mail server in miniature (RFC 5321): takes every letter and shows it to the test.

use std::sync::{Arc, Mutex, PoisonError};

use api::mail::{LinkBase, PostOffice};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::TestApp;

/// A letter as it arrived.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// To whom.
    pub recipient: String,
    /// Headers and text, line ends as `\n`, soft line breaks undone.
    pub text: String,
}

impl Arrived {
    /// What stands behind the `#` of its link.
    ///
    /// # Panics
    /// When it has no link.
    #[expect(clippy::expect_used, reason = "a test that asks for a link expects one")]
    pub fn token(&self) -> &str {
        let link = self.text.lines().find(|line| line.starts_with("https://front.example/")).expect("the letter has a link");
        link.split_once('#').expect("the link has a token").1.trim()
    }
}

/// The server.
pub struct MailServer {
    arrived: Arc<Mutex<Vec<Arrived>>>,
    /// What it says to the next recipients, before it takes letters again.
    refusals: Arc<Mutex<Vec<&'static str>>>,
    url: String,
    serving: JoinHandle<()>,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl MailServer {
    /// Starts one on a free port.
    ///
    /// # Panics
    /// When it can't listen.
    #[expect(clippy::expect_used, reason = "a test without its mail server has nothing to go on with")]
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port is free");
        let url = format!("smtp://{}", listener.local_addr().expect("it listens"));
        let (arrived, refusals) = (Arc::<Mutex<Vec<Arrived>>>::default(), Arc::<Mutex<Vec<&'static str>>>::default());
        let (shelf, saying) = (Arc::clone(&arrived), Arc::clone(&refusals));
        let serving = actix_web::rt::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (shelf, saying) = (Arc::clone(&shelf), Arc::clone(&saying));
                actix_web::rt::spawn(async move { drop(talk(stream, &shelf, &saying).await) });
            }
        });
        Self { arrived, refusals, url, serving }
    }

    /// Refuses the next recipient with this reply, such as `451 try later`.
    pub fn refuse(&self, reply: &'static str) {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner).push(reply);
    }

    /// Has the outbox delivered to it once; tells how many letters were sent.
    ///
    /// # Panics
    /// When the database fails.
    #[expect(clippy::expect_used, reason = "a test without its database has nothing to go on with")]
    pub async fn collect(&self, app: &TestApp) -> usize {
        self.office().deliver_due(app.db()).await.expect("the outbox can be looked into")
    }

    /// Delivery to this server, as `serve` sets it up.
    ///
    /// # Panics
    /// Never: its settings are good.
    #[expect(clippy::expect_used, reason = "the settings are good")]
    pub fn office(&self) -> PostOffice {
        let links = LinkBase::new("https://front.example").expect("the address is good");
        PostOffice::new(&self.url, "Concordat <noreply@concordat.example>", links).expect("the settings are good")
    }

    /// The letters that arrived since this was asked last.
    pub fn arrived(&self) -> Vec<Arrived> {
        std::mem::take(&mut *self.arrived.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn talk(stream: TcpStream, shelf: &Mutex<Vec<Arrived>>, refusals: &Mutex<Vec<&'static str>>) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    writing.write_all(b"220 test\r\n").await?;
    let mut recipient = String::new();
    while let Some(line) = lines.next_line().await? {
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let reply = match verb.as_str() {
            "EHLO" | "HELO" | "MAIL" => "250 ok",
            "RCPT" => {
                line.trim_start_matches("RCPT TO:<").split('>').next().unwrap_or_default().clone_into(&mut recipient);
                refusals.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or("250 ok")
            }
            "DATA" => {
                writing.write_all(b"354 go on\r\n").await?;
                let mut text = Vec::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    text.push(line);
                }
                let text = text.join("\n").replace("=\n", "").replace("=3D", "=");
                shelf.lock().unwrap_or_else(PoisonError::into_inner).push(Arrived { recipient: recipient.clone(), text });
                "250 ok"
            }
            "QUIT" => {
                writing.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok",
        };
        writing.write_all(format!("{reply}\r\n").as_bytes()).await?;
    }
    Ok(())
}
