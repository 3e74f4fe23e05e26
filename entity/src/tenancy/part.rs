//! Reading a part of a register: results of engagement, what belongs to an organisation's own indicators, what is about one's own
//! area, or one's own work.
//!
//! It is put on where a query begins, like the filter on the tenant, so no use case has to think of it.

use sea_orm::{
    IdenStatic, Iterable, Value,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement, SimpleExpr},
};

use super::{Engine, Leave, Part, TenantTx, actor::Confined, sharing::ENGAGEMENT_RESULTS};
use crate::{
    error::{Error, Result},
    policy::Resource,
    tables::{Id, TenantTable, organisation::organisation, performance::national_indicator},
};

/// The condition that lets only what is allowed of a register through; none when all of it is.
pub(super) fn condition<E: TenantTable>(leave: Leave) -> Option<SimpleExpr> {
    match leave {
        Leave::Own | Leave::Shared => None,
        Leave::SharedResults => Some(only_results(E::NAME)),
        Leave::OwnPart(Part { results, organisation }) => {
            let results = results.then(|| only_results(E::NAME));
            let own = organisation.map(|organisation| only_of(E::NAME, organisation));
            let either = results.into_iter().chain(own).reduce(SimpleExpr::or);
            Some(either.unwrap_or_else(nothing))
        }
    }
}

/// The columns by which rows are somebody's own: who wrote them, and the member whom they are about.
pub(super) const OWN: [&str; 2] = ["author_id", "member_id"];

/// The condition that confines somebody to the rows about their own areas, in the column `area_id`, and to those that they wrote
/// themselves, in the column `author_id`, or that are about them, in the column `member_id`; a register without such a column shows them
/// nothing.
pub(super) fn confined_to<E: TenantTable>(confined: &Confined) -> SimpleExpr {
    let has = |name: &str| E::Column::iter().any(|column| column.as_str() == name);
    let areas = (!confined.areas.is_empty() && has("area_id")).then(|| {
        let areas = confined.areas.iter().map(|area| Value::from(*area));
        column(E::NAME, "area_id").is_in(areas)
    });
    let person = confined.person.into_iter();
    let work =
        person.flat_map(|person| OWN.into_iter().filter(|name| has(name)).map(move |name| column(E::NAME, name).eq(person)));
    areas.into_iter().chain(work).reduce(SimpleExpr::or).unwrap_or_else(nothing)
}

fn nothing() -> SimpleExpr {
    Expr::val(1).eq(0)
}

fn column(table: &'static str, name: &'static str) -> SimpleExpr {
    Expr::col((Alias::new(table), Alias::new(name)))
}

/// Results of engagement, in the registers that hold them.
fn only_results(register: &'static str) -> SimpleExpr {
    let results = || {
        Query::select()
            .column(national_indicator::Column::Id)
            .from(national_indicator::Entity)
            .and_where(Expr::col(national_indicator::Column::Number).is_in(ENGAGEMENT_RESULTS))
            .take()
    };
    match register {
        "indicator" => column("indicator", "national_indicator_id").in_subquery(results()),
        "observation" => {
            let national = column("seen", "national_indicator_id").in_subquery(results());
            column("observation", "indicator_id").in_subquery(indicators("observation", national))
        }
        // No other register holds any.
        _ => nothing(),
    }
}

/// What belongs to the indicators that an organisation supplies: they themselves, their figures, the lines and agreements that they
/// stand in.
fn only_of(register: &'static str, organisation: Id<organisation::Model>) -> SimpleExpr {
    let own = column("seen", "data_owner_id").eq(organisation);
    match register {
        "indicator" => column("indicator", "data_owner_id").eq(organisation),
        "observation" | "agreement_indicator" => column(register, "indicator_id").in_subquery(indicators(register, own)),
        "agreement" => {
            let lines = Query::select()
                .column((Alias::new("line"), Alias::new("agreement_id")))
                .from_as(Alias::new("agreement_indicator"), Alias::new("line"))
                .and_where(column("line", "tenant_id").eq(column("agreement", "tenant_id")))
                .and_where(column("line", "indicator_id").in_subquery(indicators("agreement", own)))
                .take();
            column("agreement", "id").in_subquery(lines)
        }
        _ => nothing(),
    }
}

/// The indicators, by identifier, of the tenant whose rows of `register` are looked at, that meet a condition on `seen`.
fn indicators(register: &'static str, condition: SimpleExpr) -> SelectStatement {
    Query::select()
        .column((Alias::new("seen"), Alias::new("id")))
        .from_as(Alias::new("indicator"), Alias::new("seen"))
        .and_where(column("seen", "tenant_id").eq(column(register, "tenant_id")))
        .and_where(condition)
        .take()
}

impl TenantTx {
    /// A statement over figures of one tenant, which is its first parameter, kept to the part that is allowed. It ends with the rows
    /// under the name `whole`, among whose columns is `indicator_id`: with any other the database refuses what comes of it.
    ///
    /// # Errors
    /// [`Error::NotShared`] when no more is shared than a statement knows how to part; [`Error::Denied`] for registers that aren't read
    /// in parts.
    pub(super) fn narrowed(&self, leave: Leave, resource: Resource, sql: &str) -> Result<String> {
        let part = match leave {
            Leave::Own | Leave::Shared => return Ok(sql.to_owned()),
            // Such a statement knows nothing of what is shared in part.
            Leave::SharedResults => return Err(Error::NotShared { resource, on: self.business_date() }),
            Leave::OwnPart(part) if resource == Resource::Observation => part,
            Leave::OwnPart(_) => return Err(self.actor().denied(crate::policy::Action::Read, resource)),
        };
        let is_sqlite = self.engine() == Engine::Sqlite;
        let tenant = if is_sqlite { "?1" } else { "$1" };
        let uuid = |id: uuid::Uuid| if is_sqlite { format!("X'{}'", id.simple()) } else { format!("'{id}'::uuid") };
        let [first, second] = ENGAGEMENT_RESULTS;
        let results = part.results.then(|| format!("n.number IN ({first}, {second})"));
        let own = part.organisation.map(|organisation| format!("i.data_owner_id = {}", uuid(organisation.uuid())));
        let either: Vec<String> = results.into_iter().chain(own).collect();
        let either = if either.is_empty() { "1 = 0".to_owned() } else { either.join(" OR ") };
        Ok(format!(
            "{sql} WHERE whole.indicator_id IN (SELECT i.id FROM indicator AS i \
             LEFT JOIN national_indicator AS n ON n.id = i.national_indicator_id WHERE i.tenant_id = {tenant} AND ({either}))"
        ))
    }
}
