//! The demonstration: the facts of the source documents, illustrative figures that are marked as such, and accounts by office.

use super::{
    actions, agreements, dashboards, delegation, figures, files::id, finance, meetings, organisations, returns, risks, sharing,
};
use crate::{
    error::{Error, Result},
    policy::Office,
    tables::{
        dashboards::{stored_query, stored_query_version},
        finance::{budget, budget_line, commitment, decision, decision_priority},
        governance::{
            action, action_owner, action_plan, agenda_item, agenda_link, delegation::Entity as Instruments, meeting,
            meeting_decision, policing_plan_alignment, policing_plan_measure, policing_plan_objective,
        },
        identity::account,
        organisation::{act, appointment, body, body_membership, person},
        performance::{
            agreement, agreement_indicator, area_set, area_set_member, indicator, observation, outcome, outlook, target, theme,
            tolerance_policy, transformational_issue,
        },
        risk::{risk, risk_action, risk_assessment, risk_attempt, risk_control, risk_link, risk_referral, risk_referral_step},
        sharing::{sharing_agreement, sharing_clause, sharing_party},
    },
    tenancy::Db,
};

/// An account of the demonstration, named by office.
#[derive(Clone, Debug)]
pub struct DemonstrationAccount {
    /// The e-mail address with which to sign in.
    pub email: String,
    /// The office, as the account is known by it.
    pub office: Office,
    /// The slug of the tenant in which the office is held.
    pub tenant: String,
}

/// The accounts that the demonstration has, each with its foremost office.
///
/// # Errors
/// When a data file is faulty.
pub fn demonstration_people() -> Result<Vec<DemonstrationAccount>> {
    let appointments = organisations::appointments()?;
    organisations::people()?
        .into_iter()
        .map(|person| {
            let foremost = appointments
                .iter()
                .filter(|row| row.person == person.reference)
                .min_by_key(|row| matches!(row.office, Office::AuthorityMember | Office::NpuMember))
                .ok_or_else(|| Error::internal(format!("{} holds no appointment", person.reference)))?;
            Ok(DemonstrationAccount { email: person.email, office: foremost.office, tenant: foremost.tenant.clone() })
        })
        .collect()
}

