//! How many fields an answer could hold if every page were full: what the executor would have to do.
//!
//! A field with `first` or `last` (a number or a variable), or whose selection has `edges` or `nodes`, is a
//! page; its rows multiply everything under them. `pageInfo` and `totalCount` beside the rows are not
//! multiplied. `ids` counts as the rows it names. A field selected twice counts twice, because the executor
//! resolves it twice. Introspection is bounded elsewhere.
//! The plan is drawn once per document, fragments in order, and weighed per request with its variables, so
//! weighing costs about as much as reading the plan. `@skip` and `@include` are ignored: the bound is upper.

use std::collections::HashMap;

use async_graphql::{
    Name, Value, Variables,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};

use super::{
    limits::Limits,
    refusal::{Limit, Refusal},
};

/// The shape of an operation as far as its cost goes.
#[derive(Debug)]
pub struct Plan {
    fragments: Vec<Vec<Part>>,
    operation: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    /// So many fields without a selection.
    Leaves(u64),
    Object(Object),
    Fragment(usize),
}

/// What a field with a selection of its own costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Response keys from the root.
    pub path: Vec<String>,
    /// Fields in the fullest possible answer, itself and everything beneath it, wherever it comes again.
    pub cost: u64,
    /// How often it comes.
    pub times: u64,
}

/// A field with a selection of its own.
#[derive(Debug)]
struct Object {
    /// Under which it is answered.
    key: String,
    /// Whether it is `edges` or `nodes`.
    row: bool,
    sizes: Vec<Size>,
    parts: Vec<Part>,
}

/// Where the number of rows comes from.
#[derive(Debug)]
enum Size {
    Literal(u64),
    Variable { name: Name, default: Option<u64> },
}

/// What a selection set weighs: fields among its rows, and fields beside them.
#[derive(Debug, Clone, Copy, Default)]
struct Weight {
    rows: Option<u64>,
    beside: u64,
}

impl Weight {
    fn add(&mut self, other: Self) {
        self.beside = self.beside.saturating_add(other.beside);
        if let Some(rows) = other.rows {
            self.rows = Some(self.rows.unwrap_or_default().saturating_add(rows));
        }
    }
}

impl Plan {
    /// Draws the plan of `operation`; `order` as [`super::measure::order`] gives it.
    #[must_use]
    pub fn new(document: &ExecutableDocument, operation: &OperationDefinition, order: &[&str]) -> Self {
        let places = order.iter().enumerate().map(|(place, &name)| (name, place)).collect();
        let drawing = Drawing { places, operation };
        let sets = order.iter().filter_map(|&name| document.fragments.get(name));
        Self {
            fragments: sets.map(|fragment| drawing.parts(&fragment.node.selection_set.node)).collect(),
            operation: drawing.parts(&operation.selection_set.node),
        }
    }

    /// Fields in the fullest possible answer, with these variables; saturates at the largest number.
    ///
    /// # Errors
    /// [`Refusal::Exceeded`] for a page above [`Limits::page_max`] or a cost above [`Limits::cost`].
    pub fn cost(&self, variables: &Variables, limits: &Limits) -> Result<u64, Refusal> {
        let scales = self.scales(variables, limits)?;
        let total = scales.weigh(&self.operation)?;
        let cost = total.beside.saturating_add(total.rows.unwrap_or_default());
        Refusal::above(Limit::Cost, cost, limits.cost)?;
        Ok(cost)
    }

    fn scales<'a>(&self, variables: &'a Variables, limits: &'a Limits) -> Result<Scales<'a>, Refusal> {
        let mut scales = Scales { fragments: Vec::with_capacity(self.fragments.len()), variables, limits };
        for parts in &self.fragments {
            let weight = scales.weigh(parts)?;
            scales.fragments.push(weight);
        }
        Ok(scales)
    }

    /// What each field with a selection costs, in document order. Fragments are expanded, so the document must be within
    /// [`Limits::fields`]; nothing for pages that are too large.
    #[must_use]
    pub fn shares(&self, variables: &Variables, limits: &Limits) -> Vec<Share> {
        let Ok(scales) = self.scales(variables, limits) else { return Vec::new() };
        let mut shares = Vec::new();
        self.share_out(&scales, &self.operation, (&[], 1, 1), &mut shares);
        shares
    }

    /// `times` is how often the selection comes, `rows` how often its rows do.
    fn share_out(
        &self,
        scales: &Scales<'_>,
        parts: &[Part],
        (path, times, rows): (&[String], u64, u64),
        shares: &mut Vec<Share>,
    ) {
        for part in parts {
            match part {
                Part::Leaves(_) => {}
                Part::Fragment(place) => {
                    if let Some(parts) = self.fragments.get(*place) {
                        self.share_out(scales, parts, (path, times, rows), shares);
                    }
                }
                Part::Object(object) => {
                    let Ok((weight, page)) = scales.object_with_page(object) else { continue };
                    let times = if object.row { rows } else { times };
                    let own = weight.rows.unwrap_or(weight.beside);
                    let path: Vec<String> = path.iter().chain([&object.key]).cloned().collect();
                    shares.push(Share { path: path.clone(), cost: times.saturating_mul(own), times });
                    let (below, rows) = match page {
                        Page::OfRows(page) => (times, times.saturating_mul(page)),
                        Page::Plain(many) => (times.saturating_mul(many), times.saturating_mul(many)),
                    };
                    self.share_out(scales, &object.parts, (&path, below, rows), shares);
                }
            }
        }
    }
}

