//! The values of a request's variables, held against their types before anything is executed.
//!
//! CoerceVariableValues of the specification (section 6.1.2): every fault is told with the path to it, and a request with one is
//! refused. What passes is given the form that the executing library reads: whole numbers for `Int`, text for `ID`, lists around
//! single values. Custom scalars look at their values themselves when their argument is read.

use std::fmt::Write as _;

use apollo_compiler::{
    Schema, ast,
    schema::{ExtendedType, InputObjectType},
};
use async_graphql::{Name, Value, Variables, indexmap::IndexMap};
use serde_json::Number;

use super::{Contract, MOST_FAULTS, is_one_of};
use crate::graphql::frontdoor::refusal::Refusal;

/// A variable as an operation declares it.
#[derive(Debug, Clone)]
pub struct Declared {
    name: Name,
    ty: ast::Type,
    has_default: bool,
}

impl Declared {
    /// The variables that an operation declares.
    #[must_use]
    pub fn of(operation: &ast::OperationDefinition) -> Vec<Self> {
        let declared = operation.variables.iter().map(|variable| Self {
            name: Name::new(variable.name.as_str()),
            ty: (*variable.ty).clone(),
            has_default: variable.default_value.is_some(),
        });
        declared.collect()
    }
}

/// A value that its variable can't have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadValue {
    /// The variable, and the way from there: `$input.lines[2].amount`.
    pub at: String,
    /// What is wrong with it.
    pub message: String,
}

impl Contract {
    /// The values as the executor takes them; variables that aren't declared are left out.
    ///
    /// # Errors
    /// [`Refusal::Variables`] with the first faults.
    pub fn coerce(&self, declared: &[Declared], mut given: Variables) -> Result<Variables, Refusal> {
        let mut coercing = Coercing { schema: &self.schema, path: Path::default(), faults: Vec::new() };
        let mut values = Variables::default();
        for variable in declared {
            coercing.path = Path(vec![Step::Variable(variable.name.clone())]);
            let value = match given.remove(&variable.name) {
                Some(value) => coercing.value(&variable.ty, value),
                None if variable.ty.is_non_null() && !variable.has_default => {
                    coercing.fault(format!("a value of type {} is required", variable.ty));
                    continue;
                }
                None => continue,
            };
            values.insert(variable.name.clone(), value);
            if coercing.faults.len() >= MOST_FAULTS {
                break;
            }
        }
        if coercing.faults.is_empty() { Ok(values) } else { Err(Refusal::Variables(coercing.faults)) }
    }
}

struct Coercing<'a> {
    schema: &'a Schema,
    path: Path,
    faults: Vec<BadValue>,
}

enum Step {
    Variable(Name),
    Field(Name),
    Item(usize),
}

#[derive(Default)]
struct Path(Vec<Step>);

impl std::fmt::Display for Path {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|step| match step {
            Step::Variable(name) => write!(to, "${name}"),
            Step::Field(name) => write!(to, ".{name}"),
            Step::Item(index) => write!(to, "[{index}]"),
        })
    }
}