/// Loads the demonstration; `password_hash` gives the stored hash for each e-mail address.
///
/// # Errors
/// When the database holds data of its own already, a file is faulty, or the database refuses; then nothing was loaded.
pub async fn demonstration(db: &Db, password_hash: impl Fn(&str) -> String) -> Result<()> {
    let tx = db.write_beyond_tenants().await?;
    if tx.holds_any::<body::Entity>().await? {
        return Err(Error::internal("the database holds data already; the demonstration is only loaded into an empty one"));
    }
    let people = organisations::people()?;
    let (bodies, body_tenants) = organisations::bodies()?;
    let memberships = organisations::body_memberships(&body_tenants)?;
    tx.load::<person::Entity>(organisations::person_rows(&people)).await?;
    tx.load::<body::Entity>(bodies).await?;
    tx.load::<body_membership::Entity>(memberships).await?;
    tx.load::<appointment::Entity>(organisations::appointment_rows(organisations::appointments()?)).await?;

    let (agreements, agreement_tenants) = agreements::agreements()?;
    let (indicators, _) = agreements::indicators()?;
    let (sets, members) = agreements::area_sets()?;
    tx.load::<indicator::Entity>(indicators).await?;
    tx.load::<agreement::Entity>(agreements).await?;
    tx.load::<theme::Entity>(agreements::themes(&agreement_tenants)?).await?;
    tx.load::<outcome::Entity>(agreements::outcomes(&agreement_tenants)?).await?;
    tx.load::<transformational_issue::Entity>(agreements::transformational_issues(&agreement_tenants)?).await?;
    tx.load::<agreement_indicator::Entity>(agreements::agreement_indicators(&agreement_tenants)?).await?;
    tx.load::<area_set::Entity>(sets).await?;
    tx.load::<area_set_member::Entity>(members).await?;

    let mut acts = figures::Acts::default();
    let targets = figures::targets(&agreement_tenants, &mut acts)?;
    let observations = figures::observations(&mut acts)?;
    let outlooks = figures::outlooks(&agreement_tenants, &mut acts)?;
    let (queries, versions) = dashboards::stored_queries(&mut acts)?;
    let risks = risks::risks(&mut acts, db.clock().now())?;
    let alignments = delegation::alignments(&agreement_tenants, &mut acts)?;
    let (budgets, budget_tenants) = finance::budgets(&mut acts)?;
    let budget_lines = finance::budget_lines(&budget_tenants, &mut acts)?;
    let (decisions, decision_priorities) = finance::decisions(&mut acts)?;
    let commitments = finance::commitments(&decisions, &mut acts)?;
    let returns = returns::Loading::read(&mut acts)?;
    tx.load::<act::Entity>(acts.into_rows()).await?;
    tx.load::<tolerance_policy::Entity>(figures::tolerance_policies()?).await?;
    tx.load::<target::Entity>(targets).await?;
    tx.load::<observation::Entity>(observations).await?;
    tx.load::<outlook::Entity>(outlooks).await?;
    tx.load::<stored_query::Entity>(queries).await?;
    tx.load::<stored_query_version::Entity>(versions).await?;
    tx.load::<risk::Entity>(risks.risks).await?;
    tx.load::<risk_assessment::Entity>(risks.assessments).await?;
    tx.load::<risk_control::Entity>(risks.controls).await?;
    tx.load::<risk_action::Entity>(risks.actions).await?;
    tx.load::<risk_attempt::Entity>(risks.attempts).await?;
    tx.load::<risk_link::Entity>(risks.links).await?;
    tx.load::<risk_referral::Entity>(risks.referrals).await?;
    tx.load::<risk_referral_step::Entity>(risks.steps).await?;
    tx.load::<Instruments>(delegation::delegations()?).await?;
    tx.load::<policing_plan_objective::Entity>(delegation::objectives(&agreement_tenants)?).await?;
    tx.load::<policing_plan_measure::Entity>(delegation::measures(&agreement_tenants)?).await?;
    tx.load::<policing_plan_alignment::Entity>(alignments).await?;
    tx.load::<budget::Entity>(budgets).await?;
    tx.load::<budget_line::Entity>(budget_lines).await?;
    tx.load::<decision::Entity>(decisions).await?;
    tx.load::<decision_priority::Entity>(decision_priorities).await?;
    tx.load::<commitment::Entity>(commitments).await?;
    returns.load(&tx).await?;

    let (plans, plan_tenants) = actions::plans(&body_tenants)?;
    tx.load::<action_plan::Entity>(plans).await?;
    tx.load::<action::Entity>(actions::actions(&plan_tenants)?).await?;
    tx.load::<action_owner::Entity>(actions::owners(&plan_tenants)?).await?;
    let (called, meeting_tenants) = meetings::meetings(&body_tenants)?;
    tx.load::<meeting::Entity>(called).await?;
    tx.load::<agenda_item::Entity>(meetings::agenda(&meeting_tenants)?).await?;
    tx.load::<agenda_link::Entity>(meetings::agenda_links(&meeting_tenants)?).await?;
    tx.load::<meeting_decision::Entity>(meetings::decisions(&meeting_tenants)?).await?;

    let now = db.clock().now();
    tx.load::<sharing_agreement::Entity>(sharing::agreements(now)?).await?;
    tx.load::<sharing_party::Entity>(sharing::parties()?).await?;
    tx.load::<sharing_clause::Entity>(sharing::clauses()?).await?;

    let accounts = people
        .iter()
        .map(|row| account::Model {
            id: id("account", &row.reference),
            person_id: id("person", &row.reference),
            email: row.email.to_lowercase(),
            password_hash: password_hash(&row.email),
            created_at: now,
            password_set_at: now,
            disabled_at: None,
        })
        .collect();
    tx.load::<account::Entity>(accounts).await?;
    tx.commit().await
}
