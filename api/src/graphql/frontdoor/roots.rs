//! Fragments at the root of a subscription, put in their places.
//!
//! The executor follows the fields that stand at a subscription's root and passes fragments there over without a word, so a valid
//! subscription that is written with one would stay silent for ever.

use async_graphql::{
    Name, Positioned,
    parser::types::{DocumentOperations, ExecutableDocument, FragmentDefinition, OperationType, Selection, SelectionSet},
};
use std::collections::HashMap;

/// Writes the fields of fragments at the root of every subscription where the fragments stand. The document has no circle of fragments.
pub(super) fn lay_out(document: &mut ExecutableDocument) {
    let fragments = &document.fragments;
    let operations: Vec<_> = match &mut document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(operations) => operations.values_mut().collect(),
    };
    for operation in operations.into_iter().filter(|operation| operation.node.ty == OperationType::Subscription) {
        let root = &mut operation.node.selection_set.node;
        let is_field = |selection: &Positioned<Selection>| matches!(selection.node, Selection::Field(_));
        if !root.items.iter().all(is_field) {
            root.items = fields(root, fragments);
        }
    }
}

fn fields(set: &SelectionSet, fragments: &HashMap<Name, Positioned<FragmentDefinition>>) -> Vec<Positioned<Selection>> {
    let mut laid = Vec::new();
    for selection in &set.items {
        match &selection.node {
            Selection::Field(_) => laid.push(selection.clone()),
            Selection::InlineFragment(inline) => laid.extend(fields(&inline.node.selection_set.node, fragments)),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = fragments.get(&spread.node.fragment_name.node) {
                    laid.extend(fields(&fragment.node.selection_set.node, fragments));
                }
            }
        }
    }
    laid
}
