//! OData 4.0, read-only, over the same stored queries: what Power BI and Excel speak of themselves.
//!
//! Every stored query that can be asked without parameters is an entity set, its hyphens written as underscores; what a query's
//! parameters narrow can be given beside OData's own options. Rows are taken as every shape takes them, then filtered, ordered and cut
//! here: what they are is known to the last column, so nothing has to be pushed down to be right, and nothing can be asked that the
//! document doesn't answer. Expressions are read by [`words`], [`parsing`] and [`filter`], all pure: no crate for them is kept up
//! that is smaller than what it would save.

mod answer;
mod filter;
mod model;
mod options;
mod parsing;
mod value;
mod words;
mod work;

pub use answer::{nowhere, root, serve};
pub use model::set_name;
