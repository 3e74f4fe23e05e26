//! Proposing an information-sharing agreement. It lets nobody read before reader and discloser have both approved it.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::RecordCategory,
    rules::{
        blank::is_blank,
        entry::{line_fault, text_fault},
    },
    tables::{
        Id, TenantId,
        organisation::tenant,
        sharing::{sharing_agreement, sharing_clause, sharing_party},
    },
    tenancy::{Agreed, TenantTx, deeds},
};

/// An agreement as it is proposed.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// A short name that stays the same through its versions.
    pub reference: String,
    /// What it is called.
    pub title: String,
    /// 1 for principles, 2 for certain records.
    pub tier: i32,
    /// What the records are for.
    pub purpose: String,
    /// What allows sharing them.
    pub lawful_basis: String,
    /// Where it comes from.
    pub source: String,
    /// Who is to be party to it, the proposer among them.
    pub parties: Vec<TenantId>,
    /// What each lets the others read.
    pub clauses: Vec<(RecordCategory, TenantId)>,
    /// The first day of its term.
    pub effective_from: NaiveDate,
    /// The last day of its term.
    pub effective_to: NaiveDate,
    /// The day by which it is to be reviewed.
    pub review_on: NaiveDate,
    /// The version that it follows.
    pub supersedes: Option<Id<sharing_agreement::Model>>,
}

