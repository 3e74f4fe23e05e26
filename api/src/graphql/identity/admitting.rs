//! Letting service accounts in, changing what they may do, shutting them out; and their keys.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::{Error, ProblemCode},
    rules::machine::Terms,
    tables::{
        Id, TenantId,
        organisation::{service_account, service_account_grant},
    },
    tenancy::NewKey,
    usecases::identity::service_accounts::{self, Change, NewServiceAccount},
};

use super::{ServiceAccount, ServiceScope};
use crate::{
    graphql::{
        acting::Acting,
        errors::{UserError, parted},
        relay::{Member, NodeId, NodeKind},
        scalars::DateTime,
    },
    identity::ApiKey,
};

type Grant = service_account_grant::Model;

/// A service account to be made.
#[derive(InputObject)]
pub struct CreateServiceAccountInput {
    /// The tenant that makes it, lets it in and looks after its keys.
    tenant: ID,
    /// How it is to be known; once in the tenant.
    name: String,
    /// Whose it is. The indicators that this organisation supplies are its own.
    organisation: ID,
    /// What it may do here; no more than your own offices may.
    #[graphql(validator(max_items = 20))]
    scopes: Vec<ServiceScope>,
    /// What it is for.
    purpose: String,
    /// Until then it is let in; within three years.
    expires_at: DateTime,
    /// The addresses and networks from which it may ask, such as 192.0.2.0/24; from anywhere when left out or empty.
    allowed_addresses: Option<Vec<String>>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// A service account to be let into a further tenant.
#[derive(InputObject)]
pub struct AcceptServiceAccountInput {
    /// The tenant that lets it in.
    tenant: ID,
    /// Its client identifier, which its organisation gives to those who are to let it in.
    client_identifier: String,
    /// What it may do here; no more than your own offices may.
    #[graphql(validator(max_items = 20))]
    scopes: Vec<ServiceScope>,
    /// What it is for.
    purpose: String,
    /// Until then it is let in; within three years.
    expires_at: DateTime,
    /// The addresses and networks from which it may ask, such as 192.0.2.0/24; from anywhere when left out or empty.
    allowed_addresses: Option<Vec<String>>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What is to change of a service account in a tenant; what is left out stays.
#[derive(InputObject)]
pub struct UpdateServiceAccountInput {
    /// The service account.
    service_account: ID,
    /// What it may do here from now on, in place of what it might; no more than your own offices may.
    #[graphql(validator(max_items = 20))]
    scopes: Option<Vec<ServiceScope>>,
    /// What it is for.
    purpose: Option<String>,
    /// Until then it is let in; within three years.
    expires_at: Option<DateTime>,
    /// The addresses and networks from which it may ask; from anywhere when empty.
    allowed_addresses: Option<Vec<String>>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// A service account to be shut out.
#[derive(InputObject)]
pub struct RevokeServiceAccountInput {
    /// The service account.
    service_account: ID,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// A key to be made.
#[derive(InputObject)]
pub struct CreateApiKeyInput {
    /// The service account whose it is to be.
    service_account: ID,
    /// Until then it is good; within 400 days.
    expires_at: DateTime,
    /// Whether it may be sent in a query string as api_key, where it only reads: for tools that can't send it otherwise. Addresses are
    /// written to logs and histories along the way, so prefer the other places.
    #[graphql(default)]
    is_for_query_strings: bool,
}

/// A key to be ended.
#[derive(InputObject)]
pub struct RevokeApiKeyInput {
    /// The service account whose it is.
    service_account: ID,
    /// Its first 13 signs.
    prefix: String,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What making a service account gives.
#[derive(SimpleObject)]
pub struct CreateServiceAccountPayload {
    /// The service account as it is now.
    service_account: Option<ServiceAccount>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// What letting a service account in gives.
#[derive(SimpleObject)]
pub struct AcceptServiceAccountPayload {
    /// The service account as it is now.
    service_account: Option<ServiceAccount>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// What changing a service account gives.
#[derive(SimpleObject)]
pub struct UpdateServiceAccountPayload {
    /// The service account as it is now.
    service_account: Option<ServiceAccount>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// What shutting a service account out gives.
#[derive(SimpleObject)]
pub struct RevokeServiceAccountPayload {
    /// The service account as it is now.
    service_account: Option<ServiceAccount>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// What ending a key gives.
#[derive(SimpleObject)]
pub struct RevokeApiKeyPayload {
    /// The service account as it is now.
    service_account: Option<ServiceAccount>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// What making a key gives.
#[derive(SimpleObject)]
pub struct CreateApiKeyPayload {
    /// The key. It is shown this once and kept nowhere; whoever lost it makes another.
    key: Option<String>,
    /// The service account as it is now.
    service_account: Option<ServiceAccount>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Service accounts and keys, made and ended.
#[derive(Default)]
pub struct ServiceAccountMutation;

#[Object]
impl ServiceAccountMutation {
    /// Makes a service account for a machine of an organisation and lets it into your tenant, which looks after its keys.
    async fn create_service_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A service account to be made.")] input: CreateServiceAccountInput,
    ) -> Result<CreateServiceAccountPayload> {
        let (service_account, user_errors) = parted(created(&Acting::of(ctx)?, input).await)?;
        Ok(CreateServiceAccountPayload { service_account, user_errors })
    }