/// How often what lies beneath a field comes.
#[derive(Debug, Clone, Copy)]
enum Page {
    /// Its rows come so often, what stands beside them once.
    OfRows(u64),
    /// All of it comes so often.
    Plain(u64),
}

struct Drawing<'a> {
    places: HashMap<&'a str, usize>,
    operation: &'a OperationDefinition,
}

impl Drawing<'_> {
    fn parts(&self, set: &SelectionSet) -> Vec<Part> {
        let (mut parts, mut leaves) = (Vec::new(), 0);
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) if field.node.selection_set.node.items.is_empty() => {
                    leaves += 1;
                }
                Selection::Field(field) => parts.extend(self.object(&field.node).map(Part::Object)),
                Selection::InlineFragment(inline) => parts.extend(self.parts(&inline.node.selection_set.node)),
                Selection::FragmentSpread(spread) => {
                    let place = self.places.get(spread.node.fragment_name.node.as_str());
                    parts.extend(place.map(|&place| Part::Fragment(place)));
                }
            }
        }
        parts.push(Part::Leaves(leaves));
        parts
    }

    fn object(&self, field: &Field) -> Option<Object> {
        let name = field.name.node.as_str();
        if matches!(name, "__schema" | "__type") {
            return None;
        }
        let sizes = ["first", "last", "ids"].iter().filter_map(|argument| self.size(field, argument));
        Some(Object {
            key: field.response_key().node.to_string(),
            row: matches!(name, "edges" | "nodes"),
            sizes: sizes.collect(),
            parts: self.parts(&field.selection_set.node),
        })
    }

    fn size(&self, field: &Field, argument: &str) -> Option<Size> {
        let value = field.get_argument(argument)?.node.clone();
        // The library does not export the type of a value that may be a variable; a variable that stands alone
        // comes out of this as null, with its name set aside.
        let mut variable = None;
        let constant = value.into_const_with::<()>(|name| {
            variable = Some(name);
            Ok(Value::Null)
        });
        match (constant.ok()?, variable) {
            (Value::Null, Some(name)) => {
                let definitions = &self.operation.variable_definitions;
                let definition = definitions.iter().find(|each| each.node.name.node == name);
                let default = definition.and_then(|each| rows(&each.node.default_value.as_ref()?.node));
                Some(Size::Variable { name, default })
            }
            (constant, _) => rows(&constant).map(Size::Literal),
        }
    }
}

/// Rows named by a value: a number itself, a list its length. Anything else is left to validation.
fn rows(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::List(items) => Some(items.len() as u64),
        _ => None,
    }
}

struct Scales<'a> {
    fragments: Vec<Weight>,
    variables: &'a Variables,
    limits: &'a Limits,
}

impl Scales<'_> {
    fn weigh(&self, parts: &[Part]) -> Result<Weight, Refusal> {
        let mut total = Weight::default();
        for part in parts {
            total.add(match part {
                Part::Leaves(fields) => Weight { rows: None, beside: *fields },
                Part::Object(object) => self.object(object)?,
                Part::Fragment(place) => self.fragments.get(*place).copied().unwrap_or_default(),
            });
        }
        Ok(total)
    }

    fn object(&self, object: &Object) -> Result<Weight, Refusal> {
        self.object_with_page(object).map(|(weight, _)| weight)
    }

    fn object_with_page(&self, object: &Object) -> Result<(Weight, Page), Refusal> {
        let below = self.weigh(&object.parts)?;
        let given = self.page(&object.sizes)?;
        let (weight, page) = match below.rows {
            Some(rows) => {
                let page = given.unwrap_or(self.limits.page_default);
                (page.saturating_mul(rows).saturating_add(below.beside).saturating_add(1), Page::OfRows(page))
            }
            // A plain list: the rows are the field's own objects.
            None => {
                let many = given.unwrap_or(1);
                (many.saturating_mul(below.beside.saturating_add(1)), Page::Plain(many))
            }
        };
        let weight = if object.row { Weight { rows: Some(weight), beside: 0 } } else { Weight { rows: None, beside: weight } };
        Ok((weight, page))
    }

    fn page(&self, sizes: &[Size]) -> Result<Option<u64>, Refusal> {
        let given = sizes.iter().filter_map(|size| match size {
            Size::Literal(rows) => Some(*rows),
            Size::Variable { name, default } => self.variables.get(name).map_or(*default, rows),
        });
        let page = given.max();
        Refusal::above(Limit::Page, page.unwrap_or_default(), self.limits.page_max)?;
        Ok(page)
    }
}