impl Coercing<'_> {
    fn value(&mut self, ty: &ast::Type, value: Value) -> Value {
        if self.faults.len() >= MOST_FAULTS {
            return value;
        }
        match ty {
            _ if value == Value::Null => {
                if ty.is_non_null() {
                    self.fault(format!("{ty} can't be null"));
                }
                value
            }
            ast::Type::List(item) | ast::Type::NonNullList(item) => self.list(item, value),
            ast::Type::Named(name) | ast::Type::NonNullNamed(name) => self.named(name.as_str(), value),
        }
    }

    fn list(&mut self, item: &ast::Type, value: Value) -> Value {
        match value {
            Value::List(items) => {
                let each = items
                    .into_iter()
                    .enumerate()
                    .map(|(index, value)| self.below(Step::Item(index), |coercing| coercing.value(item, value)));
                Value::List(each.collect())
            }
            // A single value is a list of one.
            single => Value::List(vec![self.value(item, single)]),
        }
    }

    fn named(&mut self, name: &str, value: Value) -> Value {
        let schema = self.schema;
        match schema.types.get(name) {
            Some(ExtendedType::InputObject(input)) => self.input(input, value),
            Some(ExtendedType::Enum(it)) => match &value {
                Value::String(text) if it.values.contains_key(text.as_str()) => value,
                Value::String(text) => self.refuse(format!("{} is none of the values of {name}", quoted(text)), value.clone()),
                _ => self.refuse(format!("a value of {name} is expected, not {}", shown(&value)), value.clone()),
            },
            _ => self.scalar(name, value),
        }
    }

    fn scalar(&mut self, name: &str, value: Value) -> Value {
        let fits = match (name, &value) {
            ("Int", Value::Number(number)) => match whole(number).and_then(|whole| i32::try_from(whole).ok()) {
                Some(whole) => return Value::Number(whole.into()),
                None => false,
            },
            ("ID", Value::Number(number)) => match (number.is_i64() || number.is_u64(), whole(number)) {
                (true, _) => return Value::String(number.to_string()),
                (false, Some(whole)) => return Value::String(whole.to_string()),
                (false, None) => false,
            },
            ("Float", Value::Number(number)) => number.as_f64().is_some_and(f64::is_finite),
            ("String" | "ID", Value::String(_)) | ("Boolean", Value::Boolean(_)) => true,
            ("Int" | "Float" | "String" | "ID" | "Boolean", _) => false,
            _ => true,
        };
        if fits { value } else { self.refuse(format!("{name} is expected, not {}", shown(&value)), value.clone()) }
    }

    fn input(&mut self, input: &InputObjectType, value: Value) -> Value {
        let Value::Object(mut given) = value else {
            let message = format!("an object of type {} is expected, not {}", input.name, shown(&value));
            return self.refuse(message, value);
        };
        let mut coerced = IndexMap::with_capacity(given.len());
        for (name, field) in &input.fields {
            let key = Name::new(name.as_str());
            match given.swap_remove(&key) {
                Some(value) => {
                    let value = self.below(Step::Field(key.clone()), |coercing| coercing.value(&field.ty, value));
                    coerced.insert(key, value);
                }
                None if field.is_required() => {
                    self.below(Step::Field(key), |it| it.fault(format!("a value of type {} is required", field.ty)));
                }
                None => {}
            }
        }
        for unknown in given.into_keys().take(MOST_FAULTS) {
            let message = format!("{} has no such field", input.name);
            self.below(Step::Field(unknown), |coercing| coercing.fault(message));
        }
        if is_one_of(input) {
            self.is_exactly_one(input, &coerced);
        }
        Value::Object(coerced)
    }

    fn is_exactly_one(&mut self, input: &InputObjectType, given: &IndexMap<Name, Value>) {
        match (given.len(), given.first()) {
            (1, Some((only, Value::Null))) => {
                self.below(Step::Field(only.clone()), |it| it.fault("the only field can't be null".to_owned()));
            }
            (1, _) => {}
            _ => self.fault(format!("{} takes exactly one field", input.name)),
        }
    }

    fn below<T>(&mut self, step: Step, act: impl FnOnce(&mut Self) -> T) -> T {
        self.path.0.push(step);
        let result = act(self);
        self.path.0.pop();
        result
    }

    fn refuse(&mut self, message: String, value: Value) -> Value {
        self.fault(message);
        value
    }

    fn fault(&mut self, message: String) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(BadValue { at: shortened(&self.path.to_string(), 200), message });
        }
    }
}

/// The whole number that this is, however it is written (`2.0` is 2).
fn whole(number: &Number) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    number.as_i64().or_else(|| {
        let float = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= EXACT)?;
        // Exact below 2^53, so its text is that of a whole number.
        format!("{float:.0}").parse().ok()
    })
}

/// A value as a message shows it, never at length.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::List(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    format!("{:?}", shortened(text, 60))
}

fn shortened(text: &str, length: usize) -> String {
    let mut short: String = text.chars().take(length).collect();
    if short.len() < text.len() {
        let _ = short.write_char('…');
    }
    short
}
