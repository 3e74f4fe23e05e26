//! Why the actor may or may not read a thing: office and policy at home, agreement and clause elsewhere.
//!
//! The answer rests on what kind of thing it is and whose. Where somebody reads some such things and not all, or what they read was passed on
//! from elsewhere, it rests on what finding the very thing gives them ([`Explanation::settled`]), so that both always say the same; of
//! what isn't found it stays untold whether it is there. A stranger learns nothing from it.

use super::agreements::{between, many};
use crate::{
    error::{Error, Result},
    policy::{Action, Extent, Office, RecordCategory, Resource, Scope, category_name, doing, extents, things},
    rules::{
        sharing::{Standing, said, standing},
        wording::{LongDate, office_name},
    },
    tables::{
        Id, TenantId,
        organisation::{person, tenant},
        sharing::{sharing_agreement, sharing_clause},
    },
    tenancy::{Actor, Agreed, TenantTx, Whose},
};

/// Why the actor may or may not read such things in a tenant.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// Whether they may.
    pub may_read: bool,
    /// What kind of thing it is.
    pub resource: Resource,
    /// The tenant, by name.
    pub tenant: String,
    /// Whether that holds for every such thing. Where it doesn't, what finding the thing gives settles it.
    pub is_settled: bool,
    /// Sentences that say why, the foremost first.
    pub reasons: Vec<String>,
    /// The office whose powers allow it.
    pub office: Option<Office>,
    /// The agreement and the clause on which it rests, or that come nearest to allowing it.
    pub agreement: Option<(Agreed, sharing_clause::Model)>,
}

impl Explanation {
    /// The same once the thing was looked for, and found by the rule that shows things or not.
    #[must_use]
    pub fn settled(mut self, is_found: bool) -> Self {
        match (self.may_read, is_found) {
            (true, true) => self.reasons.push("This is one of those.".to_owned()),
            (true, false) => {
                self.reasons.push("Under this identifier there is none that you may know of.".to_owned());
                self.office = None;
            }
            (false, true) => {
                let passed_on = "It was passed on from a tenant of yours, where you may read what became of it.";
                self.reasons.insert(0, passed_on.to_owned());
            }
            (false, false) => {}
        }
        Self { may_read: is_found, is_settled: true, ..self }
    }
}

/// A clause that bears on the question.
struct Bearing {
    standing: Standing,
    is_allowed_at_home: bool,
    office: Option<Office>,
    sentence: String,
    agreed: Agreed,
    clause: sharing_clause::Model,
}

impl Bearing {
    fn allows(&self) -> bool {
        self.standing == Standing::InForce && self.is_allowed_at_home
    }

    /// Whether its category holds such things as are results of engagement, and no others.
    fn is_of_results_only(&self, resource: Resource) -> bool {
        resource.shared_as() != Some(self.clause.category)
    }
}

/// Explains whether the actor may read such things in a tenant; `None` when there is no such tenant.
///
/// # Errors
/// When the database fails.
pub async fn explain(tx: &TenantTx, tenant: TenantId, resource: Resource) -> Result<Option<Explanation>> {
    let tenants = tx.reference::<tenant::Entity>().all().await?;
    let Some(row) = tenants.iter().find(|row| row.id == tenant) else { return Ok(None) };
    let actor = tx.actor();
    let mut explanation = Explanation {
        may_read: false,
        resource,
        tenant: row.name.clone(),
        is_settled: false,
        reasons: Vec::new(),
        office: None,
        agreement: None,
    };
    if actor.acts_in(tenant) {
        let office = actor.warrant(tenant, Action::Read, resource, Whose::default()).and_then(|warrant| warrant.office());
        explanation.may_read = actor.may(tenant, Action::Read, resource);
        explanation.office = office;
        explanation.is_settled = explanation.may_read && reads_every_one(tx, tenant, resource);
        let some = (explanation.may_read && !explanation.is_settled).then(|| confined_at_home(tx, row, resource));
        explanation.reasons.push(some.flatten().unwrap_or_else(|| at_home(actor, row, resource, office)));
        return Ok(Some(explanation));
    }
    let categories = categories(resource);
    let mut bearing = bearing(tx, row, resource, &categories, &tenants).await?;
    // What lets the actor read goes first, then what comes nearest to it.
    bearing
        .sort_by_key(|bearing| (!bearing.allows(), bearing.standing != Standing::InForce, bearing.is_of_results_only(resource)));
    explanation.may_read = bearing.first().is_some_and(Bearing::allows);
    explanation.is_settled = explanation.may_read && bearing.first().is_some_and(|first| !first.is_of_results_only(resource));
    if !explanation.may_read {
        explanation.reasons.push(format!(
            "You hold no appointment in {} in force on {}.",
            row.name,
            LongDate(actor.business_date)
        ));
    }
    if categories.is_empty() {
        explanation.reasons.push(format!("{}: nothing of that is ever shared between tenants.", things(resource)));
    } else if bearing.is_empty() {
        let covers = categories.iter().map(|category| category_name(*category)).collect::<Vec<_>>().join(" or ");
        let missing = format!("No information-sharing agreement between {} and a tenant of yours covers {covers}.", row.name);
        explanation.reasons.push(missing);
    }
    explanation.reasons.extend(bearing.iter().map(|bearing| bearing.sentence.clone()));
    if let Some(first) = bearing.into_iter().next() {
        explanation.office = first.office.filter(|_| explanation.may_read);
        explanation.agreement = Some((first.agreed, first.clause));
    }
    Ok(Some(explanation))
}

