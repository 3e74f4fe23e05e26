//! Accounts and the people behind them.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value as Json, json};

use super::{
    calendar_feeds::revoke_with,
    sessions::{end_others, with_ended},
};
use crate::{
    error::{Error, ProblemCode, Result},
    policy::{Assurance, Office},
    tables::{
        Id,
        identity::{account, session::EndReason},
        organisation::{appointment, person, tenant},
    },
    tenancy::{Actor, Db, Happened, Principal, SignedIn, system::BeyondTenantsTx},
};

/// The account that an e-mail address names, if there is one that isn't disabled.
///
/// # Errors
/// When the database fails.
pub async fn account_of(db: &Db, email: &str) -> Result<Option<account::Model>> {
    let tx = db.read_beyond_tenants().await?;
    let account = tx
        .find::<account::Entity>()
        .filter(account::Column::Email.eq(email.trim().to_lowercase()))
        .filter(account::Column::DisabledAt.is_null())
        .one(tx.connection())
        .await?;
    Ok(account)
}

/// The person and the e-mail address behind an actor.
///
/// # Errors
/// When the database fails.
pub async fn person_of(db: &Db, actor: &Actor) -> Result<(person::Model, String)> {
    let own = actor.signed_in()?;
    let tx = db.read_beyond_tenants().await?;
    let person = tx.find::<person::Entity>().filter(person::Column::Id.eq(own.person)).one(tx.connection()).await?;
    let account = tx.find::<account::Entity>().filter(account::Column::Id.eq(own.account)).one(tx.connection()).await?;
    person.zip(account.map(|account| account.email)).ok_or(Error::NotFound("person"))
}

/// Gives the actor's account a new password, ends its other sessions and revokes its calendar: whoever knew the old one is out.
///
/// # Errors
/// When the database fails; then nothing was changed.
pub async fn change_password(db: &Db, actor: &Actor, password_hash: String) -> Result<()> {
    let (own, now) = (actor.signed_in()?, db.clock().now());
    let tx = db.write_beyond_tenants().await?;
    set_password(&tx, own.account, password_hash, now).await?;
    let ended = end_others(&tx, own.account, Some(own.session), EndReason::PasswordChanged, now).await?;
    let happened = password_set(Happened::new("CHANGE_PASSWORD"), own.account, now);
    let happened = revoke_with(&tx, own.account, happened, now).await?;
    tx.commit_on_record(db, own.account, with_ended(happened, &ended, EndReason::PasswordChanged, now)).await
}

/// That an account has a new password since now, for the record.
pub(super) fn password_set(happened: Happened, account: Id<account::Model>, now: DateTime<Utc>) -> Happened {
    happened.with("account", account.uuid(), json!({}), json!({ "password_set_at": now }))
}

#[expect(clippy::disallowed_methods, reason = "identity tables belong to no tenant")]
pub(super) async fn set_password(
    tx: &BeyondTenantsTx,
    account: Id<account::Model>,
    password_hash: String,
    now: DateTime<Utc>,
) -> Result<()> {
    account::Entity::update_many()
        .col_expr(account::Column::PasswordHash, Expr::val(password_hash))
        .col_expr(account::Column::PasswordSetAt, Expr::val(now))
        .filter(account::Column::Id.eq(account))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Stores the same password under a costlier hash.
///
/// # Errors
/// When the database fails.
#[expect(clippy::disallowed_methods, reason = "identity tables belong to no tenant")]
pub async fn store_hash(db: &Db, account: Id<account::Model>, password_hash: String) -> Result<()> {
    let tx = db.write_beyond_tenants().await?;
    account::Entity::update_many()
        .col_expr(account::Column::PasswordHash, Expr::val(password_hash))
        .filter(account::Column::Id.eq(account))
        .exec(tx.connection())
        .await?;
    let happened = Happened::new("REHASH_PASSWORD").because("hashing was made costlier; the password is the same");
    tx.commit_on_record(db, account, happened).await
}

/// The actor that an account makes on the command line of an installation, under its appointments in force.
///
/// Whoever reaches the database from there needs no password; what they do is still done, and recorded, under an office.
///
/// # Errors
/// [`Error::NotFound`] when no account has that address or it is disabled.
pub async fn actor_of(db: &Db, email: &str) -> Result<Actor> {
    let account = account_of(db, email).await?.ok_or(Error::NotFound("account"))?;
    let business_date = db.clock().business_date();
    let tx = db.read_beyond_tenants().await?;
    let appointments = tx.appointments_in_force(account.person_id, business_date).await?;
    // Nobody has signed in: the identifier names no session.
    let (person, session, assurance) = (account.person_id, Id::new(), Assurance::of_the_operator());
    let principal = Principal::Person(SignedIn { person, account: account.id, session, appointments, assurance });
    Ok(Actor { principal, business_date, shares: Vec::new() })
}

/// Who a new account is for, and the first appointment it comes with.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// How the person is known.
    pub name: String,
    /// With which they sign in.
    pub email: String,
    /// The stored form of the password.
    pub password_hash: String,
    /// The slug of the tenant of the first appointment.
    pub tenant: String,
    /// The office of the first appointment.
    pub office: Office,
    /// The minute of the appointment.
    pub minute_reference: Option<String>,
}

