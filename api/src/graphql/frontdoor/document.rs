//! A document made ready: scanned, parsed, its operation chosen, measured, its cost planned.
//!
//! Everything here depends on the text and the operation name alone, so it is kept and shared between requests
//! (see [`super::cache`]); what depends on variables is asked of it per request.

use std::collections::HashSet;

use apollo_compiler::ast;
use async_graphql::{
    Variables,
    parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType},
};

use super::{
    cost::{Plan, Share},
    limits::Limits,
    measure::{Measurement, measure, order, root_keys},
    refusal::Refusal,
    roots::lay_out,
    scan::scan,
    validity::{Contract, syntax, translate, variables::Declared},
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
    declared: Vec<Declared>,
}

impl Document {
    /// Prepares `text` for the operation named, or for its only one, and holds it against the contract.
    ///
    /// # Errors
    /// As [`Self::prepare`]; then [`Refusal::Invalid`].
    pub fn admit(text: &str, operation_name: Option<&str>, limits: &Limits, contract: &Contract) -> Result<Self, Refusal> {
        let (document, read) = Self::read(text, operation_name, limits)?;
        contract.judge(&read)?;
        document.refuse_repeated_mutations()?;
        Ok(document)
    }

    /// Prepares `text` without asking whether it is valid: what it is, and what it comes to.
    ///
    /// # Errors
    /// Syntax, fragment cycles, an operation that cannot be told, or any structural limit.
    pub fn prepare(text: &str, operation_name: Option<&str>, limits: &Limits) -> Result<Self, Refusal> {
        Self::read(text, operation_name, limits).map(|(document, _)| document)
    }

    fn read(text: &str, operation_name: Option<&str>, limits: &Limits) -> Result<(Self, ast::Document), Refusal> {
        let tokens = scan(text, limits)?;
        let (read, text) = syntax::parse(text, limits)?;
        let mut parsed = translate::executable(&read, &text)?;
        let order = order(&parsed)?;
        let (name, operation) = select(&parsed.operations, operation_name)?;
        let measurement = measure(&parsed, operation, &order);
        measurement.check(limits)?;
        let (kind, name) = (operation.ty, name.map(str::to_owned));
        let declared = declared(&read, name.as_deref());
        let plan = Plan::new(&parsed, operation, &order);
        lay_out(&mut parsed);
        Ok((Self { kind, name, tokens, measurement, plan, declared, parsed }, read))
    }

    /// Weighs a request for it: fields in the fullest possible answer, with these variables.
    ///
    /// # Errors
    /// A page or cost limit.
    pub fn weigh(&self, variables: &Variables, limits: &Limits) -> Result<u64, Refusal> {
        self.plan.cost(variables, limits)
    }

    /// The executor resolves a field once per time it is selected instead of merging equal ones first: harmless
    /// for reading, but `mutation { pay {a} pay {b} }` would pay twice.
    fn refuse_repeated_mutations(&self) -> Result<(), Refusal> {
        if self.kind != OperationType::Mutation {
            return Ok(());
        }
        let (_, operation) = select(&self.parsed.operations, self.name.as_deref())?;
        let mut seen = HashSet::new();
        let keys = root_keys(&self.parsed, &operation.selection_set.node);
        match keys.into_iter().find(|key| *key != "__typename" && !seen.insert(*key)) {
            Some(key) => Err(Refusal::MutationRepeated(key.to_owned())),
            None => Ok(()),
        }
    }

    /// The variables that its operation declares.
    #[must_use]
    pub fn declared(&self) -> &[Declared] {
        &self.declared
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

fn declared(document: &ast::Document, name: Option<&str>) -> Vec<Declared> {
    let operation = document.definitions.iter().find_map(|definition| match definition {
        ast::Definition::OperationDefinition(it) if it.name.as_ref().map(apollo_compiler::Name::as_str) == name => Some(it),
        _ => None,
    });
    operation.map(|operation| Declared::of(operation)).unwrap_or_default()
}
