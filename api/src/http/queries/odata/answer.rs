//! Answering at `/odata/{tenant}/`.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::StatusCode, web};
use entity::{
    error::Error,
    rules::{chain::hexadecimal, stored_query::Column},
    usecases::dashboards::stored_queries::{self, Shelved},
};
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use super::{
    model::{self, EntitySet},
    options::Options,
    work::Work,
};
use crate::{
    graphql::frontdoor::Outcome,
    http::{
        queries::{
            freshness::Tag,
            opening::{Opened, Served},
            parameters::MOST_ROWS,
            refused::Refused,
            running::{Part, Place},
            serving::{Asked, attended, head, origin},
            table::Row,
        },
        routes::Shared,
    },
};

/// Rows that are looked through at once at most.
const MOST_LOOKED_THROUGH: usize = 20_000;

/// Rows that a walk can have been given, at most: as many as there are numbers for them.
const MOST_GIVEN: u32 = i32::MAX.unsigned_abs();

const MINIMAL: &str = "application/json; odata.metadata=minimal; charset=utf-8";

/// Answers at `/odata/{tenant}/…`.
pub async fn serve(shared: web::Data<Shared>, request: HttpRequest, at: web::Path<(String, String)>) -> HttpResponse {
    let (tenant, rest) = at.into_inner();
    attended(&shared, &request, refusal, async |opened, outcome| {
        answered(&shared, &request, (opened, outcome), (&tenant, &rest)).await
    })
    .await
}

/// Answers where no tenant's service is.
pub async fn nowhere() -> HttpResponse {
    refusal(&Refused::NotFound, "")
}

/// A refusal in the manner of OData (OData 4.0, JSON format, 19).
fn refusal(refused: &Refused, _: &str) -> HttpResponse {
    let mut error = json!({ "code": refused.code(), "message": refused.message() });
    if let (Refused::Parameter { name, .. }, Some(error)) = (refused, error.as_object_mut()) {
        error.insert("target".to_owned(), name.as_str().into());
    }
    let mut builder = refused.head();
    builder.insert_header(("odata-version", "4.0")).content_type("application/json; charset=utf-8");
    builder.json(json!({ "error": error }))
}

