//! What a document would cost, before it is run.

use std::sync::Arc;

use async_graphql::{
    Context, InputValueError, InputValueResult, Object, Result, Scalar, ScalarType, SimpleObject, Value, Variables,
};

use super::{
    context::Asking,
    frontdoor::{Contract, Document, Limits, Refusal, cost::Share, drawn},
};

/// Fields that are listed, at most.
const MOST_FIELDS: usize = 100;

/// The variables of a document.
#[derive(Clone, Debug, Default)]
pub struct Json(Variables);

/// A JSON object, such as the variables of a document.
#[Scalar(name = "JSON", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-4")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        let json = match value {
            Value::Object(_) => value.into_json(),
            _ => return Err(InputValueError::custom("is not a JSON object")),
        };
        json.map(|json| Self(Variables::from_json(json))).map_err(|_| InputValueError::custom("is not a JSON object"))
    }

    fn to_value(&self) -> Value {
        Value::Object(self.0.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
    }
}

/// What a document would cost.
#[derive(SimpleObject)]
pub struct CostExplanation {
    /// The operation that was weighed; null for one without a name.
    operation: Option<String>,
    /// What it draws on your budget: fields in the fullest possible answer, if every page were full, where a list that has no pages counts
    /// as one row; at least 100 for a mutation, and 1 for anything else. Null when that can't be told; 2,147,483,647 stands for that many or
    /// more.
    cost: Option<i32>,
    /// Whether it would be executed now.
    is_allowed: bool,
    /// Why not; null when it would.
    refusal: Option<CostRefusal>,
    /// What was measured against each limit; empty when the document can't be read.
    limits: Vec<CostLimit>,
    /// The fields with a selection of their own that cost most, dearest first; up to a hundred.
    fields: Vec<CostOfField>,
}

/// Why a document would be refused.
#[derive(SimpleObject)]
pub struct CostRefusal {
    /// The stable code with which it would be.
    code: String,
    /// A sentence for a person.
    message: String,
}

/// A limit, and how near the document comes to it.
#[derive(SimpleObject)]
pub struct CostLimit {
    /// The code with which a document beyond it is refused.
    code: String,
    /// What is counted, such as levels of fields.
    unit: String,
    /// What the document has.
    measured: i32,
    /// What it may have.
    allowed: i32,
}

/// What a field with a selection of its own costs.
#[derive(SimpleObject)]
pub struct CostOfField {
    /// The names under which it is answered, from the root.
    path: Vec<String>,
    /// Itself and everything beneath it, as often as it comes.
    cost: i32,
    /// How often it comes, if every page is full.
    times: i32,
}

impl From<Share> for CostOfField {
    fn from(share: Share) -> Self {
        Self { path: share.path, cost: int(share.cost), times: int(share.times) }
    }
}

fn int(count: u64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// What documents cost.
#[derive(Default)]
pub struct CostQuery;

#[Object]
impl CostQuery {
    /// What a document would cost, in all and by field, without running it; and whether it would be let in. Costs next to nothing
    /// itself. Mutations are weighed, too, and not carried out.
    async fn explain_cost(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The document.")] document: String,
        #[graphql(desc = "Which of its operations; its only one when left out.")] operation_name: Option<String>,
        #[graphql(desc = "Its variables, on which page sizes may rest.")] variables: Option<Json>,
    ) -> Result<Option<CostExplanation>> {
        Asking::of(ctx)?.actor()?;
        let (limits, contract) = (ctx.data::<Limits>()?, ctx.data::<Arc<Contract>>()?);
        let Json(variables) = variables.unwrap_or_default();
        let admitted = Document::admit(&document, operation_name.as_deref(), limits, contract)
            .and_then(|document| Ok((contract.coerce(document.declared(), variables)?, document)));
        Ok(Some(match admitted {
            Ok((variables, document)) => explained(&document, &variables, limits),
            Err(refusal) => CostExplanation {
                operation: operation_name,
                cost: None,
                is_allowed: false,
                refusal: Some(said(&refusal)),
                limits: Vec::new(),
                fields: Vec::new(),
            },
        }))
    }
}

fn explained(document: &Document, variables: &Variables, limits: &Limits) -> CostExplanation {
    let weighed = document.weigh(variables, limits);
    let cost = match &weighed {
        Ok(cost) | Err(Refusal::Exceeded { limit: super::frontdoor::Limit::Cost, measured: cost, .. }) => Some(*cost),
        Err(_) => None,
    };
    let against = document.measurement().against(limits).into_iter();
    let against = against.chain(cost.map(|cost| (super::frontdoor::Limit::Cost, cost, limits.cost)));
    let mut fields = document.shares(variables, limits);
    fields.sort_by_key(|share| std::cmp::Reverse(share.cost));
    CostExplanation {
        operation: document.name().map(str::to_owned),
        cost: cost.map(|cost| int(drawn(cost, document.kind()))),
        is_allowed: weighed.is_ok(),
        refusal: weighed.err().map(|refusal| said(&refusal)),
        limits: against
            .map(|(limit, measured, allowed)| CostLimit {
                code: limit.code().to_owned(),
                unit: limit.noun().to_owned(),
                measured: int(measured),
                allowed: int(allowed),
            })
            .collect(),
        fields: fields.into_iter().take(MOST_FIELDS).map(CostOfField::from).collect(),
    }
}

fn said(refusal: &Refusal) -> CostRefusal {
    CostRefusal { code: refusal.code().to_owned(), message: refusal.to_string() }
}
