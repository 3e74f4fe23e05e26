//! Accounts and the people behind them.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::sessions::end_others;
use crate::{
    error::{Error, ProblemCode, Result},
    policy::{Assurance, Office},
    tables::{
        Id,
        identity::{account, session::EndReason},
        organisation::{appointment, person, tenant},
    },
    tenancy::{Actor, Db, Principal, SignedIn, system::BeyondTenantsTx},
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

/// Gives the actor's account a new password and ends its other sessions: whoever knew the old one is out.
///
/// # Errors
/// When the database fails; then nothing was changed.
pub async fn change_password(db: &Db, actor: &Actor, password_hash: String) -> Result<()> {
    let (own, now) = (actor.signed_in()?, db.clock().now());
    let tx = db.write_beyond_tenants().await?;
    set_password(&tx, own.account, password_hash, now).await?;
    end_others(&tx, own.account, Some(own.session), EndReason::PasswordChanged, now).await?;
    tx.commit().await
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
    tx.commit().await
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
    let account = account::ActiveModel {
        id: Set(Id::new()),
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
    tx.load::<appointment::Entity>(vec![appointment]).await?;
    tx.commit().await
}