    /// Lets a service account that another tenant looks after into yours, with scopes of your own.
    async fn accept_service_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A service account to be let into a further tenant.")] input: AcceptServiceAccountInput,
    ) -> Result<AcceptServiceAccountPayload> {
        let (service_account, user_errors) = parted(accepted(&Acting::of(ctx)?, input).await)?;
        Ok(AcceptServiceAccountPayload { service_account, user_errors })
    }

    /// Changes what a service account may do in your tenant, until when and from where. It counts with its next request.
    async fn update_service_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to change.")] input: UpdateServiceAccountInput,
    ) -> Result<UpdateServiceAccountPayload> {
        let (service_account, user_errors) = parted(updated(&Acting::of(ctx)?, input).await)?;
        Ok(UpdateServiceAccountPayload { service_account, user_errors })
    }

    /// Shuts a service account out of your tenant at once and for good. Where your tenant looks after its keys it ends everywhere.
    async fn revoke_service_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A service account to be shut out.")] input: RevokeServiceAccountInput,
    ) -> Result<RevokeServiceAccountPayload> {
        let (service_account, user_errors) = parted(revoked(&Acting::of(ctx)?, input).await)?;
        Ok(RevokeServiceAccountPayload { service_account, user_errors })
    }

    /// Makes a key for a service account. Two may be good at a time, so that one follows the other without a gap.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A key to be made.")] input: CreateApiKeyInput,
    ) -> Result<CreateApiKeyPayload> {
        let (made, user_errors) = parted(key_made(&Acting::of(ctx)?, &input).await)?;
        let (key, service_account) = made.unzip();
        Ok(CreateApiKeyPayload { key, service_account, user_errors })
    }

