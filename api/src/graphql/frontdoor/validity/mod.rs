//! Whether a document is valid, by the rules of the specification (September 2025, section 5) and against our own contract.
//!
//! The library behind accepts what is invalid (and silently answers one of two contradicting fields) and refuses what is valid.
//! So its parser and its validation aren't used: [`syntax`] holds the text to the grammar and reads it with apollo-parser, [`translate`] hands the library the
//! document in its own shape, apollo-compiler validates, [`literals`] and [`merging`] add the rules that it lacks or gets wrong,
//! and [`variables`] holds the values of a request against their types before anything is executed. The tests compare all of it with
//! graphql-js. The work grows with the measured size of the document, which has its limit before it comes here.

mod grammar;
mod literals;
mod merging;
pub mod syntax;
mod tokens;
pub mod translate;
pub mod variables;

use apollo_compiler::{
    Name, Node, Schema, ast,
    schema::{ExtendedType, FieldDefinition},
    validation::Valid,
};
use async_graphql::Pos;

use super::refusal::Refusal;

/// Faults of one document that are told; a small document can be wrong in thousands of ways.
pub const MOST_FAULTS: usize = 20;

/// Something in a document that makes it invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, in a sentence.
    pub message: String,
    /// Where it begins.
    pub place: Option<Pos>,
}

/// The contract, made ready to hold documents against; one for the whole server.
#[derive(Debug)]
pub struct Contract {
    schema: Valid<Schema>,
}

impl Contract {
    /// Reads the contract from the schema definition language.
    ///
    /// # Errors
    /// What is wrong with it; a server must not start with such a contract.
    pub fn of(definition: &str) -> Result<Self, String> {
        let mut schema = Schema::parse(definition, "schema.graphql").map_err(|wrong| wrong.errors.to_string())?;
        tell_of_one_of(&mut schema);
        let schema = schema.validate().map_err(|wrong| wrong.errors.to_string())?;
        Ok(Self { schema })
    }

    /// Holds a document against the contract.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with the first faults.
    pub fn judge(&self, document: &ast::Document) -> Result<(), Refusal> {
        let executable = document.to_executable_validate(&self.schema).map_err(|wrong| {
            let faults = wrong.errors.iter().take(MOST_FAULTS).map(|one| {
                let place = one.line_column_range().map(|range| Pos { line: range.start.line, column: range.start.column });
                Fault { message: one.error.to_string(), place }
            });
            Refusal::Invalid(faults.collect())
        })?;
        let mut faults = literals::faults(&self.schema, &executable);
        if faults.is_empty() {
            faults = merging::faults(&self.schema, &executable)?;
        }
        if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
    }
}

/// `@oneOf` and `__Type.isOneOf` came with September 2025; apollo-compiler 1.33 knows neither.
fn tell_of_one_of(schema: &mut Schema) {
    if let Ok(name) = Name::new("oneOf") {
        let locations = vec![ast::DirectiveLocation::InputObject];
        let directive = ast::DirectiveDefinition {
            description: None,
            name: name.clone(),
            arguments: Vec::new(),
            repeatable: false,
            locations,
        };
        schema.directive_definitions.entry(name).or_insert_with(|| Node::new(directive));
    }
    let (Some(ExtendedType::Object(of_types)), Ok(name), Ok(boolean)) =
        (schema.types.get_mut("__Type"), Name::new("isOneOf"), Name::new("Boolean"))
    else {
        return;
    };
    let field = FieldDefinition {
        description: None,
        name: name.clone(),
        arguments: Vec::new(),
        ty: ast::Type::Named(boolean),
        directives: ast::DirectiveList::new(),
    };
    of_types.make_mut().fields.entry(name).or_insert_with(|| Node::new(field).into());
}

/// Where a node begins in its document.
fn place<T>(node: &Node<T>, sources: &apollo_compiler::parser::SourceMap) -> Option<Pos> {
    let start = node.line_column_range(sources)?.start;
    Some(Pos { line: start.line, column: start.column })
}

/// Whether an input object takes exactly one of its fields.
fn is_one_of(input: &apollo_compiler::schema::InputObjectType) -> bool {
    input.directives.iter().any(|directive| directive.name == "oneOf")
}
