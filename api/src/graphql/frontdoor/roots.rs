//! Fragments at the root of a subscription, put in their places.
//!
//! The executor follows the fields that stand at a subscription's root and passes fragments there over without a word, so a valid
//! subscription that is written with one would stay silent for ever.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Positioned,
    parser::types::{
        DocumentOperations, ExecutableDocument, FragmentDefinition, OperationDefinition, OperationType, Selection, SelectionSet,
    },
};

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// Writes the fields of fragments at the root of every subscription where the fragments stand, and takes away those fragments that are
/// of no use any more. The document has no circle of fragments.
pub(super) fn lay_out(document: &mut ExecutableDocument) {
    let is_laid_out = |operation: &OperationDefinition| {
        let roots = &operation.selection_set.node.items;
        operation.ty != OperationType::Subscription || roots.iter().all(|root| matches!(root.node, Selection::Field(_)))
    };
    if document.operations.iter().all(|(_, operation)| is_laid_out(&operation.node)) {
        return;
    }
    let before = in_use(document);
    let fragments = &document.fragments;
    let operations: Vec<_> = match &mut document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(operations) => operations.values_mut().collect(),
    };
    for operation in operations.into_iter().filter(|operation| operation.node.ty == OperationType::Subscription) {
        let root = &mut operation.node.selection_set.node;
        root.items = fields(root, fragments);
    }
    let after = in_use(document);
    document.fragments.retain(|name, _| !before.contains(name) || after.contains(name));
}

fn fields(set: &SelectionSet, fragments: &Fragments) -> Vec<Positioned<Selection>> {
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

/// The fragments that some operation spreads, directly or not.
fn in_use(document: &ExecutableDocument) -> HashSet<Name> {
    let mut used = HashSet::new();
    let mut open: Vec<&SelectionSet> =
        document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node).collect();
    while let Some(set) = open.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => open.push(&field.node.selection_set.node),
                Selection::InlineFragment(inline) => open.push(&inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = document.fragments.get(name)
                        && used.insert(name.clone())
                    {
                        open.push(&fragment.node.selection_set.node);
                    }
                }
            }
        }
    }
    used
}