    /// Ends a key at once; the access tokens that were got for it end with it.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A key to be ended.")] input: RevokeApiKeyInput,
    ) -> Result<RevokeApiKeyPayload> {
        let (service_account, user_errors) = parted(key_ended(&Acting::of(ctx)?, input).await)?;
        Ok(RevokeApiKeyPayload { service_account, user_errors })
    }
}

async fn created(acting: &Acting<'_>, input: CreateServiceAccountInput) -> Result<ServiceAccount, Error> {
    let tenant = NodeId::expect_tenant("tenant", &input.tenant)?;
    let writing = acting.writing(tenant, &input)?;
    let new = NewServiceAccount {
        name: input.name,
        organisation: NodeId::expect_beyond("organisation", &input.organisation, NodeKind::Organisation)?,
        terms: terms(input.scopes, input.purpose, input.expires_at, input.allowed_addresses),
    };
    let id = writing.once(|tx| service_accounts::create(tx, &new)).await?;
    shown(acting, tenant, id).await
}

async fn accepted(acting: &Acting<'_>, input: AcceptServiceAccountInput) -> Result<ServiceAccount, Error> {
    let tenant = NodeId::expect_tenant("tenant", &input.tenant)?;
    let writing = acting.writing(tenant, &input)?;
    let no_such = |_| Error::invalid("clientIdentifier", ProblemCode::NotFound, "There is no such service account.");
    let client: uuid::Uuid = input.client_identifier.trim().parse().map_err(no_such)?;
    let client: Id<service_account::Model> = Id::from_uuid(client);
    let terms = terms(input.scopes, input.purpose, input.expires_at, input.allowed_addresses);
    let id = writing.once(|tx| service_accounts::accept(tx, client, &terms)).await?;
    shown(acting, tenant, id).await
}

async fn updated(acting: &Acting<'_>, input: UpdateServiceAccountInput) -> Result<ServiceAccount, Error> {
    let (tenant, id) = named(&input.service_account)?;
    let writing = acting.writing(tenant, &input)?;
    let change = Change {
        scopes: input.scopes.map(known),
        expires_at: input.expires_at.map(|at| at.0),
        allowed_addresses: input.allowed_addresses.map(tidied),
        purpose: input.purpose,
    };
    let id = writing.once(|tx| service_accounts::update(tx, id, &change)).await?;
    shown(acting, tenant, id).await
}

async fn revoked(acting: &Acting<'_>, input: RevokeServiceAccountInput) -> Result<ServiceAccount, Error> {
    let (tenant, id) = named(&input.service_account)?;
    let writing = acting.writing(tenant, &input)?;
    let id = writing.once(|tx| service_accounts::revoke(tx, id)).await?;
    shown(acting, tenant, id).await
}

async fn key_made(acting: &Acting<'_>, input: &CreateApiKeyInput) -> Result<(String, ServiceAccount), Error> {
    let (tenant, id) = named(&input.service_account)?;
    let key = ApiKey::generate().map_err(Error::internal)?;
    let new = NewKey {
        prefix: key.prefix(),
        digest: key.digest().to_hex(),
        expires_at: input.expires_at.0,
        is_for_query_strings: input.is_for_query_strings,
    };
    acting.writing(tenant, input)?.once(|tx| service_accounts::issue_key(tx, id, new.clone())).await?;
    Ok((key.reveal().to_string(), shown(acting, tenant, id).await?))
}

async fn key_ended(acting: &Acting<'_>, input: RevokeApiKeyInput) -> Result<ServiceAccount, Error> {
    let (tenant, id) = named(&input.service_account)?;
    let writing = acting.writing(tenant, &input)?;
    let id = writing.once(|tx| service_accounts::revoke_key(tx, id, &input.prefix)).await?;
    shown(acting, tenant, id).await
}

fn named(id: &ID) -> Result<(TenantId, Id<Grant>), Error> {
    NodeId::expect("serviceAccount", id, NodeKind::ServiceAccount)
}

fn known(scopes: Vec<ServiceScope>) -> Vec<entity::policy::Scope> {
    scopes.into_iter().map(Into::into).collect()
}

fn tidied(networks: Vec<String>) -> Vec<String> {
    networks.into_iter().map(|network| network.trim().to_owned()).collect()
}

fn terms(scopes: Vec<ServiceScope>, purpose: String, expires_at: DateTime, networks: Option<Vec<String>>) -> Terms {
    let allowed_addresses = tidied(networks.unwrap_or_default());
    Terms { scopes: known(scopes), expires_at: expires_at.0, allowed_addresses, purpose }
}

async fn shown(acting: &Acting<'_>, tenant: TenantId, id: Id<Grant>) -> Result<ServiceAccount, Error> {
    let view = acting.view_after();
    let row = view.tx().get::<service_account_grant::Entity>(tenant, id).await?;
    Ok(ServiceAccount(Member::alone(&view, row)))
}
