//! Invitations: an office appoints somebody in its own tenant, who gets an account and a letter.

use chrono::NaiveDate;

use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::{Office, doing},
    rules::{
        entry::needed_line_fault,
        invitation::beyond_own_powers,
        letter::{self, Appointed},
        mailing::is_address,
        wording::office_name,
    },
    tables::{
        Id,
        identity::{account, mail_outbox::LetterKind},
        organisation::{appointment, organisation, tenant},
    },
    tenancy::{Authorised, Newcomer, TenantTx, deeds},
    usecases::organisation::{organisations, tenants},
};

/// Characters in a name or a minute reference, at most.
const LONGEST_TEXT: usize = 200;

/// Who is invited, and to what.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Where the letter goes, and with what the person will sign in.
    pub email: String,
    /// How the person is known.
    pub name: String,
    /// The office.
    pub office: Office,
    /// The organisation for which it is held; the tenant's own when none is named.
    pub organisation: Option<Id<organisation::Model>>,
    /// First day in force; today when none is named.
    pub from_on: Option<NaiveDate>,
    /// Last day in force; open-ended when none is named.
    pub to_on: Option<NaiveDate>,
    /// The minute by which the appointment was made.
    pub minute_reference: String,
}

/// Appoints somebody in the acting tenant. Who has no account yet gets one, without a password until the link in the letter is
/// followed; who has a password already is told of the appointment. People exist once, whatever tenants they act in.
///
/// # Errors
/// [`Error::Denied`] when no appointment of the actor's allows inviting; [`Error::Invalid`] naming what is wrong with the input,
/// such as an office that may do more than the actor (nobody grants what they don't hold).
pub async fn invite(tx: TenantTx, wanted: &Invitation) -> Result<Id<appointment::Model>> {
    let leave: Authorised<(), deeds::InviteAccount> = tx.authorise_tenant()?;
    let tenant = tenants::tenant(&tx, &tenants::TenantBy::Id(tx.acting_tenant()?)).await?;
    let email = wanted.email.trim().to_lowercase();
    check(&tx, wanted, &email)?;
    let organisation = organisation(&tx, wanted, &tenant).await?;
    let from_on = wanted.from_on.unwrap_or(tx.business_date());
    let account = match tx.account_called(&leave, &email).await? {
        Some(account) => account,
        None => tx.admit(&leave, Newcomer { name: tidy(&wanted.name), email: email.clone(), organisation }).await?,
    };
    let row = appointment::Model {
        tenant_id: tenant.id,
        id: Id::new(),
        person_id: account.person_id,
        office: wanted.office,
        body_id: None,
        area_id: Some(tenant.area_id),
        organisation_id: organisation,
        from_on,
        to_on: wanted.to_on,
        minute_reference: Some(tidy(&wanted.minute_reference)),
        source: "an invitation".to_owned(),
    };
    let id = row.id;
    write(&tx, &leave, wanted, (&tenant, &account, from_on)).await?;
    tx.insert::<appointment::Entity>(vec![row]).await?;
    tx.act("INVITE", &leave).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

async fn write(
    tx: &TenantTx,
    leave: &Authorised<(), deeds::InviteAccount>,
    wanted: &Invitation,
    (tenant, account, from_on): (&tenant::Model, &account::Model, NaiveDate),
) -> Result<()> {
    let appointed = Appointed {
        name: &wanted.name,
        tenant: &tenant.name,
        office: wanted.office,
        from_on,
        to_on: wanted.to_on,
        minute_reference: &wanted.minute_reference,
    };
    if account.has_password() {
        tx.write_to(leave, &account.email, LetterKind::Appointment, letter::appointment(&appointed)).await
    } else {
        tx.write_to(leave, &account.email, LetterKind::Invitation, letter::invitation(&appointed)).await
    }
}

fn check(tx: &TenantTx, wanted: &Invitation, email: &str) -> Result<()> {
    let mut problems = Vec::new();
    if !is_address(email) {
        problems.push(Problem::new("email", ProblemCode::Malformed, "This is not an e-mail address."));
    }
    for (field, text) in [("name", &wanted.name), ("minuteReference", &wanted.minute_reference)] {
        problems.extend(needed_line_fault(field, text, LONGEST_TEXT));
    }
    let mut refuse = |field, code, message: String| problems.push(Problem::new(field, code, message));
    let from_on = wanted.from_on.unwrap_or(tx.business_date());
    if wanted.to_on.is_some_and(|to_on| to_on < from_on.max(tx.business_date())) {
        refuse("toOn", ProblemCode::OutOfRange, "The last day may not lie before the first day, or before today.".to_owned());
    }
    let held = tx.actor().offices(tx.acting_tenant()?);
    if let Some((action, resource)) = beyond_own_powers(&held, wanted.office) {
        let message = format!(
            "Whoever is {} may {}, which none of your offices here may, and nobody grants what they don't hold. \
             Somebody who holds it can invite them, or an operator of the installation.",
            office_name(wanted.office),
            doing(action, resource)
        );
        refuse("office", ProblemCode::Forbidden, message);
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}

async fn organisation(tx: &TenantTx, wanted: &Invitation, tenant: &tenant::Model) -> Result<Option<Id<organisation::Model>>> {
    let Some(id) = wanted.organisation else { return Ok(tenant.organisation_id) };
    match organisations::one(tx, id).await {
        Ok(found) => Ok(Some(found.id)),
        Err(Error::NotFound(_)) => Err(Error::invalid("organisation", ProblemCode::NotFound, "There is no such organisation.")),
        Err(error) => Err(error),
    }
}

fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
