//! A person's obligations as a calendar (RFC 5545), at a private address to which calendars subscribe.
//!
//! The address is the credential: it is shown once, kept as a digest, and good until it is revoked. What it shows is what the person may
//! see that day, and nothing can be done with it. It is never written to the log.

use std::{sync::Arc, time::Instant};

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use chrono::NaiveDate;
use entity::{
    error::{Error, Result},
    rules::{
        icalendar::{Event, calendar},
        obligations::ObligationStanding,
    },
    tenancy::Actor,
    usecases::{
        governance::obligations::{self, Filter, Obligation},
        identity::calendar_feeds,
    },
};
use sha2::{Digest as _, Sha256};

use super::{
    charged::{ended, let_in},
    envelope::{database_away, not_found, request_id},
    routes::{Shared, read_at},
};
use crate::identity::FeedToken;

/// What the log says when the database keeps one from being written.
const UNWRITTEN: &str = "a calendar can't be written";

/// What a calendar costs: a page of obligations with all that stands in it.
const COST: u64 = 2_000;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(read_at("/calendars/{token}.ics", feed));
}

async fn feed(shared: web::Data<Shared>, request: HttpRequest, token: web::Path<String>) -> HttpResponse {
    let Ok(token) = FeedToken::parse(&token) else { return not_found(request).await };
    let (id, began) = (request_id(&request), Instant::now());
    let reader = match calendar_feeds::reader(&shared.db, &token.digest().to_hex()).await {
        Ok(Some(reader)) => Arc::new(reader),
        Ok(None) => return not_found(request).await,
        Err(error) => return database_away(&id, &error, UNWRITTEN),
    };
    let answer = match let_in(&shared, &reader, COST, &id).await {
        Ok(reading) => reading.told(match written(&shared, Arc::clone(&reader)).await {
            Ok(text) => tagged(&request, "text/calendar; charset=utf-8", text.into()),
            Err(error) => database_away(&id, &error, UNWRITTEN),
        }),
        Err(refused) => refused,
    };
    // The address itself is the credential, so not all of it is told.
    ended(&shared, (&id, "/calendars"), (answer, Some(reader)), began.elapsed())
}

/// An answer that whoever has it needn't fetch again.
pub(super) fn tagged(request: &HttpRequest, kind: &'static str, content: web::Bytes) -> HttpResponse {
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(&content));
    let tag = format!("\"{}\"", digest.get(..32).unwrap_or_default());
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_known = known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag || one.trim() == "*");
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((header::ETAG, tag)).insert_header((header::CACHE_CONTROL, "private, no-cache"));
    answer.insert_header((header::REFERRER_POLICY, "no-referrer"));
    if is_known { answer.finish() } else { answer.content_type(kind).body(content) }
}

async fn written(shared: &Shared, actor: Arc<Actor>) -> Result<String> {
    let (tenants, today) = (actor.tenants(), actor.business_date);
    let tx = shared.db.read(actor).await?;
    let mut found = Vec::new();
    for tenant in tenants {
        match obligations::own(&tx, tenant, &Filter::default()).await {
            Ok(own) => found.extend(own),
            Err(Error::Denied { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    found.sort_by(|a, b| (a.due_on, &a.code).cmp(&(b.due_on, &b.code)));
    let described: Vec<(String, &Obligation)> = found.iter().map(|one| (described(one, one.standing(today)), one)).collect();
    let events: Vec<Event<'_>> = described.iter().map(|(words, one)| event(one, words, today)).collect();
    Ok(calendar("Concordat: your obligations", &events))
}

fn event<'a>(one: &Obligation, description: &'a str, today: NaiveDate) -> Event<'a> {
    let standing = one.standing(today);
    let mark = match standing {
        ObligationStanding::Upcoming | ObligationStanding::Due => "Due: ",
        ObligationStanding::Late => "LATE: ",
        ObligationStanding::Met | ObligationStanding::MetLate => "Done: ",
        ObligationStanding::Waived => "Waived: ",
        ObligationStanding::Missed => "Missed: ",
    };
    Event {
        uid: format!("{}@concordat", one.uuid()),
        on: one.due_on,
        changed_on: one.changed_on(today),
        summary: format!("{mark}{}", one.title),
        description,
        is_cancelled: standing == ObligationStanding::Waived,
        is_urgent: standing == ObligationStanding::Late,
    }
}

/// What there is to say of it, with the code by which it is found again (`obligations(filter: { code: … })`) at the end.
fn described(one: &Obligation, standing: ObligationStanding) -> String {
    let met = one.met_on.map(|day| format!(" Met on {day}.")).unwrap_or_default();
    let waived = one.waived.as_ref().map(|waived| format!(" Waived on {}: {}", waived.on, waived.reason)).unwrap_or_default();
    let missed = one.missed().map(|closed| format!(" {}", closed.reason)).unwrap_or_default();
    format!("{}: open from {} to {}.{met}{waived}{missed}\n{}", standing.code(), one.opens_on, one.due_on, one.code)
}
