//! Links that set a password: made, looked at, and redeemed once.
//!
//! A link's token comes here as its digest. Redeeming is one statement that claims the link, so of two people who follow it at
//! once exactly one gets on.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde_json::{Value as Json, json};

use super::{
    account::{password_set, set_password},
    calendar_feeds::revoke_with,
    sessions::{end_others, with_ended},
    sign_in::{self, Subjects},
};
use crate::{
    error::{Error, ProblemCode, Result},
    rules::{
        letter,
        mailing::{is_address, lifetime},
        throttle::Attempt,
    },
    tables::{
        Id,
        identity::{
            account,
            mail_outbox::{self, LetterKind},
            session::EndReason,
            single_use_link::{self, LinkPurpose},
        },
    },
    tenancy::{Db, Happened, system::BeyondTenantsTx},
};

/// Asks for a link by which the account of `email` gets a new password.
///
/// The same is written whether or not there is such an account: who it is for is looked up when the letter is sent. So neither
/// the answer nor its delay tells which accounts exist.
///
/// # Errors
/// [`Error::Invalid`] when it is no address; when the database fails. [`Attempt::Wait`] when too many were asked for, in that name or from that address.
#[expect(clippy::disallowed_methods, reason = "mail belongs to no tenant")]
pub async fn request_password_reset(db: &Db, email: &str, address: IpAddr) -> Result<Attempt> {
    let email = email.trim().to_lowercase();
    if !is_address(&email) {
        return Err(Error::invalid("email", ProblemCode::Malformed, "This is not an e-mail address."));
    }
    if let Attempt::Wait { until } = sign_in::begin_attempt(db, &Subjects::of_link_request(&email, address)).await? {
        return Ok(Attempt::Wait { until });
    }
    let now = db.clock().now();
    let row = mail_outbox::Model::new(LetterKind::PasswordReset, email, letter::password_reset(), now);
    let tx = db.write_beyond_tenants().await?;
    mail_outbox::Entity::insert(row.into_active_model()).exec_without_returning(tx.connection()).await?;
    tx.commit().await?;
    Ok(Attempt::Allow)
}

/// Makes a link for the account of `email`, in place of earlier ones of the same purpose; `None` when there is nobody to make it
/// for: no such account, a disabled one, or an invitation that was accepted already.
///
/// # Errors
/// When the database fails.
#[expect(clippy::disallowed_methods, reason = "links belong to no tenant")]
pub async fn make(db: &Db, email: &str, purpose: LinkPurpose, digest: String) -> Result<Option<DateTime<Utc>>> {
    let now = db.clock().now();
    let tx = db.write_beyond_tenants().await?;
    let account = tx.find::<account::Entity>().filter(account::Column::Email.eq(email));
    let account = account.filter(account::Column::DisabledAt.is_null()).one(tx.connection()).await?;
    let wanted = |account: &account::Model| purpose == LinkPurpose::PasswordReset || !account.has_password();
    let Some(account) = account.filter(wanted) else { return Ok(None) };
    run_out(&tx, account.id, Some(purpose), now).await?;
    let expires_at = now + lifetime(purpose);
    let id = Id::<single_use_link::Model>::new();
    let made = json!({ "purpose": purpose, "issued_at": now, "expires_at": expires_at });
    let happened = Happened::new("MAKE_LINK").with("single_use_link", id.uuid(), Json::Null, made);
    let link = single_use_link::ActiveModel {
        id: Set(id),
        account_id: Set(account.id),
        purpose: Set(purpose),
        digest: Set(digest),
        issued_at: Set(now),
        expires_at: Set(expires_at),
        used_at: Set(None),
    };
    single_use_link::Entity::insert(link).exec_without_returning(tx.connection()).await?;
    tx.commit_on_record(db, account.id, happened).await?;
    Ok(Some(expires_at))
}

/// What a link of the operator's is for: an account without a password gets its first one, any other a new one.
///
/// # Errors
/// [`Error::NotFound`] when no account has that address or it is disabled.
pub async fn purpose_for(db: &Db, email: &str) -> Result<LinkPurpose> {
    let account = super::account::account_of(db, email).await?.ok_or(Error::NotFound("account"))?;
    Ok(if account.has_password() { LinkPurpose::PasswordReset } else { LinkPurpose::Invitation })
}

