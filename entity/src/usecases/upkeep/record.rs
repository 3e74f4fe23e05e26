//! Whether every tenant's record still is what was put down.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    error::{Error, ProblemCode, Result},
    rules::chain::{BEGINNING, Broken, Follower, Found},
    tables::{
        TenantId,
        organisation::{audit_chain, audit_event, tenant},
    },
    tenancy::{Db, record::with_parts, system::BeyondTenantsTx},
};

/// What came of following a tenant's record from its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The tenant, by its short name.
    pub tenant: String,
    /// How many events stand.
    pub length: i64,
    /// The seal of the latest, to be noted elsewhere.
    pub head: String,
    /// What is wrong, if anything is.
    pub broken: Option<Broken>,
}

/// Events that are followed at a time.
const BATCH: u64 = 500;

/// Follows every tenant's record, or one tenant's, from its beginning.
///
/// # Errors
/// [`Error::Invalid`] when there is no such tenant; when the database fails.
pub async fn verify(db: &Db, slug: Option<&str>) -> Result<Vec<Verified>> {
    let verified = verify_within(&db.read_beyond_tenants().await?, slug).await?;
    if verified.is_empty() {
        return Err(Error::invalid("tenant", ProblemCode::NotFound, "There is no such tenant."));
    }
    Ok(verified)
}

/// The same, with what a transaction has written itself.
pub(super) async fn verify_within(tx: &BeyondTenantsTx, slug: Option<&str>) -> Result<Vec<Verified>> {
    let tenants = tx.find::<tenant::Entity>().order_by_asc(tenant::Column::Slug).all(tx.connection()).await?;
    let mut verified = Vec::with_capacity(tenants.len());
    for tenant in tenants.iter().filter(|tenant| slug.is_none_or(|slug| tenant.slug == slug)) {
        tx.look_into(tenant.id).await?;
        let mut follower = Follower::default();
        let broken = follow(tx, tenant.id, &mut follower).await?.err();
        verified.push(Verified {
            tenant: tenant.slug.clone(),
            length: follower.length(),
            head: follower.head().to_owned(),
            broken,
        });
    }
    Ok(verified)
}

#[expect(clippy::disallowed_methods, reason = "an operator verifies every tenant's record; the tenant filter stands")]
async fn follow(tx: &BeyondTenantsTx, tenant: TenantId, follower: &mut Follower) -> Result<Result<(), Broken>> {
    use audit_event::{Column, Entity};
    let mut from = i64::MIN;
    loop {
        let rows = Entity::find().filter(Column::TenantId.eq(tenant)).filter(Column::Place.gt(from));
        let rows = rows.order_by_asc(Column::Place).limit(BATCH).all(tx.connection()).await?;
        let Some(last) = rows.last() else { break };
        from = last.place;
        for row in &rows {
            let taken =
                with_parts(row, |parts| follower.take(&Found { place: row.place, before: &row.before, seal: &row.seal, parts }));
            if let Err(broken) = taken {
                return Ok(Err(broken));
            }
        }
    }
    let head = audit_chain::Entity::find().filter(audit_chain::Column::TenantId.eq(tenant)).one(tx.connection()).await?;
    let (length, head) = head.map_or((0, BEGINNING.to_owned()), |row| (row.length, row.head));
    Ok(follower.ends_at(length, &head))
}
