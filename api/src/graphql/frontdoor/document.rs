//! A document made ready: scanned, parsed, its operation chosen, measured, its cost planned.
//!
//! Everything here depends on the text and the operation name alone, so it is kept and shared between requests
//! (see [`super::cache`]); what depends on variables is asked of it per request.

use std::collections::HashSet;

use async_graphql::{
    Variables,
    parser::{
        Error as ParseError, parse_query,
        types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType},
    },
};

use super::{
    cost::{Plan, Share},
    limits::Limits,
    measure::{Measurement, measure, order, root_keys},
    refusal::{Limit, Refusal},
    scan::scan,
};

/// A document within the limits, ready to be executed as often as it is asked for.
#[derive(Debug)]
pub struct Document {
    parsed: ExecutableDocument,
    kind: OperationType,
    name: Option<String>,
    tokens: u64,
    measurement: Measurement,
    plan: Plan,
    needed: Vec<String>,
}

impl Document {
    /// Prepares `text` for the operation named, or for its only one.
    ///
    /// # Errors
    /// Syntax, fragment cycles, an operation that cannot be told, a subscription, or any structural limit.
    pub fn prepare(text: &str, operation_name: Option<&str>, limits: &Limits) -> Result<Self, Refusal> {
        let tokens = scan(text, limits)?;
        let parsed = parse(text, limits)?;
        let order = order(&parsed)?;
        let (name, operation) = select(&parsed.operations, operation_name)?;
        let measurement = measure(&parsed, operation, &order);
        measurement.check(limits)?;
        refuse_repeated_mutations(&parsed, operation)?;
        let (kind, name, needed) = (operation.ty, name.map(str::to_owned), needed(operation));
        let plan = Plan::new(&parsed, operation, &order);
        Ok(Self { kind, name, tokens, measurement, plan, needed, parsed })
    }

    /// Checks this request's variables and weighs it: fields in the fullest possible answer.
    ///
    /// # Errors
    /// [`Refusal::Variable`] for a missing or null value that is required; a page or cost limit.
    pub fn weigh(&self, variables: &Variables, limits: &Limits) -> Result<u64, Refusal> {
        let missing = |name: &&String| matches!(variables.get(name.as_str()), None | Some(async_graphql::Value::Null));
        if let Some(name) = self.needed.iter().find(missing) {
            return Err(Refusal::Variable(name.clone()));
        }
        self.plan.cost(variables, limits)
    }

    /// What each field with a selection of its own costs, in document order; the variables have been weighed.
    #[must_use]
    pub fn shares(&self, variables: &Variables, limits: &Limits) -> Vec<Share> {
        self.plan.shares(variables, limits)
    }

    /// Query or mutation (or subscription, which this transport refuses).
    #[must_use]
    pub const fn kind(&self) -> OperationType {
        self.kind
    }

    /// The operation's name, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What it came to.
    #[must_use]
    pub const fn measurement(&self) -> &Measurement {
        &self.measurement
    }

    /// A copy of the parsed document, which the executor takes apart.
    #[must_use]
    pub fn parsed(&self) -> ExecutableDocument {
        self.parsed.clone()
    }

    /// Bytes of memory it takes, estimated from its tokens: a token of a parsed field takes some 150 bytes.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.tokens.saturating_mul(150).saturating_add(1024)
    }
}

fn parse(text: &str, limits: &Limits) -> Result<ExecutableDocument, Refusal> {
    // The parser has assertions of its own; a panic must not take the connection with it.
    let parsed = std::panic::catch_unwind(|| parse_query(text)).map_err(|_| Refusal::Internal)?;
    parsed.map_err(|error| match error {
        ParseError::RecursionLimitExceeded => {
            Refusal::Exceeded { limit: Limit::Nesting, measured: limits.nesting.saturating_add(1), allowed: limits.nesting }
        }
        // The parser draws a picture of the place; what it expected is on the last line.
        ParseError::Syntax { ref message, .. } => {
            let last = message.lines().last().unwrap_or_default();
            Refusal::Syntax(last.trim_start_matches([' ', '=']).to_owned(), error.positions().collect())
        }
        other => Refusal::Syntax(other.to_string(), other.positions().collect()),
    })
}

fn select<'a>(
    operations: &'a DocumentOperations,
    wanted: Option<&str>,
) -> Result<(Option<&'a str>, &'a OperationDefinition), Refusal> {
    let all: Vec<_> =
        operations.iter().map(|(name, operation)| (name.map(async_graphql::Name::as_str), &operation.node)).collect();
    match (wanted, all.as_slice()) {
        (Some(wanted), all) => all
            .iter()
            .find(|(name, _)| *name == Some(wanted))
            .copied()
            .ok_or_else(|| Refusal::OperationUnknown(wanted.to_owned())),
        (None, [only]) => Ok(*only),
        (None, _) => Err(Refusal::OperationNameNeeded),
    }
}

/// The executor resolves a field once per time it is selected instead of merging equal ones first: harmless
/// for reading, but `mutation { pay {a} pay {b} }` would pay twice.
fn refuse_repeated_mutations(document: &ExecutableDocument, operation: &OperationDefinition) -> Result<(), Refusal> {
    if operation.ty != OperationType::Mutation {
        return Ok(());
    }
    let mut seen = HashSet::new();
    let keys = root_keys(document, &operation.selection_set.node);
    match keys.into_iter().find(|key| *key != "__typename" && !seen.insert(*key)) {
        Some(key) => Err(Refusal::MutationRepeated(key.to_owned())),
        None => Ok(()),
    }
}

/// Variables that must have a value: the executor would find out only in the middle of its work.
fn needed(operation: &OperationDefinition) -> Vec<String> {
    let definitions = operation.variable_definitions.iter().map(|definition| &definition.node);
    definitions
        .filter(|each| !each.var_type.node.nullable && each.default_value.is_none())
        .map(|each| each.name.node.to_string())
        .collect()
}
