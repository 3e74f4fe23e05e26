//! The size of a parsed document, with every fragment measured once.
//!
//! A chain of fragments that each spread the next twice doubles at every link: 918 bytes that take the library
//! seconds. Here fragments are put in order, the ones that spread nothing first, and each is summed up from the
//! sums of those before it, so the work grows with the text and never with its expansion. Introspection is
//! counted apart: tools ask for it deep and wide, and it touches no data.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, Selection, SelectionSet};

use super::{
    limits::Limits,
    refusal::{Limit, Refusal},
};

/// Fields of one kind, with fragments expanded. Counts saturate at the largest number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Fields.
    pub fields: u64,
    /// Levels of fields.
    pub depth: u64,
    /// Aliases.
    pub aliases: u64,
    /// Schema lists inside one another; means something under introspection only.
    pub lists: u64,
}

impl Tally {
    const fn add(&mut self, other: Self) {
        self.fields = self.fields.saturating_add(other.fields);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.depth = if self.depth > other.depth { self.depth } else { other.depth };
        self.lists = if self.lists > other.lists { self.lists } else { other.lists };
    }
}

/// What a selection set comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    selections: u64,
    roots: u64,
    data: Tally,
    introspection: Tally,
}

impl Sum {
    const fn add(&mut self, other: Self) {
        self.selections = self.selections.saturating_add(other.selections).saturating_add(1);
        self.roots = self.roots.saturating_add(other.roots);
        self.data.add(other.data);
        self.introspection.add(other.introspection);
    }
}

/// What the selected operation and its document come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measurement {
    /// Fields outside introspection, without `__typename`.
    pub data: Tally,
    /// Fields under `__schema` and `__type`.
    pub introspection: Tally,
    /// Fields at the root of the operation.
    pub root_fields: u64,
    /// Fragment spreads as written, in the whole document.
    pub spreads: u64,
    /// Selections of all operations and fragments, each expanded.
    pub document_selections: u64,
}

impl Measurement {
    /// Holds the measurement against the limits; the first one exceeded speaks.
    ///
    /// # Errors
    /// [`Refusal::Exceeded`].
    pub fn check(&self, limits: &Limits) -> Result<(), Refusal> {
        self.against(limits).into_iter().try_for_each(|(limit, measured, allowed)| Refusal::above(limit, measured, allowed))
    }

    /// Each limit with what was measured and what is allowed.
    #[must_use]
    pub fn against(&self, limits: &Limits) -> [(Limit, u64, u64); 9] {
        let Self { data, introspection, .. } = self;
        [
            (Limit::Spreads, self.spreads, limits.spreads),
            (Limit::Fields, data.fields, limits.fields),
            (Limit::Depth, data.depth, limits.depth),
            (Limit::Aliases, data.aliases.saturating_add(introspection.aliases), limits.aliases),
            (Limit::Roots, self.root_fields, limits.root_fields),
            (Limit::IntrospectionFields, introspection.fields, limits.introspection_fields),
            (Limit::IntrospectionDepth, introspection.depth, limits.introspection_depth),
            (Limit::IntrospectionLists, introspection.lists, limits.introspection_lists),
            (Limit::Document, self.document_selections, limits.document_selections),
        ]
    }
}

/// Measures `operation` and everything beside it in `document`, given its fragments in [`order`].
#[must_use]
pub fn measure(document: &ExecutableDocument, operation: &OperationDefinition, order: &[&str]) -> Measurement {
    let mut known = HashMap::with_capacity(order.len());
    for &name in order {
        if let Some(fragment) = document.fragments.get(name) {
            let sum = sum(&fragment.node.selection_set.node, &known);
            known.insert(name, sum);
        }
    }
    let selected = sum(&operation.selection_set.node, &known);
    let operations = document.operations.iter().map(|(_, other)| sum(&other.node.selection_set.node, &known));
    let everything = operations.chain(known.values().copied());
    Measurement {
        data: selected.data,
        introspection: selected.introspection,
        root_fields: selected.roots,
        spreads: sets(document).map(spreads).map(|names| names.len() as u64).sum(),
        document_selections: everything.fold(0, |total, each| total.saturating_add(each.selections)),
    }
}

