//! Why something was refused, as far as whoever asks may know it: that they hold the office, and for another area, on another body or
//! for another organisation; or that they hold nothing in the tenant, and which office there does it.
//!
//! Areas and organisations everybody knows; the names of bodies come from where they may be read.

use std::sync::Arc;

use super::{Actor, Db, Deed, Held, TenantTx, Whose};
use crate::{
    error::{Error, ProblemCode, Result},
    policy::{self, Action, Office, Reach, Resource, doing, offices_that},
    rules::wording::{listed, office_name},
    tables::{
        Id, TenantId,
        organisation::{body, organisation, tenant},
        performance::area,
    },
};

/// Offices that are named to whoever may not do something, at most; what more may do is everybody's business.
const FEW: usize = 5;

/// For what an office is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Post {
    Area(Id<area::Model>),
    Body(Id<body::Model>),
    Organisation(Id<organisation::Model>),
}

/// An office that the actor holds and that would do, were it held for what this is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    tenant: TenantId,
    office: Office,
    held: Vec<Post>,
    wanted: Option<Post>,
    /// Both by name, once they are known.
    named: Option<(Vec<String>, Option<String>)>,
}

impl Elsewhere {
    /// What is wrong, in a clause that begins a sentence.
    pub(crate) fn told(&self) -> String {
        let office = office_name(self.office);
        match &self.named {
            Some((held, Some(wanted))) if held.is_empty() => format!("Your appointment as {office} isn't for {wanted}"),
            Some((held, wanted)) if !held.is_empty() => {
                let held: Vec<&str> = held.iter().map(String::as_str).collect();
                let wanted = wanted.as_ref().map(|wanted| format!(", not {wanted}")).unwrap_or_default();
                format!("Your appointment as {office} is for {}{wanted}", listed(&held))
            }
            _ => format!("Your appointment as {office} is for something else"),
        }
    }
}

/// Which offices may do it, where these are few: whom to ask is half of the answer.
pub(crate) fn who_may(action: Action, resource: Resource) -> Option<String> {
    let offices = offices_that(action, resource);
    if offices.is_empty() || offices.len() > FEW {
        return None;
    }
    let named: Vec<String> = offices.iter().map(|office| office_name(*office)).collect();
    Some(listed(&named.iter().map(String::as_str).collect::<Vec<_>>()))
}

impl Actor {
    /// That nothing which the actor holds in a tenant allows it of what is `whose`; with the office that would, if they hold one for another
    /// area or organisation.
    pub(super) fn denied_of(&self, tenant: TenantId, (action, resource): (Action, Resource), whose: Whose) -> Error {
        let post = |held: &Held| match policy::reach(held.office, action, resource)? {
            Reach::OwnArea => Some(held.area.map(Post::Area)),
            Reach::OwnOrganisation => Some(held.organisation.map(Post::Organisation)),
            Reach::Tenant | Reach::OwnWork => None,
        };
        let wanted = |held: &Held| match policy::reach(held.office, action, resource)? {
            Reach::OwnArea => whose.area.map(Post::Area),
            Reach::OwnOrganisation => whose.organisation.map(Post::Organisation),
            Reach::Tenant | Reach::OwnWork => None,
        };
        self.denied_but_for((tenant, action, resource), post, wanted)
    }

    /// The same of what only offices on a body do.
    pub(super) fn denied_on(&self, tenant: TenantId, (action, resource): (Action, Resource), body: Id<body::Model>) -> Error {
        let post = |held: &Held| policy::reach(held.office, action, resource).map(|_| held.body.map(Post::Body));
        self.denied_but_for((tenant, action, resource), post, |_| Some(Post::Body(body)))
    }

