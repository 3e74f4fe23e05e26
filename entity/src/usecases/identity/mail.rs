//! The outbox: letters are claimed one by one, so that two servers never send the same at once, and tried until they are sent or
//! not worth sending any more.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use crate::{
    error::Result,
    rules::mailing::{LEASE, is_worth_sending, next_attempt},
    tables::identity::mail_outbox::{self, Column},
    tenancy::{Db, system::BeyondTenantsTx},
};

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The mail server took it.
    Sent,
    /// There is nobody to write to; the address that was asked for isn't kept.
    Nobody,
    /// The mail server couldn't be reached, or refused it for now.
    Failed,
    /// The mail server will never take it.
    Refused,
}

/// The letter that has been due for longest, claimed for the caller: nobody else is given it before the lease has run out. Letters
/// that aren't worth sending any more are given up on the way.
///
/// # Errors
/// When the database fails.
pub async fn claim_next(db: &Db) -> Result<Option<mail_outbox::Model>> {
    loop {
        let now = db.clock().now();
        let Some(letter) = first_due(db, now).await? else { return Ok(None) };
        if !is_worth_sending(letter.kind, letter.created_at, now) {
            settle(db, &letter, Outcome::Refused).await?;
        } else if claim(db, &letter, now).await? {
            return Ok(Some(mail_outbox::Model { attempts: letter.attempts + 1, ..letter }));
        }
    }
}

async fn first_due(db: &Db, now: DateTime<Utc>) -> Result<Option<mail_outbox::Model>> {
    let tx = db.read_beyond_tenants().await?;
    let due = tx.find::<mail_outbox::Entity>().filter(Column::SentAt.is_null()).filter(Column::FailedAt.is_null());
    Ok(due.filter(Column::NextAttemptAt.lte(now)).order_by_asc(Column::NextAttemptAt).one(tx.connection()).await?)
}

/// Claims a letter as it was read: whoever read it at the same time, and is later, doesn't get it.
#[expect(clippy::disallowed_methods, reason = "mail belongs to no tenant")]
async fn claim(db: &Db, letter: &mail_outbox::Model, now: DateTime<Utc>) -> Result<bool> {
    let tx = db.write_beyond_tenants().await?;
    let claimed = mail_outbox::Entity::update_many()
        .col_expr(Column::Attempts, Expr::val(letter.attempts + 1))
        .col_expr(Column::NextAttemptAt, Expr::val(now + LEASE))
        .filter(Column::Id.eq(letter.id))
        .filter(Column::Attempts.eq(letter.attempts))
        .filter(Column::SentAt.is_null())
        .filter(Column::FailedAt.is_null())
        .exec(tx.connection())
        .await?;
    tx.commit().await?;
    Ok(claimed.rows_affected == 1)
}

/// Notes what became of a claimed letter.
///
/// # Errors
/// When the database fails.
pub async fn settle(db: &Db, letter: &mail_outbox::Model, outcome: Outcome) -> Result<()> {
    let now = db.clock().now();
    let tx = db.write_beyond_tenants().await?;
    let again = next_attempt(letter.kind, letter.created_at, letter.attempts, now).filter(|_| outcome == Outcome::Failed);
    let finished = |column| vec![(column, Expr::val(now)), (Column::Body, Expr::val(""))];
    let values = match (outcome, again) {
        (Outcome::Failed, Some(at)) => vec![(Column::NextAttemptAt, Expr::val(at))],
        (Outcome::Sent, _) => finished(Column::SentAt),
        (Outcome::Nobody, _) => {
            let mut values = finished(Column::FailedAt);
            values.push((Column::Recipient, Expr::val("")));
            values
        }
        (Outcome::Failed | Outcome::Refused, _) => finished(Column::FailedAt),
    };
    set(&tx, letter, values).await?;
    tx.commit().await
}

#[expect(clippy::disallowed_methods, reason = "mail belongs to no tenant")]
async fn set(tx: &BeyondTenantsTx, letter: &mail_outbox::Model, values: Vec<(Column, Expr)>) -> Result<()> {
    let mut update = mail_outbox::Entity::update_many().filter(Column::Id.eq(letter.id)).filter(Column::SentAt.is_null());
    for (column, value) in values {
        update = update.col_expr(column, value);
    }
    update.exec(tx.connection()).await?;
    Ok(())
}
