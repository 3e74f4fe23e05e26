//! Whether a stored query can be stored: that the schema takes its document, where its rows are, what columns they have.
//!
//! Lists come in pages of a hundred. The list on the way to the rows that is no list within a list is followed from page to page
//! when the query is served, so its document has to take the cursor in a variable and to say where each page ends. Lists within
//! lists aren't followed: there the document itself says how many it wants.

use async_graphql::{
    Positioned,
    parser::types::{OperationType, VariableDefinition},
};
use entity::{
    error::{Problem, ProblemCode},
    rules::stored_query::{Column, Definition, Parameter, TENANT, ValueKind},
};

use super::shape::{Chosen, Place, Shape};
use crate::graphql::frontdoor::{Contract, Document, Limits};

/// A column as its author puts it.
#[derive(Clone, Debug)]
pub struct ProposedColumn {
    pub name: String,
    pub path: String,
    pub kind: Option<ValueKind>,
    pub description: String,
}

/// A definition as its author puts it.
#[derive(Clone, Debug)]
pub struct Proposed {
    pub document: String,
    pub rows_path: String,
    pub columns: Option<Vec<ProposedColumn>>,
    /// What parameters mean, by name.
    pub meanings: Vec<(String, String)>,
}

/// Types of what is one's own and changes without leaving a trace in any tenant's records: it can't be served by what changed.
const ONE_S_OWN: &[&str] = &["Viewer", "Session", "Account", "ServiceAccount", "CostExplanation"];

/// Types that show what was done and by whom.
const OF_THE_RECORD: &[&str] = &["Act", "AuditEvent"];

/// Faults of a document that are told of at most.
const MOST_FAULTS: usize = 10;

/// Levels of objects below a row that columns are made of.
const DEEPEST: usize = 8;

fn problem(field: &str, code: ProblemCode, message: impl Into<String>) -> Problem {
    Problem::new(field, code, message)
}

/// The definition that the author means, complete.
///
/// # Errors
/// Everything that isn't in order, field by field.
pub fn checked(
    registry: &async_graphql::registry::Registry,
    (contract, limits): (&Contract, &Limits),
    proposed: &Proposed,
) -> Result<Definition, Vec<Problem>> {
    let in_document = |message: String| vec![problem("document", ProblemCode::Malformed, message)];
    let document = Document::admit(&proposed.document, None, limits, contract).map_err(|refusal| {
        let faults = refusal.to_errors().into_iter().take(MOST_FAULTS);
        faults.map(|fault| problem("document", ProblemCode::Malformed, fault.message)).collect::<Vec<_>>()
    })?;
    if document.kind() != OperationType::Query {
        return Err(in_document("A stored query only reads: its document has one query.".to_owned()));
    }
    let parsed = document.parsed();
    let (_, operation) = parsed.operations.iter().next().ok_or_else(|| in_document("It has no operation.".to_owned()))?;
    let operation = &operation.node;
    let shape = Shape { registry, document: &parsed };
    let root = shape.root(&operation.selection_set.node);
    let mut types = Vec::new();
    shape.types(&root, &mut types);
    if let Some(own) = types.iter().find(|of| ONE_S_OWN.contains(&of.as_str()) || of.starts_with("__")) {
        return Err(in_document(format!("{own} is no part of a tenant's records, and of no use to others.")));
    }
    let way = Way::to(&shape, root, &proposed.rows_path)?;
    let columns = columns(&shape, &way, proposed.columns.as_deref())?;
    let parameters = parameters(&shape, &operation.variable_definitions, way.pages_by.as_deref(), &proposed.meanings)?;
    Ok(Definition {
        document: proposed.document.clone(),
        rows_path: proposed.rows_path.clone(),
        pages_by: way.pages_by,
        columns,
        parameters,
        shows_record: types.iter().any(|of| OF_THE_RECORD.contains(&of.as_str())),
    })
}

/// The way from the root of the answer to its rows.
struct Way<'d> {
    keys: Vec<String>,
    /// The object at the root and under each key.
    places: Vec<Place<'d>>,
    pages_by: Option<String>,
}

