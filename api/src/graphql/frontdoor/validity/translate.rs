//! A syntax tree in the shape that the executing library has for it.
//!
//! Places are kept for what the library names in errors: fields, spreads and definitions. They come in the order of the text, so the
//! text is walked through once.

use std::collections::HashMap;

use apollo_compiler::{Node, ast};
use async_graphql::{
    Name, Pos, Positioned,
    parser::types::{
        BaseType, Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition, FragmentSpread, InlineFragment,
        OperationDefinition, OperationType, Selection, SelectionSet, Type, TypeCondition, VariableDefinition,
    },
};
use async_graphql_value::{ConstValue, Value, indexmap::IndexMap};

use crate::graphql::frontdoor::{refusal::Refusal, request::refuse_nul};

/// Translates a document; what isn't executable in it is left to validation.
///
/// # Errors
/// [`Refusal::Syntax`] for a document that the specification calls malformed or that has no operation to execute;
/// [`Refusal::Invalid`] for names given twice, since the library keeps definitions by name, and numbers that no number type holds;
/// [`Refusal::Malformed`] for a text with the character U+0000.
pub fn executable(document: &ast::Document, text: &str) -> Result<ExecutableDocument, Refusal> {
    let mut translating = Translating { text, at: 0, pos: Pos { line: 1, column: 1 }, overflow: false, holds_nul: false };
    let (mut single, mut multiple, mut fragments) = (Vec::new(), HashMap::new(), HashMap::new());
    for definition in &document.definitions {
        match definition {
            ast::Definition::OperationDefinition(operation) => {
                let translated = translating.operation(operation);
                match &operation.name {
                    None => single.push(translated),
                    Some(name) => {
                        if multiple.insert(Name::new(name.as_str()), translated).is_some() {
                            return Err(Refusal::invalid(format!("There can be only one operation named \"{name}\".")));
                        }
                    }
                }
            }
            ast::Definition::FragmentDefinition(fragment) => {
                let translated = translating.fragment(fragment);
                if fragments.insert(Name::new(fragment.name.as_str()), translated).is_some() {
                    return Err(Refusal::invalid(format!("There can be only one fragment named \"{}\".", fragment.name)));
                }
            }
            other => return Err(Refusal::invalid(format!("The definition of {} isn't executable.", described(other)))),
        }
    }
    refuse_nul(translating.holds_nul)?;
    if translating.overflow {
        return Err(Refusal::invalid("A number is larger than any type of number holds.".to_owned()));
    }
    let operations = match (single.pop(), single.is_empty(), multiple.is_empty()) {
        (Some(only), true, true) => DocumentOperations::Single(only),
        (None, _, false) => DocumentOperations::Multiple(multiple),
        (None, _, true) => return Err(Refusal::Syntax("the document has no operation".to_owned(), Vec::new())),
        _ => return Err(Refusal::invalid("An operation without a name must be the only one of its document.".to_owned())),
    };
    Ok(ExecutableDocument { operations, fragments })
}

fn described(definition: &ast::Definition) -> String {
    definition.name().map_or_else(|| "a schema".to_owned(), |name| format!("\"{name}\""))
}

struct Translating<'a> {
    text: &'a str,
    at: usize,
    pos: Pos,
    overflow: bool,
    holds_nul: bool,
}