/// Proposes an agreement.
///
/// # Errors
/// [`Error::Denied`] when no appointment allows proposing; [`Error::Invalid`] with everything that isn't in order.
pub async fn propose(tx: TenantTx, proposal: &Proposal) -> Result<Id<sharing_agreement::Model>> {
    let leave = tx.authorise_tenant::<deeds::ProposeSharing>()?;
    let own = tx.acting_tenant()?;
    let known: BTreeSet<TenantId> = tx.reference::<tenant::Entity>().all().await?.into_iter().map(|row| row.id).collect();
    let mut faults = faults_of(proposal, own, &known);
    let mine = tx.sharing_agreements().await?;
    let mine: Vec<&Agreed> = mine.iter().filter(|agreed| agreed.party(own).is_some()).collect();
    let reference = proposal.reference.trim();
    let before = proposal.supersedes.and_then(|id| mine.iter().find(|agreed| agreed.row.id == id));
    if proposal.supersedes.is_some() && before.is_none() {
        faults.push(Problem::new("supersedes", ProblemCode::NotFound, "There is no such agreement to which you are a party."));
    }
    if before.is_some_and(|before| before.row.reference != reference) {
        faults.push(Problem::new("reference", ProblemCode::Malformed, "A new version keeps the reference of the one before."));
    }
    let version = before.map_or(1, |before| before.row.version + 1);
    if mine.iter().any(|agreed| agreed.row.reference == reference && agreed.row.version == version) {
        let message = format!("Version {version} of this agreement stands already; name the version that you follow.");
        faults.push(Problem::new("reference", ProblemCode::Duplicate, message));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let agreed = laid_out(proposal, version, own, (tx.business_date(), tx.now()));
    tx.act("PROPOSE_SHARING", &leave).await?;
    tx.insert_sharing_agreement(&agreed).await.map_err(taken)?;
    tx.commit_with(&agreed.row.id).await?;
    Ok(agreed.row.id)
}

/// References are known to all tenants alike, so another's can be in the way without being seen.
fn taken(error: Error) -> Error {
    if error.is_taken() {
        Error::invalid("reference", ProblemCode::Duplicate, "This reference isn't free; choose another one.")
    } else {
        error
    }
}

/// What is wrong with a text; its title, its reference and its source are one line each.
fn text_or_line_fault(field: &str, text: &str, longest: usize) -> Option<Problem> {
    let fault = if matches!(field, "purpose" | "lawfulBasis") { text_fault } else { line_fault };
    fault(field, text, longest)
}

fn faults_of(proposal: &Proposal, own: TenantId, known: &BTreeSet<TenantId>) -> Vec<Problem> {
    let texts = [
        ("reference", &proposal.reference, 60),
        ("title", &proposal.title, 200),
        ("purpose", &proposal.purpose, 2_000),
        ("lawfulBasis", &proposal.lawful_basis, 2_000),
        ("source", &proposal.source, 500),
    ];
    let mut faults: Vec<Problem> =
        texts.into_iter().filter_map(|(field, text, longest)| text_or_line_fault(field, text, longest)).collect();
    faults.extend(texts.into_iter().filter(|(_, text, _)| is_blank(text)).map(|(field, _, _)| Problem::required(field)));
    let mut fault = |field: &str, code, message: &str| faults.push(Problem::new(field, code, message));
    if !(1..=2).contains(&proposal.tier) {
        fault("tier", ProblemCode::OutOfRange, "Tier 1 lays down principles, tier 2 shares certain records.");
    }
    if proposal.effective_to < proposal.effective_from {
        fault("effectiveTo", ProblemCode::OutOfRange, "The term ends before it begins.");
    } else if !(proposal.effective_from..=proposal.effective_to).contains(&proposal.review_on) {
        fault("reviewOn", ProblemCode::OutOfRange, "The review falls within the term.");
    }
    let parties: BTreeSet<TenantId> = proposal.parties.iter().copied().collect();
    if parties.len() < 2 {
        fault("parties", ProblemCode::Missing, "An agreement has two parties at least.");
    }
    if parties.len() < proposal.parties.len() {
        fault("parties", ProblemCode::Duplicate, "A party is named twice.");
    }
    if !parties.contains(&own) {
        fault("parties", ProblemCode::Missing, "Whoever proposes an agreement is a party to it.");
    }
    for (at, _) in proposal.parties.iter().enumerate().filter(|(_, party)| !known.contains(party)) {
        fault(&format!("parties.{at}"), ProblemCode::NotFound, "There is no such tenant.");
    }
    if proposal.tier == 2 && proposal.clauses.is_empty() {
        fault("clauses", ProblemCode::Missing, "An agreement of tier 2 says what it shares.");
    }
    let mut met = BTreeSet::new();
    for (at, (category, discloser)) in proposal.clauses.iter().enumerate() {
        if !parties.contains(discloser) {
            fault(&format!("clauses.{at}.discloser"), ProblemCode::OutOfRange, "Only a party can share its records.");
        }
        if !met.insert((category, discloser)) {
            fault(&format!("clauses.{at}"), ProblemCode::Duplicate, "This is said twice.");
        }
    }
    faults
}

fn laid_out(proposal: &Proposal, version: i32, own: TenantId, (on, at): (NaiveDate, DateTime<Utc>)) -> Agreed {
    let id = Id::new();
    let trimmed = |text: &str| text.trim().to_owned();
    let row = sharing_agreement::Model {
        id,
        reference: trimmed(&proposal.reference),
        title: trimmed(&proposal.title),
        purpose: trimmed(&proposal.purpose),
        lawful_basis: trimmed(&proposal.lawful_basis),
        source: trimmed(&proposal.source),
        tier: proposal.tier,
        version,
        effective_from: proposal.effective_from,
        effective_to: proposal.effective_to,
        review_on: proposal.review_on,
        proposed_on: on,
        recorded_at: at,
        proposed_by_id: own,
        supersedes_id: proposal.supersedes,
        withdrawn_by_id: None,
        withdrawn_on: None,
        withdrawal_reason: None,
        is_illustrative: false,
    };
    let party = |party_id: &TenantId| sharing_party::Model {
        id: Id::new(),
        agreement_id: id,
        party_id: *party_id,
        approved_on: None,
        approved_office: None,
        minute_reference: None,
    };
    let clause = |(number, (category, discloser)): (i32, &(RecordCategory, TenantId))| sharing_clause::Model {
        id: Id::new(),
        agreement_id: id,
        number,
        category: *category,
        discloser_id: *discloser,
    };
    let clauses = (1..).zip(&proposal.clauses).map(clause).collect();
    Agreed { row, parties: proposal.parties.iter().map(party).collect(), clauses }
}
