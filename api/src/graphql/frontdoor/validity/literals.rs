//! Rules about values that apollo-compiler 1.33 lacks: input fields given once, inputs of which exactly one field is given, and
//! variables in the right positions below the top of an argument.
//!
//! Each operation is walked with the fragments that it reaches, each fragment once, since a variable's type is its operation's.

use std::collections::{HashMap, HashSet};

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema, ast,
    executable::{Operation, Selection, SelectionSet},
    schema::{ExtendedType, InputObjectType},
};

use super::{Fault, MOST_FAULTS, is_one_of, place};

/// What is wrong with the values of a document that is valid otherwise; the first faults.
pub(super) fn faults(schema: &Schema, document: &ExecutableDocument) -> Vec<Fault> {
    let mut faults = Vec::new();
    for operation in document.operations.iter() {
        let variables = operation.variables.iter().map(|variable| (&variable.name, &**variable)).collect();
        let mut walk = Walk { schema, document, variables, seen: HashSet::new(), faults: &mut faults };
        walk.operation(operation);
        if faults.len() >= MOST_FAULTS {
            break;
        }
    }
    faults
}

struct Walk<'a, 'f> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    variables: HashMap<&'a Name, &'a ast::VariableDefinition>,
    seen: HashSet<&'a Name>,
    faults: &'f mut Vec<Fault>,
}

/// What is expected at a place of a document.
#[derive(Clone, Copy)]
struct Expected<'a> {
    ty: &'a ast::Type,
    has_default: bool,
}

impl<'a> Walk<'a, '_> {
    fn operation(&mut self, operation: &'a Node<Operation>) {
        for variable in &operation.variables {
            self.directives(&variable.directives);
            if let Some(default) = &variable.default_value {
                self.value(Some(Expected { ty: &variable.ty, has_default: false }), default);
            }
        }
        self.directives(&operation.directives);
        self.set(&operation.selection_set);
    }

    fn set(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            if self.faults.len() >= MOST_FAULTS {
                return;
            }
            match selection {
                Selection::Field(field) => {
                    self.directives(&field.directives);
                    self.arguments(&field.arguments, &field.definition.arguments);
                    self.set(&field.selection_set);
                }
                Selection::InlineFragment(inline) => {
                    self.directives(&inline.directives);
                    self.set(&inline.selection_set);
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.directives);
                    let fragment = self.document.fragments.get(&spread.fragment_name);
                    if let Some(fragment) = fragment.filter(|_| self.seen.insert(&spread.fragment_name)) {
                        self.directives(&fragment.directives);
                        self.set(&fragment.selection_set);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &'a ast::DirectiveList) {
        for directive in &directives.0 {
            if let Some(definition) = self.schema.directive_definitions.get(&directive.name) {
                self.arguments(&directive.arguments, &definition.arguments);
            }
        }
    }

    fn arguments(&mut self, given: &'a [Node<ast::Argument>], defined: &'a [Node<ast::InputValueDefinition>]) {
        for argument in given {
            let definition = defined.iter().find(|each| each.name == argument.name);
            let expected = definition.map(|it| Expected { ty: &it.ty, has_default: it.default_value.is_some() });
            self.value(expected, &argument.value);
        }
    }

    /// Looks at a value; nothing is expected of what stands inside a custom scalar.
    fn value(&mut self, expected: Option<Expected<'a>>, value: &'a Node<ast::Value>) {
        match (&**value, expected) {
            (ast::Value::Variable(name), Some(expected)) => self.variable(name, expected, value),
            (ast::Value::List(items), expected) => {
                let item = expected.filter(|it| it.ty.is_list());
                let item = item.map(|it| Expected { ty: it.ty.item_type(), has_default: false });
                for each in items {
                    self.value(item, each);
                }
            }
            (ast::Value::Object(fields), expected) => {
                self.are_given_once(fields);
                let input = expected.and_then(|it| match self.schema.types.get(it.ty.inner_named_type()) {
                    Some(ExtendedType::InputObject(input)) => Some(&**input),
                    _ => None,
                });
                if let Some(input) = input.filter(|input| is_one_of(input)) {
                    self.is_exactly_one(input, fields, value);
                }
                for (name, each) in fields {
                    let definition = input.and_then(|input| input.fields.get(name));
                    let expected = definition.map(|it| Expected { ty: &it.ty, has_default: it.default_value.is_some() });
                    self.value(expected, each);
                }
            }
            _ => {}
        }
    }

    fn are_given_once(&mut self, fields: &'a [(Name, Node<ast::Value>)]) {
        let mut names = HashSet::with_capacity(fields.len());
        if let Some((name, value)) = fields.iter().find(|(name, _)| !names.insert(name)) {
            self.fault(format!("There can be only one input field named \"{name}\"."), value);
        }
    }

    fn is_exactly_one(&mut self, input: &InputObjectType, fields: &'a [(Name, Node<ast::Value>)], value: &Node<ast::Value>) {
        match fields {
            [(name, only)] if only.is_null() => {
                self.fault(format!("Field \"{}.{name}\" must not be null: the input takes exactly one field.", input.name), only);
            }
            [_] => {}
            _ => self.fault(format!("Input \"{}\" takes exactly one field.", input.name), value),
        }
    }

    /// IsVariableUsageAllowed of the specification; that a variable for the only field of a oneOf input is null is found when it is
    /// executed, as graphql-js 16 does.
    fn variable(&mut self, name: &Name, expected: Expected<'_>, value: &Node<ast::Value>) {
        let Some(variable) = self.variables.get(name).copied() else { return };
        let never_null = variable.default_value.as_ref().is_some_and(|default| !default.is_null());
        let allowed = if expected.ty.is_non_null() && !variable.ty.is_non_null() {
            (never_null || expected.has_default) && variable.ty.is_assignable_to(&expected.ty.clone().nullable())
        } else {
            variable.ty.is_assignable_to(expected.ty)
        };
        if !allowed {
            let message = format!(
                "Variable \"${name}\" of type \"{}\" used in a position expecting type \"{}\".",
                variable.ty, expected.ty
            );
            self.fault(message, value);
        }
    }

    fn fault(&mut self, message: String, value: &Node<ast::Value>) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault { message, place: place(value, &self.document.sources) });
        }
    }
}
