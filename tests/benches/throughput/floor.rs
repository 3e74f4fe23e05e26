//! The floor, F1: the same questions answered by one hand-written statement each, on the same server and runtime.
//!
//! It does the same duty: the same token is verified in the same way, and the same look-up tells whether the session is live and
//! which appointments are in force. What it lacks is everything that makes an answer to any question possible.

use std::{net::SocketAddr, sync::Arc};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, error, http::header, web};
use api::identity::Identity;
use chrono::NaiveDate;
use entity::{
    policy::Demand,
    tables::Id,
    tenancy::{Actor, Db},
    usecases::identity::sessions,
};
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};

use super::{
    Outcome,
    floor_write::write,
    questions::{QUESTIONS, WRITE},
};

/// Connections to the database, as many as the real server has.
pub enum Pool {
    /// To PostgreSQL.
    Postgres {
        /// For reading.
        readers: PgPool,
        /// For writing.
        writers: PgPool,
    },
    /// To SQLite.
    Sqlite {
        /// For reading.
        readers: SqlitePool,
        /// For writing; one.
        writers: SqlitePool,
    },
}

/// What the floor's workers share.
pub struct Floor {
    /// Keys of the tokens.
    pub identity: Identity,
    /// For the look-up of the actor.
    pub db: Db,
    /// For the statement.
    pub pool: Pool,
}

/// Starts the floor on a free port.
pub fn start(floor: Floor, workers: usize) -> Outcome<(SocketAddr, ServerHandle)> {
    let floor = web::Data::new(floor);
    let server = HttpServer::new(move || App::new().app_data(floor.clone()).route("/{question}", web::post().to(answer)));
    let server = server.workers(workers).bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let address = server.addrs().first().copied().ok_or("no address")?;
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    Ok((address, handle))
}

async fn answer(
    floor: web::Data<Floor>,
    request: HttpRequest,
    name: web::Path<String>,
    body: web::Bytes,
) -> actix_web::Result<HttpResponse> {
    let actor = actor(&floor, &request).await?;
    let body: serde_json::Value = serde_json::from_slice(&body)?;
    let data = if *name == WRITE.name {
        write(&floor.pool, &body["variables"], &actor, floor.db.clock().now()).await
    } else {
        data(&floor.pool, &name, body["variables"]["slug"].as_str().unwrap_or_default(), &actor).await
    };
    let data = data.map_err(error::ErrorInternalServerError)?;
    let data = data.ok_or_else(|| error::ErrorNotFound("nothing there, or not allowed"))?;
    Ok(HttpResponse::Ok().content_type("application/json; charset=utf-8").body(format!("{{\"data\":{data}}}")))
}

async fn actor(floor: &Floor, request: &HttpRequest) -> actix_web::Result<Arc<Actor>> {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Bearer ")).ok_or_else(|| error::ErrorUnauthorized("no token"))?;
    let claims = floor.identity.tokens.verify(token, floor.db.clock().now()).map_err(error::ErrorUnauthorized)?;
    let actor = sessions::actor(&floor.db, Id::from_uuid(claims.sub), Id::from_uuid(claims.sid), Demand::Codes).await;
    actor.map_err(error::ErrorInternalServerError)?.map(Arc::new).ok_or_else(|| error::ErrorUnauthorized("no session"))
}

/// Begins a transaction in which row-level security shows what the actor's tenants have, as the real server does.
pub fn scope(begin: &str, actor: &Actor) -> String {
    let tenants: Vec<String> = actor.tenants().into_iter().map(|tenant| tenant.uuid().to_string()).collect();
    format!("{begin}; SET LOCAL concordat.tenants = '{}'", tenants.join(","))
}

async fn data(pool: &Pool, name: &str, slug: &str, actor: &Actor) -> Outcome<Option<String>> {
    let Some(question) = QUESTIONS.iter().find(|question| question.name == name) else { return Ok(None) };
    let Some(own) = actor.person() else { return Ok(None) };
    let (person, day): (_, NaiveDate) = (own.person.uuid(), actor.business_date);
    macro_rules! answer {
        ($sql:expr, $readers:expr) => {
            sqlx::query_scalar($sql).bind(slug).bind(person).bind(day).fetch_optional($readers).await?
        };
    }
    Ok(match pool {
        Pool::Postgres { readers, .. } => {
            let mut tx = readers.begin_with(AssertSqlSafe(scope("BEGIN READ ONLY", actor))).await?;
            let answer = answer!(question.postgres, &mut *tx);
            tx.commit().await?;
            answer
        }
        Pool::Sqlite { readers, .. } => answer!(question.sqlite, readers),
    })
}
