//! The shape of a document's answer: what stands where, by the schema.

use async_graphql::{
    Name, Value,
    indexmap::IndexMap,
    parser::types::{ExecutableDocument, Field, Selection, SelectionSet},
    registry::{MetaType, MetaTypeName, Registry},
};
use entity::rules::stored_query::ValueKind;

/// A document with the schema that it is asked of.
#[derive(Clone, Copy)]
pub struct Shape<'d> {
    pub registry: &'d Registry,
    pub document: &'d ExecutableDocument,
}

/// An object in the answer: its type, and every selection that is made of it.
#[derive(Clone)]
pub struct Place<'d> {
    pub of: String,
    sets: Vec<&'d SelectionSet>,
}

/// What stands under one response key of an object.
pub struct Chosen<'d> {
    /// The field, as it is selected first.
    pub field: &'d Field,
    /// Its type as the schema writes it.
    pub declared: String,
    sets: Vec<&'d SelectionSet>,
}

impl<'d> Shape<'d> {
    /// The root of the answer.
    pub fn root(self, set: &'d SelectionSet) -> Place<'d> {
        Place { of: self.registry.query_type.clone(), sets: vec![set] }
    }

    /// What stands in an object, in the order in which it comes in the answer.
    pub fn chosen(self, place: &Place<'d>) -> IndexMap<String, Chosen<'d>> {
        let mut chosen = IndexMap::new();
        for set in &place.sets {
            self.choose(set, &place.of, &mut chosen);
        }
        chosen
    }

    fn choose(self, set: &'d SelectionSet, of: &str, chosen: &mut IndexMap<String, Chosen<'d>>) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let known = self.registry.types.get(of).and_then(|of| of.field_by_name(field.name.node.as_str()));
                    // `__typename` and the like are no column of anybody's.
                    let Some(known) = known else { continue };
                    let key = field.response_key().node.to_string();
                    let sets = &field.selection_set.node;
                    let new = || Chosen { field, declared: known.ty.clone(), sets: Vec::new() };
                    chosen.entry(key).or_insert_with(new).sets.push(sets);
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref().map_or(of, |on| on.node.on.node.as_str());
                    self.choose(&inline.node.selection_set.node, on, chosen);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) {
                        let on = fragment.node.type_condition.node.on.node.as_str();
                        self.choose(&fragment.node.selection_set.node, on, chosen);
                    }
                }
            }
        }
    }

    /// The types of all objects in the answer beneath a place, its own among them, and those that fragments are made on.
    pub fn types(self, place: &Place<'d>, met: &mut Vec<String>) {
        met.push(place.of.clone());
        place.sets.iter().for_each(|set| self.conditions(set, met));
        for chosen in self.chosen(place).values() {
            if let Some(next) = self.beneath(chosen) {
                self.types(&next, met);
            }
        }
    }

    fn conditions(self, set: &SelectionSet, met: &mut Vec<String>) {
        for selection in &set.items {
            let (on, set) = match &selection.node {
                Selection::Field(_) => continue,
                Selection::InlineFragment(inline) => (inline.node.type_condition.as_ref(), &inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => match self.document.fragments.get(&spread.node.fragment_name.node) {
                    Some(fragment) => (Some(&fragment.node.type_condition), &fragment.node.selection_set.node),
                    None => continue,
                },
            };
            met.extend(on.map(|on| on.node.on.node.to_string()));
            self.conditions(set, met);
        }
    }

    /// The object under a key; none for a value.
    pub fn beneath(self, chosen: &Chosen<'d>) -> Option<Place<'d>> {
        let of = chosen.of();
        let is_composite = self.registry.types.get(of).is_some_and(MetaType::is_composite);
        is_composite.then(|| Place { of: of.to_owned(), sets: chosen.sets.clone() })
    }

    /// What the values of a scalar or enumeration are.
    pub fn kind(self, of: &str) -> Option<ValueKind> {
        match self.registry.types.get(of)? {
            MetaType::Enum { .. } => Some(ValueKind::Text),
            MetaType::Scalar { .. } => Some(match of {
                "ID" => ValueKind::Identifier,
                "Int" => ValueKind::Whole,
                "Decimal" | "Float" => ValueKind::Decimal,
                "Boolean" => ValueKind::Truth,
                "Date" => ValueKind::Date,
                "DateTime" => ValueKind::Moment,
                _ => ValueKind::Text,
            }),
            _ => None,
        }
    }
}

impl Chosen<'_> {
    /// The name at the bottom of its type.
    pub fn of(&self) -> &str {
        MetaTypeName::concrete_typename(&self.declared)
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        self.declared.starts_with('[')
    }

    /// The variable that an argument is given by, if it is given by one.
    pub fn variable(&self, argument: &str) -> Option<Name> {
        let value = self.field.get_argument(argument)?.node.clone();
        // The library doesn't export the type of a value that may be a variable.
        let mut variable = None;
        let constant = value.into_const_with::<()>(|name| {
            variable = Some(name);
            Ok(Value::Null)
        });
        variable.filter(|_| constant == Ok(Value::Null))
    }
}
