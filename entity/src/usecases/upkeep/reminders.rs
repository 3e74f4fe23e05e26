//! Reminders of obligations: ten, five and one working days before, and one after, to those whose it is; never on a day on which nobody
//! works, and never twice.
//!
//! Each account is looked at as its person would: with the appointments in force today, and nothing else. The row that says that
//! somebody was reminded and the letter are written together, so of two servers that come to it at once one writes, and a letter
//! that is lost with its transaction is written by the next round.

use std::sync::Arc;

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::OnConflict};

use crate::{
    error::{Error, Result},
    rules::{
        letter,
        obligations::{ObligationStanding, ReminderStage, reminder as stage_today},
        working_days::WorkingDays,
    },
    tables::{
        Id,
        identity::{
            account,
            mail_outbox::{self, LetterKind},
            reminder,
        },
    },
    tenancy::Db,
    usecases::{
        governance::obligations::{Filter, Obligation, own},
        identity::calendar_feeds::on_behalf,
    },
};

/// Puts today's reminders into the outbox, one letter for each person who has any, and tells how many letters these were.
///
/// # Errors
/// When the database fails; what was written until then stays written.
pub async fn remind(db: &Db) -> Result<usize> {
    if !WorkingDays::england().is_working(db.clock().business_date()) {
        return Ok(0);
    }
    let accounts = {
        let tx = db.read_beyond_tenants().await?;
        let rows = tx.find::<account::Entity>().filter(account::Column::DisabledAt.is_null());
        rows.order_by_asc(account::Column::Id).all(tx.connection()).await?
    };
    let mut letters = 0;
    for account in accounts.into_iter().filter(account::Model::has_password) {
        let found = due_today(db, &account).await?;
        letters += usize::from(!found.is_empty() && write(db, &account, &found).await?);
    }
    Ok(letters)
}

/// What somebody is to be reminded of today.
async fn due_today(db: &Db, account: &account::Model) -> Result<Vec<(Obligation, ReminderStage)>> {
    let actor = on_behalf(db, &db.read_beyond_tenants().await?, (account.id, account.person_id)).await?;
    let (tenants, today) = (actor.tenants(), actor.business_date);
    let tx = db.read(Arc::new(actor)).await?;
    let mut found = Vec::new();
    for tenant in tenants {
        let owed = match own(&tx, tenant, &Filter::default()).await {
            Ok(owed) => owed,
            Err(Error::Denied { .. }) => continue,
            Err(error) => return Err(error),
        };
        let open =
            owed.into_iter().filter(|one| matches!(one.standing(today), ObligationStanding::Due | ObligationStanding::Late));
        found.extend(open.filter_map(|one| stage_today(one.due_on, one.calendar, today).map(|stage| (one, stage))));
    }
    Ok(found)
}

/// Writes one letter about what nobody has been reminded of yet; tells whether there was any.
#[expect(clippy::disallowed_methods, reason = "reminders and mail belong to no tenant")]
async fn write(db: &Db, account: &account::Model, found: &[(Obligation, ReminderStage)]) -> Result<bool> {
    let now = db.clock().now();
    let tx = db.write_beyond_tenants().await?;
    let mut lines = Vec::new();
    for (obligation, stage) in found {
        let row = reminder::ActiveModel {
            id: Set(Id::new()),
            account_id: Set(account.id),
            obligation_id: Set(obligation.uuid()),
            stage: Set(stage.code().to_owned()),
            sent_at: Set(now),
        };
        let known = OnConflict::new().do_nothing().to_owned();
        let written = reminder::Entity::insert_many([row]).on_conflict(known).exec_without_returning(tx.connection()).await?;
        if written > 0 {
            lines.push((obligation.due_on, obligation.title.as_str()));
        }
    }
    if lines.is_empty() {
        return Ok(false);
    }
    let letter = letter::reminder(&lines, db.clock().business_date());
    let row = mail_outbox::Model::new(LetterKind::Reminder, account.email.clone(), letter, now);
    mail_outbox::Entity::insert(row.into_active_model()).exec_without_returning(tx.connection()).await?;
    tx.commit().await?;
    Ok(true)
}
