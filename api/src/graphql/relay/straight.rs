//! Lists written straight to JSON.
//!
//! The executor makes a future in a box and a value of its own of every field of every row, which is most of what a dashboard of a
//! hundred lines costs. A type that is [`Straight`] calls the same resolvers one after the other and writes what they give into
//! one text. What they load is loaded together anyway, by the first row that asks.
//!
//! It is all or nothing: a field that a type doesn't list here, a directive, a key that comes twice, an error, or time that is up,
//! and the list is given to the executor, which does what it always does. So the answers are the same to the byte, and a test
//! compares them: a document in which a key comes twice takes the executor's way.

use std::borrow::Cow;

use async_graphql::{
    Context, ContextSelectionSet, ID, InputType, Name, OutputType, Positioned, SelectionField, ServerResult, Value,
    indexmap::IndexMap, parser::types::Field, registry::Registry, resolver_utils::EnumType,
};
use tokio::time::Instant;

use crate::graphql::frontdoor::Deadline;

/// A list can't be written straight to JSON.
#[derive(Debug)]
pub struct NotStraight;

impl From<async_graphql::Error> for NotStraight {
    fn from(_: async_graphql::Error) -> Self {
        // The executor will come upon it again, and report it where it belongs.
        Self
    }
}

/// A field that was asked for, its arguments with their values, and what was asked for beneath.
#[derive(Debug)]
pub struct Asked {
    /// Its name in the schema.
    pub name: String,
    key: String,
    arguments: Vec<(Name, Value)>,
    beneath: Vec<Self>,
    until: Option<Instant>,
}

impl Asked {
    /// What was asked for beneath the field that is being resolved.
    fn beneath(ctx: &Context<'_>) -> Result<Self, NotStraight> {
        let until = ctx.data_opt::<Deadline>().map(|deadline| deadline.0);
        Self::new(&ctx.field(), until)
    }

    fn new(field: &SelectionField<'_>, until: Option<Instant>) -> Result<Self, NotStraight> {
        let mut beneath: Vec<Self> = Vec::new();
        for field in field.selection_set() {
            let asked = Self::new(&field, until)?;
            // Equal keys are to be merged, and a directive may stand for anything.
            let is_plain = field.directives().is_ok_and(|directives| directives.is_empty());
            if !is_plain || beneath.iter().any(|other| other.key == asked.key) {
                return Err(NotStraight);
            }
            beneath.push(asked);
        }
        let arguments = field.arguments().map_err(|_| NotStraight)?;
        let name = field.name().to_owned();
        let key = field.alias().map_or_else(|| name.clone(), str::to_owned);
        Ok(Self { name, key, arguments, beneath, until })
    }

    /// The value of an argument; as if it were left out where it is null or missing.
    ///
    /// # Errors
    /// When it is of another type.
    pub fn argument<T: InputType>(&self, name: &str) -> Result<Option<T>, NotStraight> {
        let given = self.arguments.iter().find(|(given, _)| given == name).map(|(_, value)| value);
        match given {
            None | Some(Value::Null) => Ok(None),
            Some(value) => T::parse(Some(value.clone())).map(Some).map_err(|_| NotStraight),
        }
    }

    /// The four arguments of a connection.
    ///
    /// # Errors
    /// When one is of another type.
    pub fn page(&self) -> Result<super::paging::PageArguments, NotStraight> {
        Ok((self.argument("first")?, self.argument("after")?, self.argument("last")?, self.argument("before")?))
    }

    /// Whether a field was asked for directly beneath this one.
    #[must_use]
    pub fn asks_for(&self, name: &str) -> bool {
        self.beneath.iter().any(|asked| asked.name == name)
    }

    /// The fields beneath this one, in the order in which they were asked for.
    ///
    /// # Errors
    /// When time is up: then the executor is to say so of each field.
    pub fn fields(&self) -> Result<&[Self], NotStraight> {
        if self.until.is_some_and(|until| Instant::now() >= until) { Err(NotStraight) } else { Ok(&self.beneath) }
    }
}