/// Adds a person with an account and a first appointment, from the command line of an installation.
///
/// # Errors
/// [`Error::Invalid`] when the tenant is unknown or the address is taken; then nothing was written.
#[expect(clippy::disallowed_methods, reason = "identity tables belong to no tenant")]
pub async fn add_account(db: &Db, new: NewAccount) -> Result<()> {
    let tx = db.write_beyond_tenants().await?;
    let found = tx.find::<tenant::Entity>().filter(tenant::Column::Slug.eq(&new.tenant)).one(tx.connection()).await?;
    let tenant =
        found.ok_or_else(|| Error::invalid("tenant", ProblemCode::NotFound, format!("No tenant is called {}.", new.tenant)))?;
    let email = new.email.trim().to_lowercase();
    if tx.find::<account::Entity>().filter(account::Column::Email.eq(&email)).one(tx.connection()).await?.is_some() {
        return Err(Error::invalid("email", ProblemCode::Duplicate, format!("An account for {email} stands already.")));
    }
    let now = db.clock().now();
    let person = person::ActiveModel { id: Set(Id::new()), name: Set(new.name), organisation_id: Set(tenant.organisation_id) };
    let person = person::Entity::insert(person).exec_with_returning(tx.connection()).await?;
    let added = Happened::new("ADD_ACCOUNT").with(
        "person",
        person.id.uuid(),
        Json::Null,
        json!({ "name": person.name, "organisation_id": person.organisation_id.map(Id::uuid) }),
    );
    let id = Id::<account::Model>::new();
    let added =
        added.with("account", id.uuid(), Json::Null, json!({ "person_id": person.id.uuid(), "email": email, "created_at": now }));
    let account = account::ActiveModel {
        id: Set(id),
        person_id: Set(person.id),
        email: Set(email),
        password_hash: Set(new.password_hash),
        created_at: Set(now),
        password_set_at: Set(now),
        disabled_at: Set(None),
    };
    account::Entity::insert(account).exec_without_returning(tx.connection()).await?;
    tx.act_in(tenant.id).await?;
    let appointment = appointment::Model {
        tenant_id: tenant.id,
        id: Id::new(),
        person_id: person.id,
        office: new.office,
        body_id: None,
        area_id: Some(tenant.area_id),
        organisation_id: tenant.organisation_id,
        from_on: db.clock().business_date(),
        to_on: None,
        minute_reference: new.minute_reference,
        source: "entered on the command line".to_owned(),
    };
    let added = added.with(
        "appointment",
        appointment.id.uuid(),
        Json::Null,
        json!({
            "person_id": person.id.uuid(),
            "office": appointment.office,
            "area_id": tenant.area_id.uuid(),
            "organisation_id": appointment.organisation_id.map(Id::uuid),
            "from_on": appointment.from_on,
            "minute_reference": appointment.minute_reference,
            "source": appointment.source,
        }),
    );
    tx.load::<appointment::Entity>(vec![appointment]).await?;
    tx.commit_new_on_record(db, (person.id, tenant.id), added).await
}

/// Disables an account, from the command line of an installation: nobody signs in to it any more, its sessions end at
/// once, and so does its calendar.
///
/// # Errors
/// [`Error::NotFound`] when no account has that address, or it is disabled already.
pub async fn disable(db: &Db, email: &str) -> Result<()> {
    let account = account_of(db, email).await?.ok_or(Error::NotFound("account"))?.id;
    let now = db.clock().now();
    let tx = db.write_beyond_tenants().await?;
    if !set_disabled(&tx, account, Some(now)).await? {
        return Err(Error::NotFound("account"));
    }
    let ended = end_others(&tx, account, None, EndReason::AccountDisabled, now).await?;
    let happened = Happened::new("DISABLE_ACCOUNT").with(
        "account",
        account.uuid(),
        json!({ "disabled_at": null }),
        json!({ "disabled_at": now }),
    );
    let happened = revoke_with(&tx, account, happened, now).await?;
    tx.commit_on_record(db, account, with_ended(happened, &ended, EndReason::AccountDisabled, now)).await
}

/// Enables an account again that was disabled, from the command line of an installation.
///
/// # Errors
/// [`Error::NotFound`] when no disabled account has that address.
pub async fn enable(db: &Db, email: &str) -> Result<()> {
    let tx = db.write_beyond_tenants().await?;
    let found = tx.find::<account::Entity>().filter(account::Column::Email.eq(email.trim().to_lowercase()));
    let found = found.filter(account::Column::DisabledAt.is_not_null()).one(tx.connection()).await?;
    let account = found.ok_or(Error::NotFound("account"))?;
    if !set_disabled(&tx, account.id, None).await? {
        return Err(Error::NotFound("account"));
    }
    let before = json!({ "disabled_at": account.disabled_at });
    let happened = Happened::new("ENABLE_ACCOUNT").with("account", account.id.uuid(), before, json!({ "disabled_at": null }));
    tx.commit_on_record(db, account.id, happened).await
}

/// Whether it changed anything: of two who disable an account at once, one does.
#[expect(clippy::disallowed_methods, reason = "accounts belong to no tenant")]
async fn set_disabled(tx: &BeyondTenantsTx, account: Id<account::Model>, at: Option<DateTime<Utc>>) -> Result<bool> {
    use account::Column::{DisabledAt, Id as Own};
    let other = if at.is_some() { DisabledAt.is_null() } else { DisabledAt.is_not_null() };
    let changed = account::Entity::update_many().col_expr(DisabledAt, Expr::val(at)).filter(Own.eq(account)).filter(other);
    Ok(changed.exec(tx.connection()).await?.rows_affected == 1)
}
