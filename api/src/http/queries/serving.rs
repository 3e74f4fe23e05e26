//! Answering at the addresses of stored queries.

use std::time::Instant;

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
    web,
};
use chrono::{NaiveDate, NaiveTime};
use entity::{rules::chain::hexadecimal, usecases::dashboards::stored_queries};
use serde_json::json;
use sha2::{Digest, Sha256};
use tracing::Instrument as _;

use super::{
    address::{Address, Face, path},
    faces,
    freshness::Tag,
    opening::{Opened, Served},
    page,
    parameters::{Given, MOST_ROWS, Pairs},
    refused::Refused,
    running::{Part, Place, Question, Taken},
};
use crate::{
    config::Settings,
    graphql::frontdoor::{Outcome, respond::tell_of_budget},
    http::{
        authenticate::named,
        cors::OfTenants,
        envelope::request_id,
        routes::{Shared, span},
    },
    telemetry,
};

/// Answers at `/v1/{tenant}/queries/…`.
pub async fn serve(shared: web::Data<Shared>, request: HttpRequest, at: web::Path<(String, String)>) -> HttpResponse {
    let (tenant, rest) = at.into_inner();
    attended(&shared, &request, Refused::respond, async |opened, outcome| {
        answered(&shared, &request, (opened, outcome), (&tenant, &rest)).await
    })
    .await
}

/// A tenant's stored queries at `/v1/{tenant}/queries`.
pub async fn list(shared: web::Data<Shared>, request: HttpRequest, tenant: web::Path<String>) -> HttpResponse {
    attended(&shared, &request, Refused::respond, async |opened, _| listed(&shared, &request, opened, &tenant).await).await
}

/// Has a request answered for whoever is let in, says in the headers what it cost, and puts on the log what became of it: never what
/// stood in its query string.
pub(super) async fn attended(
    shared: &Shared,
    request: &HttpRequest,
    refuse: impl FnOnce(&Refused, &str) -> HttpResponse,
    answer: impl AsyncFnOnce(&Opened, &mut Outcome) -> Result<HttpResponse, Refused>,
) -> HttpResponse {
    let (request_id, began) = (request_id(request), Instant::now());
    let span = span(&request_id);
    telemetry::follow(&span, request.headers());
    let answering = async {
        let mut outcome = Outcome { request_id: request_id.clone(), ..Outcome::default() };
        let (answered, actor) = match Opened::by(shared, request, &request_id).await {
            Ok(opened) => {
                if let Some(meters) = &shared.door.meters {
                    outcome.standing = meters.glance(&opened.whose.draws).await;
                }
                (answer(&opened, &mut outcome).await, Some(opened.actor))
            }
            Err(refused) => (Err(refused), None),
        };
        let mut response = answered.unwrap_or_else(|refused| {
            if !outcome.codes.contains(&refused.code()) {
                outcome.codes.push(refused.code());
            }
            refuse(&refused, &request_id)
        });
        tell_of_budget(&outcome, response.headers_mut());
        if let Some(actor) = &actor {
            response.extensions_mut().insert(OfTenants(actor.tenants()));
        }
        let caller = actor.as_deref().map(named);
        let status = response.status().as_u16();
        shared.note((&request_id, request.path(), caller.as_deref()), &outcome, status, began.elapsed());
        response
    };
    answering.instrument(span).await
}

async fn listed(shared: &Shared, request: &HttpRequest, opened: &Opened, tenant: &str) -> Result<HttpResponse, Refused> {
    let shelf = opened.shelf(shared, tenant).await?;
    let face = Face::negotiated(request.headers());
    let tag = Tag::of(&opened.actor, &opened.versions, false, &["list", tenant, face.ending()]);
    if let Some(response) = tag.still_holds(request) {
        return Ok(response);
    }
    if face == Face::Page {
        return Ok(page::index(&shelf, opened.actor.business_date, tenant, &tag));
    }
    let query = |shelved: &stored_queries::Shelved| {
        let current = stored_queries::current(&shelved.versions, opened.actor.business_date)?;
        let address = path(tenant, &shelved.query.name, None);
        Some(json!({
            "name": shelved.query.name,
            "title": shelved.query.title,
            "description": shelved.query.description,
            "version": current.number,
            "address": address,
        }))
    };
    let queries: Vec<_> = shelf.queries.iter().filter_map(query).collect();
    let mut builder = head(StatusCode::OK);
    tag.put_on(&mut builder);
    Ok(builder.json(json!({ "queries": queries })))
}