/// The e-mail address of the account that a good link is for; the link stays as it is.
///
/// # Errors
/// [`Error::Invalid`] when the link isn't good.
pub async fn account_behind(db: &Db, purpose: LinkPurpose, digest: &str) -> Result<String> {
    let tx = db.read_beyond_tenants().await?;
    let link = good(&tx, purpose, digest, db.clock().now()).await?.ok_or_else(spent)?;
    let account = tx.find::<account::Entity>().filter(account::Column::Id.eq(link.account_id)).one(tx.connection()).await?;
    account.filter(|account| account.disabled_at.is_none()).map(|account| account.email).ok_or_else(spent)
}

/// Redeems a link: the account gets this password, every session of it ends, its calendar is revoked, and all its other links are
/// void.
///
/// # Errors
/// [`Error::Invalid`] when the link isn't good any more; then nothing was changed.
#[expect(clippy::disallowed_methods, reason = "links belong to no tenant")]
pub async fn redeem(db: &Db, purpose: LinkPurpose, digest: &str, password_hash: String) -> Result<DateTime<Utc>> {
    use single_use_link::Column;
    let now = db.clock().now();
    let tx = db.write_beyond_tenants().await?;
    let claimed = single_use_link::Entity::update_many()
        .col_expr(Column::UsedAt, Expr::val(now))
        .filter(Column::Digest.eq(digest))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx.connection())
        .await?;
    if claimed.rows_affected != 1 {
        return Err(spent());
    }
    let link = tx.find::<single_use_link::Entity>().filter(Column::Digest.eq(digest)).one(tx.connection()).await?;
    let link = link.ok_or_else(spent)?;
    let account = link.account_id;
    run_out(&tx, account, None, now).await?;
    set_password(&tx, account, password_hash, now).await?;
    let ended = end_others(&tx, account, None, EndReason::PasswordChanged, now).await?;
    let kind = match purpose {
        LinkPurpose::Invitation => "ACCEPT_INVITATION",
        LinkPurpose::PasswordReset => "RESET_PASSWORD",
    };
    let used = Happened::new(kind).with("single_use_link", link.id.uuid(), json!({ "used_at": null }), json!({ "used_at": now }));
    let used = revoke_with(&tx, account, used, now).await?;
    let happened = with_ended(password_set(used, account, now), &ended, EndReason::PasswordChanged, now);
    tx.commit_on_record(db, account, happened).await?;
    Ok(now)
}

async fn good(
    tx: &BeyondTenantsTx,
    purpose: LinkPurpose,
    digest: &str,
    now: DateTime<Utc>,
) -> Result<Option<single_use_link::Model>> {
    use single_use_link::Column;
    let links = tx.find::<single_use_link::Entity>().filter(Column::Digest.eq(digest)).filter(Column::Purpose.eq(purpose));
    Ok(links.filter(Column::UsedAt.is_null()).filter(Column::ExpiresAt.gt(now)).one(tx.connection()).await?)
}

/// Lets the links of an account that could still be used run out now; those of one purpose, or all.
#[expect(clippy::disallowed_methods, reason = "links belong to no tenant")]
async fn run_out(
    tx: &BeyondTenantsTx,
    account: Id<account::Model>,
    purpose: Option<LinkPurpose>,
    now: DateTime<Utc>,
) -> Result<()> {
    use single_use_link::Column;
    let mut links = single_use_link::Entity::update_many()
        .col_expr(Column::ExpiresAt, Expr::val(now))
        .filter(Column::AccountId.eq(account))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now));
    if let Some(purpose) = purpose {
        links = links.filter(Column::Purpose.eq(purpose));
    }
    links.exec(tx.connection()).await?;
    Ok(())
}

/// One answer for every link that isn't good, so that trying tells nothing.
#[must_use]
pub fn spent() -> Error {
    let message =
        "This link isn't good: it may have been used, have run out, have been replaced by a newer one, or be incomplete.";
    Error::invalid("token", ProblemCode::Credentials, message)
}