impl<'d> Way<'d> {
    fn to(shape: &Shape<'d>, root: Place<'d>, rows_path: &str) -> Result<Self, Vec<Problem>> {
        let nowhere = |at: &str| {
            let message = format!("The document's answer has no objects at {at}; give response keys separated by dots.");
            vec![problem("rowsPath", ProblemCode::NotFound, message)]
        };
        let (mut way, mut lists) = (Self { keys: Vec::new(), places: vec![root], pages_by: None }, 0);
        let mut connection: Option<(Chosen<'d>, Place<'d>, bool)> = None;
        for key in rows_path.split('.') {
            let from = way.places.last().ok_or_else(|| nowhere(rows_path))?;
            let chosen = shape.chosen(from).swap_remove(key).ok_or_else(|| nowhere(rows_path))?;
            let place = shape.beneath(&chosen).ok_or_else(|| nowhere(rows_path))?;
            way.keys.push(key.to_owned());
            if chosen.is_list() {
                if let Some((field, at, is_within_list)) = connection.take() {
                    way.pages_by = followed(shape, &field, &at, is_within_list)?.or(way.pages_by);
                }
                lists += 1;
            } else if place.of.ends_with("Connection") {
                connection = Some((chosen, place.clone(), lists > 0));
            }
            way.places.push(place);
        }
        if way.places.last().is_some_and(|place| place.of.ends_with("Connection")) {
            let message = format!("{rows_path} is a page; its rows are at {rows_path}.nodes.");
            return Err(vec![problem("rowsPath", ProblemCode::Malformed, message)]);
        }
        Ok(way)
    }
}

/// The variable by which a connection is followed from page to page; none for one within a list, which must say how many it wants.
fn followed<'d>(
    shape: &Shape<'d>,
    connection: &Chosen<'d>,
    at: &Place<'d>,
    is_within_list: bool,
) -> Result<Option<String>, Vec<Problem>> {
    let name = &connection.field.name.node;
    let missing = |message: String| vec![problem("document", ProblemCode::Missing, message)];
    if is_within_list {
        let says = ["first", "last"].iter().any(|end| connection.field.get_argument(end).is_some());
        let message =
            format!("{name} is a list within a list, whose further pages aren't fetched: say how many by first or last.");
        return if says { Ok(None) } else { Err(missing(message)) };
    }
    let info = shape.chosen(at).swap_remove("pageInfo").and_then(|info| shape.beneath(&info)).map(|info| shape.chosen(&info));
    let ends = info.is_some_and(|info| info.contains_key("hasNextPage") && info.contains_key("endCursor"));
    match connection.variable("after").filter(|_| ends) {
        Some(variable) => Ok(Some(variable.to_string())),
        None => Err(missing(format!(
            "{name} comes in pages: declare $after: String, write {name}(first: 100, after: $after), and select pageInfo {{ \
             hasNextPage endCursor }} beside its nodes, so that the further pages can be fetched."
        ))),
    }
}

fn columns(shape: &Shape<'_>, way: &Way<'_>, proposed: Option<&[ProposedColumn]>) -> Result<Vec<Column>, Vec<Problem>> {
    let row = way.places.last().ok_or_else(Vec::new)?;
    let Some(proposed) = proposed else {
        let mut columns = Vec::new();
        derive(shape, row, &[], false, &mut columns);
        return Ok(columns);
    };
    let (mut columns, mut faults) = (Vec::new(), Vec::new());
    for (at, column) in proposed.iter().enumerate() {
        match column_of(shape, way, column) {
            Ok(column) => columns.push(column),
            Err((field, message)) => {
                faults.push(problem(&format!("columns.{at}.{field}"), ProblemCode::NotFound, message));
            }
        }
    }
    if faults.is_empty() { Ok(columns) } else { Err(faults) }
}

/// A column, with its kind found out or seen to fit.
fn column_of(shape: &Shape<'_>, way: &Way<'_>, proposed: &ProposedColumn) -> Result<Column, (&'static str, String)> {
    let nowhere = || ("path", format!("There is no value at {}.", proposed.path));
    let (mut from, keys) = match proposed.path.strip_prefix("$.") {
        Some(path) => (0, path),
        None => (way.keys.len(), proposed.path.as_str()),
    };
    let (mut place, mut found, mut is_several) = (way.places.get(from).cloned(), None, false);
    for key in keys.split('.') {
        let chosen = place.as_ref().and_then(|place| shape.chosen(place).swap_remove(key)).ok_or_else(nowhere)?;
        // What lies on the way to the rows is one thing for each row, whatever lists it is in.
        let is_on_the_way = way.keys.get(from).is_some_and(|on_the_way| on_the_way == key);
        from = if is_on_the_way { from + 1 } else { usize::MAX };
        is_several |= chosen.is_list() && !is_on_the_way;
        (place, found) = (shape.beneath(&chosen), shape.kind(chosen.of()));
    }
    let natural = found.filter(|_| place.is_none()).ok_or_else(nowhere)?;
    let natural = if is_several { ValueKind::Text } else { natural };
    let kind = proposed.kind.unwrap_or(natural);
    let in_milliseconds = kind == ValueKind::EpochMilliseconds && matches!(natural, ValueKind::Date | ValueKind::Moment);
    if kind != natural && kind != ValueKind::Text && !in_milliseconds {
        return Err(("kind", format!("What stands at {} is {natural}, which can't be shown as {kind}.", proposed.path)));
    }
    let (name, path, description) = (proposed.name.clone(), proposed.path.clone(), proposed.description.clone());
    Ok(Column { name, path, kind, description })
}

