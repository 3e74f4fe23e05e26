//! What every decision within delegated powers rests on: who decides, by which instrument, with what regard, interest and priorities.

use sea_orm::ColumnTrait;

use super::interests;
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::{Action, Resource},
    rules::{
        blank::{is_blank, unless_blank},
        delegation::{Instrument, Regard, Standing, Stated, Statement, Verdict},
        entry::text_fault,
    },
    tables::{
        Id, TenantId,
        finance::decision::InterestKind,
        governance::{
            delegation::{self, Power},
            policing_plan_objective,
        },
        organisation::{body, organisation},
        performance::{agreement, theme},
    },
    tenancy::TenantTx,
    usecases::{
        governance::{
            delegation::{self as instruments, Covering},
            policing_plan,
        },
        organisation::{organisations, tenants},
    },
};

/// Characters in a purpose, a title or a reason, at most.
const LONGEST_LINE: usize = 500;

/// An objective of the Policing Plan, with the tenant whose plan it is.
pub type ObjectiveOf = (TenantId, Id<policing_plan_objective::Model>);

/// What regard was had to the Policing Plan, as somebody says it.
#[derive(Clone, Debug, Default)]
pub struct RegardSaid {
    /// To these objectives.
    pub objectives: Vec<ObjectiveOf>,
    /// Why none of them bears on it.
    pub none_relevant_because: Option<String>,
}

/// What whoever decides says of the decision; what they haven't said yet is `None`.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// What it is for.
    pub purpose: Option<String>,
    /// The priorities of the partnership that it serves, each with the tenant of its identifier.
    pub priorities: Option<Vec<(TenantId, Id<theme::Model>)>>,
    /// What regard was had to the Policing Plan.
    pub regard: Option<RegardSaid>,
    /// Whether they have an interest in it, and which.
    pub interest: Option<(InterestKind, Option<String>)>,
}

/// The same, looked up and in order.
#[derive(Clone, Debug)]
pub(super) struct Statements {
    pub stated: Stated,
    pub purpose: String,
    pub priorities: Vec<Id<theme::Model>>,
    pub objectives: Vec<String>,
    pub regard_reason: Option<String>,
    pub interest: InterestKind,
    pub interest_words: Option<String>,
}

fn trimmed(text: Option<&String>) -> Option<String> {
    text.and_then(|text| unless_blank(text)).map(str::to_owned)
}

impl Said {
    /// Looks up what is named, and checks what is written.
    pub(super) async fn look_up(&self, tx: &TenantTx, tenant: TenantId) -> Result<Statements> {
        let mut faults = self.faults();
        let priorities = match &self.priorities {
            Some(named) => found(tx, tenant, named, &mut faults).await?,
            None => Vec::new(),
        };
        let regard = self.regard.as_ref();
        let named = regard.map_or(&[][..], |regard| &regard.objectives);
        let objectives = match policing_plan::regarded(tx, tenant, ("policingPlanRegard.objectives", named)).await {
            Err(Error::Invalid(more)) => {
                faults.extend(more);
                Vec::new()
            }
            found => found?,
        };
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let regard_reason = trimmed(regard.and_then(|regard| regard.none_relevant_because.as_ref()));
        let (interest, words) = self.interest.clone().unwrap_or((InterestKind::None, None));
        let stated = Stated {
            has_purpose: trimmed(self.purpose.as_ref()).is_some(),
            priorities: self.priorities.as_ref().map(|_| priorities.len()),
            regard: regard.map(|_| match &regard_reason {
                Some(reason) => Regard::NoneRelevant(reason.clone()),
                None => Regard::Objectives(objectives.clone()),
            }),
            interest: self.interest.as_ref().map(|(kind, _)| *kind),
        };
        let purpose = trimmed(self.purpose.as_ref()).unwrap_or_default();
        Ok(Statements {
            stated,
            purpose,
            priorities,
            objectives,
            regard_reason,
            interest,
            interest_words: trimmed(words.as_ref()),
        })
    }

    fn faults(&self) -> Vec<Problem> {
        let mut faults = Vec::new();
        let mut text = |field: &str, text: Option<&String>| {
            faults.extend(text.and_then(|text| text_fault(field, text, LONGEST_LINE)));
        };
        text("purpose", self.purpose.as_ref());
        text("interest.description", self.interest.as_ref().and_then(|(_, words)| words.as_ref()));
        let reason = self.regard.as_ref().and_then(|regard| regard.none_relevant_because.as_ref());
        text("policingPlanRegard.noneRelevantBecause", reason);
        if self.regard.as_ref().is_some_and(|regard| !regard.objectives.is_empty()) && trimmed(reason).is_some() {
            let message = "Either regard was had to objectives, or none of them bears on it.";
            faults.push(Problem::new("policingPlanRegard", ProblemCode::Malformed, message));
        }
        match &self.interest {
            Some((InterestKind::None, Some(words))) if !is_blank(words) => {
                faults.push(Problem::new("interest.kind", ProblemCode::Malformed, "An interest that is described is one."));
            }
            Some((InterestKind::Personal | InterestKind::Prejudicial, words)) if trimmed(words.as_ref()).is_none() => {
                faults.push(Problem::new("interest.description", ProblemCode::Missing, "Say what the interest is."));
            }
            _ => {}
        }
        faults
    }
}

