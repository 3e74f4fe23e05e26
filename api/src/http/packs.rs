//! Committee packs as documents, for whoever may read meetings in the tenant; the edition with exempt business for whoever may read that.

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
    rules::pack::{Content, Edition, document},
    tables::{Id, governance::meeting_pack},
    tenancy::Actor,
    usecases::governance::meetings::sees_exempt,
};

use super::{
    authenticate::{Asked, address, authenticate},
    calendar::tagged,
    envelope::{failure, not_found, request_id},
    routes::{Shared, read_at},
};
use crate::graphql::relay::{NodeId, NodeKind};

/// What the document may do: nothing but look as it does.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(read_at("/packs/{id}/{edition}.html", pack));
}

async fn pack(shared: web::Data<Shared>, request: HttpRequest, wanted: web::Path<(String, String)>) -> HttpResponse {
    let id = request_id(&request);
    let from = address(&request, shared.settings.behind_proxy);
    let actor = match authenticate(&request, (&shared.db, &shared.identity), shared.settings.demand, from).await {
        Ok(Asked::By(actor)) => actor,
        Ok(_) => {
            let message = "Packs are for those who are signed in: send an access token.";
            let mut refused = failure(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message, &id);
            refused.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            return refused;
        }
        Err(error) => return unavailable(&id, &error),
    };
    match written(&shared, actor, &wanted).await {
        Ok(Some(html)) => {
            let mut answer = tagged(&request, "text/html; charset=utf-8", html);
            answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
            answer
        }
        Ok(None) => not_found(request).await,
        Err(error) => unavailable(&id, &error),
    }
}

fn unavailable(request_id: &str, error: &Error) -> HttpResponse {
    tracing::error!(request_id, error = %error, "a pack can't be written");
    let message = "The database can't answer just now. Please try again.";
    failure(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message, request_id)
}

/// The document; `None` when there is none that the actor may read at home.
async fn written(shared: &Shared, actor: std::sync::Arc<Actor>, (id, edition): &(String, String)) -> Result<Option<String>> {
    let (Some(id), Ok(edition)) = (NodeId::parse(id), edition.parse::<Edition>()) else { return Ok(None) };
    let Some(tenant) = id.tenant.filter(|tenant| id.kind == NodeKind::MeetingPack && actor.acts_in(*tenant)) else {
        return Ok(None);
    };
    let tx = shared.db.read(actor).await?;
    if edition == Edition::Exempt && !sees_exempt(&tx, tenant) {
        return Ok(None);
    }
    let row = match tx.get::<meeting_pack::Entity>(tenant, Id::from_uuid(id.id)).await {
        Ok(row) => row,
        Err(Error::NotFound(_) | Error::Denied { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let content = Content::thaw(&row.content).map_err(Error::internal)?;
    Ok(Some(document(&content, edition, &row.content_hash)))
}