/// Every value beneath a row, in the order of the answer; the days of periods in milliseconds as well.
fn derive(shape: &Shape<'_>, place: &Place<'_>, keys: &[&str], is_several: bool, columns: &mut Vec<Column>) {
    if keys.len() >= DEEPEST {
        return;
    }
    for (key, chosen) in &shape.chosen(place) {
        let keys: Vec<&str> = keys.iter().copied().chain([key.as_str()]).collect();
        let is_several = is_several || chosen.is_list();
        if let Some(next) = shape.beneath(chosen) {
            if next.of != "PageInfo" {
                derive(shape, &next, &keys, is_several, columns);
            }
            continue;
        }
        let kind = shape.kind(chosen.of()).filter(|_| !is_several).unwrap_or(ValueKind::Text);
        let name = keys.iter().map(|key| snake(key)).collect::<Vec<_>>().join("_");
        let column = |name: String, kind| Column { name, path: keys.join("."), kind, description: String::new() };
        let in_milliseconds =
            (place.of == "Period" && kind == ValueKind::Date).then(|| column(format!("{name}_ms"), ValueKind::EpochMilliseconds));
        columns.push(column(name, kind));
        columns.extend(in_milliseconds);
    }
}

/// `startsOn` as `starts_on`.
fn snake(key: &str) -> String {
    let mut snake = String::with_capacity(key.len() + 4);
    for c in key.chars() {
        if c.is_ascii_uppercase() && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

fn parameters(
    shape: &Shape<'_>,
    variables: &[Positioned<VariableDefinition>],
    pages_by: Option<&str>,
    meanings: &[(String, String)],
) -> Result<Vec<Parameter>, Vec<Problem>> {
    let (mut parameters, mut faults) = (Vec::new(), Vec::new());
    for variable in variables.iter().map(|variable| &variable.node) {
        let (name, declared) = (variable.name.node.as_str(), variable.var_type.node.to_string());
        let of = declared.trim_end_matches('!');
        if pages_by == Some(name) || name == TENANT {
            // Both are filled by the server.
            if of != "String" {
                faults.push(problem("document", ProblemCode::Malformed, format!("${name} has to be a String.")));
            }
            continue;
        }
        let is_list = of.starts_with('[');
        let of = of.trim_matches(['[', ']', '!']);
        let Some(kind) = shape.kind(of).filter(|_| of != "Float" && !declared.starts_with("[[")) else {
            let message = format!(
                "${name} is {declared}; what stands in an address can only be a text, a number, true or false, a day, a moment, or a list of those."
            );
            faults.push(problem("document", ProblemCode::Malformed, message));
            continue;
        };
        let description = meanings.iter().find(|(said, _)| said == name).map(|(_, meaning)| meaning.clone());
        parameters.push(Parameter {
            name: name.to_owned(),
            kind,
            is_list,
            is_required: !variable.var_type.node.nullable && variable.default_value.is_none(),
            description: description.unwrap_or_default(),
        });
    }
    for (at, (name, _)) in meanings.iter().enumerate() {
        if !parameters.iter().any(|parameter| parameter.name == *name) {
            let message = format!("The document declares no ${name} that could be given.");
            faults.push(problem(&format!("parameters.{at}.name"), ProblemCode::NotFound, message));
        }
    }
    if faults.is_empty() { Ok(parameters) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::snake;

    #[test]
    fn columns_are_named_as_tables_name_them() {
        for (key, expected) in
            [("startsOn", "starts_on"), ("id", "id"), ("gssCode", "gss_code"), ("NI16", "n_i16"), ("a_B", "a_b")]
        {
            assert_eq!(snake(key), expected);
        }
    }
}