/// What is asked for.
enum Wanted<'r> {
    Service,
    Metadata,
    /// The rows of an entity set.
    Rows(&'r str),
    /// How many there are.
    Count(&'r str),
    /// One row, by its key.
    Row(&'r str, &'r str),
}

impl<'r> Wanted<'r> {
    fn parse(rest: &'r str) -> Option<Self> {
        if let Some((set, key)) = rest.strip_suffix(')').and_then(|rest| rest.split_once('(')) {
            return Some(Self::Row(set, key));
        }
        match rest.split_once('/') {
            None if rest.is_empty() => Some(Self::Service),
            None if rest == "$metadata" => Some(Self::Metadata),
            None => Some(Self::Rows(rest)),
            Some((set, "$count")) => Some(Self::Count(set)),
            Some((set, "")) => Some(Self::Rows(set)),
            Some(_) => None,
        }
    }
}

async fn answered(
    shared: &Shared,
    request: &HttpRequest,
    (opened, outcome): (&Opened, &mut Outcome),
    (tenant, rest): (&str, &str),
) -> Result<HttpResponse, Refused> {
    let shelf = opened.shelf(shared, tenant).await?;
    let root = format!("{}/odata/{tenant}/", origin(request, &shared.settings));
    let wanted = Wanted::parse(rest).ok_or(Refused::NotFound)?;
    let what = ["odata", root.as_str(), rest, request.query_string()];
    let prefer = preferred_page(request).unwrap_or_default().to_string();
    let tag = |version: &str, shows_record| {
        let what: Vec<&str> = what.iter().copied().chain([version, prefer.as_str()]).collect();
        Tag::of(&opened.actor, &opened.versions, shows_record, &what)
    };
    let set = match wanted {
        Wanted::Service | Wanted::Metadata => {
            let tag = tag("", false);
            if let Some(response) = tag.still_holds(request) {
                return Ok(response);
            }
            let mut builder = told(&tag);
            return Ok(if matches!(wanted, Wanted::Service) {
                let text = described(opened, &shelf.queries, |sets| model::service(&root, sets).to_string())?;
                builder.content_type(MINIMAL).body(text)
            } else {
                builder.content_type("application/xml; charset=utf-8").body(described(opened, &shelf.queries, model::metadata)?)
            });
        }
        Wanted::Rows(set) | Wanted::Count(set) | Wanted::Row(set, _) => set,
    };
    if set.contains('-') {
        return Err(Refused::NotFound);
    }
    let served = Served::of(&shelf, &opened.actor, &model::query_name(set), None)?;
    let tag = tag(&served.version.id.to_string(), served.definition.shows_record);
    let mut response = match tag.still_holds(request) {
        Some(response) => response,
        None => {
            let asked = Asked::read(request, tenant, &served, |name| name.starts_with('$'))?;
            let columns = model::columns(&served.definition);
            let options = Options::read(&asked.pairs, &columns)?;
            let what = ["rows", tenant, set];
            let moment = Tag::of(&opened.actor, &opened.versions, served.definition.shows_record, &what);
            let (tag, moment) = (&tag, moment.text());
            let table = Table { root: &root, set, served: &served, columns, asked: &asked, options, tag, moment };
            match wanted {
                Wanted::Count(_) => table.count(shared, (opened, outcome)).await?,
                Wanted::Row(_, key) => table.row(shared, (opened, outcome), key).await?,
                _ => table.rows(shared, (opened, outcome), request).await?,
            }
        }
    };
    served.tell(response.headers_mut(), tenant);
    Ok(response)
}

fn told(tag: &Tag) -> HttpResponseBuilder {
    let mut builder = head(StatusCode::OK);
    tag.put_on(&mut builder);
    builder.insert_header(("odata-version", "4.0"));
    builder
}

/// Describes the entity sets: stored queries that are served today and ask for nothing.
fn described(opened: &Opened, shelf: &[Shelved], describe: impl Fn(&[EntitySet<'_>]) -> String) -> Result<String, Refused> {
    let mut found = Vec::new();
    for shelved in shelf {
        if let Some(version) = stored_queries::current(&shelved.versions, opened.actor.business_date) {
            found.push((shelved, stored_queries::definition(version)?));
        }
    }
    let asks_for_nothing = found.iter().filter(|(_, definition)| !definition.parameters.iter().any(|given| given.is_required));
    let sets: Vec<EntitySet<'_>> = asks_for_nothing
        .map(|(shelved, definition)| EntitySet {
            name: model::set_name(&shelved.query.name),
            title: &shelved.query.title,
            description: &shelved.query.description,
            definition,
        })
        .collect();
    Ok(describe(&sets))
}

/// An entity set that is asked for.
struct Table<'a> {
    root: &'a str,
    set: &'a str,
    served: &'a Served,
    columns: Vec<Column>,
    asked: &'a Asked<'a>,
    options: Options,
    tag: &'a Tag,
    /// Stands for all that the rows follow from, as it is now.
    moment: &'a str,
}

impl Table<'_> {
    /// So many rows of the query from a place on, and where it goes on. They are numbered before any are left out, so that a row keeps
    /// its number whatever is asked for.
    async fn looked_through(
        &self,
        shared: &Shared,
        asking: (&Opened, &mut Outcome),
        (from, rows, until): (Place, usize, Instant),
        before: usize,
    ) -> Result<(Vec<Row>, Option<Place>), Refused> {
        let part = Part { from, rows, may_have_errors: false, until };
        let mut taken = self.asked.take(shared, asking, self.served, part).await?;
        if model::is_numbered(&self.served.definition) {
            for (row, number) in taken.rows.iter_mut().zip(before.saturating_add(1)..) {
                row.insert(0, number.into());
            }
        }
        Ok((taken.rows, taken.next))
    }

    /// Every row of the query.
    async fn all(&self, shared: &Shared, asking: (&Opened, &mut Outcome), until: Instant) -> Result<Vec<Row>, Refused> {
        let wanted = (Place::beginning(&self.asked.digest), MOST_LOOKED_THROUGH, until);
        let (rows, next) = self.looked_through(shared, asking, wanted, 0).await?;
        if next.is_some() { Err(Refused::TooManyRows(MOST_LOOKED_THROUGH)) } else { Ok(rows) }
    }

    /// The rows that are wanted of those that were looked through, in order, with their state. That is work for a processor, so it
    /// isn't done where other requests wait to be read.
    async fn chosen(&self, shared: &Shared, rows: Vec<Row>, until: Instant) -> Result<(Vec<Row>, String), Refused> {
        let (options, columns) = (self.options.clone(), self.columns.clone());
        let limit = shared.door.limits.time.as_secs();
        let work = move || {
            let rows = options.chosen(&columns, rows, &Work::until(until, limit))?;
            let state = state(&rows);
            Ok((rows, state))
        };
        shared.door.executors.handle().spawn_blocking(work).await.map_err(Error::internal)?
    }

    async fn rows(
        &self,
        shared: &Shared,
        asking: (&Opened, &mut Outcome),
        request: &HttpRequest,
    ) -> Result<HttpResponse, Refused> {
        let preferred = preferred_page(request);
        let page = preferred.unwrap_or(MOST_ROWS).min(MOST_ROWS);
        let shown = if self.options.needs_all() {
            self.of_all(shared, asking, page).await?
        } else {
            self.as_they_come(shared, asking, page).await?
        };
        let mut body = Map::new();
        body.insert("@odata.context".to_owned(), self.context("").into());
        if let Some(count) = shown.count.filter(|_| self.options.count) {
            body.insert("@odata.count".to_owned(), count.into());
        }
        body.insert("value".to_owned(), shown.rows.iter().map(|row| self.object(row)).collect::<Vec<_>>().into());
        if let Some(token) = shown.next {
            let next = format!("{}{}?{}", self.root, self.set, self.asked.pairs.with("$skiptoken", &token));
            body.insert("@odata.nextLink".to_owned(), next.into());
        }
        let mut builder = told(self.tag);
        if preferred.is_some() {
            builder.insert_header(("preference-applied", format!("odata.maxpagesize={page}")));
        }
        Ok(builder.content_type(MINIMAL).body(Json::Object(body).to_string()))
    }

    /// A page of the rows that are left of all, in order.
    async fn of_all(&self, shared: &Shared, asking: (&Opened, &mut Outcome), page: usize) -> Result<Shown, Refused> {
        let (options, until) = (&self.options, shared.door.limits.until());
        let rows = self.all(shared, asking, until).await?;
        let (rows, state) = self.chosen(shared, rows, until).await?;
        let count = rows.len();
        let from = match &options.token {
            None => 0,
            Some(token) => {
                let (from, before) = token.split_once('-').ok_or_else(none_of_ours)?;
                let from: usize = from.parse().map_err(|_| none_of_ours())?;
                if before != state {
                    return Err(Refused::Moved);
                }
                from
            }
        };
        let last = options.top.map_or(usize::MAX, |top| options.skip.saturating_add(top));
        let begin = options.skip.saturating_add(from).min(last);
        let end = begin.saturating_add(page).min(last);
        let next = (end < count && end < last).then(|| format!("{}-{state}", end.saturating_sub(options.skip)));
        Ok(Shown { rows: rows.into_iter().take(end).skip(begin).collect(), next, count: Some(count) })
    }

    /// A page of the rows as they come. Whoever goes on does so by the place of the query's own list, so that at most a page of its is looked at
    /// again. Where that place is told by counting, nothing may have been written meanwhile, or rows would be missed.
    async fn as_they_come(&self, shared: &Shared, asking: (&Opened, &mut Outcome), page: usize) -> Result<Shown, Refused> {
        let options = &self.options;
        let (given, from, left_out) = match &options.token {
            None => (0, Place::beginning(&self.asked.digest), options.skip),
            Some(token) => {
                let [given, moment, cursor] = token.splitn(3, '.').collect::<Vec<_>>().try_into().map_err(|_| none_of_ours())?;
                let given = given.parse::<u32>().ok().filter(|given| *given <= MOST_GIVEN).ok_or_else(none_of_ours)?;
                let place = Place::from_cursor(cursor, &self.asked.digest).map_err(|_| none_of_ours())?;
                if self.is_counted(&place) && moment != self.moment {
                    return Err(Refused::Moved);
                }
                (usize::try_from(given).map_err(|_| none_of_ours())?, place, 0)
            }
        };
        let wanted = options.top.map_or(page, |top| top.saturating_sub(given).min(page));
        let enough = left_out.saturating_add(wanted).max(1);
        let before = options.skip.saturating_add(given).saturating_sub(left_out);
        let part = (from, enough.min(MOST_LOOKED_THROUGH), shared.door.limits.until());
        let (rows, next) = self.looked_through(shared, asking, part, before).await?;
        if next.is_some() && enough > MOST_LOOKED_THROUGH {
            return Err(Refused::TooManyRows(MOST_LOOKED_THROUGH));
        }
        let rows: Vec<Row> = rows.into_iter().skip(left_out).take(wanted).collect();
        let given = given.saturating_add(rows.len());
        let next = next.filter(|_| options.top.is_none_or(|top| given < top));
        let next = next.map(|place| {
            let moment = if self.is_counted(&place) { self.moment } else { "" };
            format!("{given}.{moment}.{}", place.to_cursor())
        });
        Ok(Shown { rows, next, count: None })
    }

    /// Whether what follows is told by counting: the rows of a page of the query's own list, or all of them for their numbers.
    fn is_counted(&self, place: &Place) -> bool {
        !place.is_behind_a_row() || model::is_numbered(&self.served.definition)
    }

    async fn count(&self, shared: &Shared, asking: (&Opened, &mut Outcome)) -> Result<HttpResponse, Refused> {
        let until = shared.door.limits.until();
        let rows = self.all(shared, asking, until).await?;
        let count = self.chosen(shared, rows, until).await?.0.len();
        Ok(told(self.tag).content_type("text/plain; charset=utf-8").body(count.to_string()))
    }

    async fn row(&self, shared: &Shared, asking: (&Opened, &mut Outcome), key: &str) -> Result<HttpResponse, Refused> {
        let name = model::key(&self.served.definition);
        let value = key.strip_prefix(&format!("{name}=")).unwrap_or(key);
        let wanted: Json = match value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')) {
            Some(text) => text.replace("''", "'").into(),
            None => value.parse::<usize>().map_err(|_| Refused::NotFound)?.into(),
        };
        let at = self.columns.iter().position(|column| column.name == name).ok_or(Refused::NotFound)?;
        let rows = self.all(shared, asking, shared.door.limits.until()).await?;
        let row = rows.iter().find(|row| row.get(at) == Some(&wanted)).ok_or(Refused::NotFound)?;
        let mut body = Map::new();
        body.insert("@odata.context".to_owned(), self.context("/$entity").into());
        if let Json::Object(values) = self.object(row) {
            body.extend(values);
        }
        Ok(told(self.tag).content_type(MINIMAL).body(Json::Object(body).to_string()))
    }

    /// The places of the columns that are shown.
    fn shown(&self) -> Vec<usize> {
        self.options.select.clone().unwrap_or_else(|| (0..self.columns.len()).collect())
    }

    fn object(&self, row: &Row) -> Json {
        let mut object = Map::new();
        for at in self.shown() {
            if let (Some(column), Some(value)) = (self.columns.get(at), row.get(at)) {
                object.insert(column.name.clone(), value.clone());
            }
        }
        Json::Object(object)
    }

    fn context(&self, suffix: &str) -> String {
        let names = self.options.select.as_ref().map(|places| {
            let named = places.iter().filter_map(|at| self.columns.get(*at));
            format!("({})", named.map(|column| column.name.as_str()).collect::<Vec<_>>().join(","))
        });
        format!("{}$metadata#{}{}{suffix}", self.root, self.set, names.unwrap_or_default())
    }
}