/// A request for a query, understood.
pub struct Asked<'a> {
    /// The tenant's short name.
    pub tenant: &'a str,
    /// The query string.
    pub pairs: Pairs,
    /// What is given for the parameters.
    pub given: Given,
    /// Which query, version and parameters, in a few characters.
    pub digest: String,
}

impl<'a> Asked<'a> {
    /// Reads the query string; `known` names what else may stand there.
    ///
    /// # Errors
    /// [`Refused::Parameter`].
    pub fn read(request: &HttpRequest, tenant: &'a str, served: &Served, known: impl Fn(&str) -> bool) -> Result<Self, Refused> {
        let pairs = Pairs::of(request.query_string())?;
        let given = Given::read(&pairs, &served.definition, known)?;
        let of = Sha256::new()
            .chain_update(served.version.tenant_id.uuid())
            .chain_update(served.version.id.uuid())
            .chain_update(given.canonical());
        let digest = hexadecimal(of).chars().take(16).collect();
        Ok(Self { tenant, pairs, given, digest })
    }

    /// Has the document executed.
    ///
    /// # Errors
    /// As [`Question::take`].
    pub async fn take(
        &self,
        shared: &Shared,
        (opened, outcome): (&Opened, &mut Outcome),
        served: &Served,
        part: Part,
    ) -> Result<Taken, Refused> {
        let question = Question {
            schema: &shared.schema,
            door: &shared.door,
            opened,
            definition: &served.definition,
            tenant: self.tenant,
            given: &self.given,
        };
        question.take(part, outcome).await
    }
}

async fn answered(
    shared: &Shared,
    request: &HttpRequest,
    (opened, outcome): (&Opened, &mut Outcome),
    (tenant, rest): (&str, &str),
) -> Result<HttpResponse, Refused> {
    let address = Address::parse(rest).ok_or(Refused::NotFound)?;
    let face = address.face.unwrap_or_else(|| Face::negotiated(request.headers()));
    let served = Served::of(&opened.shelf(shared, tenant).await?, &opened.actor, &address.name, address.version)?;
    let own_path = path(tenant, &address.name, address.version);
    let origin = origin(request, &shared.settings);
    let version = served.version.id.to_string();
    // The whole query string, since it is repeated in the link that leads on.
    let what = [face.ending(), &version, &origin, request.path(), request.query_string()];
    let tag = Tag::of(&opened.actor, &opened.versions, served.definition.shows_record, &what);
    if let Some(mut response) = tag.still_holds(request) {
        served.tell(response.headers_mut(), tenant);
        return Ok(response);
    }
    match face {
        Face::CsvMetadata => Ok(metadata(&served, (tenant, &own_path), &tag)),
        Face::Page => Ok(page::page(&served, (&origin, tenant, &own_path), &tag)),
        Face::Answer | Face::Rows | Face::Csv => {
            let asked = Asked::read(request, tenant, &served, |name| matches!(name, "limit" | "cursor"))?;
            let part = Part {
                from: match asked.pairs.single("cursor")? {
                    Some(cursor) => Place::from_cursor(cursor, &asked.digest)?,
                    None => Place::beginning(&asked.digest),
                },
                rows: limit(&asked.pairs)?,
                may_have_errors: face == Face::Answer,
                until: shared.door.limits.until(),
            };
            let taken = asked.take(shared, (opened, &mut *outcome), &served, part).await?;
            let next = taken.next.as_ref().map(|place| {
                let ending = address.face.map(|face| format!(".{}", face.ending())).unwrap_or_default();
                format!("{origin}{own_path}{ending}?{}", asked.pairs.with("cursor", &place.to_cursor()))
            });
            Ok(written(face, &served, taken, next.as_deref(), (&outcome.request_id, tenant, &own_path), &tag))
        }
    }
}

fn limit(pairs: &Pairs) -> Result<usize, Refused> {
    let Some(text) = pairs.single("limit")? else { return Ok(MOST_ROWS) };
    let limit = text.parse().ok().filter(|limit| (1..=MOST_ROWS).contains(limit));
    limit.ok_or_else(|| Refused::parameter("limit", format!("Give a whole number from 1 to {MOST_ROWS}.")))
}