/// The fragments of `document` in an order in which each comes after all those it spreads.
///
/// # Errors
/// [`Refusal::FragmentCycle`], whether or not the circle is used.
pub fn order(document: &ExecutableDocument) -> Result<Vec<&str>, Refusal> {
    let edges: HashMap<&str, Vec<&str>> =
        document.fragments.iter().map(|(name, fragment)| (name.as_str(), spreads(&fragment.node.selection_set.node))).collect();
    let (mut done, mut order) = (HashMap::new(), Vec::with_capacity(edges.len()));
    for &start in edges.keys() {
        // A stack of our own: a chain of a thousand fragments must not recurse.
        let mut open = vec![(start, false)];
        while let Some((name, left)) = open.pop() {
            match (left, done.get(name).copied()) {
                (true, _) => {
                    done.insert(name, true);
                    order.push(name);
                }
                (false, Some(true)) => {}
                // Met again before it was left: it is its own ancestor.
                (false, Some(false)) => return Err(Refusal::FragmentCycle(name.to_owned())),
                (false, None) => {
                    let Some(next) = edges.get(name) else {
                        continue;
                    };
                    done.insert(name, false);
                    open.push((name, true));
                    let ahead = next.iter().filter(|other| done.get(**other) != Some(&true));
                    open.extend(ahead.map(|&other| (other, false)));
                }
            }
        }
    }
    Ok(order)
}

fn sets(document: &ExecutableDocument) -> impl Iterator<Item = &SelectionSet> {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    operations.chain(document.fragments.values().map(|fragment| &fragment.node.selection_set.node))
}

/// The fragments spread anywhere in a selection set, as often as written. Recursion is bounded by the scan.
fn spreads(set: &SelectionSet) -> Vec<&str> {
    let mut names = Vec::new();
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => names.extend(spreads(&field.node.selection_set.node)),
            Selection::InlineFragment(inline) => names.extend(spreads(&inline.node.selection_set.node)),
            Selection::FragmentSpread(spread) => names.push(spread.node.fragment_name.node.as_str()),
        }
    }
    names
}

fn sum(set: &SelectionSet, known: &HashMap<&str, Sum>) -> Sum {
    let mut total = Sum::default();
    for selection in &set.items {
        total.add(match &selection.node {
            Selection::Field(field) => {
                let below = sum(&field.node.selection_set.node, known);
                field_sum(field.node.name.node.as_str(), field.node.alias.is_some(), below)
            }
            Selection::InlineFragment(inline) => sum(&inline.node.selection_set.node, known),
            // An unknown fragment is left to validation.
            Selection::FragmentSpread(spread) => known.get(spread.node.fragment_name.node.as_str()).copied().unwrap_or_default(),
        });
    }
    total
}

fn field_sum(name: &str, aliased: bool, below: Sum) -> Sum {
    let mut here = below.data;
    if name != "__typename" {
        here.fields = here.fields.saturating_add(1);
    }
    here.depth = here.depth.saturating_add(1);
    here.aliases = here.aliases.saturating_add(u64::from(aliased));
    if matches!(name, "fields" | "inputFields" | "interfaces" | "possibleTypes") {
        here.lists = here.lists.saturating_add(1);
    }
    let mut total = Sum { selections: below.selections, roots: 1, introspection: below.introspection, ..Sum::default() };
    if matches!(name, "__schema" | "__type") {
        total.introspection.add(here);
    } else {
        total.data = here;
    }
    total
}

/// The response keys at the root of `operation`, fragments expanded; bounded by the root field limit.
#[must_use]
pub fn root_keys<'a>(document: &'a ExecutableDocument, set: &'a SelectionSet) -> Vec<&'a str> {
    let mut keys = Vec::new();
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => keys.push(field.node.response_key().node.as_str()),
            Selection::InlineFragment(inline) => keys.extend(root_keys(document, &inline.node.selection_set.node)),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    keys.extend(root_keys(document, &fragment.node.selection_set.node));
                }
            }
        }
    }
    keys
}