/// Something that belongs to several tenants or to none, and is known of through them.
#[derive(Clone, Copy, Debug)]
pub enum Beyond {
    /// An agreement, through its parties.
    Agreement(Id<sharing_agreement::Model>),
    /// A person, through their appointments.
    Person(Id<person::Model>),
}

/// Explains whether the actor may know of such a thing; `None` for whoever acts in no tenant and isn't that person.
///
/// # Errors
/// When the database fails.
pub async fn explain_beyond(tx: &TenantTx, thing: Beyond) -> Result<Option<Explanation>> {
    let actor = tx.actor();
    let (resource, through) = match thing {
        Beyond::Agreement(id) => (Resource::Sharing, parties_of(tx, id).await?),
        Beyond::Person(id) => (Resource::Appointment, tenants_of(tx, id).await?),
    };
    let may = |tenant: &TenantId| actor.may(*tenant, Action::Read, resource);
    let found = through.into_iter().find(may);
    let home = found.or_else(|| actor.tenants().into_iter().find(may)).or_else(|| actor.tenants().into_iter().next());
    let Some(home) = home else { return Ok(None) };
    let Some(known) = explain(tx, home, resource).await? else { return Ok(None) };
    let is_oneself = matches!(thing, Beyond::Person(id) if actor.person().is_some_and(|own| own.person == id));
    if is_oneself && !known.may_read {
        let reasons = vec!["This is you, and everybody knows of themselves.".to_owned()];
        return Ok(Some(Explanation { may_read: true, is_settled: true, reasons, ..known }));
    }
    Ok(Some(known.settled(found.is_some() || is_oneself)))
}

/// The parties to an agreement, as far as the actor sees it.
async fn parties_of(tx: &TenantTx, id: Id<sharing_agreement::Model>) -> Result<Vec<TenantId>> {
    let seen = many(tx, &[id]).await?;
    Ok(seen.iter().flat_map(|agreed| agreed.parties.iter().map(|party| party.party_id)).collect())
}

