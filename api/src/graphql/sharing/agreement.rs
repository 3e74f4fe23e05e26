//! Information-sharing agreements.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{ID, Object, Result, SimpleObject};
use entity::{
    error::Error,
    tables::TenantId,
    tenancy::Agreed,
    usecases::{organisation::tenants, sharing::agreements},
};

use super::{RecordCategory, SharingStanding};
use crate::graphql::{
    organisation::Office,
    relay::{NodeId, NodeKind, View, connection},
    scalars::Date,
};

/// An information-sharing agreement.
#[derive(Clone)]
pub struct SharingAgreement {
    view: View,
    agreed: Arc<Agreed>,
}

type Names = HashMap<TenantId, (String, String)>;

impl SharingAgreement {
    /// An agreement seen in a view.
    #[must_use]
    pub fn new(view: &View, agreed: Agreed) -> Self {
        Self { view: view.clone(), agreed: Arc::new(agreed) }
    }

    /// Its own identifier.
    #[must_use]
    pub fn uuid(&self) -> uuid::Uuid {
        self.agreed.row.id.uuid()
    }

    /// Slugs and names of all tenants, which are public knowledge.
    async fn names(&self) -> Result<Arc<Names>, Error> {
        let load = || async {
            let ids = self.agreed.parties.iter().map(|party| party.party_id).collect();
            let rows = tenants::named(self.view.tx(), ids).await?;
            Ok(rows.into_iter().map(|row| (row.id, (row.slug, row.name))).collect::<Names>())
        };
        self.view.loaded().once(("SharingAgreement.names", self.agreed.row.id), load).await
    }
}

/// An agreement by which tenants let each other read categories of their records, for a purpose and a term. It lets a party read
/// from the day on which both that party and the one that is read have approved it, until it lapses or either withdraws.
#[Object]
impl SharingAgreement {
    /// The agreement's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::beyond(NodeKind::SharingAgreement, self.agreed.row.id).to_id()
    }

    /// A short name that stays the same through its versions.
    fn reference(&self) -> &str {
        &self.agreed.row.reference
    }

    /// What it is called.
    fn title(&self) -> &str {
        &self.agreed.row.title
    }

    /// 1 for principles, 2 for certain records.
    fn tier(&self) -> i32 {
        self.agreed.row.tier
    }

    /// Counted from 1 along its versions.
    fn version(&self) -> i32 {
        self.agreed.row.version
    }

    /// What the records are for.
    fn purpose(&self) -> &str {
        &self.agreed.row.purpose
    }

    /// What allows sharing them.
    fn lawful_basis(&self) -> &str {
        &self.agreed.row.lawful_basis
    }

    /// The first day of its term.
    fn effective_from(&self) -> Date {
        Date(self.agreed.row.effective_from)
    }

    /// The last day of its term.
    fn effective_to(&self) -> Date {
        Date(self.agreed.row.effective_to)
    }

    /// The day by which it is to be reviewed.
    fn review_on(&self) -> Date {
        Date(self.agreed.row.review_on)
    }

    /// The business date on which it was proposed.
    fn proposed_on(&self) -> Date {
        Date(self.agreed.row.proposed_on)
    }

    /// The tenant that proposed it, by name.
    async fn proposed_by(&self) -> Result<Option<String>> {
        let names = self.names().await?;
        Ok(names.get(&self.agreed.row.proposed_by_id).map(|(_, name)| name.clone()))
    }

    /// How it stands today: in force as soon as it lets any party read.
    fn standing(&self) -> SharingStanding {
        agreements::overall(&self.agreed, self.view.business_date()).into()
    }

    /// The day from which it lets nobody read any more, when a party has withdrawn.
    fn withdrawn_on(&self) -> Option<Date> {
        self.agreed.row.withdrawn_on.map(Date)
    }

    /// The tenant that withdrew, by name.
    async fn withdrawn_by(&self) -> Result<Option<String>> {
        let names = self.names().await?;
        Ok(self.agreed.row.withdrawn_by_id.and_then(|id| names.get(&id)).map(|(_, name)| name.clone()))
    }

    /// Why it withdrew.
    fn withdrawal_reason(&self) -> Option<&str> {
        self.agreed.row.withdrawal_reason.as_deref()
    }

    /// Who is party to it, by name, each with its own approval.
    async fn parties(&self) -> Result<Vec<SharingParty>> {
        let names = self.names().await?;
        let party = |party: &entity::tables::sharing::sharing_party::Model| {
            let (slug, name) = names.get(&party.party_id).cloned().unwrap_or_default();
            SharingParty {
                slug,
                name,
                approved_on: party.approved_on.map(Date),
                approved_in_office: party.approved_office.map(Office::from),
                minute_reference: party.minute_reference.clone(),
            }
        };
        let mut parties: Vec<SharingParty> = self.agreed.parties.iter().map(party).collect();
        parties.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(parties)
    }

    /// What it shares.
    async fn clauses(&self) -> Result<Vec<SharingClause>> {
        let names = self.names().await?;
        let clause = |clause: &entity::tables::sharing::sharing_clause::Model| SharingClause {
            number: clause.number,
            category: clause.category.into(),
            discloser: names.get(&clause.discloser_id).map(|(slug, _)| slug.clone()).unwrap_or_default(),
        };
        Ok(self.agreed.clauses.iter().map(clause).collect())
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.agreed.row.is_illustrative
    }

    /// The document and section that it comes from.
    fn source(&self) -> &str {
        &self.agreed.row.source
    }
}

connection!(SharingAgreementConnection, SharingAgreementEdge, SharingAgreement, "information-sharing agreements");

/// A party of an information-sharing agreement.
#[derive(Clone, SimpleObject)]
pub struct SharingParty {
    /// The tenant's short name, such as halton.
    slug: String,
    /// The tenant's name.
    name: String,
    /// The business date from which it approves; null while it hasn't.
    approved_on: Option<Date>,
    /// The office in which it approved.
    approved_in_office: Option<Office>,
    /// The minute that records the approval.
    minute_reference: Option<String>,
}

/// A clause of an information-sharing agreement: a category of record that one party lets all others read.
#[derive(Clone, SimpleObject)]
pub struct SharingClause {
    /// Its number in the agreement.
    number: i32,
    /// What is shared.
    category: RecordCategory,
    /// Whose records they are: the tenant's short name.
    discloser: String,
}