fn written(
    face: Face,
    served: &Served,
    taken: Taken,
    next: Option<&str>,
    (request_id, tenant, own_path): (&str, &str, &str),
    tag: &Tag,
) -> HttpResponse {
    let mut builder = head(StatusCode::OK);
    tag.put_on(&mut builder);
    if let Some(next) = next {
        builder.append_header((header::LINK, format!("<{next}>; rel=\"next\"")));
    }
    let name = &served.shelved.query.name;
    let mut response = match face {
        Face::Csv => {
            let metadata = format!("{own_path}.{}", Face::CsvMetadata.ending());
            let described = format!("<{metadata}>; rel=\"describedby\"; type=\"application/csvm+json\"");
            builder.append_header((header::LINK, described));
            builder.insert_header((header::CONTENT_DISPOSITION, format!("inline; filename=\"{tenant}-{name}.csv\"")));
            builder.content_type("text/csv; charset=utf-8; header=present");
            builder.body(faces::csv(&served.definition, &taken.rows))
        }
        Face::Answer => {
            let mut answer = taken.answer;
            if let Some(answer) = answer.as_object_mut() {
                answer.insert("extensions".to_owned(), json!({ "next": next, "requestId": request_id }));
            }
            builder.json(answer)
        }
        _ => {
            let about = json!({ "tenant": tenant, "name": name, "version": served.version.number });
            builder.content_type("application/json; charset=utf-8");
            builder.body(faces::rows(&about, &served.definition, taken.rows, next))
        }
    };
    served.tell(response.headers_mut(), tenant);
    response
}

fn metadata(served: &Served, (tenant, own_path): (&str, &str), tag: &Tag) -> HttpResponse {
    let mut builder = head(StatusCode::OK);
    tag.put_on(&mut builder);
    builder.content_type("application/csvm+json; charset=utf-8");
    let query = &served.shelved.query;
    let csv = format!("{own_path}.{}", Face::Csv.ending());
    let mut response = builder.body(faces::csv_metadata(&query.title, &query.description, &csv, &served.definition).to_string());
    served.tell(response.headers_mut(), tenant);
    response
}

/// The headers of every answer. Nobody but whoever asked may keep it, and only to ask again whether it still holds.
pub(super) fn head(status: StatusCode) -> HttpResponseBuilder {
    let mut builder = HttpResponse::build(status);
    builder
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::VARY, "accept, authorization, x-api-key"));
    builder
}

impl Served {
    /// Says in the headers that a version will be given up, and which one to use instead (RFC 9745, RFC 8594).
    pub(super) fn tell(&self, headers: &mut header::HeaderMap, tenant: &str) {
        let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        let mut say = |name: &'static str, value: String| {
            if let Ok(value) = header::HeaderValue::from_str(&value) {
                headers.append(header::HeaderName::from_static(name), value);
            }
        };
        if let Some(deprecated) = self.version.deprecated_on {
            say("deprecation", format!("@{}", midnight(deprecated).timestamp()));
            let successor = path(tenant, &self.shelved.query.name, None);
            let current = stored_queries::current(&self.shelved.versions, self.today);
            if current.is_some_and(|current| current.id != self.version.id) {
                say("link", format!("<{successor}>; rel=\"successor-version\""));
            }
            say("link", format!("<{successor}.html>; rel=\"deprecation\"; type=\"text/html\""));
        }
        if let Some(sunset) = self.version.sunset_on {
            say("sunset", midnight(sunset).format("%a, %d %b %Y %H:%M:%S GMT").to_string());
        }
    }
}

/// The beginning of this server's addresses, as the client knows them.
pub fn origin(request: &HttpRequest, settings: &Settings) -> String {
    if let Some(url) = &settings.public_url {
        return url.clone();
    }
    let given = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let plain = |host: &&str| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    let host = given("host").filter(plain).unwrap_or("localhost");
    // Only our own proxy is believed.
    match (settings.behind_proxy, given("x-forwarded-proto"), given("x-forwarded-host").filter(plain)) {
        (true, proto, forwarded) => {
            format!("{}://{}", if proto == Some("http") { "http" } else { "https" }, forwarded.unwrap_or(host))
        }
        (false, ..) => format!("http://{host}"),
    }
}