/// The tenants of the actor's through whose appointments they see a person.
async fn tenants_of(tx: &TenantTx, id: Id<person::Model>) -> Result<Vec<TenantId>> {
    let mut through = Vec::new();
    for tenant in tx.actor().tenants() {
        match tx.people_of(tenant, vec![id]).await {
            Ok(people) if people.is_empty() => {}
            Ok(_) => through.push(tenant),
            Err(Error::Denied { .. } | Error::NotShared { .. } | Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(through)
}

/// Whether the actor, who may read such things at home, may read all of them.
fn reads_every_one(tx: &TenantTx, tenant: TenantId, resource: Resource) -> bool {
    let actor = tx.actor();
    let scopes = actor.scopes(tenant);
    tx.reads_all(tenant, resource)
        && actor.machine().is_none_or(|_| extents(scopes, Action::Read, resource).contains(&Extent::Tenant))
}

/// To which of them a person's reading of such things at home is confined; none for a machine, whose scopes say so.
fn confined_at_home(tx: &TenantTx, tenant: &tenant::Model, resource: Resource) -> Option<String> {
    let areas = tx.areas_read(tenant.id, resource)?;
    let which = if areas.is_empty() { "that you wrote yourself or that are about you" } else { "that are about your own area" };
    Some(format!("In {} you read {}, but only those {which}.", tenant.name, things(resource)))
}

/// Why the actor may or may not read such things where they hold something themselves.
fn at_home(actor: &Actor, tenant: &tenant::Model, resource: Resource, office: Option<Office>) -> String {
    let (name, on, reading) = (&tenant.name, LongDate(actor.business_date), doing(Action::Read, resource));
    match (office, actor.machine()) {
        (Some(office), _) => format!("Your appointment as {} in {name} lets you {reading}.", office_name(office)),
        (None, None) => format!("None of your appointments in {name} in force on {on} lets you {reading}."),
        (None, Some(_)) if actor.may(tenant.id, Action::Read, resource) => {
            format!("What {name} grants this service account lets it {reading}.")
        }
        (None, Some(_)) => format!("What {name} grants this service account doesn't let it {reading}."),
    }
}

/// The categories under which such things may be shared.
fn categories(resource: Resource) -> Vec<RecordCategory> {
    let results = resource.holds_engagement_results().then_some(RecordCategory::EngagementResults);
    resource.shared_as().into_iter().chain(results).collect()
}

/// Every clause by which the tenant shares, shared or would share such things with a tenant of the actor's.
async fn bearing(
    tx: &TenantTx,
    discloser: &tenant::Model,
    resource: Resource,
    categories: &[RecordCategory],
    tenants: &[tenant::Model],
) -> Result<Vec<Bearing>> {
    let (actor, today) = (tx.actor(), tx.business_date());
    let mut found = Vec::new();
    for agreed in tx.sharing_agreements().await? {
        for reader in tenants.iter().filter(|row| actor.acts_in(row.id)) {
            let Some(between) = between(&agreed, reader.id, discloser.id) else { continue };
            let office = actor.warrant(reader.id, Action::Read, resource, Whose::default()).and_then(|warrant| warrant.office());
            // A machine needs the scope for what others share besides.
            let is_allowed_at_home = actor.may(reader.id, Action::Read, resource)
                && actor.machine().is_none_or(|_| actor.scopes(reader.id).contains(&Scope::ReadShared));
            let shares =
                |clause: &&sharing_clause::Model| clause.discloser_id == discloser.id && categories.contains(&clause.category);
            for clause in agreed.clauses.iter().filter(shares) {
                let words = said(&between, today, &reader.name, &discloser.name);
                let mut sentence = format!(
                    "{} (version {}), clause {}, by which {} lets {} read {}, {words}.",
                    agreed.row.title,
                    agreed.row.version,
                    clause.number,
                    discloser.name,
                    reader.name,
                    category_name(clause.category)
                );
                if !is_allowed_at_home {
                    let held = if actor.machine().is_some() { "this service account's scopes" } else { "your appointments" };
                    sentence =
                        format!("{sentence} None of {held} in {} lets you {}.", reader.name, doing(Action::Read, resource));
                }
                let standing = standing(&between, today);
                found.push(Bearing {
                    standing,
                    is_allowed_at_home,
                    office,
                    sentence,
                    agreed: agreed.clone(),
                    clause: clause.clone(),
                });
            }
        }
    }
    Ok(found)
}

/// Why one tenant may not read a category of another's records, whatever the actor may read there by an appointment of their own.
///
/// # Errors
/// When the database fails.
pub async fn why_not_for(tx: &TenantTx, reader: TenantId, discloser: &tenant::Model, category: RecordCategory) -> Result<String> {
    let today = tx.business_date();
    let named = crate::usecases::organisation::tenants::named(tx, vec![reader]).await?;
    let name = named.first().map_or("", |row| &row.name);
    let mut found = Vec::new();
    for agreed in tx.sharing_agreements().await? {
        let Some(between) = between(&agreed, reader, discloser.id) else { continue };
        let shares = |clause: &&sharing_clause::Model| clause.discloser_id == discloser.id && clause.category == category;
        for clause in agreed.clauses.iter().filter(shares) {
            let words = said(&between, today, name, &discloser.name);
            found.push(format!(
                "{} (version {}), clause {}, by which {} lets {name} read {}, {words}.",
                agreed.row.title,
                agreed.row.version,
                clause.number,
                discloser.name,
                category_name(category)
            ));
        }
    }
    if found.is_empty() {
        found.push(format!(
            "No information-sharing agreement between {} and {name} covers {}.",
            discloser.name,
            category_name(category)
        ));
    }
    Ok(found.join(" "))
}
