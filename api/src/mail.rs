//! Letters on their way out: the outbox, delivered over SMTP.
//!
//! A letter in the outbox has no link. The link is made when the letter is sent, for whoever the address belongs to then, and
//! stands nowhere but in that letter; of its token the database keeps the digest. An attempt that fails leaves a link that
//! nobody has seen, which the next attempt's replaces.

use std::time::Duration;

use entity::{
    error::Error,
    rules::letter::with_link,
    tables::identity::{
        mail_outbox::{self, LetterKind},
        single_use_link::LinkPurpose,
    },
    tenancy::Db,
    usecases::identity::{
        links,
        mail::{self, Outcome},
    },
};
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};

use crate::{config::Unfit, identity::LinkToken};

/// How long a mail server may take; well within the lease of a letter.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often the outbox is looked into.
const PAUSE: Duration = Duration::from_secs(5);

/// Where links lead: the pages of a front end, which redeem their tokens.
#[derive(Clone, Debug)]
pub struct LinkBase(String);

impl LinkBase {
    /// The address of the front end, such as `https://concordat.example`.
    ///
    /// # Errors
    /// When it isn't an address that a browser could follow safely.
    pub fn new(address: &str) -> Result<Self, Unfit> {
        let address = address.trim_end_matches('/');
        let is_local = address.starts_with("http://") && is_on_this_machine(address);
        let is_plain = address.bytes().all(|byte| byte.is_ascii_graphic()) && !address.contains(['#', '?']);
        if is_plain && (is_local || address.len() > "https://".len() && address.starts_with("https://")) {
            return Ok(Self(address.to_owned()));
        }
        Err(Unfit(format!("links can't lead to {address:?}: give an address that begins with https://")))
    }

    /// The link with a token. It stands behind the `#`, which browsers don't send on, so it gets into nobody's log.
    #[must_use]
    pub fn link(&self, purpose: LinkPurpose, token: &LinkToken) -> String {
        let page = match purpose {
            LinkPurpose::Invitation => "accept-invitation",
            LinkPurpose::PasswordReset => "reset-password",
        };
        format!("{}/{page}#{}", self.0, token.reveal())
    }
}

/// Delivers the outbox.
pub struct PostOffice {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    links: LinkBase,
}

