//! Mail to be sent. A row holds no secret: a link is made when its mail is sent, and stands nowhere else.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    rules::letter::Letter,
    tables::{Id, values::closed_set},
};

closed_set! {
    /// What a letter is about.
    pub enum LetterKind {
        /// An invitation to a new account, with a link.
        Invitation = "INVITATION",
        /// A new appointment of somebody who has a password already; no link.
        Appointment = "APPOINTMENT",
        /// A password may be set anew, with a link.
        PasswordReset = "PASSWORD_RESET",
        /// Something has come for an office; no link, and nothing of what it says.
        Notice = "NOTICE",
        /// A reminder of obligations; no link.
        Reminder = "REMINDER",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Model>,
    pub kind: LetterKind,
    /// Lower-cased; empty once it turned out that there is nobody to write to.
    pub recipient: String,
    pub subject: String,
    /// Plain text in which a line by itself stands for the link; empty once it is sent or given up.
    pub body: String,
    pub created_at: DateTime<Utc>,
    /// When it is due; while somebody is sending it, when somebody else may try.
    pub next_attempt_at: DateTime<Utc>,
    pub attempts: i32,
    pub sent_at: Option<DateTime<Utc>>,
    /// When it was given up.
    pub failed_at: Option<DateTime<Utc>>,
}

impl Model {
    /// A letter that is due at once.
    #[must_use]
    pub fn new(kind: LetterKind, recipient: String, letter: Letter, now: DateTime<Utc>) -> Self {
        Self {
            id: Id::new(),
            kind,
            recipient,
            subject: letter.subject,
            body: letter.text,
            created_at: now,
            next_attempt_at: now,
            attempts: 0,
            sent_at: None,
            failed_at: None,
        }
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