impl Translating<'_> {
    /// The place of a node that stands behind those before it.
    fn place<T>(&mut self, node: &Node<T>) -> Pos {
        let Some(offset) = node.location().map(|span| span.offset()) else { return self.pos };
        for sign in self.text.get(self.at..offset).unwrap_or_default().chars() {
            if sign == '\n' {
                self.pos = Pos { line: self.pos.line + 1, column: 1 };
            } else {
                self.pos.column += 1;
            }
        }
        self.at = self.at.max(offset);
        self.pos
    }

    fn operation(&mut self, operation: &Node<ast::OperationDefinition>) -> Positioned<OperationDefinition> {
        let pos = self.place(operation);
        let ty = match operation.operation_type {
            ast::OperationType::Query => OperationType::Query,
            ast::OperationType::Mutation => OperationType::Mutation,
            ast::OperationType::Subscription => OperationType::Subscription,
        };
        let variable_definitions = operation.variables.iter().map(|variable| self.variable(variable, pos)).collect();
        let directives = self.directives(&operation.directives, pos);
        let selection_set = self.set(&operation.selection_set, pos);
        Positioned::new(OperationDefinition { ty, variable_definitions, directives, selection_set }, pos)
    }

    fn variable(&mut self, variable: &ast::VariableDefinition, pos: Pos) -> Positioned<VariableDefinition> {
        let directives = self.directives(&variable.directives, pos);
        let default_value = variable.default_value.as_ref().map(|value| Positioned::new(self.constant(value), pos));
        let var_type = Positioned::new(type_of(&variable.ty), pos);
        Positioned::new(VariableDefinition { name: name(&variable.name, pos), var_type, directives, default_value }, pos)
    }

    fn fragment(&mut self, fragment: &Node<ast::FragmentDefinition>) -> Positioned<FragmentDefinition> {
        let pos = self.place(fragment);
        let directives = self.directives(&fragment.directives, pos);
        let selection_set = self.set(&fragment.selection_set, pos);
        Positioned::new(
            FragmentDefinition { type_condition: condition(&fragment.type_condition, pos), directives, selection_set },
            pos,
        )
    }

    fn set(&mut self, selections: &[ast::Selection], pos: Pos) -> Positioned<SelectionSet> {
        let items = selections.iter().map(|selection| self.selection(selection)).collect();
        Positioned::new(SelectionSet { items }, pos)
    }

    fn selection(&mut self, selection: &ast::Selection) -> Positioned<Selection> {
        let (pos, selection) = match selection {
            ast::Selection::Field(field) => {
                let pos = self.place(field);
                (pos, Selection::Field(Positioned::new(self.field(field, pos), pos)))
            }
            ast::Selection::FragmentSpread(spread) => {
                let pos = self.place(spread);
                let directives = self.directives(&spread.directives, pos);
                let spread = FragmentSpread { fragment_name: name(&spread.fragment_name, pos), directives };
                (pos, Selection::FragmentSpread(Positioned::new(spread, pos)))
            }
            ast::Selection::InlineFragment(inline) => {
                let pos = self.place(inline);
                let type_condition = inline.type_condition.as_ref().map(|on| condition(on, pos));
                let directives = self.directives(&inline.directives, pos);
                let selection_set = self.set(&inline.selection_set, pos);
                (
                    pos,
                    Selection::InlineFragment(Positioned::new(InlineFragment { type_condition, directives, selection_set }, pos)),
                )
            }
        };
        Positioned::new(selection, pos)
    }

    fn field(&mut self, field: &ast::Field, pos: Pos) -> Field {
        Field {
            alias: field.alias.as_ref().map(|alias| name(alias, pos)),
            name: name(&field.name, pos),
            arguments: self.arguments(&field.arguments, pos),
            directives: self.directives(&field.directives, pos),
            selection_set: self.set(&field.selection_set, pos),
        }
    }

    fn arguments(&mut self, arguments: &[Node<ast::Argument>], pos: Pos) -> Vec<(Positioned<Name>, Positioned<Value>)> {
        let each =
            |argument: &Node<ast::Argument>| (name(&argument.name, pos), Positioned::new(self.value(&argument.value), pos));
        arguments.iter().map(each).collect()
    }

    fn directives(&mut self, directives: &ast::DirectiveList, pos: Pos) -> Vec<Positioned<Directive>> {
        let each = |directive: &Node<ast::Directive>| {
            let arguments = self.arguments(&directive.arguments, pos);
            Positioned::new(Directive { name: name(&directive.name, pos), arguments }, pos)
        };
        directives.iter().map(each).collect()
    }

    fn constant(&mut self, value: &ast::Value) -> ConstValue {
        // The grammar has no variables where constants stand; should one slip through, validation refuses it.
        self.value(value).into_const().unwrap_or_default()
    }

    fn value(&mut self, value: &ast::Value) -> Value {
        match value {
            ast::Value::Null => Value::Null,
            ast::Value::Enum(it) => Value::Enum(Name::new(it.as_str())),
            ast::Value::Variable(it) => Value::Variable(Name::new(it.as_str())),
            ast::Value::String(it) => {
                self.holds_nul |= it.contains('\0');
                Value::String(it.clone())
            }
            ast::Value::Float(it) => self.number(it.as_str()),
            ast::Value::Int(it) => self.number(it.as_str()),
            ast::Value::Boolean(it) => Value::Boolean(*it),
            ast::Value::List(items) => Value::List(items.iter().map(|item| self.value(item)).collect()),
            ast::Value::Object(fields) => {
                let fields = fields.iter().map(|(key, item)| (Name::new(key.as_str()), self.value(item)));
                Value::Object(fields.collect::<IndexMap<_, _>>())
            }
        }
    }

    fn number(&mut self, text: &str) -> Value {
        match serde_json::from_str(text) {
            Ok(number) => Value::Number(number),
            Err(_) => {
                self.overflow = true;
                Value::Null
            }
        }
    }
}

fn name(name: &apollo_compiler::Name, pos: Pos) -> Positioned<Name> {
    Positioned::new(Name::new(name.as_str()), pos)
}

fn condition(on: &apollo_compiler::Name, pos: Pos) -> Positioned<TypeCondition> {
    Positioned::new(TypeCondition { on: name(on, pos) }, pos)
}

fn type_of(ty: &ast::Type) -> Type {
    let (base, nullable) = match ty {
        ast::Type::Named(name) => (BaseType::Named(Name::new(name.as_str())), true),
        ast::Type::NonNullNamed(name) => (BaseType::Named(Name::new(name.as_str())), false),
        ast::Type::List(item) => (BaseType::List(Box::new(type_of(item))), true),
        ast::Type::NonNullList(item) => (BaseType::List(Box::new(type_of(item))), false),
    };
    Type { base, nullable }
}