/// What can be written straight to JSON.
pub trait Straight: Sync {
    /// Writes it as the answer to what was asked.
    fn write(&self, ctx: &Context<'_>, asked: &Asked, to: &mut Vec<u8>) -> impl Future<Output = Result<(), NotStraight>> + Send;
}

/// Writes the key of a field, after whatever stands there already.
pub fn put_key(asked: &Asked, to: &mut Vec<u8>) {
    if to.last() != Some(&b'{') {
        to.push(b',');
    }
    // A GraphQL name has no character that JSON would escape.
    to.push(b'"');
    to.extend_from_slice(asked.key.as_bytes());
    to.extend_from_slice(b"\":");
}

/// Writes whatever serialises.
///
/// # Errors
/// When it doesn't.
pub fn put(value: &(impl serde::Serialize + ?Sized), to: &mut Vec<u8>) -> Result<(), NotStraight> {
    serde_json::to_writer(to, value).map_err(|_| NotStraight)
}

impl<T: Straight + ?Sized> Straight for &T {
    async fn write(&self, ctx: &Context<'_>, asked: &Asked, to: &mut Vec<u8>) -> Result<(), NotStraight> {
        T::write(self, ctx, asked, to).await
    }
}

impl<T: Straight> Straight for Option<T> {
    async fn write(&self, ctx: &Context<'_>, asked: &Asked, to: &mut Vec<u8>) -> Result<(), NotStraight> {
        match self {
            Some(value) => value.write(ctx, asked, to).await,
            None => put(&(), to),
        }
    }
}

impl<T: Straight> Straight for Vec<T> {
    async fn write(&self, ctx: &Context<'_>, asked: &Asked, to: &mut Vec<u8>) -> Result<(), NotStraight> {
        to.push(b'[');
        for (at, item) in self.iter().enumerate() {
            if at > 0 {
                to.push(b',');
            }
            item.write(ctx, asked, to).await?;
        }
        to.push(b']');
        Ok(())
    }
}

/// Types that serialise as the answer has them.
macro_rules! as_they_are {
    ($($type:ty),*) => { $(
        impl Straight for $type {
            async fn write(&self, _: &Context<'_>, _: &Asked, to: &mut Vec<u8>) -> Result<(), NotStraight> {
                put(self, to)
            }
        }
    )* };
}
as_they_are!(str, String, Cow<'_, str>, bool, i32, ID);

/// Declares scalars and enums straight: they are what the executor would make of them.
macro_rules! leaves {
    (enums: $($type:ty),* $(,)?) => { $crate::graphql::relay::leaves!($($type => $crate::graphql::relay::name_of),*); };
    ($($type:ty => $value:expr),* $(,)?) => { $(
        impl $crate::graphql::relay::Straight for $type {
            async fn write(
                &self,
                _: &async_graphql::Context<'_>,
                _: &$crate::graphql::relay::Asked,
                to: &mut Vec<u8>,
            ) -> Result<(), $crate::graphql::relay::NotStraight> {
                $crate::graphql::relay::put(&$value(self), to)
            }
        }
    )* };
}
pub(crate) use leaves;

/// The name of a member, as the schema has it.
pub fn name_of<T: EnumType>(value: &T) -> &'static str {
    let member = T::items().iter().find(|member| member.value == *value);
    member.map_or("", |member| member.name)
}

/// Declares an object straight, field by field: the name in the schema, and the resolver's value.
macro_rules! straight {
    ($type:ident as $this:ident, $ctx:ident, $asked:ident { $($name:literal => $value:expr),* $(,)? }) => {
        impl $crate::graphql::relay::Straight for $type {
            async fn write(
                &self,
                ctx: &async_graphql::Context<'_>,
                asked: &$crate::graphql::relay::Asked,
                to: &mut Vec<u8>,
            ) -> Result<(), $crate::graphql::relay::NotStraight> {
                let ($this, $ctx) = (self, ctx);
                // A plain struct has no resolvers, which are what take it.
                let _ = $ctx;
                to.push(b'{');
                for $asked in asked.fields()? {
                    $crate::graphql::relay::put_key($asked, to);
                    match $asked.name.as_str() {
                        $($name => $crate::graphql::relay::Straight::write(&$value, ctx, $asked, to).await?,)*
                        "__typename" => $crate::graphql::relay::put(stringify!($type), to)?,
                        _ => return Err($crate::graphql::relay::NotStraight),
                    }
                }
                to.push(b'}');
                Ok(())
            }
        }
    };
}
pub(crate) use straight;

/// How serde_json, and the library after it, tell JSON within a value from an object: by this key, and no other.
const RAW: &str = "$serde_json::private::RawValue";

/// The nodes of a page: written already, or left to the executor.
pub enum Nodes<N> {
    /// As JSON.
    Written(String),
    /// One by one.
    Each(Vec<N>),
}

impl<N: Straight + Send> Nodes<N> {
    /// Writes the nodes if everything that was asked of them can be written.
    pub async fn of(ctx: &Context<'_>, nodes: Vec<N>) -> Self {
        match Self::written(ctx, &nodes).await {
            Ok(text) => Self::Written(text),
            Err(NotStraight) => Self::Each(nodes),
        }
    }