/// The priorities that are there, each once.
async fn found(
    tx: &TenantTx,
    tenant: TenantId,
    named: &[(TenantId, Id<theme::Model>)],
    faults: &mut Vec<Problem>,
) -> Result<Vec<Id<theme::Model>>> {
    let own = named.iter().filter(|(of, _)| *of == tenant).map(|(_, id)| *id);
    let rows = tx.get_many::<theme::Entity>(tenant, own).await?;
    let running = tx.get_many::<agreement::Entity>(tenant, rows.iter().map(|row| row.agreement_id)).await?;
    let mut ids = Vec::new();
    for (place, (_, id)) in named.iter().enumerate() {
        let field = format!("priorities.{place}");
        let Some(row) = rows.iter().find(|row| row.id == *id) else {
            let message = "There is no such priority of this partnership, or you may not know of it.";
            faults.push(Problem::new(&field, ProblemCode::NotFound, message));
            continue;
        };
        let today = tx.business_date();
        let runs = running
            .iter()
            .any(|agreement| agreement.id == row.agreement_id && (agreement.starts_on..=agreement.ends_on).contains(&today));
        if !runs {
            let message = format!("{} is a priority of an agreement that doesn't run today.", row.name);
            faults.push(Problem::new(&field, ProblemCode::OutOfRange, message));
        } else if !ids.contains(id) {
            ids.push(*id);
        }
    }
    Ok(ids)
}

/// Statements that a decision can't be taken without, each as a problem with its field.
pub(super) fn unstated(verdict: &Verdict) -> Vec<Problem> {
    let missing = |statement: &Statement| {
        let (field, message) = match statement {
            Statement::Purpose => ("purpose", "Say what it is for."),
            Statement::Priorities => ("priorities", "Say which priorities it serves."),
            Statement::PolicingPlanRegard => ("policingPlanRegard", "Say what regard was had to the Policing Plan."),
            Statement::Interest => ("interest", "Say whether you have an interest in it."),
            Statement::Recipient => {
                ("recipient", "You have a registered interest in an organisation, so say which one is to get the money.")
            }
        };
        Problem::new(field, ProblemCode::Missing, message)
    };
    verdict.still_needed.iter().map(missing).collect()
}

/// Who decides for a body, by which instrument, and with which registered interest.
pub(super) async fn standing(
    tx: &TenantTx,
    tenant: TenantId,
    (body, power): (&body::Model, Power),
    organisations: &[Id<organisation::Model>],
) -> Result<(Standing, Option<delegation::Model>)> {
    let own = tenants::named(tx, vec![tenant]).await?.pop().ok_or(Error::NotFound("tenant"))?;
    let covering = instruments::covering(tx, tenant, power, own.area_id).await?;
    let held = match tx.actor().person() {
        Some(person) => interests::held_today(tx, tenant, person.person).await?,
        None => Vec::new(),
    };
    let (instrument, row) = match covering {
        Covering::Nothing => (Instrument::Nothing, None),
        Covering::Unseen => (Instrument::Unseen, None),
        Covering::Found(row, standing) => (Instrument::Known(instruments::cited(&row), standing), Some(*row)),
    };
    let standing = Standing {
        partnership: body.name.clone(),
        is_lead_member: tx.actor().held_on(tenant, Action::Agree, Resource::Decision, body.id).is_some(),
        instrument,
        registered: interests::gravest(&held, organisations),
        has_interest_in_an_organisation: held.iter().any(|row| row.organisation_id.is_some()),
        today: tx.business_date(),
    };
    Ok((standing, row))
}

/// The body with this identifier.
pub(super) async fn body_of(tx: &TenantTx, tenant: TenantId, id: Id<body::Model>) -> Result<body::Model> {
    let found = tx.rows::<body::Entity>(tenant)?.filter(body::Column::Id.eq(id)).one().await?;
    found.ok_or_else(|| Error::invalid("body", ProblemCode::NotFound, "There is no such body, or you may not know of it."))
}

/// Whether an organisation that is named is there.
pub(super) async fn known(tx: &TenantTx, field: &str, id: Option<Id<organisation::Model>>) -> Result<()> {
    let Some(id) = id else { return Ok(()) };
    if organisations::many(tx, vec![id]).await?.is_empty() {
        return Err(Error::invalid(field, ProblemCode::NotFound, "There is no such organisation."));
    }
    Ok(())
}