    fn denied_but_for(
        &self,
        (tenant, action, resource): (TenantId, Action, Resource),
        post: impl Fn(&Held) -> Option<Option<Post>>,
        wanted: impl Fn(&Held) -> Option<Post>,
    ) -> Error {
        let own = || self.person().into_iter().flat_map(|person| &person.appointments).filter(|held| held.tenant == tenant);
        let mut error = self.denied(action, resource);
        if let (Error::Denied { elsewhere, .. }, Some(first)) = (&mut error, own().find(|held| post(held).is_some())) {
            let held = own().filter(|held| held.office == first.office).filter_map(|held| post(held)?).collect();
            let wanted = wanted(first);
            *elsewhere = Some(Box::new(Elsewhere { tenant, office: first.office, held, wanted, named: None }));
        }
        error
    }
}

impl TenantTx {
    /// That nothing which the actor holds allows a deed on a body of the acting tenant.
    ///
    /// # Errors
    /// Always: it is one.
    pub(crate) fn denied_on<D: Deed, T>(&self, body: Id<body::Model>) -> Result<T> {
        Err(self.actor().denied_on(self.acting_tenant()?, (D::ACTION, D::RESOURCE), body))
    }

    /// What this is called, as far as the actor may know it.
    async fn name(&self, tenant: TenantId, post: Post) -> Result<Option<String>> {
        use sea_orm::ColumnTrait as _;
        Ok(match post {
            Post::Area(id) => self.reference::<area::Entity>().filter(area::Column::Id.eq(id)).one().await?.map(|row| row.name),
            Post::Organisation(id) => {
                let rows = self.reference::<organisation::Entity>().filter(organisation::Column::Id.eq(id));
                rows.one().await?.map(|row| row.name)
            }
            Post::Body(id) => self.get::<body::Entity>(tenant, id).await.ok().map(|row| row.name),
        })
    }
}

impl Db {
    /// A refusal with the names of what it is about. Whatever goes wrong about that, it stays the refusal that it was.
    pub(super) async fn explained(&self, actor: &Arc<Actor>, mut refusal: Error) -> Error {
        if let Error::Denied { elsewhere: Some(elsewhere), .. } = &mut refusal {
            elsewhere.named = self.names(actor, elsewhere).await.ok();
        }
        refusal
    }

    async fn names(&self, actor: &Arc<Actor>, elsewhere: &Elsewhere) -> Result<(Vec<String>, Option<String>)> {
        let tx = self.read(Arc::clone(actor)).await?;
        let mut held = Vec::new();
        for post in &elsewhere.held {
            held.extend(tx.name(elsewhere.tenant, *post).await?);
        }
        held.sort();
        held.dedup();
        let wanted = match elsewhere.wanted {
            Some(post) => tx.name(elsewhere.tenant, post).await?,
            None => None,
        };
        Ok((held, wanted))
    }

    /// What somebody is told who would write in a tenant in which they hold nothing, about the field that names it: that they may only read
    /// there, if it shares anything with them, and who does it there; otherwise no more than of a tenant that isn't there.
    pub(super) async fn turned_away(
        &self,
        (actor, tenant): (&Arc<Actor>, TenantId),
        deed: Option<(Action, Resource)>,
        field: &str,
    ) -> Error {
        if !actor.disclosers().contains(&tenant) {
            let message = "There is no such tenant, or you may not know of it.";
            return Error::invalid(field, ProblemCode::NotFound, message);
        }
        let name = self.name_of(actor, tenant).await.unwrap_or_else(|_| "that tenant".to_owned());
        let needed = match deed.and_then(|(action, resource)| Some((doing(action, resource), who_may(action, resource)?))) {
            Some((doing, offices)) => format!("Who may {doing} there: {offices}."),
            None => "Whoever changes something there holds an office there.".to_owned(),
        };
        let message = format!("You hold no appointment in {name} and only read what it shares. {needed}");
        Error::invalid(field, ProblemCode::Forbidden, message)
    }

    async fn name_of(&self, actor: &Arc<Actor>, tenant: TenantId) -> Result<String> {
        use sea_orm::ColumnTrait as _;
        let tx = self.read(Arc::clone(actor)).await?;
        let row = tx.reference::<tenant::Entity>().filter(tenant::Column::Id.eq(tenant)).one().await?;
        row.map(|row| row.name).ok_or(Error::NotFound("tenant"))
    }
}