    async fn written(ctx: &Context<'_>, nodes: &Vec<N>) -> Result<String, NotStraight> {
        let asked = Asked::beneath(ctx)?;
        let mut text = Vec::new();
        // In a box: it is as large as the largest of the resolvers within.
        Box::pin(nodes.write(ctx, &asked, &mut text)).await?;
        String::from_utf8(text).map_err(|_| NotStraight)
    }
}

/// JSON within a value, to be sent as it is.
#[must_use]
pub fn as_it_is(json: String) -> Value {
    Value::Object(IndexMap::from_iter([(Name::new(RAW), Value::String(json))]))
}

impl<N: OutputType> OutputType for Nodes<N> {
    fn type_name() -> Cow<'static, str> {
        Vec::<N>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<N>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<N>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match self {
            Self::Written(text) => Ok(as_it_is(text.clone())),
            Self::Each(nodes) => nodes.resolve(ctx, field).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema, SimpleObject};

    use super::*;

    #[derive(Clone, SimpleObject)]
    struct Ward {
        name: String,
        votes: i32,
        unlisted: bool,
    }

    straight!(Ward as this, ctx, asked { "name" => this.name, "votes" => this.votes });

    struct Query;

    #[Object]
    impl Query {
        async fn wards(&self, ctx: &Context<'_>) -> Nodes<Ward> {
            let ward = |name: &str, votes| Ward { name: name.to_owned(), votes, unlisted: true };
            Nodes::of(ctx, vec![ward("Castlefields \"east\"", 7), ward("Windmill Hill", 9)]).await
        }
    }

    /// The answer, and whether it was written straight.
    fn asked(document: &str) -> (String, bool) {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        let response = actix_web::rt::System::new().block_on(schema.execute(document));
        assert!(response.errors.is_empty(), "{document}: {:?}", response.errors);
        let is_straight = format!("{:?}", response.data).contains(RAW);
        (serde_json::to_string(&response.data).unwrap(), is_straight)
    }

    #[test]
    fn plain_fields_are_written_straight_as_the_executor_would() {
        let (straight, is_straight) = asked("{ wards { name __typename count: votes } }");
        assert!(is_straight);
        let (executed, is_straight) = asked("{ wards { name __typename count: votes count: votes } }");
        assert!(!is_straight);
        assert_eq!(straight, executed);
        let expected = r#"{"wards":[{"name":"Castlefields \"east\"","__typename":"Ward","count":7},{"name":"Windmill Hill","__typename":"Ward","count":9}]}"#;
        assert_eq!(straight, expected);
    }

    #[test]
    fn what_is_not_listed_or_comes_twice_is_left_to_the_executor() {
        for document in
            ["{ wards { name unlisted } }", "{ wards { name name } }", "{ wards { ...W } } fragment W on Ward { name unlisted }"]
        {
            assert!(!asked(document).1, "{document}");
        }
        assert!(asked("{ wards { ...W } } fragment W on Ward { name }").1);
    }
}