/// Rows that are shown at once.
struct Shown {
    rows: Vec<Row>,
    /// By what the next ones are asked for, if there are any.
    next: Option<String>,
    /// How many there are in all, where all were looked at.
    count: Option<usize>,
}

fn none_of_ours() -> Refused {
    Refused::parameter("$skiptoken", "This is none of ours: take it from the next link of the same rows.")
}

/// The rows' state in a few characters, so that an answer isn't continued with rows that have moved meanwhile.
fn state(rows: &[Row]) -> String {
    let mut digest = Sha256::new();
    for row in rows {
        digest.update(Json::from(row.clone()).to_string());
    }
    hexadecimal(digest).chars().take(16).collect()
}

/// How many rows a client prefers on a page.
fn preferred_page(request: &HttpRequest) -> Option<usize> {
    let preferences = request.headers().get_all("prefer").filter_map(|value| value.to_str().ok());
    let mut parts = preferences.flat_map(|value| value.split([',', ';'])).map(str::trim);
    let size = parts.find_map(|part| part.strip_prefix("odata.maxpagesize=").or_else(|| part.strip_prefix("maxpagesize=")))?;
    size.parse().ok().filter(|size| *size > 0)
}

/// Answers at `/odata/{tenant}`, which is the same as with a slash.
pub async fn root(shared: web::Data<Shared>, request: HttpRequest, tenant: web::Path<String>) -> HttpResponse {
    serve(shared, request, web::Path::from((tenant.into_inner(), String::new()))).await
}
