//! Fields of one answer's key whose arguments contradict each other in a way that apollo-compiler 1.33 overlooks: it compares lists
//! only as far as the shorter one goes.
//!
//! A document without two lists among its arguments has nothing to overlook, so most documents are never walked here. The walk
//! counts its steps and refuses a document beyond a limit; documents within the other limits stay far below.

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema, ast,
    collections::IndexMap,
    executable::{Field, Selection, SelectionSet},
    schema::ExtendedType,
};

use super::{Fault, MOST_FAULTS, place};
use crate::graphql::frontdoor::refusal::{Limit, Refusal};

/// Fields looked at; a document of the most selections that are allowed, each merged with others at every level, takes fewer.
const MOST_STEPS: u64 = 200_000;

/// Contradictions between the lists in arguments; the first ones.
///
/// # Errors
/// [`Refusal::Exceeded`] for a document that is too tangled.
pub(super) fn faults(schema: &Schema, document: &ExecutableDocument) -> Result<Vec<Fault>, Refusal> {
    let mut merging = Merging { schema, document, steps: 0, faults: Vec::new() };
    let sets = document.operations.iter().map(|operation| &operation.selection_set);
    let all = sets.chain(document.fragments.values().map(|fragment| &fragment.selection_set));
    let mut lists = 0;
    all.for_each(|set| count_lists(set, &mut lists));
    if lists >= 2 {
        for operation in document.operations.iter() {
            merging.merge(&[&operation.selection_set])?;
        }
    }
    Ok(merging.faults)
}

fn count_lists(set: &SelectionSet, lists: &mut u32) {
    for selection in &set.selections {
        match selection {
            Selection::Field(field) => {
                *lists += u32::from(field.arguments.iter().any(|argument| holds_list(&argument.value)));
                count_lists(&field.selection_set, lists);
            }
            Selection::InlineFragment(inline) => count_lists(&inline.selection_set, lists),
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn holds_list(value: &ast::Value) -> bool {
    match value {
        ast::Value::List(_) => true,
        ast::Value::Object(fields) => fields.iter().any(|(_, value)| holds_list(value)),
        _ => false,
    }
}

struct Merging<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    steps: u64,
    faults: Vec<Fault>,
}

/// A field and the type it is selected on.
type Selected<'a> = (&'a Name, &'a Node<Field>);

impl<'a> Merging<'a> {
    fn merge(&mut self, sets: &[&'a SelectionSet]) -> Result<(), Refusal> {
        for group in self.by_key(sets)?.into_values() {
            for fields in self.by_parent(group) {
                let Some(((_, first), rest)) = fields.split_first() else { continue };
                for (_, other) in rest {
                    if !same_lists(&first.arguments, &other.arguments) && self.faults.len() < MOST_FAULTS {
                        let message = format!(
                            "Fields \"{}\" conflict because they have differing arguments. Use different aliases.",
                            first.response_key()
                        );
                        self.faults.push(Fault { message, place: place(other, &self.document.sources) });
                    }
                }
                let below: Vec<_> = fields.iter().map(|(_, field)| &field.selection_set).collect();
                if below.iter().any(|set| !set.selections.is_empty()) {
                    self.merge(&below)?;
                }
            }
        }
        Ok(())
    }

    /// The fields of several selection sets by the keys that they have in the answer, each fragment once.
    fn by_key(&mut self, sets: &[&'a SelectionSet]) -> Result<IndexMap<&'a Name, Vec<Selected<'a>>>, Refusal> {
        let mut groups = IndexMap::<_, Vec<_>>::default();
        let (mut open, mut seen) = (sets.to_vec(), HashSet::new());
        while let Some(set) = open.pop() {
            for selection in &set.selections {
                self.steps += 1;
                Refusal::above(Limit::Document, self.steps, MOST_STEPS)?;
                match selection {
                    Selection::Field(field) => groups.entry(field.response_key()).or_default().push((&set.ty, field)),
                    Selection::InlineFragment(inline) => open.push(&inline.selection_set),
                    Selection::FragmentSpread(spread) if seen.insert(&spread.fragment_name) => {
                        open.extend(self.document.fragments.get(&spread.fragment_name).map(|fragment| &fragment.selection_set));
                    }
                    Selection::FragmentSpread(_) => {}
                }
            }
        }
        Ok(groups)
    }

    /// Fields that may be selected from the same object: those of one type of objects, with those of interfaces and unions.
    fn by_parent(&self, group: Vec<Selected<'a>>) -> Vec<Vec<Selected<'a>>> {
        let is_object = |(parent, _): &Selected<'a>| matches!(self.schema.types.get(*parent), Some(ExtendedType::Object(_)));
        let (concrete, others): (Vec<_>, Vec<_>) = group.into_iter().partition(is_object);
        let mut parents = IndexMap::<&Name, Vec<_>>::default();
        for selected in concrete {
            parents.entry(selected.0).or_default().push(selected);
        }
        if parents.is_empty() {
            return vec![others];
        }
        parents.into_values().map(|fields| fields.into_iter().chain(others.iter().copied()).collect()).collect()
    }
}

fn same_lists(left: &[Node<ast::Argument>], right: &[Node<ast::Argument>]) -> bool {
    left.iter().all(|argument| {
        let other = right.iter().find(|other| other.name == argument.name);
        other.is_none_or(|other| same_shape(&argument.value, &other.value))
    })
}

/// Whether lists have the same lengths throughout; that the values agree otherwise is known by now.
fn same_shape(left: &ast::Value, right: &ast::Value) -> bool {
    match (left, right) {
        (ast::Value::List(left), ast::Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same_shape(left, right))
        }
        (ast::Value::Object(left), ast::Value::Object(right)) => left.iter().all(|(name, value)| {
            let other = right.iter().find(|(other, _)| other == name);
            other.is_none_or(|(_, other)| same_shape(value, other))
        }),
        _ => true,
    }
}