impl PostOffice {
    /// By the mail server at `smtp_url`, such as `smtps://user:password@mail.example` or
    /// `smtp://user:password@mail.example:587?tls=required`.
    ///
    /// # Errors
    /// When the server's address, or the sender's, isn't one; or when letters would cross a network in clear.
    pub fn new(smtp_url: &str, from: &str, links: LinkBase) -> Result<Self, Unfit> {
        let asked = smtp_url.split_once('?').map_or("", |(_, asked)| asked);
        let is_sealed = smtp_url.starts_with("smtps://") || asked.split('&').any(|part| part == "tls=required");
        if !is_sealed && !is_on_this_machine(smtp_url) {
            return Err(Unfit("the mail server's address must begin with smtps://, or end with ?tls=required".to_owned()));
        }
        // What is wrong with the address isn't said: it holds a password.
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp_url)
            .map_err(|_| Unfit("the mail server's address can't be read".to_owned()))?;
        let from = from.parse().map_err(|error| Unfit(format!("the sender {from} is no mail address: {error}")))?;
        Ok(Self { transport: transport.timeout(Some(PATIENCE)).build(), from, links })
    }

    /// Delivers what is due, and tells how many letters were sent.
    ///
    /// # Errors
    /// When the database fails; letters under way are tried again later.
    pub async fn deliver_due(&self, db: &Db) -> Result<usize, Error> {
        let mut sent = 0;
        while let Some(letter) = mail::claim_next(db).await? {
            let outcome = self.deliver(db, &letter).await?;
            mail::settle(db, &letter, outcome).await?;
            sent += usize::from(outcome == Outcome::Sent);
        }
        Ok(sent)
    }

    /// Delivers for as long as it is let.
    pub async fn run(self, db: Db) {
        loop {
            if let Err(error) = self.deliver_due(&db).await {
                tracing::warn!(error = %error, "the outbox can't be looked into");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn deliver(&self, db: &Db, letter: &mail_outbox::Model) -> Result<Outcome, Error> {
        let purpose = match letter.kind {
            LetterKind::Appointment | LetterKind::Notice | LetterKind::Reminder => None,
            LetterKind::Invitation => Some(LinkPurpose::Invitation),
            LetterKind::PasswordReset => Some(LinkPurpose::PasswordReset),
        };
        let text = match purpose {
            None => letter.body.clone(),
            Some(purpose) => match new_link(db, &letter.recipient, purpose, &self.links).await? {
                Some(link) => with_link(&letter.body, &link),
                None => return Ok(Outcome::Nobody),
            },
        };
        let Ok(message) = self.message(letter, text) else { return Ok(Outcome::Refused) };
        match self.transport.send(message).await {
            Ok(_) => Ok(Outcome::Sent),
            Err(error) => {
                let outcome = if error.is_permanent() { Outcome::Refused } else { Outcome::Failed };
                tracing::warn!(letter = %letter.id, attempt = letter.attempts, ?outcome, error = %error, "a letter wasn't sent");
                Ok(outcome)
            }
        }
    }

    fn message(&self, letter: &mail_outbox::Model, text: String) -> Result<Message, Box<dyn std::error::Error>> {
        let message_id = format!("<{}@{}>", letter.id, self.from.email.domain());
        let message = Message::builder().from(self.from.clone()).to(letter.recipient.parse()?).subject(&letter.subject);
        Ok(message.message_id(Some(message_id)).header(ContentType::TEXT_PLAIN).body(text)?)
    }
}

/// Whether an address names this machine, so that nothing crosses a network.
fn is_on_this_machine(address: &str) -> bool {
    let Some((_, rest)) = address.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    ["localhost", "127.0.0.1"].contains(&host.split(':').next().unwrap_or_default())
}

/// A new link for the account of an address; `None` when there is nobody to make it for.
///
/// # Errors
/// When the database fails, or the operating system gives no randomness.
pub async fn new_link(db: &Db, email: &str, purpose: LinkPurpose, base: &LinkBase) -> Result<Option<String>, Error> {
    let token = LinkToken::generate().map_err(Error::internal)?;
    let made = links::make(db, email, purpose, token.digest().to_hex()).await?;
    Ok(made.map(|_| base.link(purpose, &token)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_safe_addresses_and_their_tokens_get_into_no_log() {
        let token = LinkToken::generate().unwrap();
        let link = LinkBase::new("https://concordat.example/").unwrap().link(LinkPurpose::PasswordReset, &token);
        assert_eq!(link, format!("https://concordat.example/reset-password#{}", token.reveal()));
        assert!(LinkBase::new("http://localhost:8080").is_ok());
        for address in [
            "",
            "https://",
            "http://concordat.example",
            "http://localhost.example",
            "javascript:alert(1)",
            "https://a b",
            "https://a/#x",
        ] {
            assert!(LinkBase::new(address).is_err(), "{address}");
        }
    }

    #[test]
    fn letters_cross_no_network_in_clear_and_a_password_is_not_repeated() {
        let links = || LinkBase::new("https://concordat.example").unwrap();
        let open = |url: &str, from: &str| PostOffice::new(url, from, links()).map(|_| ());
        let from = "Concordat <noreply@concordat.example>";
        assert!(open("smtp://127.0.0.1:2525", from).is_ok());
        assert!(open("smtps://user:secret@mail.example", from).is_ok());
        assert!(open("smtp://user:secret@mail.example:587?tls=required", from).is_ok());
        assert!(open("smtp://127.0.0.1:2525", "nobody").is_err());
        assert!(open("smtp://127.0.0.1.example", from).is_err());
        assert!(open("smtp://user:tls=required@mail.example", from).is_err());
        for url in ["smtp://user:secret@mail.example", "smtps://user:secret@mail example:port", "nonsense"] {
            assert!(!open(url, from).unwrap_err().to_string().contains("secret"), "{url}");
        }
    }
}
