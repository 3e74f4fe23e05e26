//! Committee packs as documents, in HTML and as PDF, for whoever may read meetings in the tenant; the edition with exempt business for
//! whoever may read that, which is on record.

use std::{sync::Arc, time::Instant};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web,
};
use entity::{
    error::{Error, Result},
    rules::pack::{Content, Edition, html},
    tables::{Id, governance::meeting_pack},
    tenancy::{Actor, Db, Occasion, Wanted as Sought},
    usecases::governance::{
        meeting_packs::{edition_hash, note_exempt_edition},
        meetings::sees_exempt,
    },
};

use super::{
    authenticate::{Asked, address, authenticate},
    calendar::tagged,
    charged::{ended, let_in},
    envelope::{database_away, failure, not_found, request_id},
    routes::{Shared, read_at, shut_out},
};
use crate::{
    graphql::relay::{NodeId, NodeKind},
    pdf,
};

/// What the document may do: nothing but look as it does.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the log says when the database keeps one from being written.
const UNWRITTEN: &str = "a pack can't be written";

/// What a pack costs: a meeting with its agenda, papers and four returns.
const COST: u64 = 500;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(read_at("/packs/{id}/{edition}.html", pack_in_html));
    config.service(read_at("/packs/{id}/{edition}.pdf", pack_as_pdf));
}

/// A form in which packs are given.
#[derive(Clone, Copy)]
struct Form {
    /// As the record calls it.
    name: &'static str,
    /// Its media type.
    kind: &'static str,
}

const HTML: Form = Form { name: "HTML", kind: "text/html; charset=utf-8" };
const PDF: Form = Form { name: "PDF", kind: "application/pdf" };

/// A pack's identifier and its edition's name, as an address gives them.
type Wanted = web::Path<(String, String)>;

async fn pack_in_html(shared: web::Data<Shared>, request: HttpRequest, wanted: Wanted) -> HttpResponse {
    let in_html = |row: &meeting_pack::Model, content: &Content, edition| {
        Ok(web::Bytes::from(html::document(&content.shown(edition), &edition_hash(row, content, edition)?)))
    };
    pack(shared, request, wanted, HTML, in_html).await
}

async fn pack_as_pdf(shared: web::Data<Shared>, request: HttpRequest, wanted: Wanted) -> HttpResponse {
    let as_pdf = |row: &meeting_pack::Model, content: &Content, edition| {
        let hash = edition_hash(row, content, edition)?;
        let seal = pdf::Seal { content_hash: &hash, frozen_at: row.frozen_at };
        pdf::document(&content.shown(edition), seal).map(web::Bytes::from).map_err(Error::internal)
    };
    pack(shared, request, wanted, PDF, as_pdf).await
}

async fn pack(
    shared: web::Data<Shared>,
    request: HttpRequest,
    wanted: Wanted,
    form: Form,
    write: impl FnOnce(&meeting_pack::Model, &Content, Edition) -> Result<web::Bytes> + Send + 'static,
) -> HttpResponse {
    let (id, began) = (request_id(&request), Instant::now());
    let given = given(&shared, &request, (&id, &wanted), form, write).await;
    ended(&shared, (&id, request.path()), given, began.elapsed())
}

/// The answer, and who gets it.
async fn given(
    shared: &web::Data<Shared>,
    request: &HttpRequest,
    (id, wanted): (&str, &Wanted),
    form: Form,
    write: impl FnOnce(&meeting_pack::Model, &Content, Edition) -> Result<web::Bytes> + Send + 'static,
) -> (HttpResponse, Option<Arc<Actor>>) {
    let from = address(request, shared.settings.behind_proxy);
    let asked = authenticate(request, (&shared.db, &shared.identity), shared.settings.demand, (from, Sought::Actor)).await;
    let actor = match asked.map(Asked::let_in) {
        Ok(Ok(Some(actor))) => actor,
        Ok(Ok(None)) => {
            let message = "Packs are for those who are signed in: send an access token.";
            let mut refused = failure(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message, id);
            refused.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            return (refused, None);
        }
        Ok(Err(shut)) => return (shut_out(request, id, shut), None),
        Err(error) => return (database_away(id, &error, UNWRITTEN), None),
    };
    let reading = match let_in(shared, &actor, COST, id).await {
        Ok(reading) => reading,
        Err(refused) => return (refused, Some(actor)),
    };
    let db = shared.db.clone().on(Occasion::Request(id.to_owned()));
    let written = match found(&db, Arc::clone(&actor), wanted, form).await {
        // A long pack takes a while to be set, and others are being answered meanwhile.
        Ok(Some((row, edition))) => {
            web::block(move || written(&row, edition, write)).await.map_err(Error::internal).flatten().map(Some)
        }
        Ok(None) => Ok(None),
        Err(error) => Err(error),
    };
    let answer = match written {
        Ok(Some(document)) => {
            let mut answer = tagged(request, form.kind, document);
            answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
            answer
        }
        Ok(None) => not_found(request.clone()).await,
        Err(error) => database_away(id, &error, UNWRITTEN),
    };
    (reading.told(answer), Some(actor))
}

/// The pack and the edition that are wanted; `None` when there is none that the actor may read at home. Whoever is given exempt business
/// stands on record first.
async fn found(
    db: &Db,
    actor: Arc<Actor>,
    (id, edition): &(String, String),
    form: Form,
) -> Result<Option<(meeting_pack::Model, Edition)>> {
    let (Some(id), Ok(edition)) = (NodeId::parse(id), edition.parse::<Edition>()) else { return Ok(None) };
    let Some(tenant) = id.tenant.filter(|tenant| id.kind == NodeKind::MeetingPack && actor.acts_in(*tenant)) else {
        return Ok(None);
    };
    let tx = db.read(Arc::clone(&actor)).await?;
    if edition == Edition::Exempt && !sees_exempt(&tx, tenant) {
        return Ok(None);
    }
    let row = match tx.get::<meeting_pack::Entity>(tenant, Id::from_uuid(id.id)).await {
        Ok(row) => row,
        Err(Error::NotFound(_) | Error::Denied { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    if edition == Edition::Exempt {
        note_exempt_edition(&tx, &row, form.name).await?;
        db.record_readings(&actor, tx.readings()).await?;
    }
    Ok(Some((row, edition)))
}

fn written(
    row: &meeting_pack::Model,
    edition: Edition,
    write: impl FnOnce(&meeting_pack::Model, &Content, Edition) -> Result<web::Bytes>,
) -> Result<web::Bytes> {
    let content = Content::thaw(&row.content).map_err(Error::internal)?;
    write(row, &content, edition)
}
