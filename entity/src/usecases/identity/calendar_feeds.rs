//! A person's calendar by a private address: made, revoked, and recognised by the digest of its token.
//!
//! The address stands for the person and for nothing more: what it shows follows from the appointments in force on the day on which it is
//! read, so an office that has ended shows nothing with the next look.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value as Json, json};

use crate::{
    error::{Error, ProblemCode, Result},
    policy::Assurance,
    tables::{
        Id,
        identity::{account, calendar_feed, session},
        organisation::person,
    },
    tenancy::{Actor, Db, Happened, Principal, SignedIn, system::BeyondTenantsTx},
};

async fn of_account(tx: &BeyondTenantsTx, account: Id<account::Model>) -> Result<Option<calendar_feed::Model>> {
    let rows = tx.find::<calendar_feed::Entity>().filter(calendar_feed::Column::AccountId.eq(account));
    Ok(rows.filter(calendar_feed::Column::RevokedAt.is_null()).one(tx.connection()).await?)
}

/// Makes a calendar for the actor, in place of the one that there was.
///
/// # Errors
/// [`Error::ForPeople`]; [`Error::Invalid`] when another one is made at the same moment; when the database fails.
#[expect(clippy::disallowed_methods, reason = "calendars belong to no tenant")]
pub async fn create(db: &Db, actor: &Actor, digest: String) -> Result<DateTime<Utc>> {
    let (own, now) = (actor.signed_in()?, db.clock().now());
    let tx = db.write_beyond_tenants().await?;
    let mut happened = Happened::new("CREATE_CALENDAR_FEED");
    happened = revoke_with(&tx, own.account, happened, now).await?;
    let id = Id::<calendar_feed::Model>::new();
    happened = happened.with("calendar_feed", id.uuid(), Json::Null, json!({ "created_at": now }));
    let row = calendar_feed::ActiveModel {
        id: Set(id),
        account_id: Set(own.account),
        digest: Set(digest),
        created_at: Set(now),
        revoked_at: Set(None),
    };
    match calendar_feed::Entity::insert(row).exec_without_returning(tx.connection()).await.map_err(Error::from) {
        Err(error) if error.is_taken() => {
            Err(Error::invalid("", ProblemCode::Duplicate, "Your account was given a calendar this very moment."))
        }
        Err(error) => Err(error),
        Ok(_) => {
            tx.commit_on_record(db, own.account, happened).await?;
            Ok(now)
        }
    }
}

/// Revokes the actor's calendar: its address shows nothing any more.
///
/// # Errors
/// [`Error::ForPeople`]; [`Error::Invalid`] when there is none; when the database fails.
pub async fn revoke(db: &Db, actor: &Actor) -> Result<DateTime<Utc>> {
    let (own, now) = (actor.signed_in()?, db.clock().now());
    let tx = db.write_beyond_tenants().await?;
    let Some(row) = of_account(&tx, own.account).await? else {
        return Err(Error::invalid("", ProblemCode::Missing, "Your account has no calendar."));
    };
    end(&tx, &row, now).await?;
    let happened = revoked(Happened::new("REVOKE_CALENDAR_FEED"), &row, now);
    tx.commit_on_record(db, own.account, happened).await?;
    Ok(now)
}

/// Revokes an account's calendar along with something else that happens to it, if it has one: whoever may have come by its password may
/// have come by the address as well.
///
/// # Errors
/// When the database fails.
pub(super) async fn revoke_with(
    tx: &BeyondTenantsTx,
    account: Id<account::Model>,
    happened: Happened,
    now: DateTime<Utc>,
) -> Result<Happened> {
    let Some(row) = of_account(tx, account).await? else { return Ok(happened) };
    end(tx, &row, now).await?;
    Ok(revoked(happened, &row, now))
}

fn revoked(happened: Happened, row: &calendar_feed::Model, now: DateTime<Utc>) -> Happened {
    happened.with("calendar_feed", row.id.uuid(), json!({ "revoked_at": null }), json!({ "revoked_at": now }))
}

#[expect(clippy::disallowed_methods, reason = "calendars belong to no tenant")]
async fn end(tx: &BeyondTenantsTx, row: &calendar_feed::Model, now: DateTime<Utc>) -> Result<()> {
    calendar_feed::Entity::update_many()
        .col_expr(calendar_feed::Column::RevokedAt, Expr::val(now))
        .filter(calendar_feed::Column::Id.eq(row.id))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Whoever's calendar has this digest, with the appointments in force today; `None` when no calendar has, it was revoked, or the account
/// is disabled.
///
/// # Errors
/// When the database fails.
pub async fn reader(db: &Db, digest: &str) -> Result<Option<Actor>> {
    let tx = db.read_beyond_tenants().await?;
    let rows = tx.find::<calendar_feed::Entity>().filter(calendar_feed::Column::Digest.eq(digest));
    let Some(feed) = rows.filter(calendar_feed::Column::RevokedAt.is_null()).one(tx.connection()).await? else { return Ok(None) };
    let account = tx.find::<account::Entity>().filter(account::Column::Id.eq(feed.account_id));
    let Some(account) = account.filter(account::Column::DisabledAt.is_null()).one(tx.connection()).await? else {
        return Ok(None);
    };
    Ok(Some(on_behalf(db, &tx, (account.id, account.person_id)).await?))
}

/// An actor who only reads for a person: in a calendar, or for a reminder. Nothing is shared with it that others share with the person's
/// tenants, and it has no session in which anything could be done.
pub(in crate::usecases) async fn on_behalf(
    db: &Db,
    tx: &BeyondTenantsTx,
    (account, person): (Id<account::Model>, Id<person::Model>),
) -> Result<Actor> {
    let business_date = db.clock().business_date();
    let appointments = tx.appointments_in_force(person, business_date).await?;
    let signed_in =
        SignedIn { person, account, session: Id::<session::Model>::new(), appointments, assurance: Assurance::of_the_operator() };
    Ok(Actor { principal: Principal::Person(signed_in), business_date, shares: Vec::new() })
}
